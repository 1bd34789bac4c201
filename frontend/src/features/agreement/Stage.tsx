import type { Schemas } from '../../api/client'
import { useFormat, useWords } from '../../i18n'
import { Icon } from '../../ui/Icon'
import { Tag, type Tone } from '../../ui/Tag'

type Line = Schemas['AgreementLine']
export type StageName = Schemas['AgreementStage']

export const stages = ['draft', 'hearing', 'review', 'returned', 'approved', 'released'] as const satisfies readonly StageName[]

/** What a stage asks of the secretariat: in a hearing the others are to move, and what came back is to be mended. */
const tones: Record<StageName, Tone> = { draft: 'attention', hearing: 'waiting', review: 'waiting', returned: 'attention', approved: 'attention', released: 'ok' }

interface ChipsProps {
  count: Schemas['AgreementCount'] | undefined
  chosen: StageName | undefined
  onChoose: (stage: StageName | undefined) => void
}

/** How many agreements there are of each stage; each is also the filter that shows them. */
export function StageChips({ count, chosen, onChoose }: ChipsProps) {
  const { t } = useWords()
  const f = useFormat()
  return (
    <ul className="k-sum__parts k-stages" aria-label={t('stage.label')}>
      {stages.map((stage) => ({ stage, n: count?.stages.find((x) => x.stage === stage)?.count })).map(({ stage, n }) => (
        <li key={stage}>
          <button type="button" className={`k-sum__button k-tag k-tag--${n === 0 ? 'none' : tones[stage]}`} aria-pressed={chosen === stage} onClick={() => onChoose(chosen === stage ? undefined : stage)}>
            <strong>{n === undefined ? '\u00a0' : f.number(n)}</strong> {t(`stage.name.${stage}`)}
            {chosen === stage && <Icon name="close" />}
          </button>
        </li>
      ))}
    </ul>
  )
}

/** The stage, and what there is to know of it: when the hearing ends, what a draft still lacks. */
export function StageCell({ line }: { line: Line }) {
  const { t } = useWords()
  const f = useFormat()
  return (
    <>
      <Tag tone={line.late ? 'overdue' : tones[line.stage]}>{t(`stage.name.${line.stage}`)}</Tag>
      {line.deadline !== undefined && <span className="k-grid__under">{t(line.late ? 'stage.late' : 'stage.deadline', { date: f.date(line.deadline) })}</span>}
      {line.unanswered !== undefined && line.unanswered > 0 && <span className="k-grid__under">{t('stage.unanswered', { count: line.unanswered, formatted: f.number(line.unanswered) })}</span>}
    </>
  )
}
