import { Line, LineChart, ReferenceLine, XAxis, YAxis } from 'recharts'
import { useFormat, useWords } from '../../i18n'
import { against, curve, Figure } from '../../ui/chart/Figure'
import type { Overview } from './queries'

const noon = (day: string): number => new Date(`${day}T12:00:00Z`).getTime()

/** One message: does it go on, or has it stopped? From the day it was set to today or its day. */
export default function Course({ overview: x }: { overview: Overview }) {
  const { t } = useWords()
  const f = useFormat()
  const points = [{ at: new Date(x.created).getTime(), done: 0 }, ...x.points.map((p) => ({ at: noon(p.day), done: p.done }))].sort((a, b) => a.at - b.at)
  const due = noon(x.due)
  const last = Math.max(due, points.at(-1)?.at ?? due)
  const day = (at: number) => f.date(new Date(at))
  return (
    <Figure caption={t('tasks.courseCaption', { done: f.number(x.done), total: f.number(x.total) })} show={t('tasks.courseTable')} hide={t('tasks.courseTableHide')} tableCaption={t('tasks.course')}
      head={[t('tasks.courseDay'), t('tasks.progress')]} rows={x.points.map((p) => [f.date(p.day), f.number(p.done)])}>
      <LineChart data={points} margin={{ top: 16, right: 24, bottom: 8, left: 8 }} accessibilityLayer={false}>
        <XAxis dataKey="at" type="number" domain={['dataMin', last]} ticks={[points[0]?.at ?? due, due]} tickFormatter={day} interval="preserveStartEnd" />
        <YAxis dataKey="done" domain={[0, x.total]} width={48} tickFormatter={f.number} allowDecimals={false} />
        <ReferenceLine y={x.total} {...against} />
        <ReferenceLine x={due} {...against} label={{ value: t('tasks.due'), position: 'insideTopRight' }} />
        <Line type="stepAfter" dataKey="done" stroke={curve} strokeWidth={2} dot={{ r: 3, fill: curve }} isAnimationActive={false} />
      </LineChart>
    </Figure>
  )
}
