import { useQuery, useQueryClient } from '@tanstack/react-query'
import { Link, useNavigate, useSearch } from '@tanstack/react-router'
import { useState } from 'react'
import { api, unwrap } from '../../api/client'
import { useList } from '../../api/list'
import { useFormat, useWords } from '../../i18n'
import { useMay } from '../../session'
import { DataTable, type Column } from '../../ui/DataTable'
import { Icon } from '../../ui/Icon'
import { PageHeading } from '../../ui/PageHeading'
import { Empty, ErrorState, MoreButton, Skeleton } from '../../ui/states'
import { Tag } from '../../ui/Tag'
import { Merges, Undone, UndoQuestion, type Ask } from './Merges'
import { duplicateCount, duplicatePage, type Duplicate, type Kind, type Merge } from './queries'

/** What may stand in the register twice: the most certain first, compared and merged by hand. */
export default function DuplicatesPage() {
  const { t } = useWords()
  const f = useFormat()
  const may = useMay()
  const client = useQueryClient()
  const search = useSearch({ from: '/inside/duplicates' })
  const navigate = useNavigate({ from: '/duplicates' })
  const kind: Kind = search.kind ?? 'vendor'
  const filter = { kind, dismissed: search.dismissed }
  const list = useList(['duplicates', 'list', filter], duplicatePage(filter), search.pages)
  const count = useQuery(duplicateCount(filter))
  const [searching, setSearching] = useState(false)
  const [error, setError] = useState<unknown>()
  const [asking, setAsking] = useState<{ merge: Merge; opener: HTMLElement }>()
  const [undone, setUndone] = useState<Merge>()
  const ask: Ask = (merge, opener) => {
    setUndone(undefined)
    setAsking({ merge, opener })
  }
  const answered = (back?: Merge) => {
    if (back === undefined) asking?.opener.focus()
    setAsking(undefined)
    setUndone(back)
  }
  const act = async (doing: () => Promise<unknown>) => {
    setError(undefined)
    try {
      await doing()
      await client.invalidateQueries({ queryKey: ['duplicates'] })
    } catch (refusal) {
      setError(refusal)
    }
  }
  const again = async () => {
    if (searching) return
    setSearching(true)
    await act(() => unwrap(api.POST('/api/v1/duplicates/search')))
    setSearching(false)
  }
  const judge = (d: Duplicate, different: boolean) =>
    act(() => unwrap(api.POST('/api/v1/duplicates/verdict', { body: { kind: d.kind, first: d.first.number, second: d.second.number, different } })))
  const columns: Column<Duplicate>[] = [
    { id: 'first', head: t('duplicate.first'), main: true, cell: (d) => <Side kind={d.kind} side={d.first} /> },
    { id: 'second', head: t('duplicate.second'), cell: (d) => <Side kind={d.kind} side={d.second} /> },
    { id: 'certainty', head: t('duplicate.certainty'), cell: (d) => <Certainty value={d.certainty} /> },
    { id: 'why', head: t('duplicate.why'), cell: (d) => d.why.map((w) => t(`duplicate.whyWord.${w}`)).join(', ') },
    {
      id: 'act',
      head: t('duplicate.act'),
      cell: (d) => {
        const names = { first: d.first.name, second: d.second.name }
        return (
          <span className="k-actions">
            {may('compareDuplicates') && (
              <Link to="/duplicates/compare" search={{ kind: d.kind, ...sides(d) }} aria-label={t('duplicate.compareNamed', names)}>{t('duplicate.compare')}</Link>
            )}
            {may('judgeDuplicate') && (
              <button type="button" className="k-textbutton k-textbutton--row" aria-label={search.dismissed ? t('duplicate.maybeNamed', names) : t('duplicate.differentNamed', names)} onClick={() => void judge(d, !search.dismissed)}>
                {search.dismissed ? t('duplicate.maybe') : t('duplicate.different')}
              </button>
            )}
          </span>
        )
      },
    },
  ]
  const rows = list.rows
  return (
    <>
      <PageHeading
        title={t('duplicate.title')}
        lead={<span role="status">{count.data && !search.dismissed ? t('duplicate.lead', { count: count.data.total, formatted: f.number(count.data.total) }) : '\u00a0'}</span>}
        actions={may('findDuplicates') && (
          <button type="button" className="button button-secondary" aria-disabled={searching} onClick={() => void again()}>
            <Icon name="refresh" />
            {searching ? t('duplicate.searching') : t('duplicate.again')}
          </button>
        )}
      />
      {asking && <UndoQuestion merge={asking.merge} close={answered} />}
      {undone && <Undone merge={undone} />}
      <Merges just={search.merged} only="just" ask={ask} />
      <nav className="k-subnav" aria-label={t('duplicate.kinds')}>
        <ul>
          {(['vendor', 'system'] as const).map((k) => (
            <li key={k}>
              <Link to="/duplicates" search={{ kind: k === 'system' ? k : undefined }} data-status={k === kind ? 'active' : undefined} aria-current={k === kind ? 'page' : undefined}>{t(`duplicate.kind.${k}`)}</Link>
            </li>
          ))}
        </ul>
      </nav>
      <p>
        <Link to="/duplicates" search={{ kind: search.kind, dismissed: search.dismissed ? undefined : true }}>{search.dismissed ? t('duplicate.open') : t('duplicate.dismissed')}</Link>
      </p>
      {error !== undefined && <ErrorState error={error} />}
      {rows === undefined ? (
        list.error ? <ErrorState error={list.error} retry={() => void list.refetch()} /> : <Skeleton lines={8} />
      ) : rows.length === 0 ? (
        search.dismissed ? <Empty why={t('duplicate.dismissedEmpty')} /> : <Empty why={t('duplicate.empty')} help={t('duplicate.emptyHelp')} />
      ) : (
        <>
          <DataTable caption={t('duplicate.caption')} columns={columns} rows={rows} rowKey={(d) => `${d.first.number}-${d.second.number}`} busy={list.outdated} />
          <div className="k-more">
            <p role="status">{list.hasMore ? t('list.shown', { shown: f.number(rows.length), total: count.data ? f.number(count.data.total) : '…' }) : t('list.shownAll', { count: rows.length, total: f.number(rows.length) })}</p>
            <MoreButton list={list} onMore={() => void navigate({ search: (old) => ({ ...old, pages: (old.pages ?? 1) + 1 }), replace: true, resetScroll: false })} />
          </div>
        </>
      )}
      <Merges ask={ask} />
    </>
  )
}

/** The one that more is registered on is the likelier to stand; the older, when they are even. */
function sides(d: Duplicate): { winner: number; loser: number } {
  const [a, b] = [d.first, d.second]
  return b.uses > a.uses ? { winner: b.number, loser: a.number } : { winner: a.number, loser: b.number }
}

function Side({ kind, side }: { kind: Kind; side: Duplicate['first'] }) {
  const { t } = useWords()
  const f = useFormat()
  const number = String(side.number)
  return (
    <span>
      {kind === 'vendor' ? <Link to="/vendors/$number" params={{ number }}>{side.name}</Link> : <Link to="/systems/$number" params={{ number }}>{side.name}</Link>}
      <span className="k-quiet k-below">{[f.cvr(side.hint), t(kind === 'vendor' ? 'duplicate.vendorUses' : 'duplicate.systemUses', { count: side.uses })].join(' · ')}</span>
    </span>
  )
}

function Certainty({ value }: { value: number }) {
  const { t } = useWords()
  const word = value >= 90 ? 'sure' : value >= 70 ? 'likely' : 'maybe'
  return <Tag tone={word === 'sure' ? 'overdue' : word === 'likely' ? 'attention' : 'none'} icon={word === 'maybe' ? 'help' : 'warning'}>{`${t(`duplicate.certaintyWord.${word}`)} · ${t('duplicate.percent', { value })}`}</Tag>
}
