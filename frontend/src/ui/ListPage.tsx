import { useEffect, useEffectEvent, useId, useRef, useState, type ReactNode } from 'react'
import type { List } from '../api/list'
import { useFormat, useWords } from '../i18n'
import { DataTable, type Column } from './DataTable'
import { Excel } from './Download'
import { Drop } from './Drop'
import { Icon } from './Icon'
import { ManyBar } from './many/ManyBar'
import { ManyChanges, ManySaid } from './many/ManySaid'
import { useMany, type Many } from './many/useMany'
import type { ListSearch } from './listSearch'
import { PageHeading } from './PageHeading'
import { SavedFilters } from './SavedFilters'
import { useSelection } from './selection'
import { Empty, ErrorState, isPageProblem, MoreButton, PageProblem, Skeleton } from './states'
import { useRemembered } from './useRemembered'

export interface Filter {
  key: string
  label: string
  value: string | undefined
  all: string
  options: { value: string; label: string }[]
}

interface Props<Row> {
  title: string
  kicker?: ReactNode
  actions?: ReactNode
  /** Between the heading and the filters: tabs, what the list is reckoned for. */
  under?: ReactNode
  caption: string
  /** Name under which this browser remembers columns. */
  name: string
  columns: Column<Row>[]
  rowKey: (row: Row) => string | number
  list: List<Row>
  count: number | undefined
  search: ListSearch
  defaultSort: string
  /** Filters that are no choice from a list, as removable labels. */
  pinned?: { key: string; label: string }[]
  filters?: Filter[]
  /** A change of the URL; `replace` while a person is typing. */
  onSearch: (patch: Record<string, string | number | undefined>, replace?: boolean) => void
  exportHref?: string
  /** false: the list has no text to search in. */
  searchable?: boolean
  /** Further controls of the filter row. */
  tools?: ReactNode
  /** The filters can be kept under names. */
  saved?: boolean
  /** Rows can be chosen and one field changed in all of them; left out where the person may not. */
  many?: Many<Row>
  empty: { why: string; help?: string; action?: ReactNode }
}

/** A list page: title with count, filters that are the URL, table, more rows, Excel of exactly this. */
export function ListPage<Row extends object>(props: Props<Row>) {
  const { title, kicker, actions, list, count, search, onSearch, filters = [], pinned = [], many } = props
  const { t } = useWords()
  const f = useFormat()
  const [compact, setCompact] = useRemembered('compact', false)
  const [hidden, setHidden] = useRemembered<string[]>(
    `columns.${props.name}`,
    props.columns.filter((c) => c.extra).map((c) => c.id),
  )
  const selection = useSelection(JSON.stringify({ ...search, sort: undefined, pages: undefined }))
  const acts = useMany(many?.list)
  if (list.error && list.rows === undefined && isPageProblem(list.error)) return <PageProblem error={list.error} />

  const filtered = search.q !== undefined || pinned.length > 0 || filters.some((x) => x.value !== undefined)
  const clear = () => onSearch({ q: undefined, pages: undefined, ...Object.fromEntries([...filters, ...pinned].map((x) => [x.key, undefined])) })
  const sort = search.sort ?? props.defaultSort
  const shown = list.rows?.length ?? 0
  return (
    <>
      <PageHeading
        title={title}
        kicker={kicker}
        actions={actions}
        lead={<span role="status">{count === undefined ? '\u00a0' : t('list.count', { count, formatted: f.number(count) })}</span>}
      />
      {props.under}
      <div className="k-toolbar" role="group" aria-label={t('list.filterRow')}>
        {props.searchable !== false && <SearchBox value={search.q ?? ''} onChange={(q) => onSearch({ q: q || undefined, pages: undefined }, true)} />}
        {filters.map((filter) => (
          <Choice key={filter.key} filter={filter} onChange={(value) => onSearch({ [filter.key]: value, pages: undefined })} />
        ))}
        {props.tools}
        <SortChoice columns={props.columns} sort={sort} onSort={(value) => onSearch({ sort: value, pages: undefined })} />
        {pinned.map((pin) => (
          <button key={pin.key} type="button" className="k-pin" onClick={() => onSearch({ [pin.key]: undefined, pages: undefined })}>
            {pin.label}
            <Icon name="close" />
            <span className="sr-only">{t('common.clear')}</span>
          </button>
        ))}
        {filtered && (
          <button type="button" className="k-textbutton" onClick={clear}>{t('list.clear')}</button>
        )}
        <div className="k-toolbar__end">
          {props.saved && <SavedFilters page={props.name} />}
          {many && <ManyChanges many={many} onUndo={acts.undo} />}
          <ViewChoice columns={props.columns} hidden={hidden} setHidden={setHidden} compact={compact} setCompact={setCompact} />
          {props.exportHref && <Excel href={props.exportHref} />}
        </div>
      </div>
      {many && acts.said && <ManySaid said={acts.said} many={many} onUndo={acts.undo} onClose={acts.close} />}
      {list.rows === undefined ? (
        list.error ? <ErrorState error={list.error} retry={() => void list.refetch()} /> : <Skeleton lines={12} />
      ) : list.rows.length === 0 ? (
        filtered ? (
          <Empty why={t('list.emptyFiltered')} help={t('list.emptyFilteredHelp')} action={<button type="button" className="button button-secondary" onClick={clear}>{t('list.clear')}</button>} />
        ) : (
          <Empty {...props.empty} />
        )
      ) : (
        <>
          {list.error ? <ErrorState error={list.error} retry={() => void list.refetch()} /> : null}
          <DataTable
            caption={props.caption}
            columns={props.columns}
            rows={list.rows}
            rowKey={props.rowKey}
            hidden={hidden}
            sort={sort}
            onSort={(value) => onSearch({ sort: value === props.defaultSort ? undefined : value, pages: undefined })}
            compact={compact}
            busy={list.outdated}
            selection={many && { ...selection, name: many.name }}
          />
          {many && selection.keys.size > 0 && <ManyBar many={many} selection={selection} count={count} rowKey={props.rowKey} onDone={acts.done} />}
          <div className="k-more">
            <p role="status">
              {list.hasMore
                ? t('list.shown', { shown: f.number(shown), total: count === undefined ? '…' : f.number(count) })
                : t('list.shownAll', { count: shown, total: f.number(shown) })}
            </p>
            <MoreButton list={list} onMore={() => onSearch({ pages: (search.pages ?? 1) + 1 }, true)} />
          </div>
        </>
      )}
    </>
  )
}

export function SearchBox({ value, onChange }: { value: string; onChange: (q: string) => void }) {
  const { t } = useWords()
  const id = useId()
  const [text, setText] = useState(value)
  const sent = useRef(value)
  // The URL changed by something else than this box: "clear filters", back, a link.
  useEffect(() => {
    if (value !== sent.current) setText(value)
    sent.current = value
  }, [value])
  const change = useEffectEvent((q: string) => {
    sent.current = q
    onChange(q)
  })
  useEffect(() => {
    const q = text.trim()
    if (q === sent.current) return
    const timer = setTimeout(() => change(q), 250)
    return () => clearTimeout(timer)
  }, [text])
  return (
    <div className="k-control k-control--search">
      <label htmlFor={id}>{t('list.search')}</label>
      <input id={id} type="search" className="form-input" maxLength={200} autoComplete="off" value={text} onChange={(event) => setText(event.target.value)} />
    </div>
  )
}

export function Choice({ filter, onChange }: { filter: Filter; onChange: (value: string | undefined) => void }) {
  const id = useId()
  return (
    <div className="k-control">
      <label htmlFor={id}>{filter.label}</label>
      <select id={id} className="form-select" value={filter.value ?? ''} onChange={(event) => onChange(event.target.value || undefined)}>
        <option value="">{filter.all}</option>
        {filter.options.map((option) => (
          <option key={option.value} value={option.value}>{option.label}</option>
        ))}
      </select>
    </div>
  )
}

/** On a narrow screen the table has no head to click on. */
export function SortChoice<Row>({ columns, sort, onSort }: { columns: Column<Row>[]; sort: string; onSort: (sort: string) => void }) {
  const { t } = useWords()
  const id = useId()
  const sortable = columns.filter((c) => c.sort)
  if (sortable.length === 0) return null
  return (
    <div className="k-control k-narrow">
      <label htmlFor={id}>{t('list.sorted')}</label>
      <select id={id} className="form-select" value={sort} onChange={(event) => onSort(event.target.value)}>
        {sortable.flatMap((c) => [
          <option key={c.sort} value={c.sort}>{`${c.head} ↑`}</option>,
          <option key={`-${c.sort}`} value={`-${c.sort}`}>{`${c.head} ↓`}</option>,
        ])}
      </select>
    </div>
  )
}

interface ViewProps<Row> {
  columns: Column<Row>[]
  hidden: string[]
  setHidden: (hidden: string[]) => void
  compact: boolean
  setCompact: (compact: boolean) => void
}

export function ViewChoice<Row>({ columns, hidden, setHidden, compact, setCompact }: ViewProps<Row>) {
  const { t } = useWords()
  return (
    <Drop icon="tune" label={t('list.view')}>
      <label className="k-check"><input type="checkbox" checked={compact} onChange={(event) => setCompact(event.target.checked)} /> {t('list.compact')}</label>
      <fieldset>
        <legend>{t('list.columns')}</legend>
        {columns.filter((c) => !c.main).map((c) => (
          <label key={c.id} className="k-check">
            <input
              type="checkbox"
              checked={!hidden.includes(c.id)}
              onChange={(event) => setHidden(event.target.checked ? hidden.filter((id) => id !== c.id) : [...hidden, c.id])}
            />{' '}
            {c.head}
          </label>
        ))}
      </fieldset>
    </Drop>
  )
}
