import { useQueryClient } from '@tanstack/react-query'
import { useCallback, useState } from 'react'
import { api, unwrap } from '../../api/client'
import { useWords } from '../../i18n'
import { Alert } from '../../ui/Alert'
import { ErrorState } from '../../ui/states'
import { Tag } from '../../ui/Tag'
import type { Import } from './queries'

type FieldName = keyof (typeof import('../../i18n/da/intake').intake)['field']

/** The name of a field as it stands on screen. */
export function useFieldName(kind: Import['kind']) {
  const { t } = useWords()
  return useCallback((name: string): string => {
    if (name === 'cvr' && kind !== 'vendors') return t('intake.fieldOwnCvr')
    return t(`intake.field.${name as FieldName}`)
  }, [kind, t])
}

/** The column of errors that we add to a file; sent again it needs no meaning. */
export const ours = (heading: string) => ['fejl', 'error'].includes(heading.toLowerCase())

/** Which column means what: every column of the file with its first value. */
export function Columns({ it }: { it: Import }) {
  const { t } = useWords()
  const client = useQueryClient()
  const fieldName = useFieldName(it.kind)
  const [fields, setFields] = useState(() => it.columns.map((c) => c.field))
  const [error, setError] = useState<unknown>()
  const [sending, setSending] = useState(false)
  // Before the list is checked, a column without a meaning is one that nobody recognised; after, one that was left out.
  const doubt = it.columns.map((c) => it.state === 'mapping' && c.field === '' && !ours(c.heading))
  const heading = (n: number) => it.columns[n]?.heading || t('intake.noHeading', { n: n + 1 })
  const unknown = it.columns.flatMap((_, n) => (doubt[n] ? [`»${heading(n)}«`] : []))
  const check = async () => {
    if (sending) return
    setSending(true)
    setError(undefined)
    try {
      const now = await unwrap(api.PUT('/api/v1/imports/{id}/columns', { params: { path: { id: it.id }, header: { 'If-Match': `"${it.version}"` } }, body: { fields } }))
      client.setQueryData(['imports', it.id], now)
    } catch (refusal) {
      setError(refusal)
      setSending(false)
    }
  }
  return (
    <>
      {error !== undefined && <ErrorState error={error} />}
      {it.missing.length > 0 && <Alert kind="warning"><p>{t('intake.columnsMissing', { fields: it.missing.map(fieldName).join(', ') })}</p></Alert>}
      {unknown.length > 0 && <Alert kind="warning"><p>{t('intake.columnsUnknown', { count: unknown.length, columns: unknown.join(', ') })}</p></Alert>}
      <table role="table" className="table k-table k-table--compact">
        <caption className="sr-only">{t('intake.columnsTitle')}</caption>
        <thead role="rowgroup">
          <tr role="row">
            <th role="columnheader" scope="col">{t('intake.column')}</th>
            <th role="columnheader" scope="col">{t('intake.sample')}</th>
            <th role="columnheader" scope="col">{t('intake.means')}</th>
          </tr>
        </thead>
        <tbody role="rowgroup">
          {it.columns.map((c, n) => {
            const open = doubt[n] && fields[n] === ''
            return (
              <tr key={n} role="row">
                <th role="rowheader" scope="row" className="k-main">
                  <div className="k-cell">
                    {heading(n)}
                    {open && <div><Tag tone="attention">{t('intake.columnUnknown')}</Tag></div>}
                  </div>
                </th>
                <td role="cell" data-label={t('intake.sample')}><div className="k-cell">{c.sample ?? '–'}</div></td>
                <td role="cell" data-label={t('intake.means')}>
                  <div className="k-cell">
                    <select className="form-select" aria-label={t('intake.meansFor', { heading: heading(n) })} value={fields[n]} onChange={(event) => setFields(fields.map((x, at) => (at === n ? event.target.value : x)))}>
                      <option value="">{t('intake.unused')}</option>
                      {it.fields.map((x) => (
                        <option key={x.name} value={x.name} disabled={fields.some((used, at) => at !== n && used === x.name)}>{fieldName(x.name)}{x.required ? ' *' : ''}</option>
                      ))}
                    </select>
                  </div>
                </td>
              </tr>
            )
          })}
        </tbody>
      </table>
      <p className="k-actions k-under">
        <button type="button" className="button button-primary" aria-disabled={sending} onClick={() => void check()}>
          {it.state === 'mapping' ? t('intake.check') : t('intake.recheck')}
        </button>
      </p>
    </>
  )
}
