import { useFormat, useWords } from '../../i18n'
import { isOffice, useMe } from '../../session'
import { Icon, type IconName } from '../../ui/Icon'
import { Tag, type Tone } from '../../ui/Tag'
import { headingOf } from './room'
import type { Clause, Decision, Negotiation } from './queries'

export const stageTone: Record<Negotiation['stage'], Tone> = { preparing: 'attention', running: 'waiting', agreed: 'ok', paused: 'none', ended: 'none', taken_over: 'none' }

export function StageTag({ stage }: { stage: Negotiation['stage'] }) {
  const { t } = useWords()
  return <Tag tone={stageTone[stage]}>{t(`negotiation.stageName.${stage}`)}</Tag>
}

/** Who has the ball; said whole where no heading says it. */
export function TurnTag({ turn, whole = false }: { turn: NonNullable<Negotiation['turn']>; whole?: boolean }) {
  const { t } = useWords()
  return <Tag tone={turn === 'office' ? 'attention' : 'waiting'} icon={turn === 'office' ? 'edit' : 'hourglass'}>{t(whole ? `negotiation.turnHas.${turn}` : `negotiation.turnName.${turn}`)}</Tag>
}

export const decisionIcon: Record<Decision, IconName> = { accept: 'check', reject: 'close', counter: 'edit', park: 'time', escalate: 'arrow-forward' }
const decisionTone: Record<Decision, Tone> = { accept: 'ok', reject: 'overdue', counter: 'waiting', park: 'attention', escalate: 'attention' }

/** What is said to a change. A member reads it once the vendor has it; until then nothing was answered. */
export function DecisionTag({ decision }: { decision: Decision | undefined }) {
  const { t } = useWords()
  const office = isOffice(useMe())
  if (!decision) return <Tag tone="none">{t(office ? 'negotiation.undecided' : 'negotiation.unanswered')}</Tag>
  return <Tag tone={decisionTone[decision]} icon={decisionIcon[decision]}>{t(`negotiation.decided.${decision}`)}</Tag>
}

/** How much waits and how much touches standard text, each with its sign and its word. */
export function Counted({ changes, undecided, touched }: { changes: number; undecided: number; touched: number }) {
  const { t } = useWords()
  const f = useFormat()
  const office = isOffice(useMe()) // a member is not told what waits: it does not see the verdicts before they are sent
  if (changes === 0) return <span className="k-quiet">{t('negotiation.noChanges')}</span>
  return (
    <span className="k-counted">
      <span><Icon name={undecided === 0 ? 'success' : office ? 'warning' : 'hourglass'} />{undecided > 0 ? !office ? t('negotiation.unansweredAll', { count: changes, formatted: f.number(changes) }) : t('negotiation.undecidedOf', { undecided: f.number(undecided), count: changes, formatted: f.number(changes) }) : t('negotiation.allDecided', { count: changes, formatted: f.number(changes) })}</span>
      {touched > 0 && <span><Icon name="lock" />{t('negotiation.touchedCount', { count: touched, formatted: f.number(touched) })}</span>}
    </span>
  )
}

/** What a clause is called: number and heading, else the part of the file, else its first words. */
export function useClauseName(clauses: readonly Clause[]) {
  const { t } = useWords()
  return (c: Clause): string => {
    const named = [c.number, headingOf(c, clauses)].filter(Boolean).join(' ')
    if (c.number !== '' && named !== '') return named
    const words = (c.after || c.before).trim().split('\n')[0] ?? ''
    const short = words.length > 60 ? `${words.slice(0, 60).trimEnd()} …` : words
    const part = c.part === 'clause' || c.part === 'section' ? '' : t(`negotiation.part.${c.part}`)
    return [part, part === '' || c.part === 'unplaced' ? short : ''].filter(Boolean).join(': ') || t('negotiation.part.empty')
  }
}
