import { useQueryClient } from '@tanstack/react-query'
import { useState, type SyntheticEvent } from 'react'
import { api, unwrap } from '../../api/client'
import type { PolicyNumber } from '../../api/policy'
import { useFormat, useWords } from '../../i18n'
import { parseDate } from '../../i18n/format'
import { Alert } from '../../ui/Alert'
import { DayField } from '../../ui/DayField'
import { ErrorSummary, Field, sendOnCtrlEnter, type Mistake } from '../../ui/form'
import { ErrorState } from '../../ui/states'
import { useAct } from '../../ui/useAct'
import { useUnsaved } from '../../ui/unsaved'
import { useAmount } from './useAmount'

const empty = { value: '', from: '', source: '', confirmed: false }

/** The next value of a number, from a day; those before it stay. */
export function NewValue({ number }: { number: PolicyNumber }) {
  const { t } = useWords()
  const f = useFormat()
  const client = useQueryClient()
  const act = useAct()
  const amount = useAmount()
  const [typed, setTyped] = useState(empty)
  const [wrong, setWrong] = useState<Partial<Record<'value' | 'from' | 'source', string>>>({})
  const [attempt, setAttempt] = useState(0)
  const [done, setDone] = useState<string>()
  useUnsaved([typed.value, typed.from, typed.source].some((x) => x.trim() !== ''))
  const put = (patch: Partial<typeof empty>) => setTyped((old) => ({ ...old, ...patch }))
  const range = `${number.least}–${number.most}`
  const send = async (event: SyntheticEvent) => {
    event.preventDefault()
    const day = parseDate(typed.from)
    const value = /^\d{1,4}$/.test(typed.value.trim()) ? Number(typed.value) : undefined
    const outside = value === undefined || value < number.least || value > number.most
    setWrong({
      ...(outside && { value: number.unit === 'yes_no' ? t('policy.chooseMissing') : t('policy.valueWrong', { range }) }),
      ...(day === undefined && { from: t('scope.dayWrong') }),
      ...(typed.source.trim() === '' && { source: t('policy.sourceMissing') }),
    })
    setAttempt((n) => n + 1)
    setDone(undefined)
    act.clear()
    if (outside || day === undefined || typed.source.trim() === '') return
    await act.run(async () => {
      await unwrap(api.POST('/api/v1/policy-numbers', { body: { key: number.key, from: day, value, source: typed.source, unconfirmed: !typed.confirmed } }))
      await client.invalidateQueries({ queryKey: ['policy-numbers'] })
      if (number.key === 'supervision.threshold') void client.invalidateQueries({ queryKey: ['scope'] })
      setDone(t('policy.done', { value: amount(number, value), when: f.date(day) }))
      setTyped(empty)
    })
  }
  const labels = { value: t('policy.amount'), from: t('policy.from'), source: t('policy.source') }
  const says = (name: keyof typeof labels) => wrong[name] ?? act.says(name)
  const mistakes = (Object.keys(labels) as (keyof typeof labels)[]).flatMap((name): Mistake[] => {
    const message = says(name)
    return message ? [{ field: `policy-${name}`, message: `${labels[name]}: ${message}` }] : []
  })
  return (
    <section className="k-section" aria-labelledby="policy-new">
      <h2 id="policy-new">{t('policy.new')}</h2>
      <p>{t('policy.newHelp')}</p>
      <form className="k-form" noValidate onSubmit={(event) => void send(event)} onKeyDown={sendOnCtrlEnter}>
        {act.error && mistakes.length === 0 && <ErrorState error={act.error} focus />}
        <ErrorSummary mistakes={mistakes} attempt={attempt + act.attempt} />
        <Field id="policy-value" label={labels.value} hint={number.unit === 'yes_no' ? undefined : t(`policy.hint.${number.unit}`, { range })} error={says('value')}>
          {(props) => number.unit === 'yes_no' ? (
            <select {...props} className="form-select" value={typed.value} onChange={(event) => put({ value: event.target.value })}>
              <option value="">{t('policy.choose')}</option>
              <option value="1">{t('common.yes')}</option>
              <option value="0">{t('common.no')}</option>
            </select>
          ) : <input {...props} className="form-input k-day" inputMode="numeric" maxLength={4} autoComplete="off" value={typed.value} onChange={(event) => put({ value: event.target.value })} />}
        </Field>
        <DayField id="policy-from" label={labels.from} hint={t('policy.fromHint')} error={says('from')} value={typed.from} onChange={(from) => put({ from })} />
        <Field id="policy-source" label={labels.source} hint={t('policy.sourceHint')} error={says('source')}>
          {(props) => <input {...props} className="form-input" maxLength={300} autoComplete="off" value={typed.source} onChange={(event) => put({ source: event.target.value })} />}
        </Field>
        <label className="k-check"><input type="checkbox" checked={typed.confirmed} onChange={(event) => put({ confirmed: event.target.checked })} /><span>{t('policy.confirm')}</span></label>
        <p className="k-actions"><button type="submit" className="button button-primary" aria-disabled={act.sending}>{t('policy.send')}</button></p>
        {done !== undefined && <Alert kind="success" role="status"><p>{done}</p></Alert>}
      </form>
    </section>
  )
}
