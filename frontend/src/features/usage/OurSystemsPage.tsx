import { useQuery } from '@tanstack/react-query'
import { Link, useNavigate, useSearch } from '@tanstack/react-router'
import { useMemo, useRef, useState } from 'react'
import { fileHref } from '../../api/client'
import { useFormat, useWords } from '../../i18n'
import { errorSentence, problemSentence } from '../../i18n/problems'
import { isOffice, useMay, useMe } from '../../session'
import { Alert } from '../../ui/Alert'
import { Excel } from '../../ui/Download'
import { Icon } from '../../ui/Icon'
import { Choice, SearchBox, SortChoice, ViewChoice } from '../../ui/ListPage'
import { PageHeading } from '../../ui/PageHeading'
import { RecentChanges } from '../../ui/RecentChanges'
import { SavedFilters } from '../../ui/SavedFilters'
import { Empty, ErrorState, isPageProblem, MoreButton, PageProblem, Skeleton } from '../../ui/states'
import { useRemembered } from '../../ui/useRemembered'
import { AddSystem } from './AddSystem'
import { BulkBar } from './BulkBar'
import type { Pasted } from './cells'
import { useColumns, useShown } from './columns'
import { Foot, Saving, Unsaved } from './Foot'
import { Grid } from './Grid'
import { Preview } from './Preview'
import { changesQuery, peopleQuery, periods, states, undoChange, usageCount, type Field, type Outcome, type State } from './queries'
import { Summary } from './Summary'
import { useEdits, useUsages } from './useUsages'

const noPeople: never[] = []
const none: ReadonlySet<number> = new Set()

/** Our systems: one row per system we use, what is in order and what is not, and written in place. */
export default function OurSystemsPage() {
  const { t } = useWords()
  const f = useFormat()
  const may = useMay()
  const me = useMe()
  const office = isOffice(me)
  const search = useSearch({ from: '/inside/our-systems' })
  const navigate = useNavigate({ from: '/our-systems' })
  const { sort = 'name', pages = 1, add, ...filter } = search
  const list = useUsages({ ...filter, sort }, pages)
  const count = useQuery(usageCount(filter))
  const people = useQuery({ ...peopleQuery, enabled: !office }).data?.items ?? noPeople
  const edits = useEdits()
  const editable = may('changeUsages')
  const [compact, setCompact] = useRemembered('compact', false)
  const all = useColumns(office)
  const [hidden, setHidden] = useRemembered<string[]>('columns.our-systems', all.filter((c) => c.extra).map((c) => c.id))
  const columns = useMemo(() => all.filter((c) => c.main || !hidden.includes(c.id)), [all, hidden])
  const shown = useShown(people)
  const [preview, setPreview] = useState<{ kind: 'paste' | 'bulk'; pasted: Pasted }>()
  const [adding, setAdding] = useState(add !== undefined)
  const adder = useRef<HTMLButtonElement>(null)
  const [said, setSaid] = useState<{ text: string; bad?: boolean; left?: Outcome }>()
  const onSearch = (patch: Record<string, string | number | undefined>, replace?: boolean) =>
    void navigate({ search: (old) => ({ ...old, ...patch }), replace, resetScroll: false })
  // What is chosen is chosen under one filter: under the next one nothing is.
  const key = JSON.stringify(filter)
  const [choice, setChoice] = useState<{ key: string; ids: ReadonlySet<number> }>({ key, ids: new Set() })
  const selected = choice.key === key ? choice.ids : none
  const setSelected = (ids: ReadonlySet<number>) => setChoice({ key, ids })

  const tell = (outcome: Outcome | undefined) =>
    setSaid(outcome === undefined ? { text: t('usage.undoNothing') } : {
      text: t('usage.undid', { count: outcome.cells.length, formatted: f.number(outcome.cells.length) }), left: outcome.conflicts.length + outcome.errors.length > 0 ? outcome : undefined,
    })
  const undo = () => void edits.undo().then(tell, (error: unknown) => setSaid({ text: errorSentence(error), bad: true }))
  const undoOne = (id: number) =>
    void undoChange(id).then((outcome) => {
      edits.undone(id)
      edits.accept(outcome)
      if (outcome.rows.length === 0 && outcome.cells.length > 0) void list.refetch()
      tell(outcome)
    }, (error: unknown) => setSaid({ text: errorSentence(error), bad: true }))

  if (list.error && list.rows === undefined && isPageProblem(list.error)) return <PageProblem error={list.error} />
  const filtered = Object.keys(filter).length > 0
  const clear = () => onSearch({ q: undefined, agreement: undefined, period: undefined, vendor: undefined, owner: undefined, responsible: undefined, pages: undefined })
  const rows = list.rows
  const unsaved = editable && <Unsaved edits={edits} shown={shown} onScreen={(usage, field) => rows?.some((u) => u.id === usage) === true && columns.some((c) => c.id === field)} />
  const chosen = (rows ?? []).filter((u) => selected.has(u.id))
  const whom = (who: 'owner' | 'responsible') => ({
    key: who, label: t(`usage.field.${who}`), value: filter[who] === undefined ? undefined : String(filter[who]), all: t('list.all'),
    options: [{ value: '0', label: t('usage.nobody') }, ...people.map((p) => ({ value: String(p.id), label: p.name }))],
  })
  return (
    <>
      <PageHeading
        title={office ? t('usage.titleOffice') : t('usage.title')}
        lead={<span role="status">{count.data === undefined ? '\u00a0' : t('list.count', { count: count.data.total, formatted: f.number(count.data.total) })}</span>}
        actions={
          <>
            {editable && !adding && <button ref={adder} type="button" className="button button-secondary" onClick={() => setAdding(true)}><Icon name="plus" />{t('usage.add.title')}</button>}
            {may('createImport') && <Link to="/imports/new" search={{ kind: 'usages' }} className="button button-secondary">{t('list.import')}</Link>}
          </>
        }
      />
      <Summary count={count.data} chosen={filter.agreement} onChoose={(agreement) => onSearch({ agreement, pages: undefined })} />
      {adding && <AddSystem start={add} onClose={() => { setAdding(false); if (add !== undefined) onSearch({ add: undefined }, true); setTimeout(() => adder.current?.focus()) }} onAdded={(outcome) => { edits.accept(outcome); void list.refetch() }} />}
      <div className="k-toolbar" role="group" aria-label={t('list.filterRow')}>
        <SearchBox value={filter.q ?? ''} onChange={(q) => onSearch({ q: q || undefined, pages: undefined }, true)} />
        <Choice filter={{ key: 'agreement', label: t('usage.field.agreement'), value: filter.agreement, all: t('list.all'), options: states.map((s: State) => ({ value: s, label: t(`usage.state.${s}`) })) }}
          onChange={(agreement) => onSearch({ agreement, pages: undefined })} />
        {!office && <Choice filter={whom('responsible')} onChange={(v) => onSearch({ responsible: v === undefined ? undefined : Number(v), pages: undefined })} />}
        {!office && me.active.role !== 'system_owner' && <Choice filter={whom('owner')} onChange={(v) => onSearch({ owner: v === undefined ? undefined : Number(v), pages: undefined })} />}
        <Choice filter={{ key: 'period', label: t('usage.period'), value: filter.period, all: t('usage.periods.current'), options: periods.filter((p) => p !== 'current').map((p) => ({ value: p, label: t(`usage.periods.${p}`) })) }}
          onChange={(period) => onSearch({ period, pages: undefined })} />
        <SortChoice columns={columns} sort={sort} onSort={(value) => onSearch({ sort: value, pages: undefined })} />
        {filtered && <button type="button" className="k-textbutton" onClick={clear}>{t('list.clear')}</button>}
        <div className="k-toolbar__end">
          <SavedFilters page="our-systems" />
          {editable && <Changes onUndo={undoOne} />}
          <ViewChoice columns={all} hidden={hidden} setHidden={setHidden} compact={compact} setCompact={setCompact} />
          {may('exportUsages') && <Excel href={fileHref('/api/v1/usages/export', { ...filter, sort })} />}
        </div>
      </div>
      {preview ? (
        <Preview kind={preview.kind} pasted={preview.pasted} rows={rows ?? []} edits={edits} shown={shown} onClose={() => { setPreview(undefined); setSelected(new Set()); toGrid() }} onUndo={undo} />
      ) : null}
      {editable && <p className="k-quiet k-bykey">{t('usage.how')}</p>}
      {editable && <p className="k-quiet k-bytouch">{t('usage.howTouch')}</p>}
      {rows === undefined ? (
        list.error ? <ErrorState error={list.error} retry={() => void list.refetch()} /> : <Skeleton lines={12} />
      ) : rows.length === 0 ? (
        <>
        {unsaved}
        {filtered ? (
          <Empty why={t('list.emptyFiltered')} help={t('list.emptyFilteredHelp')} action={<button type="button" className="button button-secondary" onClick={clear}>{t('list.clear')}</button>} />
        ) : (
          <Empty
            why={t(me.active.role === 'system_owner' ? 'usage.emptyOwner' : 'usage.empty')}
            help={t(me.active.role === 'system_owner' ? 'usage.emptyOwnerHelp' : 'usage.emptyHelp')}
            action={may('createImport') && <Link to="/imports/new" search={{ kind: 'usages' }} className="button button-primary">{t('list.import')}</Link>}
          />
        )}
        </>
      ) : (
        <>
          {list.error ? <ErrorState error={list.error} retry={() => void list.refetch()} /> : null}
          <Grid rows={rows} columns={columns} edits={edits} people={people} shown={shown} editable={editable} compact={compact} busy={list.outdated} sort={sort}
            onSort={(value) => onSearch({ sort: value === 'name' ? undefined : value, pages: undefined })} selected={selected} setSelected={setSelected}
            onPaste={(pasted) => setPreview({ kind: 'paste', pasted })} onUndo={undo}
            onRefuse={(u, code) => setSaid({ text: t('usage.refused', { name: u.system.name, why: problemSentence(code) }), bad: true })} />
          <Foot>
            {said && <Said said={said} shown={shown} rows={rows} onClose={() => { setSaid(undefined); toGrid() }} />}
            {!preview && chosen.length > 0 && <BulkBar chosen={chosen} people={people} onClear={() => { setSelected(new Set()); toGrid() }} onShow={(pasted) => setPreview({ kind: 'bulk', pasted })} />}
            {unsaved}
            {editable && <Saving edits={edits} onUndo={undo} />}
          </Foot>
          <div className="k-more">
            <p role="status">{list.hasMore ? t('list.shown', { shown: f.number(rows.length), total: count.data === undefined ? '…' : f.number(count.data.total) }) : t('list.shownAll', { count: rows.length, total: f.number(rows.length) })}</p>
            <MoreButton list={list} onMore={() => onSearch({ pages: pages + 1 }, true)} />
          </div>
        </>
      )}
    </>
  )
}

/** Back to the cell that was last used: what had the focus is gone. */
const toGrid = () => setTimeout(() => document.querySelector<HTMLElement>('.k-grid [data-column][tabindex="0"]')?.focus())

function Changes({ onUndo }: { onUndo: (id: number) => void }) {
  const { t } = useWords()
  const f = useFormat()
  const items = useQuery(changesQuery).data?.items ?? []
  const what = (c: (typeof items)[number]) =>
    c.kind === 'add' ? t('usage.changes.added', { name: c.what ?? '' }) : c.what !== undefined && c.rows === 1 ? t('usage.changes.one', { name: c.what, count: c.cells }) : t('usage.changes.many', { cells: f.number(c.cells), rows: f.number(c.rows) })
  return <RecentChanges items={items.map((c) => ({ ...c, what: what(c) }))} onUndo={onUndo} />
}

function Said({ said, shown, rows, onClose }: { said: { text: string; bad?: boolean; left?: Outcome }; shown: (field: Field, value: string) => string; rows: { id: number; system: { name: string } }[]; onClose: () => void }) {
  const { t } = useWords()
  const name = (id: number) => rows.find((u) => u.id === id)?.system.name ?? String(id)
  return (
    <Alert kind={said.bad ? 'error' : said.left ? 'warning' : 'success'} role={said.bad ? 'alert' : 'status'}>
      <p>{said.text}</p>
      {said.left && (
        <>
          <p>{t('usage.undoLeft')}</p>
          <ul className="k-preview__list">
            {said.left.conflicts.map((c) => <li key={`${c.usage}${c.field}`}><strong>{name(c.usage)}</strong>{` · ${t(`usage.field.${c.field}`)}: ${shown(c.field, c.theirs)}`}</li>)}
            {said.left.errors.map((e) => <li key={`${e.usage}${e.field}`}><strong>{name(e.usage)}</strong>{` · ${t(`usage.field.${e.field}`)}`}</li>)}
          </ul>
        </>
      )}
      <button type="button" className="k-textbutton k-textbutton--row" onClick={onClose}>{t('common.close')}</button>
    </Alert>
  )
}
