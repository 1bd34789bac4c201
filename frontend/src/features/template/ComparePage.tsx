import { useQuery } from '@tanstack/react-query'
import { Link, useNavigate, useSearch } from '@tanstack/react-router'
import type { Schemas } from '../../api/client'
import { useWords } from '../../i18n'
import { PageHeading } from '../../ui/PageHeading'
import { changeTone, RedClause } from '../../ui/Redline'
import { useShortcuts } from '../../ui/shortcuts'
import { Empty, Loaded } from '../../ui/states'
import { Tag } from '../../ui/Tag'
import { slotLabel } from './blocks'
import { compareQuery, familiesQuery, treeQuery } from './queries'
import { useVersionName } from './states'

export default function ComparePage() {
  const { t } = useWords()
  const { from, to } = useSearch({ from: '/inside/templates/compare' })
  return (
    <>
      {from === undefined || to === undefined ? (
        <>
          <PageHeading title={t('templates.compareTitle')} kicker={<Link to="/templates">{t('templates.title')}</Link>} />
          <Pickers />
          <Empty why={t('templates.comparePick')} />
        </>
      ) : <Compared key={`${from}-${to}`} from={from} to={to} />}
    </>
  )
}

/** Which two versions: the address holds them. */
function Pickers() {
  const { t } = useWords()
  const navigate = useNavigate()
  const search = useSearch({ from: '/inside/templates/compare' })
  const name = useVersionName()
  const { data } = useQuery(familiesQuery)
  return (
    <div className="k-toolbar k-noprint" role="group" aria-label={t('templates.compareTitle')}>
      {(['from', 'to'] as const).map((side) => (
        <div key={side} className="k-control">
          <label htmlFor={`compare-${side}`}>{t(`templates.${side}`)}</label>
          <select id={`compare-${side}`} className="form-select" value={search[side] ?? ''} onChange={(event) => void navigate({ to: '/templates/compare', search: { ...search, [side]: Number(event.target.value) || undefined } })}>
            <option value="" />
            {data?.items.filter((f) => f.versions.length > 0).map((f) => (
              <optgroup key={f.key} label={f.name.da}>{f.versions.map((v) => <option key={v.id} value={v.id}>{name(v)}</option>)}</optgroup>
            ))}
          </select>
        </div>
      ))}
    </div>
  )
}

function Compared({ from, to }: { from: number; to: number }) {
  const query = useQuery(compareQuery(from, to))
  return <Loaded query={query}>{(c) => <Page comparison={c} />}</Loaded>
}

function Page({ comparison: c }: { comparison: Schemas['TemplateComparison'] }) {
  const { t } = useWords()
  const navigate = useNavigate()
  const search = useSearch({ from: '/inside/templates/compare' })
  const name = useVersionName()
  const fields = [...(useQuery(treeQuery(c.to.id)).data?.fields ?? []), ...(useQuery(treeQuery(c.from.id)).data?.fields ?? [])]
  const label = (path: string) => slotLabel(path, fields).label
  const changed = c.clauses.filter((x) => x.kind !== 'same')
  const count = changed.length + c.fields.length + c.rules.length
  const step = (by: 1 | -1) => {
    const all = changed.map((x) => document.getElementById(`change-${x.key}`)).filter((x) => x !== null)
    const at = all.findIndex((x) => x === document.activeElement || x.contains(document.activeElement))
    const next = all[at === -1 ? (by === 1 ? 0 : all.length - 1) : (at + by + all.length) % all.length]
    next?.focus({ preventScroll: true })
    next?.scrollIntoView({ block: 'start' })
  }
  useShortcuts({ n: () => step(1), p: () => step(-1) })
  const shown = search.all ? c.clauses : changed
  return (
    <>
      <PageHeading
        kicker={<Link to="/templates/$id" params={{ id: String(c.to.id) }}>{c.to.name}</Link>}
        title={`${t('templates.compareTitle')}: ${name(c.from)} → ${name(c.to)}`}
        lead={<span role="status">{t('templates.changeCount', { count })}</span>}
        actions={
          <>
            <button type="button" className="button button-secondary" aria-keyshortcuts="p" onClick={() => step(-1)}>{t('templates.previousChange')}</button>
            <button type="button" className="button button-secondary" aria-keyshortcuts="n" onClick={() => step(1)}>{t('templates.nextChange')}</button>
            <button type="button" className="button button-secondary" onClick={() => window.print()}>{t('templates.print')}</button>
          </>
        }
      />
      <Pickers />
      <label className="k-check k-noprint">
        <input type="checkbox" checked={!search.all} onChange={(event) => void navigate({ to: '/templates/compare', search: { ...search, all: event.target.checked ? undefined : 1 }, replace: true, resetScroll: false })} /> {t('templates.onlyChanges')}
      </label>
      {count === 0 && <Empty why={t('templates.noChanges')} />}
      <section aria-label={t('templates.tree')} lang={c.to.language}>{shown.map((x) => <RedClause key={x.key} change={x} label={label} />)}</section>
      <Differences title={t('templates.fieldChanges')} items={c.fields} />
      <Differences title={t('templates.ruleChanges')} items={c.rules} />
    </>
  )
}

function Differences({ title, items }: { title: string; items: Schemas['TemplateDifference'][] }) {
  const { t } = useWords()
  if (items.length === 0) return null
  return (
    <section className="k-section">
      <h2>{title}</h2>
      <ul className="k-tplfields">
        {items.map((d) => (
          <li key={d.key} className="k-red">
            <p><strong>{d.label}</strong> <code className="k-quiet">{d.key}</code> <Tag tone={changeTone[d.kind]}>{t(`templates.change.${d.kind}`)}</Tag></p>
            {d.parts.map((p) => (
              <p key={p.name}>{p.name}: {p.before !== '' && <del><span className="sr-only">{t('templates.deleted')}</span>{p.before}</del>} {p.after !== '' && <ins><span className="sr-only">{t('templates.inserted')}</span>{p.after}</ins>}</p>
            ))}
          </li>
        ))}
      </ul>
    </section>
  )
}
