import { useEffect, useState, type ReactNode } from 'react'
import type { Schemas } from '../../api/client'
import { ApiError } from '../../api/problem'
import { useFormat, useWords } from '../../i18n'
import { parseDate, typedDate } from '../../i18n/format'
import { errorSentence, fieldSentence } from '../../i18n/problems'
import { fieldId } from '../ClauseText'
import { Icon } from '../Icon'
import { Tag } from '../Tag'
import type { Conflict, Saver, SaveState } from './saver'
import { tooLong } from './rows'
import { RowsInput, type RowSource } from './RowsInput'
import { useAutosave } from './useAutosave'
import { usePrint } from './usePrint'
import { printWhole, readWhole } from './whole'

type Field = Schemas['Field']
type Answer = Schemas['Answer']

interface Props {
  /** What the field belongs to: "agreement.7". */
  record: string
  field: Field
  answer: Answer | undefined
  /** Those that speak beside it. */
  rules: Schemas['Rule'][]
  send: (path: string, base: number, value: unknown) => Promise<Answer>
  onSaved: (answer: Answer) => void
  /** Hears why what stands in the field is not saved, and when that is over. */
  onRefused?: (path: string, why: string | undefined) => void
  /** What stands under the field: what is said of it. */
  under?: ReactNode
  /** Where the answer was taken from, when it stands as it was taken. */
  origin?: string
  /** Somewhere that knows rows for a table. */
  source?: RowSource
}

/** One question of the template, saved as it is answered. */
export function AnswerField({ record, field, answer, rules, send, onSaved, onRefused, under, origin, source }: Props) {
  const { t } = useWords()
  const save = useAutosave({ record, path: field.path, answer, send: (base, value) => send(field.path, base, value), onSaved })
  const [wrong, setWrong] = useState<string>()
  const trouble = wrong ?? (save.state.kind === 'failed' ? refusal(save.state.error) : save.state.kind === 'conflict' ? t('agreement.conflict.unsettled') : undefined)
  useEffect(() => onRefused?.(field.path, trouble), [onRefused, field.path, trouble])
  useEffect(() => () => onRefused?.(field.path, undefined), [onRefused, field.path])
  const id = fieldId(field.path)
  const suggested = field.default !== undefined && field.default !== null
  const unanswered = save.value === null || save.value === undefined || save.value === ''
  const shown = unanswered ? field.default : save.value
  const described = [field.help || field.type === 'date' ? `${id}-hint` : '', wrong ? `${id}-error` : '', rules.length > 0 || answer?.unset ? `${id}-rules` : '', `${id}-foot`].filter(Boolean).join(' ')
  const common = { id, 'aria-describedby': described, 'aria-invalid': wrong ? (true as const) : undefined, 'aria-required': field.required || undefined }
  const choice = field.type === 'choice' && (field.choices?.length ?? 0) <= 3
  const grouped = field.type === 'yes_no' || field.type === 'choices' || field.type === 'rows' || choice
  const label = (
    <>
      {field.label}
      {!field.required && <span className="k-quiet"> ({t('common.optional')})</span>}
    </>
  )
  const pick = (value: unknown) => {
    setWrong(undefined)
    save.saver.change(value, true)
  }
  const body = (
    <>
      {(field.help || field.type === 'date') && (
        <span className="form-hint" id={`${id}-hint`}>{[field.help, field.type === 'date' && t('agreement.field.dateHint')].filter(Boolean).join(' ')}</span>
      )}
      {wrong && <span className="form-error-message" id={`${id}-error`}><Icon name="error" /> {wrong}</span>}
      {field.type === 'rows' ? (
        <RowsInput field={field} id={id} described={described} shown={shown} change={(value) => save.saver.change(value)} setWrong={setWrong} source={source} />
      ) : field.type === 'choices' ? (
        <Boxes id={id} described={described} shown={shown} pick={pick} options={field.choices ?? []} />
      ) : grouped ? (
        <Radios id={id} described={described} shown={shown} pick={pick} options={
          field.type === 'yes_no' ? [{ value: true, label: t('common.yes') }, { value: false, label: t('common.no') }] : (field.choices ?? [])
        } />
      ) : field.type === 'choice' ? (
        <select {...common} className="form-select" value={plain(shown)} onChange={(event) => pick(event.target.value || null)}>
          <option value="">{t('agreement.field.choose')}</option>
          {field.choices?.map((c) => <option key={c.value} value={c.value}>{c.label}</option>)}
        </select>
      ) : (
        <TypedInput field={field} common={common} shown={shown} saver={save.saver} setWrong={setWrong} />
      )}
      <Rules id={`${id}-rules`} rules={rules} unset={answer?.unset} />
      <Foot id={`${id}-foot`} field={field} answer={answer} state={save.state} restored={save.restored} origin={origin} refused={wrong !== undefined} holds={save.value}
        suggestion={suggested && unanswered ? () => pick(field.default) : undefined} />
      {save.state.kind === 'conflict' && <ConflictBox field={field} mine={save.value} conflict={save.state.conflict} saver={save.saver} />}
      {under}
    </>
  )
  const className = `form-group k-field${wrong ? ' form-error' : ''}${field.type === 'integer' || field.type === 'date' ? ' k-field--short' : ''}`
  return grouped ? (
    <fieldset className={`${className} k-choices`} id={`${id}-group`} data-path={field.path} data-saving={save.state.kind === 'saving' || undefined}>
      <legend className="form-label">{label}</legend>
      {body}
    </fieldset>
  ) : (
    <div className={className} data-path={field.path} data-saving={save.state.kind === 'saving' || undefined}>
      <label className="form-label" htmlFor={id}>{label}</label>
      {body}
    </div>
  )
}

interface RadioProps {
  id: string
  described: string
  shown: unknown
  pick: (value: unknown) => void
  options: { value: string | boolean; label: string }[]
}

function Radios({ id, described, shown, pick, options }: RadioProps) {
  return (
    <div className="k-radio">
      {options.map((option, i) => (
        <label key={String(option.value)} className="k-check" htmlFor={i === 0 ? id : `${id}-${i}`}>
          <input
            type="radio"
            id={i === 0 ? id : `${id}-${i}`}
            name={id}
            aria-describedby={described}
            checked={shown === option.value}
            onChange={() => pick(option.value)}
          />
          <span>{option.label}</span>
        </label>
      ))}
    </div>
  )
}

/** Several may be chosen; they stay in the order in which they are offered. */
function Boxes({ id, described, shown, pick, options }: RadioProps) {
  const chosen = Array.isArray(shown) ? (shown as unknown[]) : []
  return (
    <div className="k-boxes">
      {options.map((option, i) => (
        <label key={String(option.value)} className="k-check" htmlFor={i === 0 ? id : `${id}-${i}`}>
          <input type="checkbox" id={i === 0 ? id : `${id}-${i}`} aria-describedby={described} checked={chosen.includes(option.value)}
            onChange={(event) => {
              const now = options.map((o) => o.value).filter((v) => (v === option.value ? event.target.checked : chosen.includes(v)))
              pick(now.length > 0 ? now : null)
            }} />
          <span>{option.label}</span>
        </label>
      ))}
    </div>
  )
}

/** What the template says of the answer, and what the document cannot show: an error stops the release, a warning does not. */
function Rules({ id, rules, unset }: { id: string; rules: Schemas['Rule'][]; unset?: string }) {
  const { t } = useWords()
  const { lang } = useFormat()
  return (
    <div id={id} role="status">
      {(unset || rules.length > 0) && <ul className="k-plain k-rules">
        {unset && <li className="k-rules__error"><Icon name="error" /><span>{t('form.unset', { characters: Array.from(unset).join(' ') })}</span></li>}
        {rules.map((rule) => (
          <li key={rule.code} className={`k-rules__${rule.severity}`}>
            <Icon name={rule.severity} />
            <span>
              <span className="sr-only">{t(`agreement.field.rule.${rule.severity}`)}: </span>
              {rule.says[lang]} <span className="k-quiet">{t('agreement.field.source', { source: rule.source })}</span>
              {rule.unconfirmed && <> <Tag tone="attention">{t('agreement.field.unconfirmed')}</Tag></>}
            </span>
          </li>
        ))}
      </ul>}
    </div>
  )
}

interface TypedProps {
  field: Field
  common: { id: string; 'aria-describedby': string; 'aria-invalid'?: true; 'aria-required'?: true }
  shown: unknown
  saver: Saver
  setWrong: (why: string | undefined) => void
}

/** Text that is read into a value; what cannot be read stays on screen and is not sent. */
function TypedInput({ field, common, shown, saver, setWrong }: TypedProps) {
  const { t } = useWords()
  const { lang } = useFormat()
  const print = (value: unknown) => (field.type === 'date' ? typedDate(plain(value)) : typeof value === 'number' ? printWhole(value, lang) : plain(value))
  const [text, setText] = useState(() => print(shown))
  const [seen, setSeen] = useState(shown)
  const [at, setAt] = useState<'rest' | 'focus' | 'typed'>('rest')
  // The value changed from outside (a suggestion used, the other's text kept): show it, but never under the fingers.
  if (at === 'rest' && seen !== shown) {
    setSeen(shown)
    setText(print(shown))
  }
  const wrongWhole = (): string => {
    const [min, max] = [field.minimum, field.maximum].map((x) => (x === undefined ? undefined : printWhole(x, lang)))
    if (min !== undefined && max !== undefined) return t('agreement.field.integerRange', { min, max })
    if (min !== undefined) return t('agreement.field.integerMin', { min })
    if (max !== undefined) return t('agreement.field.integerMax', { max })
    return t('agreement.field.integerInvalid')
  }
  const read = (typed: string): { value: unknown } | { wrong: string } => {
    if (typed.trim() === '') return { value: null }
    if (field.type === 'integer') {
      const n = readWhole(typed, lang)
      return n === undefined || n < (field.minimum ?? n) || n > (field.maximum ?? n) ? { wrong: wrongWhole() } : { value: n }
    }
    if (field.type === 'date') {
      const day = parseDate(typed)
      return day === undefined ? { wrong: t('agreement.field.dateInvalid') } : { value: day }
    }
    const over = tooLong(field, typed)
    return over > 0 ? { wrong: t('agreement.field.tooLong', { over }) } : { value: typed }
  }
  const type = (typed: string) => {
    setText(typed)
    setAt('typed')
    const got = read(typed)
    // An empty box or half a number is not yet an answer; it is judged when the person leaves it.
    if ('wrong' in got || got.value === null) return
    setWrong(undefined)
    saver.change(got.value)
  }
  const leave = (stay = false) => {
    if (!stay) setAt('rest')
    if (at !== 'typed') return
    const got = read(text)
    setSeen('wrong' in got ? shown : (got.value ?? field.default))
    if ('wrong' in got) {
      setWrong(got.wrong)
      return
    }
    setWrong(undefined)
    if (!stay) setText(print(got.value ?? field.default))
    saver.change(got.value, true)
  }
  const props = { ...common, value: text, onBlur: () => leave(), onFocus: () => setAt('focus'), className: 'form-input', autoComplete: 'off', dir: 'auto' as const }
  if (field.type === 'long_text') return <textarea {...props} rows={3} onChange={(event) => type(event.target.value)} onKeyDown={(event) => { if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) leave(true) }} />
  const input = <input {...props} inputMode={field.type === 'integer' ? 'numeric' : undefined} onChange={(event) => type(event.target.value)} onKeyDown={(event) => { if (event.key === 'Enter') leave(true) }} />
  return field.unit ? <div className="k-unit">{input}<span>{field.unit}</span></div> : input
}

/** A value as it stands in a box: text and numbers as they are, anything else as nothing. */
const plain = (value: unknown): string => (typeof value === 'string' || typeof value === 'number' ? String(value) : '')

interface FootProps {
  id: string
  field: Field
  answer: Answer | undefined
  state: SaveState
  restored: boolean
  origin: string | undefined
  /** What stands in the field cannot be read; what it said before, if anything, still holds. */
  refused: boolean
  holds: unknown
  suggestion: (() => void) | undefined
}

/** Under the field: who answered when, or whose suggestion it is and that nobody has confirmed it. */
function Foot({ id, field, answer, state, restored, origin, refused, holds, suggestion }: FootProps) {
  const { t } = useWords()
  const f = useFormat()
  const print = usePrint()
  let status: ReactNode = null
  const before = (): string => {
    if (holds === null || holds === undefined || holds === '') return t('agreement.field.notSaved')
    const value = Array.isArray(holds) ? '' : print(field, holds)
    return typeof value === 'string' && value !== '' && value.length <= 40 ? t('agreement.field.stillHolds', { value }) : t('agreement.field.oldHolds')
  }
  if (refused && state.kind !== 'failed') status = <span className="k-unsaved">{before()}</span>
  else if (state.kind === 'saving') status = <span>{t('common.saving')}</span>
  else if (state.kind === 'saved') status = <span className="k-saved"><Icon name="check" />{t('common.savedAt', { time: f.time(state.at) })}</span>
  else if (state.kind === 'failed') status = <span className="k-unsaved">{t('agreement.field.failed', { why: refusal(state.error) })}</span>
  else if (restored) status = <span>{t('agreement.unsaved')}</span>
  return (
    <div className="k-field__foot" id={id}>
      {suggestion && (
        <>
          <Tag tone={field.unconfirmed ? 'attention' : 'waiting'} icon={field.unconfirmed ? 'warning' : 'info'}>{field.unconfirmed ? t('agreement.field.unconfirmed') : t('agreement.field.suggestion')}</Tag>
          {field.source && <span>{t('agreement.field.source', { source: field.source })}</span>}
          <button type="button" className="k-textbutton" onClick={suggestion} aria-label={`${t('agreement.field.useSuggestion')}: ${field.label}`}>{t('agreement.field.useSuggestion')}</button>
        </>
      )}
      {state.kind === 'idle' && !refused && !suggestion && answer?.by && answer.at && <span>{t('agreement.field.byAt', { who: answer.by, when: f.dateTime(answer.at) })}{origin !== undefined && ` · ${origin}`}</span>}
      <span role="status">{status}</span>
    </div>
  )
}

function refusal(error: unknown): string {
  const code = error instanceof ApiError ? error.fields[0]?.code : undefined
  return code ? fieldSentence(code) : errorSentence(error)
}

interface ConflictProps {
  field: Field
  mine: unknown
  conflict: Conflict
  saver: Saver
}

function ConflictBox({ field, mine, conflict, saver }: ConflictProps) {
  const { t } = useWords()
  const words = usePrint()
  const print = (value: unknown) => (value === null || value === undefined || value === '' ? t('agreement.conflict.empty') : words(field, value))
  // The buttons go away with the conflict: the field takes the focus once it shows what was chosen.
  const keep = (which: 'keepMine' | 'keepTheirs') => {
    saver[which](conflict)
    requestAnimationFrame(() => document.getElementById(fieldId(field.path))?.focus())
  }
  return (
    <div className="k-conflict" role="alert">
      <p><strong>{conflict.by ? t('agreement.conflict.title', { who: conflict.by }) : t('agreement.conflict.titleNobody')}</strong></p>
      <div className="k-conflict__pair">
        <div><h4>{t('agreement.conflict.mine')}</h4><div>{print(mine)}</div></div>
        <div><h4>{t('agreement.conflict.theirs')}</h4><div>{print(conflict.theirs)}</div></div>
      </div>
      <div className="k-actions">
        <button type="button" className="button button-primary" onClick={() => keep('keepMine')}>{t('agreement.conflict.keepMine')}</button>
        <button type="button" className="button button-secondary" onClick={() => keep('keepTheirs')}>{t('agreement.conflict.keepTheirs')}</button>
      </div>
    </div>
  )
}
