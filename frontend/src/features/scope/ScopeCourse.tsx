import { useState } from 'react'
import { Line, LineChart, ReferenceLine, ResponsiveContainer, XAxis, YAxis } from 'recharts'
import { useFormat, useWords } from '../../i18n'
import type { ScopePoint } from './queries'

/** The days on which another threshold began to hold. */
function turns(points: ScopePoint[]): ScopePoint[] {
  return points.filter((p, i) => p.threshold !== undefined && p.threshold !== points[i - 1]?.threshold)
}

/** One message: how many systems were over the threshold, and when the threshold was moved. */
export default function ScopeCourse({ points }: { points: ScopePoint[] }) {
  const { t } = useWords()
  const f = useFormat()
  const [table, setTable] = useState(false)
  const at = (day: string) => new Date(day).getTime()
  const data = points.map((p) => ({ at: at(p.day), inScope: p.inScope }))
  const years = [...new Set(points.map((p) => p.day.slice(0, 4)))].map((year) => at(`${year}-01-01`))
  return (
    <figure>
      <figcaption>{t('scope.courseCaption')}</figcaption>
      <div className="k-plot" aria-hidden="true">
        <ResponsiveContainer width="100%" height="100%">
          <LineChart data={data} margin={{ top: 24, right: 24, bottom: 8, left: 8 }} accessibilityLayer={false}>
            <XAxis dataKey="at" type="number" scale="time" domain={['dataMin', 'dataMax']} ticks={years} tickFormatter={(v: number) => String(new Date(v).getUTCFullYear())} />
            <YAxis dataKey="inScope" width={48} allowDecimals={false} tickFormatter={f.number} />
            {turns(points).map((p) => (
              <ReferenceLine key={p.day} x={at(p.day)} stroke="#8e8e8e" strokeDasharray="4 4" label={{ value: t('scope.courseAt', { value: p.threshold ?? 0 }), position: 'insideTopLeft', fontSize: 13, fill: '#595959' }} />
            ))}
            <Line type="stepAfter" dataKey="inScope" stroke="#0b3b5c" strokeWidth={2} dot={false} isAnimationActive={false} />
          </LineChart>
        </ResponsiveContainer>
      </div>
      <button type="button" className="k-textbutton" aria-expanded={table} onClick={() => setTable(!table)}>{table ? t('scope.tableHide') : t('scope.table')}</button>
      {table && (
        <table className="k-texttable">
          <caption className="sr-only">{t('scope.courseCaption')}</caption>
          <thead><tr><th scope="col">{t('scope.courseDay')}</th><th scope="col">{t('scope.courseCount')}</th><th scope="col">{t('scope.courseThreshold')}</th></tr></thead>
          <tbody>{points.map((p) => <tr key={p.day}><td>{f.date(p.day)}</td><td>{f.number(p.inScope)}</td><td>{p.threshold ?? '–'}</td></tr>)}</tbody>
        </table>
      )}
    </figure>
  )
}
