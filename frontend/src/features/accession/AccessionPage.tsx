import { useQuery } from '@tanstack/react-query'
import { Link, useParams } from '@tanstack/react-router'
import { useEffect } from 'react'
import type { Schemas } from '../../api/client'
import { useFormat, useWords } from '../../i18n'
import { isOffice, useMay, useMe } from '../../session'
import { Advice } from '../../ui/Advice'
import { Alert } from '../../ui/Alert'
import { agreementCode, Amendment } from '../../ui/Amendment'
import { fieldId } from '../../ui/ClauseText'
import { Facts } from '../../ui/Facts'
import { goTo } from '../../ui/goTo'
import { Hash } from '../../ui/Hash'
import { History } from '../../ui/History'
import { PageHeading } from '../../ui/PageHeading'
import { Loaded } from '../../ui/states'
import { CaseNumber, Instructions, Subprocessors } from './Around'
import { Course } from './Course'
import { Covers } from './Covers'
import { OwnFacts } from './OwnFacts'
import { Papers } from './Papers'
import { Proposal } from './Proposal'
import { accessionHistory, accessionQuery } from './queries'
import { Party } from './Party'
import { Due, StateTag, useActName, useTaker } from './states'

type Detail = Schemas['AccessionDetail']
type Act = Schemas['AccessionAct']

export default function AccessionPage() {
  const { id } = useParams({ from: '/inside/accessions/$id' })
  const query = useQuery(accessionQuery(Number(id)))
  return <Loaded key={id} query={query}>{(detail) => <Page detail={detail} />}</Loaded>
}

function Page({ detail }: { detail: Detail }) {
  const { t } = useWords()
  const f = useFormat()
  const may = useMay()
  const office = isOffice(useMe())
  const a = detail.accession
  const history = useQuery({ ...accessionHistory(a.id), enabled: may('getAccessionHistory') })
  const last = detail.steps.findLast((s) => !s.notice) // notice leaves the state as it is
  const taker = useTaker()
  const asked = detail.editable && may('answerAccession') // what waits for me comes first
  useEffect(() => {
    // The page of an act leads to a fact that is missing by its name in the address.
    const name = window.location.hash.slice(1)
    if (name.startsWith(fieldId(''))) goTo(name)
  }, [])
  return (
    <>
      <PageHeading
        kicker={<Link to="/accessions">{office ? t('accession.listOffice') : t('accession.listOwn')}</Link>}
        title={office ? `${a.title}\u00a0· ${a.organisation.name}` : a.title}
        lead={
          <>
            <StateTag state={a.state} forOffice={office} />
            <span>{t(a.state !== 'offered' ? `accession.line.${a.state}` : office || !may('actOnAccession') ? 'accession.lineOffered' : a.kind === 'amendment' ? 'amendment.line' : 'accession.line.offered', { organisation: a.organisation.name, when: f.date(last?.on ?? a.offered), who: taker(last) })}</span>
          </>
        }
        actions={<Acts detail={detail} office={office} />}
      />
      <Amendment of={a} changes={detail.changes} />
      {a.reason && <p><strong>{t('accession.reason')}:</strong> {a.reason}</p>}
      {a.state === 'in_force' && a.ends && <Alert kind="info"><p>{t('accession.endsOn', { when: f.date(a.ends) })}</p></Alert>}
      {detail.baseEnded && (detail.editable || a.state === 'accepted') && <Alert kind="warning"><p>{t('accession.baseEnded')}</p></Alert>}
      {detail.successor !== undefined && <Alert kind="info"><p>{t(detail.successorKind === 'amendment' ? 'amendment.successor' : 'accession.successor')} <Link to="/accessions/$id" params={{ id: String(detail.successor) }}>{t('accession.toSuccessor')}</Link></p></Alert>}
      <Proposal key={detail.proposal?.id} detail={detail} />
      <Facts items={[
        { label: t('accession.organisation'), value: a.organisation.name },
        { label: t('accession.vendor'), value: <Link to="/vendors/$number" params={{ number: String(a.vendor.number) }}>{a.vendor.name}</Link> },
        { label: t('accession.joint'), value: <Link to="/agreements/$id" params={{ id: String(a.agreementId) }}>{agreementCode(a.number, a.versionNo)}</Link> },
        detail.editable && detail.due !== undefined && { label: t('accession.due'), value: <Due detail={detail} /> },
        a.inForce !== undefined && { label: t('accession.inForceOn'), value: f.date(a.inForce) },
        { label: t('accession.caseNumber'), value: <CaseNumber key={a.caseNumber} detail={detail} /> },
      ]} />
      <Advice accession={a.id} alone />
      <div className="k-two">
        <div className="k-stack">
          {asked && <OwnFacts detail={detail} office={office} />}
          <Papers detail={detail} />
          {!asked && <OwnFacts detail={detail} office={office} />}
        </div>
        <div className="k-stack">
          <Covers detail={detail} />
          <Party detail={detail} />
        </div>
      </div>
      <Course steps={detail.steps} more={detail.moreSteps} office={office} />
      <Subprocessors detail={detail} />
      <Instructions detail={detail} />
      <section className="k-section" aria-labelledby="hashes">
        <h2 id="hashes">{t('accession.hashes')}</h2>
        <div className="k-two">
          <div>
            <h3>{t('accession.textHash')}</h3>
            <Hash value={detail.textHash} label={t('accession.textHash')} />
            <p className="k-quiet">{t('accession.textHashHelp')}</p>
          </div>
          <div>
            <h3>{t('accession.instanceHash')}</h3>
            <Hash value={detail.instanceHash} label={t('accession.instanceHash')} />
            <p className="k-quiet">{office ? t('accession.instanceHashHelpOffice') : t('accession.instanceHashHelp')}</p>
          </div>
        </div>
      </section>
      {may('getAccessionHistory') && <History query={history} />}
    </>
  )
}

/** The way on from here: the first act is what most want, unless a proposal waits; the secretariat proposes one thing at a time, or acts under a mandate. */
function Acts({ detail, office }: { detail: Detail; office: boolean }) {
  const { t } = useWords()
  const may = useMay()
  const name = useActName(detail)
  if (office ? !may('proposeAccession') || (detail.proposal !== undefined && !detail.mandated) : !may('actOnAccession')) return null
  const acts = office ? detail.acts.filter((x) => detail.mandated || x !== 'reopen') : detail.acts
  const link = (act: Act, i: number) => (
    <Link key={act} to="/accessions/$id/act/$act" params={{ id: String(detail.accession.id), act }} className={`button ${i === 0 && act !== 'terminate' && !detail.proposal ? 'button-primary' : 'button-secondary'}`}>
      {office && !detail.mandated ? t('accession.propose', { act: name(act).toLowerCase() }) : name(act)}
    </Link>
  )
  return <>{acts.map(link)}</>
}
