import { useQuery, useQueryClient } from '@tanstack/react-query'
import { Link, useNavigate, useParams } from '@tanstack/react-router'
import { useRef, useState } from 'react'
import { fileHref } from '../../api/client'
import { useFormat, useWords } from '../../i18n'
import { isOffice, useMay, useMe } from '../../session'
import { Age } from '../../ui/Age'
import { Alert } from '../../ui/Alert'
import { Download } from '../../ui/Download'
import { Drop } from '../../ui/Drop'
import { Facts } from '../../ui/Facts'
import { goTo } from '../../ui/goTo'
import { Icon } from '../../ui/Icon'
import { OutdatedClauses } from '../../ui/OutdatedClauses'
import { PageHeading } from '../../ui/PageHeading'
import { Empty, ErrorState, Loaded, Skeleton } from '../../ui/states'
import { Tag, type Tone } from '../../ui/Tag'
import { ActPanel, type Panel } from './ActPanel'
import { Bench } from './Bench'
import { Deviations } from './Deviations'
import { Journal } from './Journal'
import { negotiationQuery, roundQuery, useTaken, type Detail, type Round } from './queries'
import { Receive } from './Receive'
import { nextChange, settled, walk } from './room'
import { Settled } from './Settled'
import { StageTag, TurnTag } from './states'
import { Waited } from './Waited'

const conformityTone: Record<NonNullable<Detail['conformity']>, Tone> = { unchanged: 'ok', deviates: 'attention', not_authority: 'attention' }

type Told = { kind: 'sent'; no: number } | { kind: 'received'; round: Round; again: boolean } | { kind: 'moved'; panel: Panel }

/** The negotiation room: where it stands, what came back last, and all that is done about it. */
export default function RoomPage() {
  const { id } = useParams({ from: '/inside/negotiations/$id' })
  const query = useQuery(negotiationQuery(Number(id)))
  return <Loaded key={id} query={query}>{(detail) => <Room detail={detail} />}</Loaded>
}

function Room({ detail }: { detail: Detail }) {
  const { t } = useWords()
  const may = useMay()
  const office = isOffice(useMe()) // a member sees no draft, and nothing that hangs on it
  const client = useQueryClient()
  const navigate = useNavigate({ from: '/negotiations/$id' })
  const taken = useTaken()
  const [panel, setPanel] = useState<Panel>()
  const [told, setTold] = useState<Told>()
  const lead = useRef<HTMLDivElement>(null)
  const opener = useRef<HTMLElement>(undefined)
  const { negotiation: n } = detail
  const id = n.id
  const params = { id: String(id) }
  const lastIn = detail.rounds.find((r) => r.direction === 'in')
  const lastOut = detail.rounds.find((r) => r.direction === 'out')
  const round = useQuery({ ...roundQuery(id, lastIn?.no ?? 0), enabled: lastIn !== undefined })
  const changes = round.data ? walk(round.data) : []
  const undecided = round.data?.open ? changes.filter((c) => !settled(c)).length : 0
  const over = n.stage === 'agreed' || n.stage === 'ended' || n.stage === 'taken_over' // nobody waits for the vendor
  const receives = detail.canReceive && may('receiveRound')
  const canMove = may('moveNegotiation')
  const sends = may('sendRound') && (detail.canSend || undecided > 0)
  const acts = canMove ? detail.acts : []
  const href = (no: number) => fileHref(`/api/v1/negotiations/${id}/rounds/${no}/file`)
  const tell = (what: Told) => {
    setTold(what)
    setPanel(undefined)
    requestAnimationFrame(() => lead.current?.focus())
  }
  const received = (got: Round) => {
    const again = detail.rounds.some((r) => r.no === got.head.no)
    client.setQueryData(['negotiations', id, 'rounds', got.head.no], got)
    void client.invalidateQueries({ queryKey: ['negotiations', id], exact: true })
    void client.invalidateQueries({ queryKey: ['negotiations', 'list'] })
    void navigate({ search: {}, replace: true, resetScroll: false, ignoreBlocker: true })
    tell({ kind: 'received', round: got, again })
  }
  const toFirst = () => {
    const first = nextChange(changes, undefined, 1)
    setPanel(undefined)
    if (first) void navigate({ search: { change: first.no }, replace: true, resetScroll: false }).then(() => goTo(`change-${first.no}`))
  }
  // What opened a panel has the cursor again when it is closed; of the menu, which closes, its button.
  const open = (which: Panel, from: HTMLElement) => {
    const menu = from.closest('details')
    menu?.removeAttribute('open')
    opener.current = menu?.querySelector('summary') ?? from
    setTold(undefined)
    setPanel(which)
  }
  const close = () => {
    setPanel(undefined)
    opener.current?.focus()
  }
  return (
    <>
      <PageHeading
        kicker={may('getVendor') ? <Link to="/vendors/$number" params={{ number: String(n.vendorNumber) }}>{n.vendorName}</Link> : n.vendorName}
        title={t('negotiation.of', { title: n.title })}
        lead={<><StageTag stage={n.stage} />{n.turn && <TurnTag turn={n.turn} whole />}<Age since={n.since} /><span className="k-quiet">{n.code}</span></>}
        actions={
          <>
            {sends && <button type="button" className="button button-primary" onClick={(event) => open('send', event.currentTarget)}><Icon name="send" />{t('negotiation.send', { no: (detail.rounds[0]?.no ?? 0) + 1 })}</button>}
            {acts.includes('agree') && <button type="button" className="button button-secondary" onClick={(event) => open('agree', event.currentTarget)}>{t('negotiation.move.agree')}</button>}
            {n.stage === 'agreed' && acts.includes('reopen') && may('releaseAgreement') && <Link to="/agreements/$id/release" params={{ id: String(n.agreementId) }} className="button button-primary">{t('negotiation.makeReady')}</Link>}
            {acts.includes('resume') && <button type="button" className="button button-primary" onClick={(event) => open('resume', event.currentTarget)}>{t('negotiation.move.resume')}</button>}
            {acts.some((a) => a !== 'agree' && a !== 'resume') && (
              <Drop icon="more-vert" label={t('negotiation.more')}>
                <ul className="k-plain">{acts.filter((a) => a !== 'agree' && a !== 'resume').map((a) => <li key={a}><button type="button" className="k-textbutton" onClick={(event) => open(a, event.currentTarget)}>{t(`negotiation.move.${a}`)}</button></li>)}</ul>
              </Drop>
            )}
          </>
        }
      />
      <div ref={lead} tabIndex={-1} className="k-focusless">
        {told && <Said told={told} href={href} mayDownload={may('downloadRound')} />}
      </div>
      {panel && <ActPanel key={panel} detail={detail} panel={panel} undecided={undecided} toFirst={toFirst} close={close}
        reload={() => { setPanel(undefined); void client.invalidateQueries({ queryKey: ['negotiations', id] }) }}
        done={(now, which) => { taken(now); tell(which === 'send' ? { kind: 'sent', no: now.rounds[0]?.no ?? 0 } : { kind: 'moved', panel: which }) }} />}
      {(n.stage === 'ended' || n.stage === 'taken_over') && detail.advice !== '' && <Alert kind="info" heading={t('negotiation.adviceTitle')}><p className="k-said__text" dir="auto">{detail.advice}</p></Alert>}
      {detail.outdated && <ul className="k-act__checks"><OutdatedClauses agreement={n.agreementId} clauses={detail.outdated} /></ul>}
      <NotHeard detail={detail} />
      {detail.older && <Older older={detail.older} agreement={n.agreementId} />}
      <Facts items={[
        { label: t('negotiation.waited'), value: <Waited {...detail.waited} /> },
        detail.conformity && { label: t('agreement.conformity'), value: <Tag tone={conformityTone[detail.conformity]}>{t(`agreement.conformityName.${detail.conformity}`)}</Tag> },
        { label: t('negotiation.rounds'), value: detail.rounds.length === 0 ? t('negotiation.roundsNone') : (
          <>
            <Link to="/negotiations/$id/rounds" params={params}>{t('negotiation.toRounds', { count: detail.rounds.length })}</Link>
            {lastOut && may('downloadRound') && <><br /><Download href={href(lastOut.no)} format="docx">{t('negotiation.roundFile', { no: lastOut.no })}</Download></>}
          </>
        ) },
        may('listVendorPapers') && { label: t('negotiation.papers'), value: <Link to="/negotiations/$id/papers" params={params}>{t('negotiation.toPapers')}</Link> },
        office && may('getAgreement') && { label: t('negotiation.agreement'), value: <Link to="/agreements/$id" params={{ id: String(n.agreementId) }}>{n.title}</Link> },
      ]} />
      {detail.settled && <Settled clauses={detail.settled} />}
      {n.stage === 'agreed' && office && may('listDeviations') && <Deviations agreement={n.agreementId} />}
      {receives && n.turn === 'vendor' && <Receive id={id} onReceived={received} />}
      {lastIn ? (
        round.data ? <Bench key={round.data.head.no} detail={detail} round={round.data} /> : round.error ? <ErrorState error={round.error} retry={() => void round.refetch()} /> : <Skeleton lines={10} />
      ) : !over && !(receives && n.turn === 'vendor') && (
        <Empty why={t(lastOut ? 'negotiation.waitsVendor' : 'negotiation.notSent')} help={may('sendRound') ? t(lastOut ? 'negotiation.waitsVendorHelp' : 'negotiation.notSentHelp') : undefined} />
      )}
      {receives && n.turn !== 'vendor' && (
        <details className="k-section">
          <summary>{t('negotiation.another')}</summary>
          <Receive id={id} onReceived={received} />
        </details>
      )}
      {may('listNegotiationEntries') && <Journal id={id} />}
    </>
  )
}

/** What was done just now, and what is to be done with it. */
function Said({ told, href, mayDownload }: { told: Told; href: (no: number) => string; mayDownload: boolean }) {
  const { t } = useWords()
  const f = useFormat()
  if (told.kind === 'sent') {
    return (
      <Alert kind="success" role="status" heading={t('negotiation.sent', { no: told.no })}>
        <p>{t('negotiation.sentHelp')}</p>
        {mayDownload && <p><Download href={href(told.no)} format="docx" look="button button-primary">{t('negotiation.download')}</Download></p>}
      </Alert>
    )
  }
  if (told.kind === 'moved') return <Alert kind="success" role="status"><p>{told.panel === 'send' ? '' : t(`negotiation.moved.${told.panel}`)}</p></Alert>
  const { head } = told.round
  return (
    <Alert kind={told.again ? 'info' : 'success'} role="status" heading={t(told.again ? 'negotiation.receivedAgain' : 'negotiation.received', { no: head.no })}>
      <p>{t('negotiation.receivedCount', { count: head.changes, formatted: f.number(head.changes) })}{head.touched > 0 && ` ${t('negotiation.receivedTouched', { count: head.touched, formatted: f.number(head.touched) })}`}</p>
    </Alert>
  )
}

/** Says that nobody asked the municipalities before the vendor gets the draft, or before the parties agree. */
function NotHeard({ detail }: { detail: Detail }) {
  const { t } = useWords()
  const may = useMay()
  const { heard, acts, rounds } = detail
  const first = rounds.length === 0
  if (!heard || heard.open || !may('openHearing') || !(first ? detail.canSend && !heard.beforeFirst : acts.includes('agree') && !heard.sinceLast)) return null
  return (
    <Alert kind="info" heading={t('negotiation.notHeard')}>
      <p>{t(first ? 'negotiation.notHeardFirst' : 'negotiation.notHeardAgreed')}{' '}
        <Link to="/agreements/$id/hearing" params={{ id: String(detail.negotiation.agreementId) }}>{t('negotiation.toHearing')}</Link>
      </p>
    </Alert>
  )
}

/** Municipalities that have an older text, once the new one is agreed. */
function Older({ older, agreement }: { older: NonNullable<Detail['older']>; agreement: number }) {
  const { t } = useWords()
  const f = useFormat()
  const may = useMay()
  if (older.accessions === 0) return null
  return (
    <Alert kind="warning" heading={t('negotiation.older', { count: older.accessions, formatted: f.number(older.accessions) })}>
      <p>{t('negotiation.olderHelp', { versions: older.versions.map((v) => `v${v}`).join(', ') })}</p>
      <p className="k-actions">
        {may('releaseAgreement') && <Link to="/agreements/$id/release" params={{ id: String(agreement) }}>{t('negotiation.toRelease')}</Link>}
        <Link to="/accessions" search={{ agreement, before: older.than }}>{t('negotiation.toOlder')}</Link>
      </p>
    </Alert>
  )
}
