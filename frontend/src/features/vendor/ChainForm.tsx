import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { useState } from 'react'
import { useForm } from 'react-hook-form'
import { api, unwrap, type Schemas } from '../../api/client'
import { useWords } from '../../i18n'
import { parseDate, typedDate } from '../../i18n/format'
import { ErrorSummary, Field, sendOnCtrlEnter, type Mistake } from '../../ui/form'
import { Stale } from '../../ui/Stale'
import { ErrorState } from '../../ui/states'
import { usePlace } from './places'
import { vendorHits } from './queries'
import { useRefusal } from '../../ui/useRefusal'
import { useOpened } from '../../ui/useOpened'
import { useUnsaved } from '../../ui/unsaved'

type Row = Schemas['Subprocessor']
const bases: Schemas['TransferBasis'][] = ['eea', 'adequacy', 'dpf', 'scc', 'bcr', 'other', 'none']

interface Values {
  processor: string
  service: string
  system: string
  storage: string
  processing: string
  remote: string
  basis: Schemas['TransferBasis']
  note: string
  from: string
  parent: string
}

interface Props {
  vendor: Schemas['VendorDetail']
  /** The system that is looked at: a new row is for it, unless somebody chooses otherwise. */
  system?: number
  row?: Row
  under?: Row
  /** The rows on screen: where a row may be moved to. */
  rows: Row[]
  done: (said?: string) => void
}

const today = () => new Date().toISOString().slice(0, 10)
const list = (text: string) => text.split(/[,;]/).map((x) => x.trim()).filter(Boolean)
const named = (who: { name: string; number: number }) => `${who.name} (${who.number})`

/** The rows that this one may stand under: for the same system, and neither itself nor below it. */
function homesOf(row: Row, rows: Row[]): Row[] {
  const below = new Set([row.id])
  for (const r of rows) if (r.parent !== undefined && below.has(r.parent)) below.add(r.id) // in reading order: parents come first
  return rows.filter((r) => !below.has(r.id) && r.system?.number === row.system?.number)
}

/** A row of the tree: a new one, one under another, or one to be changed. */
export function ChainForm({ vendor, system, row, under, rows, done }: Props) {
  const { t } = useWords()
  const place = usePlace()
  const refusal = useRefusal()
  const [box, onEscape] = useOpened(() => done())
  const words = (codes: string[]) => codes.map((code) => (code === 'EU' || code === 'EPO' ? code : place(code))).join(', ')
  const form = useForm<Values>({
    defaultValues: row
      ? { processor: named(row.processor), service: row.service, system: '', storage: words(row.storage), processing: words(row.processing), remote: words(row.remote), basis: row.basis, note: row.note ?? '', from: typedDate(row.from), parent: String(row.parent ?? '') }
      : { processor: '', service: '', system: system ? String(system) : '', storage: '', processing: '', remote: '', basis: 'none', note: '', from: typedDate(today()), parent: String(under?.id ?? '') },
  })
  const send = form.handleSubmit(async (v) => {
    refusal.clear()
    const body: Schemas['SubprocessorRequest'] = {
      processor: Number(/\((\d+)\)$/.exec(v.processor)?.[1]),
      service: v.service,
      storage: list(v.storage),
      processing: list(v.processing),
      remote: list(v.remote),
      basis: v.basis,
      note: v.note,
      from: parseDate(v.from) ?? today(),
      ...(v.parent !== '' && { parent: Number(v.parent) }),
      ...(!under && v.system !== '' && { system: Number(v.system) }),
    }
    try {
      if (row) await unwrap(api.PATCH('/api/v1/subprocessors/{id}', { params: { path: { id: row.id }, header: { 'If-Match': `"${row.version}"` } }, body }))
      else await unwrap(api.POST('/api/v1/vendors/{number}/subprocessors', { params: { path: { number: vendor.number } }, body }))
      done(t('chain.saved'))
    } catch (error) {
      refusal.take(error)
    }
  })
  const homes = row ? homesOf(row, rows) : []
  const { errors, submitCount, isSubmitting, isDirty } = form.formState
  useUnsaved(isDirty, 'tab')
  const says = (name: keyof Values) => errors[name]?.message ?? refusal.of(name)
  const label: Record<'processor' | 'parent' | 'storage' | 'processing' | 'remote' | 'note' | 'from', string> = {
    processor: t('chain.processor'), parent: t('chain.under'), storage: t('chain.storage'), processing: t('chain.processing'), remote: t('chain.remote'), note: t('chain.note'), from: t('chain.from'),
  }
  const names = Object.keys(label) as (keyof typeof label)[]
  const mistakes = names.flatMap((name): Mistake[] => {
    const message = says(name)
    return message ? [{ field: `chain-${name}`, message: `${label[name]}: ${message}` }] : []
  })
  const text = (name: 'service' | 'storage' | 'processing' | 'remote' | 'note' | 'from', more: { hint?: string; optional?: boolean; heading: string; max: number }) => (
    <Field id={`chain-${name}`} label={more.heading} hint={more.hint} error={says(name)} optional={more.optional}>
      {(props) => (
        <input {...props} className="form-input" maxLength={more.max} autoComplete="off"
          {...form.register(name, name === 'from' ? { validate: (v) => parseDate(v) !== undefined || t('chain.dayWrong') } : {})} />
      )}
    </Field>
  )
  return (
    <form ref={box} className="k-form k-inset" noValidate aria-labelledby="chain-form" onSubmit={(event) => void send(event)}
      onKeyDown={(event) => { sendOnCtrlEnter(event); onEscape(event) }}>
      <h3 id="chain-form">{row ? t('chain.formEdit', { name: row.processor.name }) : under ? t('chain.formAddUnder', { name: under.processor.name }) : t('chain.formAdd')}</h3>
      {refusal.stale && <Stale detail={refusal.stale} reload={() => done()} />}
      {refusal.error && !refusal.stale && mistakes.length === 0 && <ErrorState error={refusal.error} />}
      <ErrorSummary mistakes={mistakes} attempt={submitCount} />
      <Processor form={form} error={says('processor')} />
      {row && (
        <Field id="chain-parent" label={t('chain.under')} hint={t('chain.underHint')} error={says('parent')}>
          {(props) => (
            <select {...props} className="form-select" {...form.register('parent')}>
              <option value="">{t('chain.underVendor', { name: vendor.name })}</option>
              {row.parent !== undefined && !homes.some((h) => h.id === row.parent) && <option value={row.parent}>{t('chain.underAsNow')}</option>}
              {homes.map((h) => <option key={h.id} value={h.id}>{`${t('chain.tier', { tier: h.tier })} ${h.processor.name}`}</option>)}
            </select>
          )}
        </Field>
      )}
      {text('service', { heading: t('chain.service'), optional: true, max: 400 })}
      {!row && !under && vendor.systems.length > 0 && (
        <Field id="chain-system" label={t('chain.system')}>
          {(props) => (
            <select {...props} className="form-select" {...form.register('system')}>
              <option value="">{t('chain.systemAll')}</option>
              {vendor.systems.map((s) => <option key={s.number} value={s.number}>{s.name}</option>)}
            </select>
          )}
        </Field>
      )}
      <fieldset className="k-choices" aria-describedby="chain-places">
        <legend>{t('chain.places')}</legend>
        <p className="k-quiet" id="chain-places">{t('chain.placesHint')}</p>
        <div className="k-form__row">
          {text('storage', { heading: t('chain.storage'), max: 400 })}
          {text('processing', { heading: t('chain.processing'), max: 400 })}
          {text('remote', { heading: t('chain.remote'), max: 400 })}
        </div>
      </fieldset>
      <div className="k-form__row">
        <Field id="chain-basis" label={t('chain.basis')}>
          {(props) => (
            <select {...props} className="form-select" {...form.register('basis')}>
              {bases.map((b) => <option key={b} value={b}>{t(`chain.basisName.${b}`)}</option>)}
            </select>
          )}
        </Field>
        {text('from', { heading: t('chain.from'), max: 10 })}
      </div>
      {text('note', { heading: t('chain.note'), optional: true, max: 1000 })}
      <p className="k-actions">
        <button type="submit" className="button button-primary" aria-disabled={isSubmitting}>{t('chain.save')}</button>
        <button type="button" className="button button-secondary" onClick={() => done()}>{t('chain.cancel')}</button>
      </p>
    </form>
  )
}

/** Who it is: typed, and chosen from the vendors that fit. */
function Processor({ form, error }: { form: ReturnType<typeof useForm<Values>>; error?: string }) {
  const { t } = useWords()
  const [typed, setTyped] = useState('')
  const hits = useQuery(vendorHits(typed.replace(/ \(\d+\)$/, '')))
  const none = typed.trim().length > 1 && hits.data?.items.length === 0
  return (
    <Field
      id="chain-processor"
      label={t('chain.processor')}
      hint={none ? <>{t('chain.processorNone')} <Link to="/vendors/new">{t('chain.processorCreate')}</Link></> : t('chain.processorHint')}
      error={error}
    >
      {(props) => (
        <>
          <input {...props} className="form-input" list="chain-vendors" autoComplete="off" maxLength={240}
            {...form.register('processor', {
              onChange: (event: { target: { value: string } }) => setTyped(event.target.value),
              validate: (v) => {
                if (/\(\d+\)$/.test(v)) return true
                // One that is named in full need not be picked.
                const only = hits.data?.items.filter((h) => h.name.toLowerCase() === v.trim().toLowerCase()) ?? []
                if (only.length !== 1 || !only[0]) return t('chain.processorPick')
                form.setValue('processor', named(only[0]))
                return true
              },
            })} />
          <datalist id="chain-vendors">
            {hits.data?.items.map((h) => <option key={h.number} value={named(h)} />)}
          </datalist>
        </>
      )}
    </Field>
  )
}

/** The last day of a row and of all below it. */
export function EndForm({ row, done }: { row: Row; done: (said?: string) => void }) {
  const { t } = useWords()
  const refusal = useRefusal()
  const [box, onEscape] = useOpened(() => done())
  const form = useForm<{ to: string }>({ defaultValues: { to: typedDate(row.to ?? today()) } })
  const send = form.handleSubmit(async ({ to }) => {
    refusal.clear()
    try {
      const ended = await unwrap(api.POST('/api/v1/subprocessors/{id}/end', { params: { path: { id: row.id }, header: { 'If-Match': `"${row.version}"` } }, body: { to: parseDate(to) ?? today() } }))
      done(t('chain.ended', { count: ended.total }))
    } catch (error) {
      refusal.take(error)
    }
  })
  useUnsaved(form.formState.isDirty, 'tab')
  return (
    <form ref={box} className="k-form k-inset" noValidate aria-labelledby="end-form" onSubmit={(event) => void send(event)}
      onKeyDown={(event) => { sendOnCtrlEnter(event); onEscape(event) }}>
      <h3 id="end-form">{t('chain.formEnd', { name: row.processor.name })}</h3>
      {refusal.stale && <Stale detail={refusal.stale} reload={() => done()} />}
      {refusal.error && !refusal.stale && !refusal.of('to') && <ErrorState error={refusal.error} />}
      <Field id="end-to" label={t('chain.lastDay')} hint={t('chain.endHelp')} error={form.formState.errors.to?.message ?? refusal.of('to')}>
        {(props) => <input {...props} className="form-input" maxLength={10} autoComplete="off" {...form.register('to', { validate: (v) => parseDate(v) !== undefined || t('chain.dayWrong') })} />}
      </Field>
      <p className="k-actions">
        <button type="submit" className="button button-primary">{t('chain.endSend')}</button>
        <button type="button" className="button button-secondary" onClick={() => done()}>{t('chain.cancel')}</button>
      </p>
    </form>
  )
}
