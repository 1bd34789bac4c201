import { useState } from 'react'
import { api, unwrap, type Schemas } from '../../api/client'
import { useWords } from '../../i18n'
import { ErrorSummary, Field as Control, sendOnCtrlEnter, type Mistake } from '../../ui/form'
import { ErrorState } from '../../ui/states'
import { Tag } from '../../ui/Tag'
import { useAct } from '../../ui/useAct'
import { useOpened } from '../../ui/useOpened'
import { useUnsaved } from '../../ui/unsaved'
import { ConditionForm } from './ConditionForm'
import { useInLanguage } from './states'
import { useCondition } from './TemplateText'

type Tree = Schemas['TemplateTree']
type Rule = Schemas['TemplateRule']

interface Props {
  tree: Tree
  editable: boolean
  refresh: () => void
}

/** What is said beside a field when its answer meets a condition; an error stops the release. */
export function RuleList({ tree, editable, refresh }: Props) {
  const { t } = useWords()
  const inLanguage = useInLanguage()
  const words = useCondition(tree.fields)
  const [editing, setEditing] = useState<string>()
  if (tree.rules.length === 0 && !editable) return null
  const done = () => { setEditing(undefined); refresh() }
  const form = (rule?: Rule) => <RuleForm tree={tree} rule={rule} cancel={() => setEditing(undefined)} done={done} />
  return (
    <section className="k-section" aria-labelledby="rules">
      <h2 id="rules">{t('templates.rules', { count: tree.rules.length })}</h2>
      <ul className="k-tplfields">
        {tree.rules.map((r) => (
          <li key={r.code}>
            {editing === r.code ? form(r) : (
              <>
                <p>
                  <Tag tone={r.severity === 'error' ? 'overdue' : 'attention'}>{t(`templates.rule.${r.severity}`)}</Tag> <strong>{inLanguage(r.says)}</strong>{' '}
                  {editable && <button type="button" className="k-textbutton" onClick={() => setEditing(r.code)}>{t('templates.edit')}<span className="sr-only"> {r.says.da}</span></button>}
                </p>
                <p className="k-quiet">{t('templates.when', { condition: words(r.when) })} · {r.source} {r.unconfirmed && <Tag tone="attention">{t('template.unconfirmed')}</Tag>}</p>
              </>
            )}
          </li>
        ))}
      </ul>
      {editable && (editing === '' ? form() : <button type="button" className="button button-secondary" onClick={() => setEditing('')}>{t('templates.rule.add')}</button>)}
    </section>
  )
}

function RuleForm({ tree, rule, cancel, done }: { tree: Tree; rule?: Rule; cancel: () => void; done: () => void }) {
  const { t } = useWords()
  const act = useAct()
  const [box, onEscape] = useOpened(cancel)
  const [first] = useState({ path: rule?.path ?? '', severity: rule?.severity ?? ('warning' as const), when: rule?.when, da: rule?.says.da ?? '', en: rule?.says.en ?? '', source: rule?.source ?? '', unconfirmed: rule?.unconfirmed ?? true })
  const [v, setV] = useState(first)
  const [tries, setTries] = useState(0)
  useUnsaved(JSON.stringify(v) !== JSON.stringify(first))
  const id = `rule-${rule?.code ?? 'new'}`
  const set = (part: Partial<typeof v>) => setV({ ...v, ...part })
  const mistakes: Mistake[] = tries === 0 ? [] : [
    ...(v.path === '' ? [{ field: `${id}-path`, message: t('templates.rule.pathRequired') }] : []),
    ...(v.when === undefined ? [{ field: `${id}-when`, message: t('templates.rule.whenRequired') }] : []),
    ...(v.da.trim() === '' ? [{ field: `${id}-da`, message: t('templates.rule.daRequired') }] : []),
    ...(v.en.trim() === '' ? [{ field: `${id}-en`, message: t('templates.rule.enRequired') }] : []),
    ...(v.source.trim() === '' ? [{ field: `${id}-source`, message: t('templates.rule.sourceRequired') }] : []),
  ]
  const says = (name: string) => mistakes.find((m) => m.field === `${id}-${name}`)?.message
  const codes = new Set(tree.rules.map((r) => r.code))
  const fresh = (): string => {
    const stem = `r_${v.path.replaceAll('.', '_').toLowerCase()}`.slice(0, 50)
    let code = stem
    for (let n = 2; codes.has(code); n++) code = `${stem}_${n}`
    return code
  }
  const send = (next: Rule | undefined) =>
    void act.run(async () => {
      await unwrap(api.POST('/api/v1/templates/{id}/rules', { params: { path: { id: tree.version.id } }, body: { ...(rule && { base: rule }), ...(next && { rule: next }) } }))
    }).then((sent) => { if (sent) done() })
  const save = () => {
    setTries(tries + 1)
    if (v.path === '' || v.when === undefined || v.da.trim() === '' || v.en.trim() === '' || v.source.trim() === '') return
    send({ code: rule?.code ?? fresh(), path: v.path, severity: v.severity, when: v.when, says: { da: v.da.trim(), en: v.en.trim() }, source: v.source.trim(), ...(v.unconfirmed && { unconfirmed: true }) })
  }
  const text = (name: 'da' | 'en' | 'source', label: string) => (
    <Control id={`${id}-${name}`} label={label} error={says(name)}>
      {(props) => <input {...props} className="form-input" maxLength={name === 'source' ? 400 : 1000} autoComplete="off" value={v[name]} onChange={(event) => set({ [name]: event.target.value })} />}
    </Control>
  )
  return (
    <form ref={box} className="k-form k-block" noValidate onSubmit={(event) => { event.preventDefault(); save() }} onKeyDown={(event) => { sendOnCtrlEnter(event); onEscape(event) }}>
      <ErrorSummary mistakes={mistakes} attempt={tries} />
      {act.error && <ErrorState error={act.error} focus />}
      <Control id={`${id}-path`} label={t('templates.rule.path')} error={says('path')}>
        {(props) => (
          <select {...props} className="form-select" value={v.path} onChange={(event) => set({ path: event.target.value })}>
            <option value="">{t('templates.cond.field')}</option>
            {tree.fields.map((f) => <option key={f.path} value={f.path}>{f.label}</option>)}
          </select>
        )}
      </Control>
      <ConditionForm id={`${id}-when`} label={t('templates.rule.when')} value={v.when} fields={tree.fields} onChange={(when) => set({ when })} />
      {text('da', t('templates.rule.da'))}
      {text('en', t('templates.rule.en'))}
      {text('source', t('templates.rule.source'))}
      <Control id={`${id}-severity`} label={t('templates.rule.severity')}>
        {(props) => (
          <select {...props} className="form-select" value={v.severity} onChange={(event) => set({ severity: event.target.value === 'error' ? 'error' : 'warning' })}>
            <option value="warning">{t('templates.rule.warningLong')}</option>
            <option value="error">{t('templates.rule.errorLong')}</option>
          </select>
        )}
      </Control>
      <label className="k-check"><input type="checkbox" checked={v.unconfirmed} onChange={(event) => set({ unconfirmed: event.target.checked })} /> {t('templates.rule.unconfirmed')}</label>
      <div className="k-actions">
        <button type="submit" className="button button-primary" aria-disabled={act.sending}>{t('templates.rule.save')}</button>
        <button type="button" className="button button-secondary" onClick={cancel}>{t('templates.cancel')}</button>
        {rule && <button type="button" className="k-textbutton" onClick={() => send(undefined)}>{t('templates.rule.remove')}</button>}
      </div>
    </form>
  )
}
