import type { ReactNode } from 'react'
import { useQuery } from '@tanstack/react-query'
import type { Schemas } from '../../api/client'
import { useWords } from '../../i18n'
import { PageHeading } from '../../ui/PageHeading'
import { changeTone, RedClause } from '../../ui/Redline'
import { useShortcuts } from '../../ui/shortcuts'
import { Empty } from '../../ui/states'
import { Tag } from '../../ui/Tag'
import { slotLabel, type Field } from './blocks'
import { treeQuery } from './queries'

interface Props {
  comparison: Schemas['TemplateComparison']
  kicker: ReactNode
  title: string
  lead?: string
  /** Fields of what is no version yet. */
  fields?: readonly Field[]
  /** Whether what is the same is shown too. */
  all: boolean
  setAll: (all: boolean) => void
  children?: ReactNode
}

/** Two texts side by side, clause by clause; n and p walk the changes. */
export function Comparison({ comparison: c, kicker, title, lead, fields: own = [], all, setAll, children }: Props) {
  const { t } = useWords()
  const to = useQuery({ ...treeQuery(c.to.id), enabled: c.to.id > 0 }).data?.fields ?? []
  const fields = [...own, ...to, ...(useQuery(treeQuery(c.from.id)).data?.fields ?? [])]
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
  const shown = all ? c.clauses : changed
  return (
    <>
      <PageHeading
        kicker={kicker}
        title={title}
        lead={<>{lead && <>{lead} </>}<span role="status">{t('templates.changeCount', { count })}</span></>}
        actions={
          <>
            <button type="button" className="button button-secondary" aria-keyshortcuts="p" onClick={() => step(-1)}>{t('templates.previousChange')}</button>
            <button type="button" className="button button-secondary" aria-keyshortcuts="n" onClick={() => step(1)}>{t('templates.nextChange')}</button>
            <button type="button" className="button button-secondary" onClick={() => window.print()}>{t('templates.print')}</button>
          </>
        }
      />
      {children}
      <label className="k-check k-noprint">
        <input type="checkbox" checked={!all} onChange={(event) => setAll(!event.target.checked)} /> {t('templates.onlyChanges')}
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
