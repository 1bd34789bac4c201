import { useQuery } from '@tanstack/react-query'
import { Link, useParams } from '@tanstack/react-router'
import type { Schemas } from '../../api/client'
import { useFormat, useWords } from '../../i18n'
import { isOffice, useMe } from '../../session'
import { Facts } from '../../ui/Facts'
import { Hash } from '../../ui/Hash'
import { PageHeading } from '../../ui/PageHeading'
import { Loaded } from '../../ui/states'
import { Tag } from '../../ui/Tag'
import { HearingAnswer } from './HearingAnswer'
import { hearingQuery } from './hearingQueries'
import { HearingResult } from './HearingResult'
import { partyTone } from './hearingTone'

type Detail = Schemas['HearingDetail']

/** One round of hearing: for a municipality what it is asked, for the secretariat what was said. */
export default function HearingPage() {
  const { id } = useParams({ from: '/inside/hearings/$id' })
  const query = useQuery(hearingQuery(Number(id)))
  return <Loaded key={id} query={query}>{(detail) => <Page detail={detail} />}</Loaded>
}

function Page({ detail }: { detail: Detail }) {
  const { t } = useWords()
  const f = useFormat()
  const office = isOffice(useMe())
  const h = detail.hearing
  return (
    <>
      <PageHeading
        kicker={office ? <Link to="/agreements/$id" params={{ id: String(h.agreementId) }}>{h.title}</Link> : h.vendorName}
        title={office ? t('hearing.round', { no: h.no, title: h.title }) : t('hearing.of', { title: h.title })}
        lead={
          <>
            {office ? <Tag tone={h.over ? 'none' : 'waiting'}>{t(h.closed ? 'hearing.closed' : h.over ? 'hearing.over' : 'hearing.running')}</Tag>
              : h.state && <Tag tone={partyTone[h.state]}>{t(`hearing.ownState.${h.state}`)}</Tag>}
            <span>{t(h.over ? 'hearing.deadlineWas' : 'hearing.deadlineIs', { day: f.date(h.deadline) })}</span>
          </>
        }
      />
      <p className="k-question" dir="auto">{h.question}</p>
      <Facts items={[
        { label: t('agreement.vendor'), value: h.vendorName },
        { label: t('agreement.systems'), value: h.systems.join(', ') },
        { label: t('hearing.opened'), value: [f.date(h.opened), h.openedBy].filter(Boolean).join(' · ') },
        { label: t('hearing.textHash'), value: <Hash value={h.textHash} label={t('hearing.textHash')} /> },
      ]} />
      {office ? <HearingResult detail={detail} /> : <HearingAnswer detail={detail} />}
    </>
  )
}
