import { useQueryClient } from '@tanstack/react-query'
import { useCallback, useState } from 'react'
import { api, unwrap } from '../../api/client'
import { useWords } from '../../i18n'
import { Alert } from '../../ui/Alert'
import { ErrorState } from '../../ui/states'
import type { Import } from './queries'

type FieldName = keyof (typeof import('../../i18n/da').da)['intake']['field']

/** The name of a field as it stands on screen. */
export function useFieldName(kind: Import['kind']) {
  const { t } = useWords()
  return useCallback((name: string): string => {
    if (name === 'cvr' && kind !== 'vendors') return t('intake.fieldOwnCvr')
    return t(`intake.field.${name as FieldName}`)
  }, [kind, t])
}

/** Which column means what: every column of the file with its first value. */
export function Columns({ it }: { it: Import }) {
  const { t } = useWords()
  const client = useQueryClient()
  const fieldName = useFieldName(it.kind)
  const [fields, setFields] = useState(() => it.columns.map((c) => c.field))
  const [error, setError] = useState<unknown>()
  const [sending, setSending] = useState(false)
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
            const heading = c.heading || t('intake.noHeading', { n: n + 1 })
            return (
              <tr key={n} role="row">
                <th role="rowheader" scope="row" className="k-main">{heading}</th>
                <td role="cell" data-label={t('intake.sample')}><div className="k-cell">{c.sample ?? '–'}</div></td>
                <td role="cell" data-label={t('intake.means')}>
                  <div className="k-cell">
                    <select className="form-select" aria-label={t('intake.meansFor', { heading })} value={fields[n]} onChange={(event) => setFields(fields.map((x, at) => (at === n ? event.target.value : x)))}>
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
      <p className="k-actions">
        <button type="button" className="button button-primary" aria-disabled={sending} onClick={() => void check()}>
          {it.state === 'mapping' ? t('intake.check') : t('intake.recheck')}
        </button>
      </p>
    </>
  )
}
