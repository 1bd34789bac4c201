import { useQuery, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { api, unwrap, type Schemas } from '../../api/client'
import { useFormat, useWords } from '../../i18n'
import { isOffice, useMay, useMe } from '../../session'
import { Alert } from '../../ui/Alert'
import { DataTable, type Column } from '../../ui/DataTable'
import { Facts } from '../../ui/Facts'
import { Field, sendOnCtrlEnter } from '../../ui/form'
import { Stale } from '../../ui/Stale'
import { ErrorState, Loaded } from '../../ui/states'
import { Tag } from '../../ui/Tag'
import { useAct } from '../../ui/useAct'
import { useUnsaved } from '../../ui/unsaved'
import { today } from './AddressSection'
import { colleaguesQuery, organisationSettings } from './queries'

type Contact = Schemas['ContactPeriod']

/** Who is, was and will be the organisation's contact person. */
export function ContactsSection({ contacts }: { contacts: Contact[] }) {
  const { t } = useWords()
  const f = useFormat()
  const on = today()
  const columns: Column<Contact>[] = [
    { id: 'name', head: t('users.name'), main: true, cell: (c) => c.name },
    { id: 'email', head: t('users.email'), cell: (c) => c.email ?? '–' },
    { id: 'period', head: t('organisation.contactsPeriod'), cell: (c) => (c.to ? t('organisation.fromTo', { from: f.date(c.from), to: f.date(c.to) }) : t('organisation.from', { from: f.date(c.from) })) },
    { id: 'state', head: t('organisation.stateHead'), cell: (c) => c.left || (c.to && c.to < on) ? <Tag tone="none">{t('organisation.contactsThen')}</Tag> : c.from > on ? <Tag tone="waiting">{t('organisation.contactsLater')}</Tag> : <Tag tone="ok">{t('organisation.contactsNow')}</Tag> },
  ]
  return (
    <section className="k-section" aria-labelledby="contacts">
      <h2 id="contacts">{t('organisation.contactsTitle')}</h2>
      {contacts.length === 0 ? <p className="k-quiet">{t('organisation.contactsNone')}</p> : <DataTable caption={t('organisation.contactsTitle')} columns={columns} rows={contacts} rowKey={(c) => c.id} />}
    </section>
  )
}

/** How the organisation works: read by the office, chosen by its contact person. */
export function SettingsSection({ id }: { id: number }) {
  const { t } = useWords()
  const me = useMe()
  const may = useMay()
  const query = useQuery(organisationSettings(id))
  const [savedAs, setSavedAs] = useState<number>()
  return (
    <section className="k-section" aria-labelledby="settings">
      <h2 id="settings">{isOffice(me) ? t('organisation.settingsTitleOffice') : t('organisation.settingsTitle')}</h2>
      <Loaded query={query}>
        {(settings) => may('decideOrganisationSettings') ? (
          <SettingsForm key={settings.version} id={id} settings={settings} saved={savedAs === settings.version} onSaved={setSavedAs} />
        ) : (
          <Facts items={[
            { label: t('organisation.responsible'), value: settings.responsible?.name ?? t('organisation.responsibleNone') },
            { label: t('organisation.deciders'), value: t(`organisation.decider.${settings.deciders}`) },
          ]} />
        )}
      </Loaded>
    </section>
  )
}

function SettingsForm({ id, settings, saved, onSaved }: { id: number; settings: Schemas['OrganisationSettings']; saved: boolean; onSaved: (version: number) => void }) {
  const { t } = useWords()
  const client = useQueryClient()
  const act = useAct()
  const colleagues = useQuery(colleaguesQuery)
  const [responsible, setResponsible] = useState(settings.responsible ? String(settings.responsible.id) : '')
  const [deciders, setDeciders] = useState(settings.deciders)
  const items = (colleagues.data?.items ?? []).map((u) => ({ id: u.id, name: u.name }))
  if (settings.responsible && !items.some((u) => u.id === settings.responsible?.id)) items.unshift(settings.responsible)
  const send = () =>
    act.run(async () => {
      const now = await unwrap(api.PUT('/api/v1/organisations/{id}/settings', { params: { path: { id }, header: { 'If-Match': `"${settings.version}"` } }, body: { deciders, ...(responsible && { responsible: Number(responsible) }) } }))
      onSaved(now.version)
      client.setQueryData(organisationSettings(id).queryKey, now)
      void client.invalidateQueries({ queryKey: ['organisations', id, 'history'] })
    })
  useUnsaved(responsible !== (settings.responsible ? String(settings.responsible.id) : '') || deciders !== settings.deciders)
  return (
    <form className="k-form" noValidate onKeyDown={sendOnCtrlEnter} aria-labelledby="settings" onSubmit={(event) => {
      event.preventDefault()
      void send()
    }}>
      {act.stale && <Stale detail={act.stale} reload={() => void client.invalidateQueries({ queryKey: organisationSettings(id).queryKey })} fieldName={(name) => (name === 'deciders' ? t('organisation.deciders') : t('organisation.responsible'))} />}
      {act.error && act.error.fields.length === 0 && <ErrorState error={act.error} />}
      {saved && <Alert kind="success" role="status"><p>{t('organisation.settingsSaved')}</p></Alert>}
      <Field id="responsible" label={t('organisation.responsible')} hint={t('organisation.responsibleHint')} error={act.says('responsible')}>
        {(props) => (
          <select {...props} className="form-select" value={responsible} onChange={(event) => setResponsible(event.target.value)}>
            <option value="">{t('organisation.responsibleNone')}</option>
            {items.map((u) => <option key={u.id} value={u.id}>{u.name}</option>)}
          </select>
        )}
      </Field>
      <Field id="deciders" label={t('organisation.deciders')} hint={t('organisation.decidersHint')}>
        {(props) => (
          <select {...props} className="form-select" value={deciders} onChange={(event) => setDeciders(event.target.value as Schemas['Deciders'])}>
            {(['contact', 'owner_too'] as const).map((d) => <option key={d} value={d}>{t(`organisation.decider.${d}`)}</option>)}
          </select>
        )}
      </Field>
      <button type="submit" className="button button-primary" aria-disabled={act.sending}>{t('organisation.saveSettings')}</button>
    </form>
  )
}
