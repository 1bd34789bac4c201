import { useState } from 'react'
import { api, unwrap, type Schemas } from '../../api/client'
import { useWords } from '../../i18n'
import { ErrorSummary, Field as Control, sendOnCtrlEnter, type Mistake } from '../../ui/form'
import { ErrorState } from '../../ui/states'
import { Tag } from '../../ui/Tag'
import { useAct } from '../../ui/useAct'
import { useOpened } from '../../ui/useOpened'
import { useUnsaved } from '../../ui/unsaved'
import type { Field } from './blocks'
import { ConditionForm } from './ConditionForm'
import { slug } from './slug'

type Tree = Schemas['TemplateTree']

interface Props {
  tree: Tree
  editable: boolean
  refresh: () => void
}

const plainTypes = ['text', 'long_text', 'integer', 'choice', 'choices', 'yes_no', 'date', 'country', 'rows'] as const

/** Every question of the version by group; in a draft each can be changed, and new ones added. */
export function FieldList({ tree, editable, refresh }: Props) {
  const { t } = useWords()
  const [editing, setEditing] = useState<string>()
  const groups = [...new Set(tree.fields.map((f) => f.group ?? ''))]
  const done = () => { setEditing(undefined); refresh() }
  const save = (base: Field | undefined, next: Field | undefined) =>
    unwrap(api.POST('/api/v1/templates/{id}/fields', { params: { path: { id: tree.version.id } }, body: { ...(base && { base }), ...(next && { field: next }) } }))
  return (
    <section className="k-section" aria-labelledby="all-fields">
      <h2 id="all-fields">{t('templates.allFields', { count: tree.fields.length })}</h2>
      {groups.map((group) => (
        <section key={group} aria-label={group || t('templates.fields')}>
          {group && <h3>{group}</h3>}
          <ul className="k-tplfields">
            {tree.fields.filter((f) => (f.group ?? '') === group).map((f) => (
              <li key={f.path} id={`fieldof-${f.path}`}>
                {editing === f.path ? <FieldForm fields={tree.fields} save={save} field={f} cancel={() => setEditing(undefined)} done={done} /> : <FieldLine field={f} edit={editable ? () => setEditing(f.path) : undefined} />}
              </li>
            ))}
          </ul>
        </section>
      ))}
      {editable && (editing === '' ? <FieldForm fields={tree.fields} save={save} cancel={() => setEditing(undefined)} done={done} /> : (
        <button type="button" className="button button-secondary" onClick={() => setEditing('')}>{t('templates.addField')}</button>
      ))}
    </section>
  )
}

function FieldLine({ field: f, edit }: { field: Field; edit: (() => void) | undefined }) {
  const { t } = useWords()
  const value: unknown = f.default
  const shown = value === undefined || value === null ? '' : typeof value === 'boolean' ? (value ? t('common.yes') : t('common.no'))
    : (f.choices?.find((c) => c.value === value)?.label ?? [typeof value === 'string' || typeof value === 'number' ? String(value) : JSON.stringify(value), f.unit].filter(Boolean).join(' '))
  const limits = f.minimum !== undefined || f.maximum !== undefined ? t('templates.field.between', { min: f.minimum ?? '', max: f.maximum ?? '' }) : ''
  const facts = [t(`templates.type.${f.type}`), f.local || f.derived ? t('template.who.local') : f.required ? '' : t('templates.field.optional'), limits].filter(Boolean).join(' · ')
  return (
    <>
      <p className="k-tplfields__name"><strong>{f.label}</strong> <code className="k-quiet">{`{${f.path}}`}</code> {edit && <button type="button" className="k-textbutton" onClick={edit}>{t('templates.edit')}<span className="sr-only"> {f.label}</span></button>}</p>
      <p className="k-quiet">{facts}{shown && ` · ${t('templates.field.default')}: ${shown}`}{f.source && ` (${f.source})`} {f.unconfirmed && <Tag tone="attention">{t('template.unconfirmed')}</Tag>}</p>
    </>
  )
}

interface FormProps {
  field?: Field
  /** That a condition may speak of. */
  fields: readonly Field[]
  /** Search parameters that take the form away when they change. */
  gone?: string[]
  /** Adds, changes or (nothing next) removes the field. */
  save: (base: Field | undefined, next: Field | undefined) => Promise<unknown>
  cancel: () => void
  done: () => void
}

const whole = (text: string): number | undefined => (/^\s*-?\d{1,9}\s*$/.test(text) ? Number(text) : undefined)

/** One question: what is asked, how it may be answered, and what is suggested with which source. */
export function FieldForm({ field, fields, gone = [], save, cancel, done }: FormProps) {
  const { t } = useWords()
  const act = useAct()
  const [box, onEscape] = useOpened(cancel)
  const start: unknown = field?.default
  const startType: Field['type'] = field?.type ?? 'text'
  const [first] = useState({
    path: field?.path ?? '', label: field?.label ?? '', help: field?.help ?? '', type: startType, unit: field?.unit ?? '', source: field?.source ?? '',
    min: field?.minimum === undefined ? '' : String(field.minimum), max: field?.maximum === undefined ? '' : String(field.maximum),
    suggestion: typeof start === 'boolean' ? (start ? 'yes' : 'no') : typeof start === 'string' || typeof start === 'number' ? String(start) : '',
    required: field?.required ?? true, unconfirmed: field?.unconfirmed ?? false, choices: (field?.choices ?? []).map((c) => c.label).join('\n'), columns: (field?.columns ?? []).map((c) => c.label).join('\n'), showIf: field?.showIf,
  })
  const [v, setV] = useState(first)
  useUnsaved(JSON.stringify(v) !== JSON.stringify(first), ...gone)
  const [mistakes, setMistakes] = useState<Mistake[]>([])
  const [tries, setTries] = useState(0)
  const id = `f-${field?.path.replaceAll('.', '-') ?? 'new'}`
  const set = (part: Partial<typeof v>) => setV({ ...v, ...part })
  const chosen = v.type === 'choice' || v.type === 'choices'
  const lines = (text: string) => text.split('\n').map((x) => x.trim()).filter(Boolean)
  const labels = lines(v.choices)
  const columns = lines(v.columns)
  const key = (label: string) => slug(label, '_').replace(/^[^a-z]+/, '').slice(0, 40) || 'x'
  const judged = (): Mistake[] => {
    const wrong: Mistake[] = []
    const say = (name: string, message: string) => wrong.push({ field: `${id}-${name}`, message })
    if (!field && !/^[a-z][a-z0-9_]*(\.[a-z0-9_]+)*$/.test(v.path)) say('path', t('templates.field.pathInvalid'))
    if (v.label.trim() === '') say('label', t('templates.field.labelRequired'))
    if (v.type === 'rows' && columns.length === 0) say('columns', t('templates.columnsRequired'))
    if (chosen && labels.length < 2) say('choices', t('templates.field.choicesTwo'))
    if (v.suggestion.trim() !== '' && v.source.trim() === '') say('source', t('templates.field.sourceRequired'))
    if (v.min.trim() !== '' && whole(v.min) === undefined) say('min', t('templates.field.number'))
    if (v.max.trim() !== '' && whole(v.max) === undefined) say('max', t('templates.field.number'))
    if (v.type === 'integer' && v.suggestion.trim() !== '' && whole(v.suggestion) === undefined) say('suggestion', t('templates.field.number'))
    return wrong
  }
  const built = (): Field => {
    const suggestion = v.suggestion.trim() === '' ? undefined : v.type === 'integer' ? whole(v.suggestion) : v.type === 'yes_no' ? v.suggestion === 'yes' : v.suggestion
    const choices = labels.map((label, i) => ({ label, value: field?.choices?.[i]?.value ?? key(label) }))
    const kept = typeof start === 'object' && start !== null ? { default: start } : {}
    return {
      ...(field ?? { local: false }), path: v.path, type: v.type, label: v.label.trim(), help: v.help.trim() || undefined, unit: v.unit.trim() || undefined, required: v.required,
      minimum: whole(v.min), maximum: whole(v.max), source: v.source.trim() || undefined, unconfirmed: v.unconfirmed || undefined, ...(suggestion === undefined ? { default: undefined, ...kept } : { default: suggestion }),
      ...(chosen ? { choices } : {}), showIf: v.showIf,
      ...(v.type === 'rows' ? { columns: columns.map((label, i): Field => ({ ...(field?.columns?.[i] ?? { path: key(label), type: 'text', required: false, local: false }), label })) } : {}),
    }
  }
  const send = (next: Field | undefined) =>
    void act.run(async () => { await save(field, next) }).then((sent) => { if (sent) done() })
  const check = () => {
    const wrong = judged()
    setMistakes(wrong)
    setTries(tries + 1)
    if (wrong.length === 0) send(built())
  }
  const says = (name: string): string | undefined => mistakes.find((m) => m.field === `${id}-${name}`)?.message
  const input = (name: 'path' | 'label' | 'help' | 'unit' | 'source' | 'min' | 'max' | 'suggestion', label: string, hint?: string) => (
    <Control id={`${id}-${name}`} label={label} hint={hint} error={says(name)}>
      {(props) => <input {...props} className="form-input" maxLength={name === 'help' ? 4000 : 400} autoComplete="off" value={v[name]} onChange={(event) => set({ [name]: event.target.value })} />}
    </Control>
  )
  const pickable = v.type === 'choice' ? (field?.choices ?? []) : v.type === 'yes_no' ? [{ value: 'yes', label: t('common.yes') }, { value: 'no', label: t('common.no') }] : undefined
  return (
    <form ref={box} className="k-form k-block" onSubmit={(event) => { event.preventDefault(); check() }} onKeyDown={(event) => { sendOnCtrlEnter(event); onEscape(event) }}>
      <ErrorSummary mistakes={mistakes} attempt={tries} />
      {act.error && <ErrorState error={act.error} />}
      {!field && input('path', t('templates.field.path'), t('templates.field.pathHint'))}
      {input('label', t('templates.field.label'))}
      {input('help', t('templates.field.help'))}
      {!field && (
        <Control id={`${id}-type`} label={t('templates.field.type')}>
          {(props) => (
            <select {...props} className="form-select" value={v.type} onChange={(event) => set({ type: plainTypes.find((x) => x === event.target.value) ?? 'text', suggestion: '' })}>
              {plainTypes.map((type) => <option key={type} value={type}>{t(`templates.type.${type}`)}</option>)}
            </select>
          )}
        </Control>
      )}
      {chosen && (
        <Control id={`${id}-choices`} label={t('templates.field.choices')} error={says('choices')}>
          {(props) => <textarea {...props} className="form-input" rows={4} value={v.choices} onChange={(event) => set({ choices: event.target.value })} />}
        </Control>
      )}
      {v.type === 'rows' && (
        <Control id={`${id}-columns`} label={t('templates.columns')} error={says('columns')}>
          {(props) => <textarea {...props} className="form-input" rows={4} value={v.columns} onChange={(event) => set({ columns: event.target.value })} />}
        </Control>
      )}
      {v.type === 'integer' && <>{input('min', t('templates.field.minimum'))}{input('max', t('templates.field.maximum'))}{input('unit', t('templates.field.unit'))}</>}
      {!field?.local && !field?.derived && v.type !== 'rows' && v.type !== 'choices' && (
        <>
          {pickable ? (
            <Control id={`${id}-suggestion`} label={t('templates.field.default')}>
              {(props) => (
                <select {...props} className="form-select" value={v.suggestion} onChange={(event) => set({ suggestion: event.target.value })}>
                  <option value="">{t('templates.field.none')}</option>
                  {pickable.map((c) => <option key={c.value} value={c.value}>{c.label}</option>)}
                </select>
              )}
            </Control>
          ) : input('suggestion', t('templates.field.default'))}
          {input('source', t('templates.field.source'))}
          <label className="k-check"><input type="checkbox" checked={v.unconfirmed} onChange={(event) => set({ unconfirmed: event.target.checked })} /> {t('templates.field.unconfirmed')}</label>
        </>
      )}
      {!field?.local && <ConditionForm id={`${id}-show`} label={t('templates.cond.label')} value={v.showIf} fields={fields.filter((f) => f.path !== field?.path)} onChange={(showIf) => set({ showIf })} />}
      <label className="k-check"><input type="checkbox" checked={v.required} onChange={(event) => set({ required: event.target.checked })} /> {t('templates.field.required')}</label>
      <div className="k-actions">
        <button type="submit" className="button button-primary" aria-disabled={act.sending}>{t('templates.field.save')}</button>
        <button type="button" className="button button-secondary" onClick={cancel}>{t('templates.cancel')}</button>
        {field && <button type="button" className="k-textbutton" onClick={() => send(undefined)}>{t('templates.field.remove')}</button>}
      </div>
    </form>
  )
}
