import type { Schemas } from '../api/client'
import { useWords } from '../i18n'
import { Tag, type Tone } from './Tag'

export type State = Schemas['AccessionState']

export const states = ['offered', 'on_hold', 'declined', 'accepted', 'in_force', 'superseded', 'terminated'] as const

/** What a state asks of who looks: an offer waits for the municipality, not for the secretariat. */
const own: Record<State, Tone> = { offered: 'attention', on_hold: 'attention', declined: 'none', accepted: 'waiting', in_force: 'ok', superseded: 'none', terminated: 'none' }
const office: Record<State, Tone> = { ...own, offered: 'waiting', on_hold: 'waiting' }

export function StateTag({ state, forOffice, past }: { state: State; forOffice: boolean; past?: boolean }) {
  const { t } = useWords()
  return <Tag tone={past ? 'none' : (forOffice ? office : own)[state]}>{forOffice ? t(`accession.stateNameOffice.${state}`) : t(`accession.stateName.${state}`)}</Tag>
}
