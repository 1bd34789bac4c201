import { useFormat } from '../i18n'
import { Icon } from './Icon'
import type { Tone } from './Tag'

interface Props<Stage extends string> {
  /** What the chips are of. */
  label: string
  stages: readonly { stage: Stage; name: string; tone: Tone }[]
  count: { stages: { stage: Stage; count: number }[] } | undefined
  chosen: Stage | undefined
  onChoose: (stage: Stage | undefined) => void
}

/** How many rows of a list there are of each stage; each is also the filter that shows them. */
export function StageChips<Stage extends string>({ label, stages, count, chosen, onChoose }: Props<Stage>) {
  const f = useFormat()
  return (
    <ul className="k-sum__parts k-stages" aria-label={label}>
      {stages.map(({ stage, name, tone }) => ({ stage, name, tone, n: count?.stages.find((x) => x.stage === stage)?.count })).map(({ stage, name, tone, n }) => (
        <li key={stage}>
          <button type="button" className={`k-sum__button k-tag k-tag--${n === 0 ? 'none' : tone}`} aria-pressed={chosen === stage} onClick={() => onChoose(chosen === stage ? undefined : stage)}>
            <strong>{n === undefined ? '\u00a0' : f.number(n)}</strong> {name}
            {chosen === stage && <Icon name="close" />}
          </button>
        </li>
      ))}
    </ul>
  )
}
