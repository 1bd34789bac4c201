import { useForm, useWatch } from 'react-hook-form'
import { api, unwrap, type Schemas } from '../../api/client'
import { useWords } from '../../i18n'
import { parseDate, typedDate } from '../../i18n/format'
import { ErrorSummary, Field, sendOnCtrlEnter, type Mistake } from '../../ui/form'
import { Stale } from '../../ui/Stale'
import { ErrorState } from '../../ui/states'
import { usePlace } from './places'
import { useRefusal } from '../../ui/useRefusal'
import { useOpened } from '../../ui/useOpened'
import { useUnsaved } from '../../ui/unsaved'

type Territory = Schemas['Territory']

/** A dated row of what a place is to the law. */
export function TerritoryForm({ row, done }: { row?: Territory; done: (saved?: boolean) => void }) {
  const { t } = useWords()
  const place = usePlace()
  const refusal = useRefusal()
  const [box, onEscape] = useOpened(() => done())
  const typed = (iso: string | undefined) => (iso ? typedDate(iso) : '')
  const form = useForm({
    defaultValues: {
      code: row?.code ?? '', kind: row?.kind ?? ('adequacy'), scope: row?.scope ?? ('all'), decision: row?.decision ?? '', from: typed(row?.from),
      to: typed(row?.to), source: row?.source ?? '', note: row?.note ?? '', checkedOn: typed(row?.checkedOn), confirmed: row ? !row.unconfirmed : false,
    },
  })
  const kind = useWatch({ control: form.control, name: 'kind' })
  const send = form.handleSubmit(async (v) => {
    refusal.clear()
    const [to, checkedOn] = [parseDate(v.to), parseDate(v.checkedOn)]
    const body: Schemas['TerritoryRequest'] = {
      code: v.code.trim().toUpperCase(), kind: v.kind, scope: v.kind === 'eea' ? 'all' : v.scope, decision: v.decision, from: parseDate(v.from) ?? '', source: v.source, note: v.note,
      unconfirmed: !v.confirmed, ...(to && { to }), ...(checkedOn && { checkedOn }),
    }
    try {
      if (row) await unwrap(api.PATCH('/api/v1/territories/{id}', { params: { path: { id: row.id }, header: { 'If-Match': `"${row.version}"` } }, body }))
      else await unwrap(api.POST('/api/v1/territories', { body }))
      done(true)
    } catch (error) {
      refusal.take(error)
    }
  })
  useUnsaved(form.formState.isDirty)
  const labels = {
    code: t('territory.code'), decision: t('territory.decision'), from: t('territory.from'), to: t('territory.to'), source: t('territory.source'), note: t('territory.note'), checkedOn: t('territory.checkedOn'),
  }
  type Name = keyof typeof labels
  const says = (name: Name) => form.formState.errors[name]?.message ?? refusal.of(name)
  const mistakes = (Object.keys(labels) as Name[]).flatMap((name): Mistake[] => {
    const message = says(name)
    return message ? [{ field: `territory-${name}`, message: `${labels[name]}: ${message}` }] : []
  })
  const required = { validate: (v: string) => v.trim() !== '' || t('vendorForm.required') }
  const day = (needed: boolean) => ({ validate: (v: string) => (!needed && v.trim() === '') || parseDate(v) !== undefined || t('territory.dayWrong') })
  const input = (name: Name, max: number, more: { hint?: string; optional?: boolean; rule?: object } = {}) => (
    <Field id={`territory-${name}`} label={labels[name]} hint={more.hint} error={says(name)} optional={more.optional}>
      {(props) => <input {...props} className="form-input" maxLength={max} autoComplete="off" {...form.register(name, more.rule ?? {})} />}
    </Field>
  )
  return (
    <form ref={box} className="k-form k-inset" noValidate onSubmit={(event) => void send(event)} onKeyDown={(event) => { sendOnCtrlEnter(event); onEscape(event) }} aria-labelledby="territory-form">
      <h2 id="territory-form">{row ? t('territory.formEdit', { place: place(row.code) }) : t('territory.formAdd')}</h2>
      {refusal.stale && <Stale detail={refusal.stale} reload={() => done()} />}
      {refusal.error && !refusal.stale && mistakes.length === 0 && <ErrorState error={refusal.error} />}
      <ErrorSummary mistakes={mistakes} attempt={form.formState.submitCount} />
      {input('code', 3, { hint: t('territory.codeHint'), rule: required })}
      <div className="k-form__row">
        <Field id="territory-kind" label={t('territory.kind')}>
          {(props) => <select {...props} className="form-select" {...form.register('kind')}>{(['adequacy', 'eea'] as const).map((k) => <option key={k} value={k}>{t(`territory.kindName.${k}`)}</option>)}</select>}
        </Field>
        {kind === 'adequacy' && (
          <Field id="territory-scope" label={t('territory.scope')}>
            {(props) => <select {...props} className="form-select" {...form.register('scope')}>{(['all', 'commercial', 'dpf'] as const).map((s) => <option key={s} value={s}>{t(`territory.scopeName.${s}`)}</option>)}</select>}
          </Field>
        )}
      </div>
      {input('decision', 200, { optional: true })}
      <div className="k-form__row">
        {input('from', 10, { hint: '\u00a0', rule: day(true) })}
        {input('to', 10, { hint: t('territory.toHint'), optional: true, rule: day(false) })}
      </div>
      {input('source', 400, { rule: required })}
      {input('checkedOn', 10, { optional: true, rule: day(false) })}
      {input('note', 1000, { optional: true })}
      <label className="k-check"><input type="checkbox" {...form.register('confirmed')} /><span>{t('territory.confirm')}</span></label>
      <p className="k-actions">
        <button type="submit" className="button button-primary">{t('territory.save')}</button>
        <button type="button" className="button button-secondary" onClick={() => done()}>{t('territory.cancel')}</button>
      </p>
    </form>
  )
}
