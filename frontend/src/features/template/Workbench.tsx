import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { useEffect, useState } from 'react'
import { api, unwrap, type Schemas } from '../../api/client'
import { useWords } from '../../i18n'
import { useMay } from '../../session'
import { Icon } from '../../ui/Icon'
import { ErrorState } from '../../ui/states'
import { useShortcuts } from '../../ui/shortcuts'
import { useAct } from '../../ui/useAct'
import { allSpans, fieldsOf } from './blocks'
import { ClauseEditor } from './ClauseEditor'
import { positionsOfQuery } from './queries'
import { Blocks, Legend } from './TemplateText'

type Tree = Schemas['TemplateTree']
type Clause = Schemas['TemplateClause']

interface Props {
  tree: Tree
  editable: boolean
  chosen: string | undefined
  choose: (key: string | undefined) => void
  refresh: () => void
}

/** Contents, text, and what belongs to the chosen clause. j and k walk the clauses, e edits, Escape closes. */
export function Workbench({ tree, editable, chosen, choose, refresh }: Props) {
  const { t } = useWords()
  const [editing, setEditing] = useState<string>()
  const act = useAct()
  const { clauses, fields, version: v } = tree
  const at = clauses.findIndex((c) => c.key === chosen)
  const clause = clauses[at]
  const focus = (key: string) => requestAnimationFrame(() => {
    const view = document.getElementById(`clause-${key}`)
    view?.focus({ preventScroll: true })
    view?.scrollIntoView({ block: 'nearest' })
  })
  const step = (by: 1 | -1) => (event: KeyboardEvent) => {
    const next = clauses[at === -1 ? 0 : Math.min(clauses.length - 1, Math.max(0, at + by))]
    if (!next) return
    event.preventDefault()
    choose(next.key)
    focus(next.key)
  }
  const edit = (key: string) => {
    choose(key)
    setEditing(key)
  }
  const close = (key: string) => {
    setEditing(undefined)
    focus(key)
  }
  useShortcuts({
    j: step(1), k: step(-1),
    e: (event) => { if (editable && clause) { event.preventDefault(); edit(clause.key) } },
    Escape: () => { if (editing) close(editing) },
  })
  useEffect(() => {
    if (chosen) document.getElementById(`clause-${chosen}`)?.scrollIntoView({ block: 'nearest' })
  }, [chosen])
  const does = (send: () => Promise<unknown>, then?: () => void) => void act.run(async () => { await send() }).then((done) => { if (done) { refresh(); then?.() } })
  const path = (c: Clause) => ({ params: { path: { id: v.id, key: c.key } } })
  const add = (after: Clause, section: boolean) => does(async () => {
    const made = await unwrap(api.POST('/api/v1/templates/{id}/clauses', { params: { path: { id: v.id } }, body: {
      after: after.key, section, heading: section ? t('templates.newHeading') : '', blocks: section ? [] : [{ kind: 'paragraph', spans: [{ kind: 'normative', text: t('templates.newText') }] }] } }))
    edit(made.key)
  })
  return (
    <section className="k-section" aria-labelledby="text">
      <h2 id="text">{t('template.text')}</h2>
      <Legend />
      {act.error && <ErrorState error={act.error} />}
      <div className="k-tpl">
        <nav className="k-toc k-tpl__side" aria-label={t('template.contents')}>
          <ol>
            {clauses.filter((c) => c.level === 1).map((c) => (
              <li key={c.key}><a href={`#clause-${c.key}`} onClick={(event) => { event.preventDefault(); choose(c.key); focus(c.key) }}>{[c.number, c.heading].filter(Boolean).join(' ')}</a></li>
            ))}
          </ol>
        </nav>
        <div className="k-text" lang={v.language}>
          {clauses.map((c) => editing === c.key ? (
            <ClauseEditor key={c.key} template={v.id} clause={c} fields={fields} done={() => close(c.key)} saved={() => { refresh(); close(c.key) }} />
          ) : (
            <ClauseView key={c.key} clause={c} tree={tree} chosen={c.key === chosen} choose={() => choose(c.key)}>
              {editable && c.key === chosen && (
                <div className="k-tplclause__tools">
                  <button type="button" className="k-textbutton" onClick={() => edit(c.key)}><Icon name="edit" />{t('templates.edit')}</button>
                  <button type="button" className="k-textbutton" onClick={() => does(() => unwrap(api.POST('/api/v1/templates/{id}/clauses/{key}/move', { ...path(c), body: { base: c.version, by: -1 } })))}>{t('templates.up')}</button>
                  <button type="button" className="k-textbutton" onClick={() => does(() => unwrap(api.POST('/api/v1/templates/{id}/clauses/{key}/move', { ...path(c), body: { base: c.version, by: 1 } })))}>{t('templates.down')}</button>
                  <button type="button" className="k-textbutton" onClick={() => add(c, false)}><Icon name="plus" />{t('templates.addAfter')}</button>
                  <button type="button" className="k-textbutton" onClick={() => add(c, true)}><Icon name="plus" />{t('templates.addSection')}</button>
                  <button type="button" className="k-textbutton" onClick={() => does(() => unwrap(api.POST('/api/v1/templates/{id}/clauses/{key}/remove', { ...path(c), body: { base: c.version } })), () => choose(undefined))}>{t('templates.remove')}</button>
                </div>
              )}
            </ClauseView>
          ))}
        </div>
        <aside className="k-tpl__side" aria-label={t('templates.beside')}>
          {clause ? <Beside clause={clause} tree={tree} /> : <p className="k-quiet">{t('templates.pick')}</p>}
          {tree.removed.length > 0 && (
            <>
              <h3>{t('templates.removed')}</h3>
              <ul className="k-problems">
                {tree.removed.map((c) => (
                  <li key={c.key}>
                    {[c.number, c.heading || (allSpans(c.blocks)[0]?.text ?? '').slice(0, 60)].filter(Boolean).join(' ')}{' '}
                    {editable && <button type="button" className="k-textbutton" onClick={() => does(() => unwrap(api.POST('/api/v1/templates/{id}/clauses/{key}/restore', { ...path(c), body: { base: c.version } })))}>{t('templates.putBack')}</button>}
                  </li>
                ))}
              </ul>
            </>
          )}
        </aside>
      </div>
    </section>
  )
}

interface ViewProps {
  clause: Clause
  tree: Tree
  chosen: boolean
  choose: () => void
  children: React.ReactNode
}

function ClauseView({ clause: c, tree, chosen, choose, children }: ViewProps) {
  const number = c.number && <span className="k-clause__number">{c.number}</span>
  const blocks = <Blocks blocks={c.blocks} fields={tree.fields} />
  return (
    <section id={`clause-${c.key}`} tabIndex={-1} aria-current={chosen || undefined} aria-label={[c.number, c.heading].filter(Boolean).join(' ')}
      className={`k-clause k-tplclause${c.level === 1 ? ' k-clause--section' : ''}${chosen ? ' k-tplclause--chosen' : ''}`}>
      {c.level === 1 || c.heading ? (
        <><h3 className="k-clause__head">{number}<button type="button" className="k-tplclause__pick" onClick={choose}>{c.heading || c.number}</button></h3>{blocks}</>
      ) : (
        <div className="k-clause__row"><button type="button" className="k-tplclause__pick k-clause__number" onClick={choose}>{c.number}</button><div>{blocks}</div></div>
      )}
      {children}
    </section>
  )
}

function Beside({ clause, tree }: { clause: Clause; tree: Tree }) {
  const { t } = useWords()
  const may = useMay()
  const guidance = allSpans(clause.blocks).filter((s) => s.kind === 'guidance')
  const fields = fieldsOf(clause.blocks, tree.fields)
  return (
    <>
      <h3>{[clause.number, clause.heading].filter(Boolean).join(' ')}</h3>
      <h4>{t('templates.guidance')}</h4>
      {guidance.length === 0 && fields.every((f) => !f.help) && <p className="k-quiet">{t('templates.noGuidance')}</p>}
      {guidance.map((s, i) => <p key={i}>{s.text}</p>)}
      <h4>{t('templates.fields')}</h4>
      {fields.length === 0 && <p className="k-quiet">{t('templates.noFields')}</p>}
      <ul className="k-problems">{fields.map((f) => <li key={f.path}><a href={`#fieldof-${f.path}`}>{f.label}</a>{f.help && <><br /><span className="k-quiet">{f.help}</span></>}</li>)}</ul>
      {may('listPositions') && <Positions family={tree.family.key} clause={clause.key} paths={fields.map((f) => f.path)} />}
    </>
  )
}

/** What the secretariat wants on the clause or its fields, and where it stops. */
function Positions({ family, clause, paths }: { family: string; clause: string; paths: string[] }) {
  const { t } = useWords()
  const all = useQuery(positionsOfQuery(family)).data ?? []
  const here = all.filter((p) => (p.kind === 'clause' ? p.subject === clause : paths.includes(p.subject)))
  if (here.length === 0) return null
  return (
    <>
      <h4>{t('templates.positions')}</h4>
      <ul className="k-problems">
        {here.map((p) => (
          <li key={p.id}>
            <Link to="/positions" search={{ q: p.issue }}>{p.issue}</Link>
            {p.preferred && <><br /><span className="k-quiet">{p.preferred}</span></>}
            {p.walkAway && <><br /><span className="k-quiet">{t('templates.walkAway')}: {p.walkAway}</span></>}
          </li>
        ))}
      </ul>
    </>
  )
}
