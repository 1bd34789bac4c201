import { Line, LineChart, ReferenceLine, XAxis, YAxis } from 'recharts'
import { useFormat, useWords } from '../../i18n'
import { against, curve, Figure } from '../../ui/chart/Figure'
import { course, thin } from './points'
import type { Batch, BatchItem } from './queries'

/** One message: did it run evenly, or did it stand still? */
export default function Course({ batch, items }: { batch: Batch; items: BatchItem[] }) {
  const { t } = useWords()
  const f = useFormat()
  const points = course(batch, items)
  return (
    <Figure caption={t('batch.courseCaption')} show={t('batch.courseTable')} hide={t('batch.courseTableHide')} tableCaption={t('batch.courseCaption')}
      head={[t('batch.courseSeconds'), t('batch.courseDone')]} rows={thin(points, 12).map((p) => [f.number(p.seconds), f.number(p.done)])}>
      <LineChart data={points} margin={{ top: 16, right: 24, bottom: 24, left: 8 }} accessibilityLayer={false}>
        <XAxis dataKey="seconds" type="number" domain={[0, 'dataMax']} tickFormatter={f.number} label={{ value: t('batch.courseSeconds'), position: 'insideBottom', offset: -12 }} />
        <YAxis dataKey="done" domain={[0, batch.total]} width={48} tickFormatter={f.number} />
        <ReferenceLine y={batch.total} {...against} />
        <Line type="stepAfter" dataKey="done" stroke={curve} strokeWidth={2} dot={false} isAnimationActive={false} />
      </LineChart>
    </Figure>
  )
}
