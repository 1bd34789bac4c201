/** What the page of an agreement says of its negotiation. */
export const negotiating = {
  start: 'Start forhandling',
  open: 'Gå til forhandlingen',
} as const
