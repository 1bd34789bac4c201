import type { matrix as danish } from '../da/matrix'
import type { Same } from '../same'

/** Vendors against municipalities. */
export const matrix: Same<typeof danish> = {
  title: 'Agreements: vendor and municipality',
  lead: 'Who has which agreement with whom, and where one is missing.',
  vendor: 'Vendor',
  find: 'Find a vendor',
  legend: 'The signs. Press one to see only vendors where it occurs',
  sign: { F: '✓', A: 'c', O: '→', H: '‖', E: 'o', D: '×', M: '!', X: '–' },
  standing: { F: 'In force', A: 'Concluded, not in force', O: 'Released, not answered', H: 'On hold', E: 'Own agreement', D: 'Declined by the municipality', M: 'Uses a system without an agreement', X: 'Ended ones only' },
  nothing: 'Nothing',
  shown: '{{shown}} of {{total}} vendors, {{municipalities}} municipalities',
  none: 'No vendors fit.',
  clear: 'Show all',
  open: 'Open the agreements of the municipality with the vendor',
  empty: 'There are no agreements and no usages yet.',
  emptyHelp: 'It fills when the municipalities register what they use, and when agreements are released.',
}
