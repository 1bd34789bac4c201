import { useQuery } from '@tanstack/react-query'
import { Link, useNavigate, useSearch } from '@tanstack/react-router'
import { useMemo } from 'react'
import { fileHref } from '../../api/client'
import { useList } from '../../api/list'
import { useFormat, useWords } from '../../i18n'
import { isOffice, useMay, useMe } from '../../session'
import { Age } from '../../ui/Age'
import { AgreementTabs } from '../../ui/AgreementTabs'
import type { Column } from '../../ui/DataTable'
import { ListPage } from '../../ui/ListPage'
import { StageChips } from '../../ui/StageChips'
import { negotiationCount, negotiationPage, stages, turns, type Negotiation } from './queries'
import { Counted, stageTone, StageTag, TurnTag } from './states'

/** Negotiations: how far each is, who has the ball and for how long. */
export default function NegotiationList() {
  const { t } = useWords()
  const f = useFormat()
  const may = useMay()
  const office = isOffice(useMe())
  const { q, sort, pages, stage, turn, agreement } = useSearch({ from: '/inside/negotiations' })
  const navigate = useNavigate({ from: '/negotiations' })
  const filter = { q, stage, turn, agreement }
  const list = useList(['negotiations', 'list', { ...filter, sort }], negotiationPage({ ...filter, sort }), pages)
  const count = useQuery(negotiationCount(filter))
  const columns = useMemo((): Column<Negotiation>[] => [
    { id: 'title', head: t('negotiation.agreement'), sort: 'title', main: true, cell: (n) => <span className="k-task"><Link to="/negotiations/$id" params={{ id: String(n.id) }}>{n.title}</Link><span className="k-grid__under">{n.code}</span></span> },
    { id: 'vendor', head: t('negotiation.vendor'), cell: (n) => (may('getVendor') ? <Link to="/vendors/$number" params={{ number: String(n.vendorNumber) }}>{n.vendorName}</Link> : n.vendorName) },
    { id: 'stage', head: t('negotiation.stage'), cell: (n) => <StageTag stage={n.stage} /> },
    { id: 'turn', head: t('negotiation.turn'), sort: 'turn', cell: (n) => (n.turn ? <TurnTag turn={n.turn} /> : <span className="k-quiet">{t('negotiation.turnNone')}</span>) },
    { id: 'since', head: t('negotiation.since'), sort: 'since', cell: (n) => <Age since={n.since} /> },
    { id: 'changes', head: t('negotiation.changes'), cell: (n) => <Counted {...n} /> },
    ...(office ? [{ id: 'next', head: t('negotiation.next'), cell: (n: Negotiation) => n.nextStep && <>{n.nextStep}{n.nextOn && <span className="k-grid__under">{f.date(n.nextOn)}</span>}</> }] : []),
    { id: 'rounds', head: t('negotiation.rounds'), numeric: true, extra: true, cell: (n) => n.rounds },
  ], [f, t, may, office])
  const starts = may('startNegotiation')
  return (
    <>
      <AgreementTabs />
      <ListPage
        title={t('negotiation.title')}
        caption={t('negotiation.caption')}
        name="negotiations"
        columns={columns}
        rowKey={(n) => n.id}
        list={list}
        count={count.data?.total}
        search={{ q, sort, pages }}
        defaultSort="since"
        under={<StageChips label={t('negotiation.stage')} stages={stages.map((s) => ({ stage: s, name: t(`negotiation.stageName.${s}`), tone: stageTone[s] }))} count={count.data} chosen={stage} onChoose={(chosen) => void navigate({ search: (old) => ({ ...old, stage: chosen, pages: undefined }), resetScroll: false })} />}
        pinned={agreement === undefined ? [] : [{ key: 'agreement', label: t('negotiation.ofAgreement') }]}
        filters={[
          { key: 'turn', label: t('negotiation.turn'), value: turn, all: t('negotiation.turnAll'), options: turns.map((value) => ({ value, label: t(`negotiation.turnName.${value}`) })) },
          { key: 'stage', label: t('negotiation.stage'), value: stage, all: t('negotiation.stageAll'), options: stages.map((value) => ({ value, label: t(`negotiation.stageName.${value}`) })) },
        ]}
        onSearch={(patch, replace) => void navigate({ search: (old) => ({ ...old, ...patch }), replace, resetScroll: false })}
        exportHref={may('exportNegotiations') ? fileHref('/api/v1/negotiations/export', { ...filter, sort }) : undefined}
        empty={{
          why: t('negotiation.empty'),
          help: starts ? t('negotiation.emptyHelp') : t('negotiation.emptyMember'),
          action: starts && <Link to="/agreements" search={{ stage: 'draft' }} className="button button-primary">{t('negotiation.toDrafts')}</Link>,
        }}
      />
    </>
  )
}
