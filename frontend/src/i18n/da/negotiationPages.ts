import { negotiation } from './negotiation'

/** The words of the pages on negotiations. */
export const negotiationPages = { negotiation } as const
