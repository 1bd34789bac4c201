import { useQuery, useQueryClient } from '@tanstack/react-query'
import { useState, type SyntheticEvent } from 'react'
import { api, unwrap } from '../../api/client'
import { ApiError } from '../../api/problem'
import { useFormat, useWords } from '../../i18n'
import { parseDate } from '../../i18n/format'
import { fieldSentence } from '../../i18n/problems'
import { useMay } from '../../session'
import { Alert } from '../../ui/Alert'
import { Field } from '../../ui/form'
import { ErrorState, Skeleton } from '../../ui/states'
import { Tag } from '../../ui/Tag'
import { useUnsaved } from '../../ui/unsaved'
import { policyQuery } from './queries'

/** The dated numbers behind the rule, with their source; the administrator adds one. */
export function Policy() {
  const { t } = useWords()
  const f = useFormat()
  const may = useMay()
  const query = useQuery(policyQuery)
  const rows = query.data?.items.filter((n) => n.key === 'supervision.threshold')
  return (
    <section className="k-section" aria-labelledby="policy">
      <h2 id="policy">{t('scope.policy')}</h2>
      {rows === undefined ? (
        query.error ? <ErrorState error={query.error} retry={() => void query.refetch()} /> : <Skeleton lines={2} />
      ) : (
        <table className="k-texttable">
          <caption className="sr-only">{t('scope.policy')}</caption>
          <thead>
            <tr><th scope="col">{t('scope.policyFrom')}</th><th scope="col">{t('scope.policyValue')}</th><th scope="col">{t('scope.policySource')}</th></tr>
          </thead>
          <tbody>
            {rows.map((n) => (
              <tr key={n.from}>
                <td>{f.date(n.from)}</td>
                <td>{f.number(n.value)}</td>
                <td>{[n.source, n.by].filter(Boolean).join(' · ')} {n.unconfirmed && <Tag tone="attention">{t('scope.unconfirmed')}</Tag>}</td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
      {may('setPolicyNumber') && <NewNumber />}
    </section>
  )
}

function NewNumber() {
  const { t } = useWords()
  const client = useQueryClient()
  const [value, setValue] = useState('')
  const [from, setFrom] = useState('')
  const [source, setSource] = useState('')
  const [error, setError] = useState<unknown>()
  const [wrongDay, setWrongDay] = useState(false)
  const [done, setDone] = useState(false)
  useUnsaved([value, from, source].some((x) => x.trim() !== ''))
  const refused = (pointer: string) => (error instanceof ApiError ? error.fields.find((x) => x.pointer === pointer) : undefined)
  const send = async (event: SyntheticEvent) => {
    event.preventDefault()
    const day = parseDate(from)
    setWrongDay(day === undefined)
    setError(undefined)
    setDone(false)
    if (day === undefined) return
    try {
      await unwrap(api.POST('/api/v1/policy-numbers', { body: { key: 'supervision.threshold', from: day, value: Number(value), source, unconfirmed: false } }))
      await client.invalidateQueries({ queryKey: ['policy-numbers'] })
      void client.invalidateQueries({ queryKey: ['scope'] })
      setDone(true)
      setValue('')
      setFrom('')
      setSource('')
    } catch (refusal) {
      setError(refusal)
    }
  }
  const said = (pointer: string) => {
    const field = refused(pointer)
    return field && fieldSentence(field.code)
  }
  return (
    <form className="k-form" noValidate onSubmit={(event) => void send(event)}>
      <h3>{t('scope.policyAdd')}</h3>
      <p>{t('scope.policyHelp')}</p>
      <div className="k-form__row">
        <Field id="policy-from" label={t('scope.policyFrom')} hint={t('scope.dayHint')} error={wrongDay ? t('scope.dayWrong') : said('/from')}>
          {(p) => <input {...p} className="form-input" value={from} autoComplete="off" onChange={(e) => setFrom(e.target.value)} />}
        </Field>
        <Field id="policy-value" label={t('scope.policyValue')} hint={'1–98'} error={said('/value')}>
          {(p) => <input {...p} className="form-input" inputMode="numeric" value={value} autoComplete="off" onChange={(e) => setValue(e.target.value)} />}
        </Field>
      </div>
      <Field id="policy-source" label={t('scope.policySource')} error={said('/source')}>
        {(p) => <input {...p} className="form-input" maxLength={300} value={source} autoComplete="off" onChange={(e) => setSource(e.target.value)} />}
      </Field>
      {error !== undefined && <ErrorState error={error} />}
      {done && <Alert kind="success" role="status"><p>{t('scope.policyDone')}</p></Alert>}
      <button type="submit" className="button button-secondary">{t('scope.policySend')}</button>
    </form>
  )
}
