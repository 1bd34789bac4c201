import type { Schemas } from '../../api/client'
import { useFormat, useWords } from '../../i18n'
import { Tag, type Tone } from '../../ui/Tag'

type Line = Schemas['AgreementLine']
export type StageName = Schemas['AgreementStage']

export const stages = ['draft', 'hearing', 'review', 'returned', 'approved', 'released'] as const satisfies readonly StageName[]

/** What a stage asks of the secretariat: in a hearing the others are to move, and what came back is to be mended. */
export const tones: Record<StageName, Tone> = { draft: 'attention', hearing: 'waiting', review: 'waiting', returned: 'attention', approved: 'attention', released: 'ok' }

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
