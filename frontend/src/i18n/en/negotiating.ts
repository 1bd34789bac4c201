import type { negotiating as danish } from '../da/negotiating'
import type { Same } from '../same'

/** What the page of an agreement says of its negotiation. */
export const negotiating: Same<typeof danish> = {
  start: 'Start negotiation',
  open: 'Go to the negotiation',
}
