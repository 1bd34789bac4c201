import { useQuery } from '@tanstack/react-query'
import { Link, useParams } from '@tanstack/react-router'
import type { Schemas } from '../../api/client'
import { useFormat, useWords } from '../../i18n'
import { isOffice, useMay, useMe } from '../../session'
import { Facts } from '../../ui/Facts'
import { History } from '../../ui/History'
import { PageHeading } from '../../ui/PageHeading'
import { Loaded } from '../../ui/states'
import { Tag } from '../../ui/Tag'
import { AddressForm, AddressTimeline } from './AddressSection'
import { MembershipSection, SuccessorSection } from './MembershipSection'
import { addressMissing } from './OrganisationList'
import { ContactsSection, SettingsSection } from './PeopleSections'
import { organisationHistory, organisationQuery, organisationRecord } from './queries'

type Organisation = Schemas['Organisation']

export default function OrganisationPage() {
  const { id } = useParams({ from: '/inside/organisations/$id' })
  const query = useQuery(organisationQuery(Number(id)))
  return <Loaded key={id} query={query}>{(organisation) => <Page organisation={organisation} />}</Loaded>
}

function Page({ organisation: o }: { organisation: Organisation }) {
  const { t } = useWords()
  const f = useFormat()
  const me = useMe()
  const may = useMay()
  const history = useQuery(organisationHistory(o.id))
  const record = useQuery(organisationRecord(o.id))
  const missing = addressMissing(o.address)
  return (
    <>
      <PageHeading
        kicker={isOffice(me) ? <Link to="/organisations">{t('organisation.listTitle')}</Link> : undefined}
        title={o.name}
        lead={
          <>
            {t(`organisation.kind.${o.kind}`)}
            <Tag tone={o.active ? 'ok' : 'none'}>{o.active ? t('organisation.membershipActive') : t('organisation.membershipEnded')}</Tag>
            {missing && <Tag tone="attention">{t('organisation.missingAddress')}</Tag>}
          </>
        }
        actions={isOffice(me) && (
          <>
            {may('listUsages') && <Link to="/our-systems" search={{ organisation: o.id }}>{t('organisation.usages')}</Link>}
            {may('listAccessions') && <Link to="/accessions" search={{ organisation: o.id }}>{t('organisation.accessions', { name: o.name })}</Link>}
          </>
        )}
      />
      <Facts items={[
        { label: t('organisation.cvr'), value: f.cvr(o.cvr) },
        { label: t('organisation.mail'), value: o.mail || t('organisation.noMail') },
        o.municipalityCode !== undefined && { label: t('organisation.number'), value: o.municipalityCode },
        {
          label: t('organisation.membership'),
          value: o.memberships.map((m) => (m.to ? t('organisation.fromTo', { from: f.date(m.from), to: f.date(m.to) }) : t('organisation.from', { from: f.date(m.from) }))).join(', '),
        },
      ]} />
      {may('planOrganisationAddress') ? (
        <AddressForm organisation={o} />
      ) : (
        <section aria-labelledby="address">
          <h2 id="address">{t('organisation.addressTitle')}</h2>
          <p>{missing ? t('organisation.missingAddressHelp') : `${o.address.street}, ${o.address.postalCode} ${o.address.city}`}</p>
        </section>
      )}
      <Loaded query={record}>
        {(r) => (
          <>
            <AddressTimeline organisation={o} facts={r.facts} />
            <ContactsSection contacts={r.contacts} />
            {may('getOrganisationSettings') && <SettingsSection id={o.id} />}
            <MembershipSection organisation={o} />
            <SuccessorSection organisation={o} record={r} />
          </>
        )}
      </Loaded>
      <History query={history} />
    </>
  )
}
