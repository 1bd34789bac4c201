import { useQuery } from '@tanstack/react-query'
import { Link, useParams } from '@tanstack/react-router'
import type { ReactNode } from 'react'
import type { Schemas } from '../../api/client'
import { useFormat, useWords } from '../../i18n'
import { isOffice, useMay, useMe } from '../../session'
import { Facts } from '../../ui/Facts'
import { History } from '../../ui/History'
import { Icon } from '../../ui/Icon'
import { PageHeading } from '../../ui/PageHeading'
import { Empty, Loaded } from '../../ui/states'
import { Supervision, supervisionQuery } from '../../ui/Supervision'
import { Tag } from '../../ui/Tag'
import { useStanding } from '../../ui/useStanding'
import { OwnUse } from './OwnUse'
import { Periods } from './Periods'
import { systemHistory, systemQuery, useChoices, type ListName } from './queries'

type Detail = Schemas['SystemDetail']

export default function SystemPage() {
  const { number } = useParams({ from: '/inside/systems/$number' })
  const query = useQuery(systemQuery(Number(number)))
  useStanding('/systems/$number', number, query.data?.number)
  return <Loaded key={number} query={query}>{(s) => <Page system={s} read={query.dataUpdatedAt} />}</Loaded>
}

function Page({ system: s, read }: { system: Detail; read: number }) {
  const { t } = useWords()
  const f = useFormat()
  const may = useMay()
  const me = useMe()
  const office = isOffice(me)
  const uses = me.active.organisation !== undefined && may('listUsages')
  const history = useQuery({ ...systemHistory(s.number), enabled: may('getSystemHistory') })
  const supervision = useQuery(supervisionQuery(s.number))
  const params = { number: String(s.number) }
  const screened = s.screenings[0]
  return (
    <>
      <PageHeading
        kicker={<Link to="/systems">{t('system.listTitle')}</Link>}
        title={s.name}
        lead={
          <>
            {t('system.kind', { number: s.number })}
            {s.ownUse !== undefined && <Tag tone={s.ownUse ? 'ok' : 'none'}>{s.ownUse ? t('system.ownUse') : t('system.ownUseNo')}</Tag>}
            {screened ? (
              <Tag tone={s.screenedOut ? 'none' : 'ok'}>{t(`systemPage.outcome.${screened.outcome}`)}</Tag>
            ) : (
              <Tag tone="attention">{t('systemPage.notScreened')}</Tag>
            )}
          </>
        }
        actions={
          may('updateSystem') && (
            <>
              <Link to="/systems/$number/edit" params={params} className="button button-primary"><Icon name="edit" />{t('systemPage.edit')}</Link>
              <Link to="/systems/$number/screening" params={params} className="button button-secondary">{t('systemPage.screen')}</Link>
              <Link to="/systems/$number/move" params={params} className="button button-secondary">{t('systemPage.move')}</Link>
            </>
          )
        }
      />
      <Facts items={[
        { label: t('system.vendor'), value: <Link to="/vendors/$number" params={{ number: String(s.vendor.number) }}>{s.vendor.name}</Link> },
        s.members !== undefined && { label: t('system.members'), value: <>{t('system.membersCount', { count: s.members, formatted: f.number(s.members) })}<span className="k-quiet k-below">{t('scope.counted', { when: f.dateTime(new Date(read).toISOString()) })}</span></> },
        !!supervision.data && { label: t('scope.supervision'), value: <Supervision answer={supervision.data} /> },
        { label: t('systemPage.criticality'), value: <Chosen list="criticality" values={s.criticality} /> },
        { label: t('systemPage.hosting'), value: <Chosen list="hosting" values={s.hosting} /> },
        { label: t('systemPage.usesAi'), value: s.usesAi === undefined ? <span className="k-quiet">{t('systemPage.aiUnknown')}</span> : s.usesAi ? t('common.yes') : t('common.no') },
      ]} />
      <div className="k-two">
        {uses ? <OwnUse system={s} /> : <Profile system={s} />}
        <Agreements system={s} />
      </div>
      <div className="k-two k-section">
        {uses && <Profile system={s} />}
        <section aria-labelledby="vendors">
          <h2 id="vendors">{t('systemPage.vendors')}</h2>
          <Periods rows={s.vendors} />
        </section>
        <section aria-labelledby="ids">
          <h2 id="ids">{t('systemPage.ids')}</h2>
          <dl className="k-answers">
            <div><dt>{t('system.uuid')}</dt><dd><code>{s.uuid}</code></dd></div>
            <div><dt>{t('system.kitos')}</dt><dd>{s.kitosUuid ? <code>{s.kitosUuid}</code> : t('common.notGiven')}</dd></div>
          </dl>
        </section>
      </div>
      {office && s.users && <Users rows={s.users} />}
      {may('getSystemHistory') && <History query={history} />}
    </>
  )
}

/** Values of a list in words; what no source confirms says so. */
function Chosen({ list, values }: { list: ListName; values: string | string[] | undefined }) {
  const { t } = useWords()
  const choices = useChoices()
  const all = typeof values === 'string' ? [values] : values ?? []
  if (all.length === 0) return <span className="k-quiet">{t('common.notGiven')}</span>
  return (
    <>
      {all.map((v, i) => (
        <span key={v}>
          {i > 0 && ', '}
          {choices.word(list, v)}
          {choices.unconfirmed(list, v) && <span className="k-quiet"> ({t('systemPage.unconfirmed')})</span>}
        </span>
      ))}
    </>
  )
}

function Profile({ system: s }: { system: Detail }) {
  const { t } = useWords()
  const f = useFormat()
  const choices = useChoices()
  const [now, ...before] = s.screenings
  const who = (x: Schemas['Screening']) => t('systemPage.screenedBy', { who: x.by ?? t('systemPage.secretariat'), when: f.dateTime(x.at) })
  const described = s.dataKinds.length + s.dataSubjects.length + s.kle.length > 0 || s.persons !== undefined
  const line = (label: string, value: ReactNode) => <div><dt>{label}</dt><dd>{value}</dd></div>
  const words = (list: ListName, values: string[]) => (
    <ul className="k-plain">{values.map((v) => <li key={v}>{choices.word(list, v)}</li>)}</ul>
  )
  return (
    <section aria-labelledby="profile">
      <h2 id="profile">{t('systemPage.profile')}</h2>
      <dl className="k-answers">
        {line(t('systemPage.screening'), now ? (
          <>
            <strong>{t(`systemPage.outcome.${now.outcome}`)}</strong>
            <br />
            {now.reason}
            <br />
            <span className="k-quiet">{who(now)}</span>
          </>
        ) : t('systemPage.notScreened'))}
        {s.dataKinds.length > 0 && line(t('systemPage.dataKinds'), words('data_kind', s.dataKinds))}
        {s.dataSubjects.length > 0 && line(t('systemPage.dataSubjects'), words('data_subject', s.dataSubjects))}
        {s.persons !== undefined && line(t('systemPage.persons'), s.personsCount === undefined ? choices.word('persons', s.persons) : f.number(s.personsCount))}
        {s.kle.length > 0 && line(t('systemPage.kle'), (
          <ul className="k-plain">
            {s.kle.map((k) => <li key={k.number}>{`${k.number} ${k.title}`}{k.retired && <span className="k-quiet"> ({t('systemPage.kleRetired')})</span>}</li>)}
          </ul>
        ))}
      </dl>
      {!described && !s.screenedOut && <p className="k-quiet">{t('systemPage.notDescribed')}</p>}
      {before.length > 0 && (
        <details className="k-section">
          <summary>{t('systemPage.screenedEarlier')}</summary>
          <dl className="k-answers">
            {before.map((x) => <div key={x.at}><dt>{who(x)}</dt><dd>{t(`systemPage.outcome.${x.outcome}`)}: {x.reason}</dd></div>)}
          </dl>
        </details>
      )}
    </section>
  )
}

function Agreements({ system: s }: { system: Detail }) {
  const { t } = useWords()
  const may = useMay()
  const own = useMe().active.organisation !== undefined && may('registerOwnAgreement')
  const former = (vendor: Schemas['VendorRef']) => vendor.number !== s.vendor.number && <Tag tone="attention">{t('systemPage.formerVendor')}</Tag>
  return (
    <section aria-labelledby="agreements">
      <h2 id="agreements">{t('systemPage.agreements')}</h2>
      {s.agreements.length + s.ownAgreements.length === 0 ? (
        <Empty
          why={t('systemPage.agreementsNone')}
          help={own ? t('systemPage.agreementsNoneHelp') : undefined}
          action={own && <Link to="/own-agreements/new" className="button button-secondary">{t('own.create')}</Link>}
        />
      ) : (
        <ul className="k-rows">
          {s.agreements.map((a) => (
            <li key={a.id}>
              <Link to="/agreements/$id" params={{ id: String(a.id) }}>{a.title}</Link>
              <Tag tone={a.state === 'draft' ? 'attention' : 'ok'}>{t(`agreement.stateName.${a.state}`)}</Tag>
              {former(a.vendor)}
            </li>
          ))}
          {s.ownAgreements.map((o) => (
            <li key={`own-${o.id}`}>
              <Link to="/own-agreements/$id" params={{ id: String(o.id) }}>{o.title}</Link>
              <span className="k-quiet">{t(`own.kind.${o.kind}`)}</span>
              {former(o.vendor)}
            </li>
          ))}
        </ul>
      )}
    </section>
  )
}

function Users({ rows }: { rows: Schemas['SystemUser'][] }) {
  const { t } = useWords()
  const f = useFormat()
  return (
    <section className="k-section" aria-labelledby="users">
      <h2 id="users">{t('systemPage.users')}</h2>
      {rows.length === 0 ? (
        <p className="k-quiet">{t('systemPage.usersNone')}</p>
      ) : (
        <ul className="k-columns">
          {rows.map((u) => (
            <li key={u.organisation.id}>
              <Link to="/organisations/$id" params={{ id: String(u.organisation.id) }}>{u.organisation.name}</Link>
              <span className="k-quiet"> {t('systemPage.since', { when: f.date(u.from) })}</span>
            </li>
          ))}
        </ul>
      )}
    </section>
  )
}
