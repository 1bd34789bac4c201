import { useState } from 'react'
import { Line, LineChart, ReferenceLine, ResponsiveContainer, XAxis, YAxis } from 'recharts'
import { useFormat, useWords } from '../../i18n'
import { course, thin } from './points'
import type { Batch, BatchItem } from './queries'

/** One message: did it run evenly, or did it stand still? The same as a table behind a button. */
export default function Course({ batch, items }: { batch: Batch; items: BatchItem[] }) {
  const { t } = useWords()
  const f = useFormat()
  const [table, setTable] = useState(false)
  const points = course(batch, items)
  return (
    <figure>
      <figcaption>{t('batch.courseCaption')}</figcaption>
      <div className="k-plot" aria-hidden="true">
        <ResponsiveContainer width="100%" height="100%">
          <LineChart data={points} margin={{ top: 16, right: 24, bottom: 24, left: 8 }} accessibilityLayer={false}>
            <XAxis dataKey="seconds" type="number" domain={[0, 'dataMax']} tickFormatter={f.number} label={{ value: t('batch.courseSeconds'), position: 'insideBottom', offset: -12 }} />
            <YAxis dataKey="done" domain={[0, batch.total]} width={48} tickFormatter={f.number} />
            <ReferenceLine y={batch.total} stroke="#8e8e8e" strokeDasharray="4 4" />
            <Line type="stepAfter" dataKey="done" stroke="#0b3b5c" strokeWidth={2} dot={false} isAnimationActive={false} />
          </LineChart>
        </ResponsiveContainer>
      </div>
      <button type="button" className="k-textbutton" aria-expanded={table} onClick={() => setTable(!table)}>
        {table ? t('batch.courseTableHide') : t('batch.courseTable')}
      </button>
      {table && (
        <table className="k-texttable">
          <caption className="sr-only">{t('batch.courseCaption')}</caption>
          <thead><tr><th scope="col">{t('batch.courseSeconds')}</th><th scope="col">{t('batch.courseDone')}</th></tr></thead>
          <tbody>{thin(points, 12).map((p) => <tr key={p.done}><td>{f.number(p.seconds)}</td><td>{f.number(p.done)}</td></tr>)}</tbody>
        </table>
      )}
    </figure>
  )
}
