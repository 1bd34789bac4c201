import { useEffect, useId, useRef, useState, type ChangeEvent, type KeyboardEvent } from 'react'
import { useFormat, useWords } from '../../i18n'
import { typedDate } from '../../i18n/format'
import { problemSentence } from '../../i18n/problems'
import { cellValue, readValue } from './cells'
import { useStateWords } from './useStateWords'
import type { Field, Person, State, Usage } from './queries'

type Go = 'down' | 'right' | 'left' | 'stay'
interface Props {
  field: Field
  usage: Usage
  /** The key that opened the cell is the first letter of the new text. */
  start: string | undefined
  /** What was written here and refused: it is mended, not written anew. */
  refused: string | undefined
  people: Person[]
  onRefuse: (value: string, code: string) => void
  /** Values to write, or undefined to leave the cell as it was; and where the focus goes. */
  onDone: (values: { field: Field; value: string }[] | undefined, go: Go) => void
}

const settable: State[] = ['own', 'kl_kombit', 'not_needed', 'missing']

/** The one cell that is being written. Enter saves and goes down, Tab to the right, Escape takes back. */
export function CellEditor({ field, usage, start, refused, people, onRefuse, onDone }: Props) {
  const { t } = useWords()
  const label = t('usage.editing', { field: t(`usage.field.${field}`), name: usage.system.name })
  if (field === 'agreement') return <StateEditor usage={usage} start={start} refused={refused} label={label} onRefuse={onRefuse} onDone={onDone} />
  return <ValueEditor field={field} usage={usage} start={start} refused={refused} people={people} label={label} onDone={onDone} />
}

const direction = (event: KeyboardEvent): Go | undefined => {
  if (event.key === 'Enter') return 'down'
  if (event.key === 'Tab') return event.shiftKey ? 'left' : 'right'
  return undefined
}

/** An editor ends once, whether by a key or because the focus goes. */
function useEnd(onDone: Props['onDone']): Props['onDone'] {
  const ended = useRef(false)
  return (values, go) => {
    if (ended.current) return
    ended.current = true
    onDone(values, go)
  }
}

type Inner = Omit<Props, 'field' | 'people' | 'onRefuse'> & { label: string }

/** A text, or one of the people of the organisation. */
function ValueEditor({ field, usage, start, refused, people, label, onDone }: Inner & { field: Exclude<Field, 'agreement'>; people: Person[] }) {
  const { t } = useWords()
  const words = useStateWords()
  const end = useEnd(onDone)
  const box = useRef<HTMLInputElement & HTMLSelectElement>(null)
  const held = cellValue(usage, field)
  const person = field === 'owner' || field === 'responsible'
  const [value, setValue] = useState(() => {
    if (person) return start === undefined ? (people.some((p) => String(p.id) === refused) ? refused ?? held : held) : String(people.find((p) => p.name.toLowerCase().startsWith(start.toLowerCase()))?.id ?? held)
    return start ?? refused ?? (field === 'from' || field === 'to' ? typedDate(held) : held)
  })
  useEffect(() => {
    box.current?.focus()
    if (start === undefined && box.current instanceof HTMLInputElement) box.current.select()
  }, [start])
  const save = (go: Go) => end([{ field, value: person ? value : readValue(field, value, [], words) }], go)
  const common = {
    'aria-label': label,
    value,
    onChange: (event: ChangeEvent<HTMLInputElement | HTMLSelectElement>) => setValue(event.target.value),
    onBlur: () => save('stay'),
    onKeyDown: (event: KeyboardEvent) => {
      event.stopPropagation()
      const go = direction(event)
      if (go) {
        event.preventDefault()
        save(go)
      } else if (event.key === 'Escape') end(undefined, 'stay')
    },
  }
  if (!person) return <input ref={box} {...common} className="form-input k-grid__input" maxLength={500} autoComplete="off" inputMode={field === 'persons' ? 'numeric' : undefined} />
  const holder = usage[field]
  return (
    <select ref={box} {...common} className="form-select k-grid__input">
      <option value="">{t('usage.nobody')}</option>
      {holder && !people.some((p) => p.id === holder.id) && <option value={holder.id}>{holder.name}</option>}
      {people.map((p) => <option key={p.id} value={p.id}>{p.name}</option>)}
    </select>
  )
}

/** A letter picks the state at once; "not needed" asks for the reason in the same cell. */
function StateEditor({ usage, start, refused, label, onRefuse, onDone }: Inner & Pick<Props, 'onRefuse'>) {
  const { t } = useWords()
  const f = useFormat()
  const [state, setState] = useState<State>(start === 'not_needed' ? start : settable.find((s) => s === refused) ?? usage.agreement)
  const [reason, setReason] = useState(usage.notNeeded?.reason ?? '')
  const [asked, setAsked] = useState(false)
  const end = useEnd(onDone)
  const box = useRef<HTMLDivElement>(null)
  const why = useId()
  const needs = state === 'not_needed'
  useEffect(() => {
    box.current?.querySelector<HTMLElement>(needs ? 'input' : 'select')?.focus()
  }, [needs])
  const save = (go: Go) => {
    if (needs && reason.trim() === '') {
      if (go !== 'stay') {
        setAsked(true)
        box.current?.querySelector('input')?.focus()
        return
      }
      // The person has gone on: the cell keeps what was chosen and says what it lacks. A reason that was only emptied stays.
      if (usage.agreement !== 'not_needed') onRefuse('not_needed', 'usage.reason_needed')
      end([], 'stay')
      return
    }
    end(needs ? [{ field: 'agreement', value: state }, { field: 'reason', value: reason.trim() }] : [{ field: 'agreement', value: state }], go)
  }
  const keys = (event: KeyboardEvent) => {
    event.stopPropagation()
    const go = direction(event)
    if (event.key === 'Escape') end(undefined, 'stay')
    else if (go && !(needs && event.key === 'Tab' && event.target instanceof HTMLSelectElement && !event.shiftKey)) {
      event.preventDefault()
      save(go)
    }
  }
  return (
    <div ref={box} role="group" aria-label={label} className="k-grid__state" onBlur={(event) => { if (!event.currentTarget.contains(event.relatedTarget)) save('stay') }}>
      <select className="form-select k-grid__input" aria-label={label} value={state} lang={f.lang} onChange={(event) => setState(event.target.value as State)} onKeyDown={keys}>
        {!settable.includes(usage.agreement) && <option value={usage.agreement}>{t(`usage.state.${usage.agreement}`)}</option>}
        {settable.map((s) => <option key={s} value={s}>{t(`usage.state.${s}`)}</option>)}
      </select>
      {needs && (
        <input className="form-input k-grid__input" aria-label={t('usage.reasonWhy')} placeholder={t('usage.reasonWhy')} required value={reason} maxLength={500} autoComplete="off"
          aria-invalid={asked || undefined} aria-describedby={asked ? why : undefined} onChange={(event) => setReason(event.target.value)} onKeyDown={keys} />
      )}
      {needs && asked && reason.trim() === '' && <span id={why} role="alert" className="k-grid__why">{problemSentence('usage.reason_needed')}</span>}
    </div>
  )
}
