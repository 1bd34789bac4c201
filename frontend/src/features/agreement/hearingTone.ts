import type { Schemas } from '../../api/client'
import type { Tone } from '../../ui/Tag'

/** The look of where an answer stands; no answer is never shown as consent. */
export const partyTone: Record<Schemas['HearingPartyState'], Tone> = { asked: 'waiting', sent: 'ok', silent: 'overdue' }
