import { useEffect, useRef, useState, type KeyboardEvent } from 'react'
import { useFormat, useWords } from '../../i18n'
import { typedDate } from '../../i18n/format'
import { cellValue, readValue } from './cells'
import { useStateWords } from './useStateWords'
import type { Field, Person, State, Usage } from './queries'

type Go = 'down' | 'right' | 'left' | 'stay'
interface Props {
  field: Field
  usage: Usage
  /** The key that opened the cell is the first letter of the new text. */
  start: string | undefined
  people: Person[]
  /** Values to write, or undefined to leave the cell as it was; and where the focus goes. */
  onDone: (values: { field: Field; value: string }[] | undefined, go: Go) => void
}

const settable: State[] = ['own', 'kl_kombit', 'not_needed', 'missing']

/** The one cell that is being written. Enter saves and goes down, Tab to the right, Escape takes back. */
export function CellEditor({ field, usage, start, people, onDone }: Props) {
  const { t } = useWords()
  const label = t('usage.editing', { field: t(`usage.field.${field}`), name: usage.system.name })
  if (field === 'agreement') return <StateEditor usage={usage} start={start} label={label} onDone={onDone} />
  if (field === 'owner' || field === 'responsible') return <PersonEditor field={field} usage={usage} people={people} label={label} start={start} onDone={onDone} />
  return <TextEditor field={field} usage={usage} start={start} label={label} onDone={onDone} />
}

const direction = (event: KeyboardEvent): Go | undefined => {
  if (event.key === 'Enter') return 'down'
  if (event.key === 'Tab') return event.shiftKey ? 'left' : 'right'
  return undefined
}

type Inner = Omit<Props, 'field' | 'people'> & { label: string }

function TextEditor({ field, usage, start, label, onDone }: Inner & { field: Field }) {
  const words = useStateWords()
  const held = cellValue(usage, field)
  const day = field === 'from' || field === 'to'
  const [text, setText] = useState(start ?? (day ? typedDate(held) : held))
  const done = useRef(false)
  const box = useRef<HTMLInputElement>(null)
  useEffect(() => {
    box.current?.focus()
    if (start === undefined) box.current?.select()
  }, [start])
  const save = (go: Go) => {
    if (done.current) return
    done.current = true
    onDone([{ field, value: readValue(field, text, [], words) }], go)
  }
  return (
    <input ref={box} className="form-input k-grid__input" aria-label={label} value={text} maxLength={500} autoComplete="off"
      inputMode={field === 'persons' ? 'numeric' : undefined}
      onChange={(event) => setText(event.target.value)}
      onBlur={() => save('stay')}
      onKeyDown={(event) => {
        event.stopPropagation()
        const go = direction(event)
        if (go) {
          event.preventDefault()
          save(go)
        } else if (event.key === 'Escape') {
          done.current = true
          onDone(undefined, 'stay')
        }
      }} />
  )
}

function PersonEditor({ field, usage, people, label, start, onDone }: Inner & { field: 'owner' | 'responsible'; people: Person[] }) {
  const { t } = useWords()
  const [value, setValue] = useState(() => {
    const typed = start?.toLowerCase()
    const found = typed === undefined ? undefined : people.find((p) => p.name.toLowerCase().startsWith(typed))
    return found ? String(found.id) : cellValue(usage, field)
  })
  const done = useRef(false)
  const box = useRef<HTMLSelectElement>(null)
  useEffect(() => box.current?.focus(), [])
  const save = (go: Go) => {
    if (done.current) return
    done.current = true
    onDone([{ field, value }], go)
  }
  const held = usage[field]
  return (
    <select ref={box} className="form-select k-grid__input" aria-label={label} value={value} onChange={(event) => setValue(event.target.value)} onBlur={() => save('stay')}
      onKeyDown={(event) => {
        event.stopPropagation()
        const go = direction(event)
        if (go) {
          event.preventDefault()
          save(go)
        } else if (event.key === 'Escape') {
          done.current = true
          onDone(undefined, 'stay')
        }
      }}>
      <option value="">{t('usage.nobody')}</option>
      {held && !people.some((p) => p.id === held.id) && <option value={held.id}>{held.name}</option>}
      {people.map((p) => <option key={p.id} value={p.id}>{p.name}</option>)}
    </select>
  )
}

/** A letter picks the state at once; "not needed" asks for the reason in the same cell. */
function StateEditor({ usage, start, label, onDone }: Inner) {
  const { t } = useWords()
  const f = useFormat()
  const [state, setState] = useState<State>(start === 'not_needed' ? 'not_needed' : usage.agreement)
  const [reason, setReason] = useState(usage.notNeeded?.reason ?? '')
  const done = useRef(false)
  const box = useRef<HTMLDivElement>(null)
  const needs = state === 'not_needed'
  useEffect(() => {
    box.current?.querySelector<HTMLElement>(needs ? 'input' : 'select')?.focus()
  }, [needs])
  const save = (go: Go) => {
    if (done.current) return
    if (needs && reason.trim() === '') {
      if (go !== 'stay') box.current?.querySelector('input')?.focus()
      else leave()
      return
    }
    done.current = true
    onDone(needs ? [{ field: 'agreement', value: state }, { field: 'reason', value: reason.trim() }] : [{ field: 'agreement', value: state }], go)
  }
  const leave = () => {
    done.current = true
    onDone(undefined, 'stay')
  }
  const keys = (event: KeyboardEvent) => {
    event.stopPropagation()
    const go = direction(event)
    if (event.key === 'Escape') leave()
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
          onChange={(event) => setReason(event.target.value)} onKeyDown={keys} />
      )}
    </div>
  )
}
