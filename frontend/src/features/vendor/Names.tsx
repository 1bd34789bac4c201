import { useQueryClient } from '@tanstack/react-query'
import { useRef, useState } from 'react'
import { useForm } from 'react-hook-form'
import { api, unwrap, type Schemas } from '../../api/client'
import { useFormat, useWords } from '../../i18n'
import { parseDate, typedDate } from '../../i18n/format'
import { useMay } from '../../session'
import { ErrorSummary, Field, sendOnCtrlEnter, type Mistake } from '../../ui/form'
import { Icon } from '../../ui/Icon'
import { Stale } from '../../ui/Stale'
import { Empty, ErrorState } from '../../ui/states'
import { useRefusal } from '../../ui/useRefusal'
import { useOpened } from '../../ui/useOpened'
import { useUnsaved } from '../../ui/unsaved'

type Detail = Schemas['VendorDetail']
type Certification = Schemas['Certification']

/** What the vendor was called, and whether it is certified to receive data in the United States. */
export function Names({ vendor }: { vendor: Detail }) {
  const { t } = useWords()
  const f = useFormat()
  const may = useMay()
  const client = useQueryClient()
  const [open, setOpen] = useState<Certification | 'new'>()
  const heading = useRef<HTMLHeadingElement>(null)
  const canWrite = may('createCertification')
  const done = () => {
    setOpen(undefined)
    heading.current?.focus({ preventScroll: true })
    void client.invalidateQueries({ queryKey: ['vendors'] })
  }
  return (
    <div className="k-two">
      <section aria-labelledby="names">
        <h2 id="names">{t('vendorPage.namesTitle')}</h2>
        {vendor.names.length === 0 ? (
          <Empty why={t('vendorPage.namesEmpty')} />
        ) : (
          <ul className="k-rows">
            <li><span>{vendor.name}</span><span className="k-quiet">{vendor.namedFrom ? t('vendorPage.since', { from: f.date(vendor.namedFrom) }) : t('vendorPage.nameNow')}</span></li>
            {vendor.names.map((n) => (
              <li key={n.to + n.name}><span>{n.name}</span><span className="k-quiet">{n.from ? t('vendorPage.period', { from: f.date(n.from), to: f.date(n.to) }) : t('vendorPage.until', { to: f.date(n.to) })}</span></li>
            ))}
          </ul>
        )}
      </section>
      <section aria-labelledby="dpf">
        <h2 id="dpf" ref={heading} tabIndex={-1} className="k-focusless">{t('vendorPage.dpfTitle')}</h2>
        <p className="k-quiet">{t('vendorPage.dpfHelp')}</p>
        {open && <DpfForm key={open === 'new' ? 0 : open.id} number={vendor.number} certification={open === 'new' ? undefined : open} done={done} />}
        {vendor.certifications.length === 0 ? (
          <Empty why={t('vendorPage.dpfEmpty')} />
        ) : (
          <ul className="k-rows">
            {vendor.certifications.map((c) => (
              <li key={c.id}>
                <span>
                  {c.to ? t('vendorPage.period', { from: f.date(c.from), to: f.date(c.to) }) : t('vendorPage.since', { from: f.date(c.from) })}
                  <span className="k-tier__service">{c.hr ? t('vendorPage.dpfHR') : t('vendorPage.dpfNotHR')}</span>
                  <span className="k-tier__service">{[t('vendorPage.dpfChecked', { when: f.date(c.checkedOn) }), c.source].filter(Boolean).join(' · ')}</span>
                </span>
                {canWrite && <button type="button" className="k-textbutton k-textbutton--row" onClick={() => setOpen(c)}>{t('vendorPage.dpfEnd')}</button>}
              </li>
            ))}
          </ul>
        )}
        {canWrite && !open && <p className="k-section"><button type="button" className="button button-secondary" onClick={() => setOpen('new')}><Icon name="plus" />{t('vendorPage.dpfAdd')}</button></p>}
      </section>
    </div>
  )
}

function DpfForm({ number, certification: c, done }: { number: number; certification?: Certification; done: () => void }) {
  const { t } = useWords()
  const refusal = useRefusal()
  const [box, onEscape] = useOpened(done)
  const typed = (iso: string | undefined) => (iso ? typedDate(iso) : '')
  const form = useForm({ defaultValues: { from: typed(c?.from), to: typed(c?.to), hr: c?.hr ?? false, checkedOn: typed(c?.checkedOn), source: c?.source ?? '' } })
  const send = form.handleSubmit(async (v) => {
    refusal.clear()
    const to = parseDate(v.to)
    const body = { from: parseDate(v.from) ?? '', hr: v.hr, checkedOn: parseDate(v.checkedOn) ?? '', source: v.source, ...(to && { to }) }
    try {
      if (c) await unwrap(api.PATCH('/api/v1/vendors/{number}/certifications/{id}', { params: { path: { number, id: c.id }, header: { 'If-Match': `"${c.version}"` } }, body }))
      else await unwrap(api.POST('/api/v1/vendors/{number}/certifications', { params: { path: { number } }, body }))
      done()
    } catch (error) {
      refusal.take(error)
    }
  })
  useUnsaved(form.formState.isDirty, 'tab')
  const labels = { from: t('vendorPage.dpfFrom'), to: t('vendorPage.dpfTo'), checkedOn: t('vendorPage.dpfCheckedOn') }
  const days = ['from', 'to', 'checkedOn'] as const
  const says = (name: (typeof days)[number]) => form.formState.errors[name]?.message ?? refusal.of(name)
  const mistakes = days.flatMap((name): Mistake[] => {
    const message = says(name)
    return message ? [{ field: `dpf-${name}`, message: `${labels[name]}: ${message}` }] : []
  })
  return (
    <form ref={box} className="k-form k-inset" noValidate onSubmit={(event) => void send(event)} onKeyDown={(event) => { sendOnCtrlEnter(event); onEscape(event) }} aria-label={t('vendorPage.dpfAdd')}>
      {refusal.stale && <Stale detail={refusal.stale} reload={done} />}
      {refusal.error && !refusal.stale && mistakes.length === 0 && <ErrorState error={refusal.error} />}
      <ErrorSummary mistakes={mistakes} attempt={form.formState.submitCount} />
      <div className="k-form__row">
        {days.map((name) => (
          <Field key={name} id={`dpf-${name}`} label={labels[name]} error={says(name)} optional={name === 'to'}>
            {(props) => <input {...props} className="form-input" maxLength={10} autoComplete="off" {...form.register(name, { validate: (v) => (name === 'to' && v.trim() === '') || parseDate(v) !== undefined || t('vendorForm.dayWrong') })} />}
          </Field>
        ))}
      </div>
      <Field id="dpf-source" label={t('vendorPage.dpfSource')} optional>
        {(props) => <input {...props} className="form-input" maxLength={400} autoComplete="off" {...form.register('source')} />}
      </Field>
      <label className="k-check"><input type="checkbox" {...form.register('hr')} /><span>{t('vendorPage.dpfHR')}</span></label>
      <p className="k-actions">
        <button type="submit" className="button button-primary">{t('vendorPage.dpfSave')}</button>
        <button type="button" className="button button-secondary" onClick={done}>{t('contact.cancel')}</button>
      </p>
    </form>
  )
}
