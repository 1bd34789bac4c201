import { useQuery, useQueryClient } from '@tanstack/react-query'
import { Link, useParams } from '@tanstack/react-router'
import { useEffect, useRef, useState } from 'react'
import { api, unwrap, type Schemas } from '../../api/client'
import { useFormat, useWords } from '../../i18n'
import { parseDate } from '../../i18n/format'
import { isOffice, useMay, useMe } from '../../session'
import { Alert } from '../../ui/Alert'
import { DataTable, type Column } from '../../ui/DataTable'
import { DayField } from '../../ui/DayField'
import { Field, sendOnCtrlEnter } from '../../ui/form'
import { History } from '../../ui/History'
import { PageHeading } from '../../ui/PageHeading'
import { Secret } from '../../ui/Secret'
import { ErrorState, Loaded } from '../../ui/states'
import { Tag } from '../../ui/Tag'
import { useAct } from '../../ui/useAct'
import { useUnsaved } from '../../ui/unsaved'
import { Disclosure } from './Disclosure'
import { memberRoles, officeRoles } from './InviteForm'
import { organisationsQuery, personHistory, personQuery } from './queries'

type Person = Schemas['Person']
type Period = Schemas['RolePeriod']

const today = (): string => new Date().toLocaleDateString('sv-SE', { timeZone: 'Europe/Copenhagen' })

export default function PersonPage() {
  const { id } = useParams({ from: '/inside/users/$id' })
  const query = useQuery(personQuery(Number(id)))
  return <Loaded key={id} query={query}>{(person) => <Page person={person} />}</Loaded>
}

/** What an act on a person makes old. */
function useRefresh(id: number) {
  const client = useQueryClient()
  return (person?: Person) => {
    if (person) client.setQueryData(personQuery(id).queryKey, person)
    void client.invalidateQueries({ queryKey: ['users'] })
    void client.invalidateQueries({ queryKey: ['organisations'] })
  }
}

function Page({ person: p }: { person: Person }) {
  const { t } = useWords()
  const f = useFormat()
  const may = useMay()
  const history = useQuery(personHistory(p.id))
  const running = p.roles.some((r) => r.runs)
  return (
    <>
      <PageHeading
        kicker={<Link to="/users">{t('users.title')}</Link>}
        title={p.name}
        lead={
          <>
            {p.email}
            {p.anonymised ? <Tag tone="none">{t('people.anonymised', { when: f.date(p.anonymised) })}</Tag>
              : p.left ? <Tag tone="none">{t('people.left', { when: f.date(p.left) })}</Tag>
                : p.linked ? <Tag tone="ok">{t('users.linkedYes')}</Tag>
                  : <Tag tone="waiting">{t('users.linkedNo')}</Tag>}
          </>
        }
        actions={may('leaveUser') && !p.left && running && <Link to="/users/$id/leave" params={{ id: String(p.id) }} className="button button-secondary">{t('people.stopAccess')}</Link>}
      />
      {!p.linked && !p.left && may('inviteUserAgain') && <Invitation person={p} />}
      <Roles person={p} />
      {may('addUserRole') && !p.anonymised && <AddRole person={p} />}
      {may('disclosePerson') && <Disclosure id={p.id} />}
      <History query={history} />
    </>
  )
}

function Invitation({ person: p }: { person: Person }) {
  const { t } = useWords()
  const f = useFormat()
  const act = useAct()
  const refresh = useRefresh(p.id)
  const [made, setMade] = useState<Schemas['Invitation']>()
  const [withdrawn, setWithdrawn] = useState(false)
  const again = () => act.run(async () => {
    setWithdrawn(false)
    setMade(await unwrap(api.POST('/api/v1/users/{id}/invitation', { params: { path: { id: p.id } } })))
    refresh()
  })
  const withdraw = () => act.run(async () => {
    setMade(undefined)
    await unwrap(api.DELETE('/api/v1/users/{id}/invitation', { params: { path: { id: p.id } } }))
    setWithdrawn(true)
    refresh()
  })
  return (
    <section aria-label={t('users.invite')}>
      {act.error && <ErrorState error={act.error} />}
      {withdrawn && <Alert kind="success" role="status"><p>{t('people.withdrawn')}</p></Alert>}
      {made && (
        <Alert kind="success" heading={t('users.codeHeading', { name: p.name })} role="status">
          <Secret value={made.code} label={t('users.codeHeading', { name: p.name })} />
          <p>{t('users.codeOnce', { when: f.dateTime(made.expires) })}</p>
        </Alert>
      )}
      <div className="k-actions">
        <span>{p.invited ? t('people.invited', { when: f.dateTime(p.invited) }) : t('people.notInvited')}</span>
        <button type="button" className="button button-secondary" onClick={() => void again()}>{t('people.inviteAgain')}</button>
        {p.invited && <button type="button" className="k-textbutton" onClick={() => void withdraw()}>{t('people.withdraw')}</button>}
      </div>
    </section>
  )
}

function Roles({ person: p }: { person: Person }) {
  const { t } = useWords()
  const f = useFormat()
  const may = useMay()
  const refresh = useRefresh(p.id)
  const [asking, setAsking] = useState<Period>()
  const [done, setDone] = useState(false)
  const on = today()
  const name = (r: Period) => t(`session.role.${r.role}`)
  const columns: Column<Period>[] = [
    { id: 'role', head: t('people.role'), main: true, cell: name },
    { id: 'organisation', head: t('people.organisation'), cell: (r) => r.organisation?.name ?? t('people.secretariat') },
    { id: 'period', head: t('people.period'), cell: (r) => (r.to ? t('organisation.fromTo', { from: f.date(r.from), to: f.date(r.to) }) : t('organisation.from', { from: f.date(r.from) })) },
    { id: 'state', head: t('organisation.stateHead'), cell: (r) => r.runs ? <Tag tone="ok">{t('people.runs')}</Tag> : r.from > on && !(r.to && r.to < r.from) ? <Tag tone="waiting">{t('people.later')}</Tag> : <Tag tone="none">{t('people.over')}</Tag> },
  ]
  if (may('endUserRole') && !p.left && p.roles.some((r) => !r.to || r.to >= on)) {
    columns.push({ id: 'act', head: t('people.act'), cell: (r) => (!r.to || r.to >= on) && <button type="button" className="k-textbutton" aria-label={t('people.endRoleNamed', { role: name(r) })} onClick={() => { setDone(false); setAsking(r) }}>{t('people.endRole')}</button> })
  }
  return (
    <section className="k-section" aria-labelledby="roles">
      <h2 id="roles" tabIndex={-1}>{t('people.rolesTitle')}</h2>
      {done && <Alert kind="success" role="status"><p>{t('people.roleEnded')}</p></Alert>}
      <DataTable caption={t('people.rolesCaption')} columns={columns} rows={p.roles} rowKey={(r) => r.id} />
      {asking && <EndRole key={asking.id} role={asking} name={name(asking)} close={(ended) => {
        setAsking(undefined)
        setDone(ended)
        if (ended) refresh()
        document.getElementById('roles')?.focus()
      }} />}
    </section>
  )
}

function EndRole({ role, name, close }: { role: Period; name: string; close: (ended: boolean) => void }) {
  const { t } = useWords()
  const act = useAct()
  const box = useRef<HTMLHeadingElement>(null)
  const [day, setDay] = useState('')
  const [wrong, setWrong] = useState<string>()
  useEffect(() => box.current?.focus(), [])
  const send = async () => {
    const to = parseDate(day)
    setWrong(day.trim() !== '' && to === undefined ? t('organisation.dayInvalid') : undefined)
    if (day.trim() !== '' && to === undefined) return
    if (await act.run(async () => unwrap(api.POST('/api/v1/role-grants/{id}/end', { params: { path: { id: role.id } }, body: { ...(to && { to }) } })))) close(true)
  }
  return (
    <form className="k-form" noValidate onKeyDown={sendOnCtrlEnter} aria-labelledby="end-role" onSubmit={(event) => {
      event.preventDefault()
      void send()
    }}>
      <h3 id="end-role" ref={box} tabIndex={-1}>{t('people.endRoleTitle', { role: name })}</h3>
      <p className="k-quiet">{t('people.endRoleHelp')}</p>
      {act.error && act.error.fields.length === 0 && <ErrorState error={act.error} />}
      <DayField id="end-day" label={t('people.lastDay')} optional value={day} onChange={setDay} error={wrong ?? act.says('to')} />
      <div className="k-actions">
        <button type="submit" className="button button-primary" aria-disabled={act.sending}>{t('people.endRoleYes')}</button>
        <button type="button" className="button button-secondary" onClick={() => close(false)}>{t('people.endRoleNo')}</button>
      </div>
    </form>
  )
}

function AddRole({ person: p }: { person: Person }) {
  const { t } = useWords()
  const me = useMe()
  const office = isOffice(me)
  const act = useAct()
  const refresh = useRefresh(p.id)
  const organisations = useQuery({ ...organisationsQuery, enabled: office })
  const [role, setRole] = useState<Schemas['Role']>('system_owner')
  const [organisation, setOrganisation] = useState('')
  const [from, setFrom] = useState('')
  const [to, setTo] = useState('')
  const [tried, setTried] = useState(false)
  const [done, setDone] = useState(false)
  useUnsaved(from.trim() !== '' || to.trim() !== '')
  const inOrganisation = memberRoles.includes(role)
  const invalid = (typed: string) => (tried && typed.trim() !== '' && parseDate(typed) === undefined ? t('organisation.dayInvalid') : undefined)
  const missing = tried && office && inOrganisation && organisation === '' ? t('users.required') : undefined
  const send = async () => {
    setTried(true)
    setDone(false)
    if ([from, to].some((x) => x.trim() !== '' && parseDate(x) === undefined) || (office && inOrganisation && organisation === '')) return
    const organisationId = inOrganisation ? (office ? Number(organisation) : me.active.organisation?.id) : undefined
    const until = parseDate(to)
    const good = await act.run(async () => refresh(await unwrap(api.POST('/api/v1/users/{id}/roles', { params: { path: { id: p.id } }, body: {
      role, from: parseDate(from) ?? today(), ...(until && { to: until }), ...(organisationId !== undefined && { organisationId }),
    } }))))
    if (!good) return
    setTried(false)
    setDone(true)
    setFrom('')
    setTo('')
  }
  return (
    <details className="k-more-form">
      <summary>{t('people.addRole')}</summary>
      <form className="k-form" noValidate onKeyDown={sendOnCtrlEnter} aria-label={t('people.addRole')} onSubmit={(event) => {
        event.preventDefault()
        void send()
      }}>
        {act.error && act.error.fields.length === 0 && <ErrorState error={act.error} />}
        {done && <Alert kind="success" role="status"><p>{t('people.roleAdded')}</p></Alert>}
        <Field id="add-role" label={t('people.role')}>
          {(props) => (
            <select {...props} className="form-select" value={role} onChange={(event) => setRole(event.target.value as Schemas['Role'])}>
              {[...(office ? officeRoles : []), ...memberRoles].map((r) => <option key={r} value={r}>{t(`session.role.${r}`)}</option>)}
            </select>
          )}
        </Field>
        {office && inOrganisation && (
          <Field id="add-organisation" label={t('people.organisation')} error={missing}>
            {(props) => (
              <select {...props} className="form-select" value={organisation} onChange={(event) => setOrganisation(event.target.value)}>
                <option value="">{t('agreement.field.choose')}</option>
                {organisations.data?.items.map((o) => <option key={o.id} value={o.id}>{o.name}</option>)}
              </select>
            )}
          </Field>
        )}
        <div className="k-form__row">
          <DayField id="add-from" label={t('people.addRoleFrom')} hint={t('people.addRoleFromHint')} optional value={from} onChange={setFrom} error={invalid(from) ?? act.says('from')} />
          <DayField id="add-to" label={t('people.lastDay')} optional value={to} onChange={setTo} error={invalid(to) ?? act.says('to')} />
        </div>
        <button type="submit" className="button button-secondary" aria-disabled={act.sending}>{t('people.addRole')}</button>
      </form>
    </details>
  )
}
