import { useRef, useState } from 'react'
import { api, unwrap, type Schemas } from '../../api/client'
import { useFormat, useWords } from '../../i18n'
import { parseDate, typedDate } from '../../i18n/format'
import { Alert } from '../../ui/Alert'
import { Icon } from '../../ui/Icon'
import { DayField } from '../../ui/DayField'
import { Field } from '../../ui/form'
import { ErrorState } from '../../ui/states'
import { Stale } from '../../ui/Stale'
import { useAct } from '../../ui/useAct'
import { useUnsaved } from '../../ui/unsaved'

type Tree = Schemas['TemplateTree']
type Leftover = Schemas['TemplateLeftover']

interface Props {
  tree: Tree
  refresh: () => void
  /** It was published: the page says so, as this part is gone then. */
  published: () => void
}

/** What a draft lacks, what it says of itself, and its way through the review. */
export function ReviewBar({ tree, refresh, published }: Props) {
  const { t } = useWords()
  const f = useFormat()
  const act = useAct()
  const [reason, setReason] = useState('')
  const [missing, setMissing] = useState(false)
  const [sure, setSure] = useState(false)
  const [unsure, setUnsure] = useState(false)
  const [settled, setSettled] = useState<Leftover>() // last: it can be opened again
  useUnsaved(reason.trim() !== '')
  const { version: v, problems } = tree
  const errors = problems.filter((p) => p.error)
  const params = { path: { id: v.id }, header: { 'If-Match': `"${v.revision}"` } }
  const heading = useRef<HTMLHeadingElement>(null)
  // What was pressed is gone afterwards: the focus stays in this part of the page.
  const does = (send: () => Promise<unknown>) => void act.run(async () => { await send() }).then((done) => {
    if (!done) return
    refresh()
    heading.current?.focus()
  })
  const settle = (leftover: Leftover, done: boolean) => {
    void act.run(async () => {
      await unwrap(api.POST('/api/v1/templates/{id}/settle', { params: { path: { id: v.id } }, body: { leftover, settled: done } }))
      setSettled(done ? leftover : undefined)
    }).then(() => {
      refresh()
      heading.current?.focus()
    })
  }
  return (
    <section className="k-section k-noprint" aria-labelledby="review">
      <h2 id="review" ref={heading} tabIndex={-1}>{t('templates.review')}</h2>
      {act.stale && <Stale detail={act.stale} reload={refresh} />}
      {act.error && <ErrorState error={act.error} />}
      {v.returned && <Alert kind="warning"><p>{t('templates.returned', { reason: v.returned })}</p></Alert>}
      <p className="k-quiet">
        {v.state === 'reviewed' && v.reviewed ? t('templates.reviewed', { who: v.reviewed.by ?? t('templates.someone'), when: f.dateTime(v.reviewed.at) })
          : v.changed && t('templates.changed', { who: v.changed.by ?? t('templates.someone'), when: f.dateTime(v.changed.at) })}
      </p>
      <Problems title={t('templates.problems', { count: errors.length })} problems={errors} settle={v.state === 'draft' ? settle : undefined} />
      {settled && <p role="status">{t('source.settled')} <button type="button" className="k-textbutton" onClick={() => settle(settled, false)}>{t('source.unsettle')}</button></p>}
      <Problems title={t('templates.problemsWarn', { count: problems.length - errors.length })} problems={problems.filter((p) => !p.error)} folded />
      {errors.length === 0 && <p>{t('templates.problemsNone')}</p>}
      {v.state === 'draft' ? (
        <>
          <p>{v.mine ? t('templates.reviewMine') : t('templates.reviewHelp')}</p>
          {!v.mine && <button type="button" className="button button-primary" aria-disabled={act.sending} onClick={() => does(() => unwrap(api.POST('/api/v1/templates/{id}/review', { params })))}>{t('templates.reviewDo')}</button>}
          <Declaration key={[v.name, v.version, v.provenance, v.declaredBy, v.declaredOn].join(' ')} tree={tree} refresh={refresh} />
        </>
      ) : (
        <>
          <p>{t('templates.publishHelp')}</p>
          {errors.length === 0 && (
            <form onSubmit={(event) => {
              event.preventDefault()
              setUnsure(!sure)
              if (sure) does(async () => {
                await unwrap(api.POST('/api/v1/templates/{id}/publish', { params }))
                published()
              })
            }}>
              <label className="k-check"><input type="checkbox" checked={sure} aria-describedby={unsure ? 'publish-error' : undefined} onChange={(event) => setSure(event.target.checked)} /> {t('templates.publishSure')}</label>
              {unsure && !sure && <p className="form-error-message" id="publish-error" role="alert"><Icon name="error" /> {t('templates.publishUnsure')}</p>}
              <button type="submit" className="button button-primary" aria-disabled={act.sending}>{t('templates.publishDo', { version: v.version })}</button>
            </form>
          )}
          <form className="k-form" onSubmit={(event) => {
            event.preventDefault()
            setMissing(reason.trim() === '')
            if (reason.trim() !== '') does(() => unwrap(api.POST('/api/v1/templates/{id}/return', { params, body: { reason: reason.trim() } })))
          }}>
            <Field id="return-reason" label={t('templates.returnReason')} error={missing ? t('templates.returnRequired') : undefined}>
              {(props) => <textarea {...props} className="form-input" rows={2} maxLength={1000} value={reason} onChange={(event) => setReason(event.target.value)} />}
            </Field>
            <button type="submit" className="button button-secondary" aria-disabled={act.sending}>{t('templates.returnDo')}</button>
          </form>
        </>
      )}
    </section>
  )
}

interface ProblemsProps {
  title: string
  problems: Tree['problems']
  folded?: boolean
  /** Says that what an import left open is dealt with. */
  settle?: (leftover: Leftover, settled: boolean) => void
}

function Problems({ title, problems, folded = false, settle }: ProblemsProps) {
  const { t } = useWords()
  if (problems.length === 0) return null
  const list = (
    <ul className="k-problems">
      {problems.map((p, i) => {
        const left = p.leftover
        const words = left ? t(`source.problem.${left.code}`, { text: left.text ?? '' }) : t(`templates.problem.${p.code}`, { detail: p.detail ?? '', field: p.field ?? '' })
        const to = p.clause ? `#clause-${p.clause}` : p.field ? `#fieldof-${p.field}` : p.code === 'provenance_undeclared' ? '#declare' : undefined
        return <li key={i}>{to ? <a href={to}>{words}</a> : words}{left && settle && <> <button type="button" className="k-textbutton" onClick={() => settle(left, true)}>{t('source.settle')}<span className="sr-only"> {left.text}</span></button></>}</li>
      })}
    </ul>
  )
  return folded ? <details><summary>{title}</summary>{list}</details> : <Alert kind="warning" heading={title}>{list}</Alert>
}

function Declaration({ tree, refresh }: { tree: Tree; refresh: () => void }) {
  const { t } = useWords()
  const act = useAct()
  const v = tree.version
  const [first] = useState({ name: v.name, version: v.version, provenance: v.provenance, declaredBy: v.declaredBy ?? '', declaredOn: v.declaredOn ? typedDate(v.declaredOn) : '' })
  const [d, setD] = useState(first)
  useUnsaved(JSON.stringify(d) !== JSON.stringify(first))
  const day = parseDate(d.declaredOn)
  const send = () =>
    void act.run(async () => {
      await unwrap(api.PUT('/api/v1/templates/{id}/declaration', { params: { path: { id: v.id }, header: { 'If-Match': `"${v.revision}"` } }, body: {
        name: d.name, version: d.version, provenance: d.provenance, ...(d.declaredBy && { declaredBy: d.declaredBy }), ...(day && { declaredOn: day }) } }))
    }).then((done) => { if (done) refresh() })
  return (
    <details id="declare">
      <summary>{t('templates.declare')}</summary>
      <form className="k-form" onSubmit={(event) => { event.preventDefault(); send() }}>
        {act.stale && <Stale detail={act.stale} reload={refresh} />}
        {act.error && <ErrorState error={act.error} />}
        <Field id="declare-name" label={t('templates.declareName')}>{(props) => <input {...props} className="form-input" required maxLength={200} value={d.name} onChange={(event) => setD({ ...d, name: event.target.value })} />}</Field>
        <Field id="declare-version" label={t('templates.declareVersion')}>{(props) => <input {...props} className="form-input" required maxLength={40} value={d.version} onChange={(event) => setD({ ...d, version: event.target.value })} />}</Field>
        <Field id="declare-provenance" label={t('templates.declareProvenance')}>
          {(props) => (
            <select {...props} className="form-select" value={d.provenance} onChange={(event) => setD({ ...d, provenance: event.target.value as typeof d.provenance })}>
              {(['authority', 'secretariat', 'sample'] as const).filter((p) => p !== 'authority' || v.sourceHash).map((p) => <option key={p} value={p}>{t(`template.provenanceName.${p}`)}</option>)}
            </select>
          )}
        </Field>
        {d.provenance === 'authority' && (
          <>
            <Field id="declare-by" label={t('templates.declareBy')}>{(props) => <input {...props} className="form-input" maxLength={200} value={d.declaredBy} onChange={(event) => setD({ ...d, declaredBy: event.target.value })} />}</Field>
            <DayField id="declare-on" label={t('templates.declareOn')} value={d.declaredOn} onChange={(day) => setD({ ...d, declaredOn: day })} />
          </>
        )}
        <button type="submit" className="button button-secondary" aria-disabled={act.sending}>{t('templates.declareSave')}</button>
      </form>
    </details>
  )
}
