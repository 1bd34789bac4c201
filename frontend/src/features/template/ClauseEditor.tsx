import { useState } from 'react'
import { api, unwrap, type Schemas } from '../../api/client'
import { ApiError } from '../../api/problem'
import { useWords } from '../../i18n'
import { errorSentence } from '../../i18n/problems'
import { Alert } from '../../ui/Alert'
import { Icon } from '../../ui/Icon'
import { useUnsaved } from '../../ui/unsaved'
import { fromWriting, newChoice, newList, newParagraph, newRepeat, newRows, toWriting, type Block, type Field, type Writing } from './blocks'
import { ConditionForm } from './ConditionForm'
import { Blocks } from './TemplateText'

type Clause = Schemas['TemplateClause']

interface Kept {
  base: number
  heading: string
  blocks: Block[]
}

interface Props {
  template: number
  clause: Clause
  fields: Field[]
  done: () => void
  saved: () => void
}

/** Text that nobody has acknowledged stays in this browser. */
const keyOf = (template: number, clause: string): string => `klausul.clause.${template}.${clause}`

function kept(template: number, clause: string): Kept | undefined {
  try {
    const raw = localStorage.getItem(keyOf(template, clause))
    return raw === null ? undefined : (JSON.parse(raw) as Kept)
  } catch {
    return undefined
  }
}

/** One clause as text with marks, a textarea for each paragraph, and beside it how it reads. */
export function ClauseEditor({ template, clause, fields, done, saved }: Props) {
  const { t } = useWords()
  const [old] = useState(() => kept(template, clause.key))
  const [heading, setHeading] = useState(old?.heading ?? clause.heading)
  const [writing, setWriting] = useState(() => toWriting(old?.blocks ?? clause.blocks))
  const [base, setBase] = useState(old?.base ?? clause.version)
  const [error, setError] = useState<ApiError>()
  const [busy, setBusy] = useState(false)
  const { blocks, mistakes } = fromWriting(writing)
  const [written, setWritten] = useState(old !== undefined)
  const store = (nextHeading: string, next: Writing[]) => {
    setWritten(true)
    localStorage.setItem(keyOf(template, clause.key), JSON.stringify({ base, heading: nextHeading, blocks: fromWriting(next).blocks }))
  }
  const change = (next: Writing[]) => {
    setWriting(next)
    store(heading, next)
  }
  const drop = () => {
    localStorage.removeItem(keyOf(template, clause.key))
    done()
  }
  const save = async (from: number) => {
    if (busy || mistakes.length > 0) return
    setBusy(true)
    setError(undefined)
    try {
      await unwrap(api.PATCH('/api/v1/templates/{id}/clauses/{key}', { params: { path: { id: template, key: clause.key } }, body: { base: from, heading, blocks } }))
      localStorage.removeItem(keyOf(template, clause.key))
      saved()
    } catch (refusal) {
      if (!(refusal instanceof ApiError)) throw refusal
      setError(refusal)
      setBusy(false)
    }
  }
  const theirs = error?.code === 'template.clause_conflict' ? (error.detail as { version: number; heading: string; blocks: Block[] | null; by?: string; removed?: boolean }) : undefined
  useUnsaved(written)
  const id = `edit-${clause.key}`
  return (
    <form
      className="k-cledit"
      onSubmit={(event) => { event.preventDefault(); void save(base) }}
      onKeyDown={(event) => {
        if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) event.currentTarget.requestSubmit()
        if (event.key === 'Escape') { event.stopPropagation(); drop() }
      }}
    >
      {old && <Alert kind="info"><p>{t('templates.restored')}</p></Alert>}
      {theirs ? (
        <div className="k-conflict" role="alert">
          <p><strong>{t('templates.conflictTitle', { who: theirs.by || t('templates.someone') })}</strong></p>
          {theirs.removed ? <p>{t('templates.conflictRemoved')}</p> : (
            <>
              <div className="k-conflict__pair">
                <div><h4>{t('templates.conflictMine')}</h4><p><strong>{heading}</strong></p><Blocks blocks={blocks} fields={fields} /></div>
                <div><h4>{t('templates.conflictTheirs')}</h4><p><strong>{theirs.heading}</strong></p><Blocks blocks={theirs.blocks ?? []} fields={fields} /></div>
              </div>
              <div className="k-actions">
                <button type="button" className="button button-primary" onClick={() => { setBase(theirs.version); void save(theirs.version) }}>{t('templates.keepMine')}</button>
                <button type="button" className="button button-secondary" onClick={() => { localStorage.removeItem(keyOf(template, clause.key)); saved() }}>{t('templates.keepTheirs')}</button>
              </div>
            </>
          )}
        </div>
      ) : error && <Alert kind="error" role="alert"><p>{errorSentence(error)}{typeof error.detail.path === 'string' && ` (${error.detail.path})`}</p></Alert>}
      <div className="k-cledit__cols">
        <div>
          <label className="form-label" htmlFor={`${id}-heading`}>{t('templates.heading')}</label>
          <input id={`${id}-heading`} className="form-input" maxLength={400} autoComplete="off" value={heading} ref={clause.level === 1 ? focusOnce : undefined}
            onChange={(event) => { setHeading(event.target.value); store(event.target.value, writing) }} />
          {clause.level > 1 && <Rows id={id} first writing={writing} fields={fields} mistakes={mistakes} onChange={change} />}
        </div>
        <div>
          <p className="k-block__head">{t('templates.preview')}</p>
          {heading && <p><strong>{heading}</strong></p>}
          <Blocks blocks={blocks} fields={fields} />
        </div>
      </div>
      {clause.level > 1 && (
        <>
          <p className="k-quiet">{t('templates.notation')}</p>
          <details>
            <summary>{t('templates.fieldNames')}</summary>
            <ul className="k-paths">{fields.map((f) => <li key={f.path}><code>{`{${f.path}}`}</code> {f.label}</li>)}</ul>
          </details>
        </>
      )}
      <div className="k-actions">
        <button type="submit" className="button button-primary" aria-disabled={busy || mistakes.length > 0}>{busy ? t('common.saving') : t('templates.save')}</button>
        <button type="button" className="button button-secondary" onClick={drop}>{t('templates.cancel')}</button>
      </div>
    </form>
  )
}

function focusOnce(control: HTMLInputElement | HTMLTextAreaElement | null): void {
  control?.focus()
}

interface RowsProps {
  id: string
  /** The first paragraph takes the focus. */
  first?: boolean
  writing: Writing[]
  fields: Field[]
  mistakes: { id: number; open: string }[]
  onChange: (next: Writing[]) => void
}

function Rows({ id, first = false, writing, fields, mistakes, onChange }: RowsProps) {
  const { t } = useWords()
  const put = (w: Writing, next: Partial<Writing>) => onChange(writing.map((x) => (x.id === w.id ? { ...x, ...next } : x)))
  const label = (w: Writing, n: number): string => {
    const name = (path: string | undefined): string => fields.find((f) => f.path === path)?.label ?? path ?? ''
    if (w.kind === 'list') return t('templates.list')
    if (w.kind === 'table') return w.raw.table?.collection ? t('templates.rows', { label: name(w.raw.table.collection) }) : t('templates.table', { head: w.raw.table?.head.join(' | ') ?? '' })
    if (w.kind === 'choice') return t(w.raw.max ? 'templates.choiceMany' : 'templates.choice', { label: name(w.raw.field) })
    if (w.kind === 'repeat') return t('templates.repeat', { label: name(w.raw.collection) })
    return t('templates.paragraph', { n })
  }
  return (
    <>
      {writing.map((w, i) => {
        const control = `${id}-${w.id}`
        const text = w.kind === 'paragraph' || w.kind === 'list' || (w.kind === 'table' && !w.raw.table?.collection)
        const wrong = mistakes.find((m) => m.id === w.id)
        return (
          <div key={w.id} className={`k-cledit__row${text ? '' : ' k-block'}`}>
            <div className="k-cledit__rowhead">
              {text ? <label className="form-label" htmlFor={control}>{label(w, i + 1)}</label> : <span className="form-label">{label(w, i + 1)}</span>}
              <button type="button" className="k-textbutton" onClick={() => onChange(writing.filter((x) => x.id !== w.id))}>{t('templates.removeBlock')}<span className="sr-only"> {label(w, i + 1)}</span></button>
            </div>
            {wrong && <span className="form-error-message" id={`${control}-error`}><Icon name="error" /> {t('templates.notClosed', { open: wrong.open.slice(0, 40) })}</span>}
            {text && (
              <textarea id={control} ref={i === 0 && first ? focusOnce : undefined} className="form-input" rows={Math.min(14, Math.max(3, Math.ceil(w.text.length / 60), w.text.split('\n').length + 1))} maxLength={20000} value={w.text}
                aria-invalid={wrong ? true : undefined} aria-describedby={wrong ? `${control}-error` : undefined} onChange={(event) => put(w, { text: event.target.value })} />
            )}
            <ConditionForm id={`${control}-when`} label={t('templates.cond.label')} value={w.raw.when} fields={fields} onChange={(when) => put(w, { raw: { ...w.raw, when } })} />
            {w.branches.map((branch, j) => (
              <div key={branch.value}>
                <p className="k-block__head">{t('templates.branch', { label: fields.find((f) => f.path === w.raw.field)?.choices?.find((c) => c.value === branch.value)?.label ?? branch.value })}</p>
                <Rows id={id} writing={branch.blocks} fields={fields} mistakes={mistakes} onChange={(next) => put(w, { branches: w.branches.map((x, k) => (k === j ? { ...x, blocks: next } : x)) })} />
              </div>
            ))}
            {w.kind === 'repeat' && <Rows id={id} writing={w.blocks} fields={fields} mistakes={mistakes} onChange={(next) => put(w, { blocks: next })} />}
          </div>
        )
      })}
      <Add fields={fields} add={(made) => onChange([...writing, made])} />
    </>
  )
}

function Add({ fields, add }: { fields: Field[]; add: (made: Writing) => void }) {
  const { t } = useWords()
  const rows = fields.filter((f) => f.type === 'rows')
  const from = (label: string, list: Field[], make: (field: Field) => Writing) => list.length > 0 && (
    <select className="form-select k-cledit__choice" aria-label={label} value="" onChange={(event) => {
      const field = list.find((f) => f.path === event.target.value)
      if (field) add(make(field))
    }}>
      <option value="">{label}</option>
      {list.map((f) => <option key={f.path} value={f.path}>{f.label}</option>)}
    </select>
  )
  return (
    <div className="k-tplclause__tools">
      <button type="button" className="k-textbutton" onClick={() => add(newParagraph())}><Icon name="plus" />{t('templates.addParagraph')}</button>
      <button type="button" className="k-textbutton" onClick={() => add(newList())}><Icon name="plus" />{t('templates.addList')}</button>
      {from(t('templates.addChoice'), fields.filter((f) => f.type === 'choice' && f.choices), newChoice)}
      {from(t('templates.addRepeat'), rows, newRepeat)}
      {from(t('templates.addRows'), rows, newRows)}
    </div>
  )
}
