import type { ReactNode } from 'react'

interface Props {
  head: string[]
  /** None at all where only the head is known. */
  rows: ReactNode[][] | undefined
}

/** A table of a text. Where it has no room for its columns each row is a list, so that no word is broken. */
export function TextTable({ head, rows }: Props) {
  return (
    <div className="k-textbox">
      <table className="k-texttable">
        <thead><tr>{head.map((words) => <th key={words} scope="col">{words}</th>)}</tr></thead>
        {rows && <tbody>{rows.map((row, i) => <tr key={i}>{row.map((cell, j) => <td key={j} data-label={head[j]}><div>{cell}</div></td>)}</tr>)}</tbody>}
      </table>
    </div>
  )
}
