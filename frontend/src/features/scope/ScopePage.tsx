import { keepPreviousData, useQuery } from '@tanstack/react-query'
import { Link, useNavigate, useSearch } from '@tanstack/react-router'
import { lazy, Suspense, useMemo } from 'react'
import { fileHref } from '../../api/client'
import { useList } from '../../api/list'
import { useFormat, useWords } from '../../i18n'
import { useMay } from '../../session'
import type { Column } from '../../ui/DataTable'
import { DayFilter } from '../../ui/DayFilter'
import { ListPage } from '../../ui/ListPage'
import { ErrorState, Skeleton } from '../../ui/states'
import { Tag } from '../../ui/Tag'
import { Policy } from './Policy'
import { courseQuery, scopeCount, scopePage, type ScopeCounts, type ScopeListName, type ScopeRow } from './queries'

const ScopeCourse = lazy(() => import('./ScopeCourse'))
const lists: ScopeListName[] = ['over', 'fallen', 'unagreed', 'unused']
const sorts = { over: '-agreed', fallen: '-agreed', unagreed: '-lacking', unused: 'name' } as const

/** Which systems the secretariat supervises, on any day that has been, and why. */
export default function ScopePage() {
  const { t } = useWords()
  const f = useFormat()
  const may = useMay()
  const search = useSearch({ from: '/inside/scope' })
  const navigate = useNavigate({ from: '/scope' })
  const { q, day, since, pages } = search
  const name: ScopeListName = search.list ?? 'over'
  const sort = search.sort ?? sorts[name]
  const filter = { q, day, since }
  const list = useList(['scope', 'list', { ...filter, list: name, sort }], scopePage({ ...filter, list: name, sort }), pages)
  const count = useQuery({ ...scopeCount(filter), placeholderData: keepPreviousData })
  const columns = useMemo(
    (): Column<ScopeRow>[] => [
      { id: 'name', head: t('scope.system'), sort: 'name', main: true, cell: (s) => <Link to="/systems/$number" params={{ number: String(s.system.number) }}>{s.system.name}</Link> },
      { id: 'vendor', head: t('scope.vendor'), cell: (s) => <Link to="/vendors/$number" params={{ number: String(s.vendor.number) }}>{s.vendor.name}</Link> },
      { id: 'state', head: t('scope.state'), cell: (s) => <State row={s} /> },
      { id: 'users', head: t('scope.users'), sort: 'users', numeric: true, cell: (s) => f.number(s.users) },
      { id: 'agreed', head: t('scope.agreed'), sort: 'agreed', numeric: true, cell: (s) => f.number(s.agreed) },
      { id: 'before', head: t('scope.before'), numeric: true, extra: name === 'unagreed' || name === 'unused', cell: (s) => f.number(s.wasAgreed) },
      { id: 'lacking', head: t('scope.lacking'), sort: 'lacking', numeric: true, extra: name === 'fallen' || name === 'unused', cell: (s) => f.number(s.lacking) },
      { id: 'notNeeded', head: t('scope.notNeeded'), numeric: true, extra: name !== 'unagreed', cell: (s) => f.number(s.notNeeded) },
      { id: 'agreements', head: t('scope.agreements'), numeric: true, extra: name !== 'unused', cell: (s) => f.number(s.agreements) },
    ],
    [f, t, name],
  )
  const go = (patch: Record<string, string | number | undefined>, replace?: boolean) => void navigate({ search: (old) => ({ ...old, ...patch }), replace, resetScroll: false })
  return (
    <>
      <ListPage
        key={name}
        title={t('scope.title')}
        kicker={<Link to="/systems">{t('system.listTitle')}</Link>}
        caption={t(`scope.caption.${name}`)}
        name={`scope.${name}`}
        columns={columns}
        rowKey={(s) => s.system.number}
        list={list}
        count={count.data?.[name]}
        search={search}
        defaultSort={sorts[name]}
        under={<Under counts={count.data} name={name} onDays={(patch) => go({ ...patch, pages: undefined })} />}
        onSearch={go}
        exportHref={may('exportScope') ? fileHref('/api/v1/scope/export', { ...filter, list: name, sort }) : undefined}
        empty={{ why: t(`scope.empty.${name}`), help: t('scope.emptyHelp') }}
      />
      <Course />
      <Policy />
    </>
  )
}

function State({ row }: { row: ScopeRow }) {
  const { t } = useWords()
  if (row.inScope) return row.wasInScope ? <Tag tone="ok">{t('scope.stateName.over')}</Tag> : <Tag tone="attention" icon="plus">{t('scope.stateName.crossed')}</Tag>
  return row.wasInScope ? <Tag tone="attention">{t('scope.stateName.fallen')}</Tag> : <Tag tone="none">{t('scope.stateName.under')}</Tag>
}

/** The rule in one line, the two days, and the four lists with their numbers. */
function Under({ counts, name, onDays }: { counts: ScopeCounts | undefined; name: ScopeListName; onDays: (patch: { day?: string; since?: string }) => void }) {
  const { t } = useWords()
  const f = useFormat()
  return (
    <>
      <div className="k-toolbar">
        <DayFilter key={`day-${counts?.day ?? ''}`} label={t('scope.day')} value={counts?.day} onDay={(day) => onDays({ day })} />
        <DayFilter key={`since-${counts?.since ?? ''}`} label={t('scope.since')} value={counts?.since} onDay={(since) => onDays({ since })} />
        <p className="k-scope__rule">
          {counts && (counts.threshold === undefined ? t('scope.leadNone') : t('scope.lead', { threshold: counts.threshold }))}
          {counts !== undefined && counts.crossed > 0 && ` ${t('scope.crossed', { count: counts.crossed, formatted: f.number(counts.crossed), since: f.date(counts.since) })}.`}
        </p>
      </div>
      <nav className="k-subnav" aria-label={t('scope.tabs')}>
        <ul>
          {lists.map((l) => (
            <li key={l}>
              <Link from="/scope" to="/scope" search={(old) => ({ ...old, list: l === 'over' ? undefined : l, sort: undefined, pages: undefined })} data-status={l === name ? 'active' : undefined} aria-current={l === name ? 'page' : undefined} activeOptions={{ exact: true, includeSearch: true }}>
                {t(`scope.list.${l}`)}
                {counts && <span className="k-scope__count">{f.number(counts[l])}</span>}
              </Link>
            </li>
          ))}
        </ul>
      </nav>
    </>
  )
}

function Course() {
  const { t } = useWords()
  const query = useQuery(courseQuery)
  return (
    <section className="k-section" aria-labelledby="course">
      <h2 id="course">{t('scope.course')}</h2>
      {query.data === undefined ? (
        query.error ? <ErrorState error={query.error} retry={() => void query.refetch()} /> : <Skeleton lines={6} />
      ) : query.data.items.length < 2 ? (
        <p className="k-quiet">{t('scope.courseNone')}</p>
      ) : (
        <Suspense fallback={<Skeleton lines={6} />}><ScopeCourse points={query.data.items} /></Suspense>
      )}
    </section>
  )
}
