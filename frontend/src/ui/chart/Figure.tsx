import { useState, type ReactElement } from 'react'
import { ResponsiveContainer } from 'recharts'

/** The colours of a curve and of the lines that it is held against. */
export const curve = '#0b3b5c'
export const against = { stroke: '#8e8e8e', strokeDasharray: '4 4' }

interface Props {
  caption: string
  /** The button to the table, shown and hidden. */
  show: string
  hide: string
  tableCaption: string
  head: [string, string]
  rows: [string, string][]
  children: ReactElement
}

/** Figure is a chart with its message above, and the same numbers as a table behind a button. */
export function Figure({ caption, show, hide, tableCaption, head, rows, children }: Props) {
  const [table, setTable] = useState(false)
  return (
    <figure>
      <figcaption>{caption}</figcaption>
      <div className="k-plot" aria-hidden="true">
        <ResponsiveContainer width="100%" height="100%">{children}</ResponsiveContainer>
      </div>
      <button type="button" className="k-textbutton" aria-expanded={table} onClick={() => setTable(!table)}>{table ? hide : show}</button>
      {table && (
        <table className="k-texttable">
          <caption className="sr-only">{tableCaption}</caption>
          <thead><tr>{head.map((x) => <th key={x} scope="col">{x}</th>)}</tr></thead>
          <tbody>{rows.map(([at, value]) => <tr key={at + value}><td>{at}</td><td>{value}</td></tr>)}</tbody>
        </table>
      )}
    </figure>
  )
}
