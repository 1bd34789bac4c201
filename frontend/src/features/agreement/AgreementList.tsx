import { useQuery } from '@tanstack/react-query'
import { Link, useNavigate, useSearch } from '@tanstack/react-router'
import { useMemo } from 'react'
import { fileHref, type Schemas } from '../../api/client'
import { useList } from '../../api/list'
import { useFormat, useWords } from '../../i18n'
import { isOffice, useMay, useMe } from '../../session'
import { StateTag } from '../../ui/AccessionState'
import { Age } from '../../ui/Age'
import { AgreementTabs } from '../../ui/AgreementTabs'
import { useAmendmentName } from '../../ui/Amendment'
import type { Column } from '../../ui/DataTable'
import { ListPage } from '../../ui/ListPage'
import { StageChips } from '../../ui/StageChips'
import { OwnHearings } from './Hearings'
import { agreementCount, agreementPage } from './queries'
import { StageCell, stages, tones } from './Stage'

type Line = Schemas['AgreementLine']

const ages = [30, 90, 180, 365]

export default function AgreementList() {
  const { t } = useWords()
  const f = useFormat()
  const may = useMay()
  const office = isOffice(useMe())
  const search = useSearch({ from: '/inside/agreements' })
  const navigate = useNavigate({ from: '/agreements' })
  const { sort, pages, q, state, stage, older, vendor } = search
  const filter = { q, state, stage, older, vendor }
  const list = useList(['agreements', 'list', { ...filter, sort }], agreementPage({ ...filter, sort }), pages)
  const count = useQuery(agreementCount(filter))
  const acts = may('actOnAccession')
  const amends = useAmendmentName()
  const columns = useMemo((): Column<Line>[] => {
    const name: Column<Line>[] = [
      { id: 'title', head: t('agreement.name'), sort: 'title', main: true, cell: (a) => <span className="k-task"><Link to="/agreements/$id" params={{ id: String(a.id) }}>{a.title}</Link>{a.amends !== undefined && <span className="k-grid__under">{amends(a)}</span>}</span> },
      { id: 'vendor', head: t('agreement.vendor'), cell: (a) => <Link to="/vendors/$number" params={{ number: String(a.vendor.number) }}>{a.vendor.name}</Link> },
    ]
    const age: Column<Line> = { id: 'since', head: t('stage.since'), sort: 'since', cell: (a) => <Age since={a.since} /> }
    const rest: Column<Line>[] = [
      { id: 'offered', head: t('agreement.offered'), extra: true, cell: (a) => (a.offered ? f.date(a.offered) : '–') },
      { id: 'sinceDate', head: t('stage.sinceDate'), extra: true, cell: (a) => f.date(a.since) },
      { id: 'version', head: t('agreement.version'), numeric: true, extra: true, cell: (a) => a.versionNo },
      { id: 'created', head: t('agreement.created'), extra: true, cell: (a) => f.date(a.created) },
      { id: 'number', head: t('agreement.number'), sort: 'number', numeric: true, cell: (a) => a.number },
    ]
    return office ? [
      ...name,
      { id: 'stage', head: t('agreement.state'), cell: (a) => <StageCell line={a} /> },
      age,
      { id: 'concluded', head: t('stage.concluded'), numeric: true, cell: (a) => <Concluded line={a} /> },
      { id: 'changed', head: t('stage.changed'), cell: (a) => a.changed && <>{f.date(a.changed)}{a.changedBy !== undefined && <span className="k-grid__under">{a.changedBy}</span>}</> },
      ...rest,
    ] : [
      ...name,
      { id: 'own', head: t('stage.own'), cell: (a) => (a.own ? <Link to="/accessions/$id" params={{ id: String(a.own.accession) }}><StateTag state={a.own.state} forOffice={false} /></Link> : <span className="k-quiet">{t('stage.ownNone')}</span>) },
      age,
      ...(acts ? [{ id: 'next', head: t('stage.next'), cell: (a: Line) => <Next line={a} /> }] : []),
      ...rest,
    ]
  }, [f, t, office, acts, amends])
  const canMake = may('createAgreement')
  return (
    <>
      <AgreementTabs />
      {!office && may('listHearings') && <OwnHearings />}
      <ListPage
        title={t('agreement.listTitle')}
        caption={t('agreement.caption')}
        name="agreements"
        columns={columns}
        rowKey={(a) => a.id}
        list={list}
        count={count.data?.total}
        search={search}
        defaultSort="-number"
        pinned={[
          ...(vendor === undefined ? [] : [{ key: 'vendor', label: t('system.fromVendor', { number: vendor }) }]),
          ...(state === undefined ? [] : [{ key: 'state', label: t(`agreement.stateName.${state}`) }]),
        ]}
        under={office && <StageChips label={t('stage.label')} stages={stages.map((s) => ({ stage: s, name: t(`stage.name.${s}`), tone: tones[s] }))} count={count.data} chosen={stage} onChoose={(chosen) => void navigate({ search: (old) => ({ ...old, stage: chosen, pages: undefined }), resetScroll: false })} />}
        filters={[...(office ? [{ key: 'stage', label: t('agreement.state'), value: stage, all: t('agreement.stateAll'), options: stages.map((value) => ({ value, label: t(`stage.name.${value}`) })) }] : []), {
          key: 'older',
          label: t('stage.older'),
          value: older === undefined ? undefined : String(older),
          all: t('stage.olderAll'),
          options: [...new Set([...ages, ...(older === undefined ? [] : [older])])].sort((a, b) => a - b).map((days) => ({ value: String(days), label: t('stage.olderThan', { days: f.number(days) }) })),
        }]}
        onSearch={(patch, replace) => void navigate({ search: (old) => ({ ...old, ...patch }), replace, resetScroll: false })}
        exportHref={may('exportAgreements') ? fileHref('/api/v1/agreements/export', { ...filter, sort }) : undefined}
        empty={{
          why: t('agreement.empty'),
          help: canMake ? t('agreement.emptyHelp') : t('agreement.emptyMember'),
          action: canMake && <Link to="/vendors" className="button button-primary">{t('agreement.toVendors')}</Link>,
        }}
      />
    </>
  )
}

/** How many of the organisations that have the newest release have concluded it. */
function Concluded({ line }: { line: Line }) {
  const { t } = useWords()
  const f = useFormat()
  if (line.offeredTo === undefined) return <span className="k-quiet">{t('stage.concludedNone')}</span>
  return <Link to="/accessions" search={{ agreement: line.id }}>{t('stage.concludedOf', { concluded: f.number(line.concluded ?? 0), total: f.number(line.offeredTo) })}</Link>
}

const nexts = { offered: 'offered', on_hold: 'on_hold', accepted: 'accepted' } as const

/** What an organisation can do now about its own agreement. */
function Next({ line }: { line: Line }) {
  const { t } = useWords()
  const state = line.own && nexts[line.own.state as keyof typeof nexts]
  if (!line.own || !state) return <span className="k-quiet">{t('stage.nextNone')}</span>
  const id = String(line.own.accession)
  const name = t('stage.nextOf', { act: t(`stage.nextName.${state}`), title: line.title })
  return state === 'accepted'
    ? <Link to="/accessions/$id/act/$act" params={{ id, act: 'enter_force' }} aria-label={name}>{t(`stage.nextName.${state}`)}</Link>
    : <Link to="/accessions/$id" params={{ id }} aria-label={name}>{t(`stage.nextName.${state}`)}</Link>
}
