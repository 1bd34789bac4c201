import { useState } from 'react'
import { Line, LineChart, ReferenceLine, ResponsiveContainer, XAxis, YAxis } from 'recharts'
import { useFormat, useWords } from '../../i18n'
import type { Overview } from './queries'

const noon = (day: string): number => new Date(`${day}T12:00:00Z`).getTime()

/** One message: does it go on, or has it stopped? From the day it was set to today or its day. The same as a table behind a button. */
export default function Course({ overview: x }: { overview: Overview }) {
  const { t } = useWords()
  const f = useFormat()
  const [table, setTable] = useState(false)
  const points = [{ at: new Date(x.created).getTime(), done: 0 }, ...x.points.map((p) => ({ at: noon(p.day), done: p.done }))].sort((a, b) => a.at - b.at)
  const due = noon(x.due)
  const last = Math.max(due, points.at(-1)?.at ?? due)
  const day = (at: number) => f.date(new Date(at))
  return (
    <figure>
      <figcaption>{t('tasks.courseCaption', { done: f.number(x.done), total: f.number(x.total) })}</figcaption>
      <div className="k-plot" aria-hidden="true">
        <ResponsiveContainer width="100%" height="100%">
          <LineChart data={points} margin={{ top: 16, right: 24, bottom: 8, left: 8 }} accessibilityLayer={false}>
            <XAxis dataKey="at" type="number" domain={['dataMin', last]} ticks={[points[0]?.at ?? due, due]} tickFormatter={day} interval="preserveStartEnd" />
            <YAxis dataKey="done" domain={[0, x.total]} width={48} tickFormatter={f.number} allowDecimals={false} />
            <ReferenceLine y={x.total} stroke="#8e8e8e" strokeDasharray="4 4" />
            <ReferenceLine x={due} stroke="#8e8e8e" strokeDasharray="4 4" label={{ value: t('tasks.due'), position: 'insideTopRight' }} />
            <Line type="stepAfter" dataKey="done" stroke="#0b3b5c" strokeWidth={2} dot={{ r: 3, fill: '#0b3b5c' }} isAnimationActive={false} />
          </LineChart>
        </ResponsiveContainer>
      </div>
      <button type="button" className="k-textbutton" aria-expanded={table} onClick={() => setTable(!table)}>{table ? t('tasks.courseTableHide') : t('tasks.courseTable')}</button>
      {table && (
        <table className="k-texttable">
          <caption className="sr-only">{t('tasks.course')}</caption>
          <thead><tr><th scope="col">{t('tasks.courseDay')}</th><th scope="col">{t('tasks.progress')}</th></tr></thead>
          <tbody>{x.points.map((p) => <tr key={p.day}><td>{f.date(p.day)}</td><td>{f.number(p.done)}</td></tr>)}</tbody>
        </table>
      )}
    </figure>
  )
}
