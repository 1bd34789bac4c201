import { useQuery, useQueryClient } from '@tanstack/react-query'
import { useRef, useState } from 'react'
import { useForm } from 'react-hook-form'
import { api, unwrap, type Schemas } from '../../api/client'
import { useWords } from '../../i18n'
import { useMay } from '../../session'
import { ErrorSummary, Field, sendOnCtrlEnter, type Mistake } from '../../ui/form'
import { Icon } from '../../ui/Icon'
import { Stale } from '../../ui/Stale'
import { Empty, ErrorState, Skeleton } from '../../ui/states'
import { contactsQuery } from './queries'
import { useRefusal } from '../../ui/useRefusal'
import { useOpened } from '../../ui/useOpened'
import { useUnsaved } from '../../ui/unsaved'

type Contact = Schemas['VendorContact']
const roles: Contact['role'][] = ['contract', 'data_protection', 'security', 'breach', 'signatory']

/** Whom to write to, by what it is about. */
export function Contacts({ vendor }: { vendor: Schemas['VendorDetail'] }) {
  const { t } = useWords()
  const may = useMay()
  const client = useQueryClient()
  const query = useQuery(contactsQuery(vendor.number))
  const refusal = useRefusal()
  const [open, setOpen] = useState<Contact | 'new'>()
  const [asked, setAsked] = useState<number>()
  const heading = useRef<HTMLHeadingElement>(null)
  const canWrite = may('createVendorContact')
  const done = () => {
    setOpen(undefined)
    setAsked(undefined)
    heading.current?.focus({ preventScroll: true })
    void client.invalidateQueries({ queryKey: ['vendors', vendor.number] })
  }
  const remove = async (c: Contact) => {
    refusal.clear()
    try {
      await unwrap(api.DELETE('/api/v1/vendors/{number}/contacts/{id}', { params: { path: { number: vendor.number, id: c.id }, header: { 'If-Match': `"${c.version}"` } } }))
      done()
    } catch (error) {
      refusal.take(error)
    }
  }
  const rows = query.data?.items
  const heads = [t('contact.role'), t('contact.name'), t('contact.email'), t('contact.phone'), ...(canWrite ? [t('contact.act')] : [])]
  return (
    <section aria-labelledby="contacts">
      <h2 id="contacts" ref={heading} tabIndex={-1} className="k-focusless">{t('contact.title')}</h2>
      <div className="k-toolbar">
        <p className="k-quiet">{t('contact.help')}</p>
        {canWrite && <div className="k-toolbar__end"><button type="button" className="button button-secondary" onClick={() => setOpen('new')}><Icon name="plus" />{t('contact.add')}</button></div>}
      </div>
      {refusal.stale ? <Stale detail={refusal.stale} reload={done} /> : refusal.error && <ErrorState error={refusal.error} />}
      {open && <ContactForm key={open === 'new' ? 0 : open.id} number={vendor.number} contact={open === 'new' ? undefined : open} done={done} />}
      {rows === undefined ? (
        query.error ? <ErrorState error={query.error} retry={() => void query.refetch()} /> : <Skeleton lines={4} />
      ) : rows.length === 0 ? (
        <Empty why={t('contact.empty')} />
      ) : (
        <table role="table" className="table k-table">
          <caption className="sr-only">{t('contact.title')}</caption>
          <thead role="rowgroup"><tr role="row">{heads.map((h) => <th key={h} role="columnheader" scope="col">{h}</th>)}</tr></thead>
          <tbody role="rowgroup">
            {rows.map((c) => (
              <tr key={c.id} role="row">
                <th role="rowheader" scope="row">{t(`contact.roleName.${c.role}`)}</th>
                <td role="cell" data-label={t('contact.name')}><div className="k-cell">{c.name}</div></td>
                <td role="cell" data-label={t('contact.email')}><div className="k-cell">{c.email ? <a href={`mailto:${c.email}`}>{c.email}</a> : '–'}</div></td>
                <td role="cell" data-label={t('contact.phone')}><div className="k-cell">{c.phone ?? '–'}</div></td>
                {canWrite && (
                  <td role="cell" data-label={t('contact.act')}>
                    <div className="k-rowacts">
                      {asked === c.id ? (
                        <>
                          <span>{t('contact.removeConfirm', { name: c.name })}</span>
                          <button type="button" className="k-textbutton k-textbutton--row" onClick={() => void remove(c)}>{t('contact.removeYes')}</button>
                          <button type="button" className="k-textbutton k-textbutton--row" onClick={() => setAsked(undefined)}>{t('contact.cancel')}</button>
                        </>
                      ) : (
                        <>
                          <button type="button" className="k-textbutton k-textbutton--row" aria-label={t('contact.editNamed', { name: c.name })} onClick={() => setOpen(c)}>{t('contact.edit')}</button>
                          <button type="button" className="k-textbutton k-textbutton--row" aria-label={t('contact.removeNamed', { name: c.name })} onClick={() => setAsked(c.id)}>{t('contact.remove')}</button>
                        </>
                      )}
                    </div>
                  </td>
                )}
              </tr>
            ))}
          </tbody>
        </table>
      )}
    </section>
  )
}

function ContactForm({ number, contact, done }: { number: number; contact?: Contact; done: () => void }) {
  const { t } = useWords()
  const refusal = useRefusal()
  const [box, onEscape] = useOpened(done)
  const form = useForm<Schemas['VendorContactRequest']>({ defaultValues: { role: contact?.role ?? 'contract', name: contact?.name ?? '', email: contact?.email ?? '', phone: contact?.phone ?? '' } })
  const send = form.handleSubmit(async (body) => {
    refusal.clear()
    try {
      if (contact) await unwrap(api.PATCH('/api/v1/vendors/{number}/contacts/{id}', { params: { path: { number, id: contact.id }, header: { 'If-Match': `"${contact.version}"` } }, body }))
      else await unwrap(api.POST('/api/v1/vendors/{number}/contacts', { params: { path: { number } }, body }))
      done()
    } catch (error) {
      refusal.take(error)
    }
  })
  useUnsaved(form.formState.isDirty, 'tab')
  const names = ['name', 'email', 'phone'] as const
  const mistakes = names.flatMap((name): Mistake[] => {
    const message = refusal.of(name)
    return message ? [{ field: `contact-${name}`, message: `${t(`contact.${name}`)}: ${message}` }] : []
  })
  return (
    <form ref={box} className="k-form k-inset" noValidate onSubmit={(event) => void send(event)} onKeyDown={(event) => { sendOnCtrlEnter(event); onEscape(event) }} aria-labelledby="contact-form">
      <h3 id="contact-form">{contact ? t('contact.editNamed', { name: contact.name }) : t('contact.add')}</h3>
      {refusal.stale && <Stale detail={refusal.stale} reload={done} />}
      {refusal.error && !refusal.stale && mistakes.length === 0 && <ErrorState error={refusal.error} />}
      <ErrorSummary mistakes={mistakes} attempt={form.formState.submitCount} />
      <Field id="contact-role" label={t('contact.role')}>
        {(props) => <select {...props} className="form-select" {...form.register('role')}>{roles.map((r) => <option key={r} value={r}>{t(`contact.roleName.${r}`)}</option>)}</select>}
      </Field>
      <div className="k-form__row">
        {names.map((name) => (
          <Field key={name} id={`contact-${name}`} label={t(`contact.${name}`)} error={refusal.of(name)}>
            {(props) => <input {...props} className="form-input" maxLength={name === 'phone' ? 40 : 200} autoComplete="off" {...form.register(name)} />}
          </Field>
        ))}
      </div>
      <p className="k-actions">
        <button type="submit" className="button button-primary">{t('contact.save')}</button>
        <button type="button" className="button button-secondary" onClick={done}>{t('contact.cancel')}</button>
      </p>
    </form>
  )
}
