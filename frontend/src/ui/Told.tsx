import { useFormat, useWords } from '../i18n'
import { Alert } from './Alert'
import { Scrolled } from './Scrolled'

/** How many rows are listed; all of them are counted and written. */
const listed = 200

export interface Refused {
  key: string
  name: string
  why: string
}

/** What was left as it stood, and why, row by row. */
export function Left({ rows }: { rows: Refused[] }) {
  const { t } = useWords()
  const f = useFormat()
  return (
    <Scrolled as="ul" className="k-preview__list">
      {rows.slice(0, listed).map((r) => <li key={r.key}><strong>{r.name}</strong>{` · ${r.why}`}</li>)}
      {rows.length > listed && <li>{t('bulk.more', { formatted: f.number(rows.length - listed) })}</li>}
    </Scrolled>
  )
}

interface Props {
  /** Sentences over the table: what is the same already, what was left out. */
  facts?: string[]
  refused: Refused[]
  /** What the refused rows have in common. */
  heading: string
  caption: string
  /** Heads of what names a row. */
  name: string
  cell?: string
  rows: { key: string; name: string; cell?: string; before: string; after: string }[]
  /** Said where no row changes. */
  nothing?: string
}

/** What a change does before it is done: rows with before and after, and rows that it cannot reach. */
export function Told({ facts = [], refused, heading, caption, name, cell, rows, nothing }: Props) {
  const { t } = useWords()
  const f = useFormat()
  return (
    <>
      {facts.length > 0 && <p className="k-quiet">{facts.join(' ')}</p>}
      {refused.length > 0 && <Alert kind="warning" heading={heading}><Left rows={refused} /></Alert>}
      {rows.length === 0 ? nothing !== undefined && <p>{nothing}</p> : (
        <Scrolled as="div" className="k-preview__table" role="group" aria-label={caption}>
          <table className="table k-table k-table--compact">
            <caption className="sr-only">{caption}</caption>
            <thead><tr><th scope="col">{name}</th>{cell !== undefined && <th scope="col">{cell}</th>}<th scope="col">{t('bulk.before')}</th><th scope="col">{t('bulk.after')}</th></tr></thead>
            <tbody>
              {rows.slice(0, listed).map((c) => (
                <tr key={c.key}>
                  <th scope="row" className="k-main">{c.name}</th>
                  {cell !== undefined && <td data-label={cell}>{c.cell}</td>}
                  <td data-label={t('bulk.before')}><del>{c.before}</del></td>
                  <td data-label={t('bulk.after')}><strong>{c.after}</strong></td>
                </tr>
              ))}
            </tbody>
          </table>
          {rows.length > listed && <p className="k-quiet">{t('bulk.more', { formatted: f.number(rows.length - listed) })}</p>}
        </Scrolled>
      )}
    </>
  )
}
