import type { negotiationPages as danish } from '../da/negotiationPages'
import type { Same } from '../same'
import { negotiation } from './negotiation'

export const negotiationPages: Same<typeof danish> = { negotiation }
