import { useState } from 'react'
import { parseDate, typedDate } from '../../i18n/format'

interface Props {
  id: string
  label: string
  value: string | undefined
  onDay: (iso: string | undefined) => void
  wrong: string
}

/** A day as it is typed, in a row of filters; an empty field is no day. */
export function DayField({ id, label, value, onDay, wrong }: Props) {
  const [text, setText] = useState(value ? typedDate(value) : '')
  const bad = text.trim() !== '' && parseDate(text) === undefined
  const commit = () => {
    if (!bad) onDay(parseDate(text))
  }
  return (
    <div className="k-control">
      <label htmlFor={id}>{label}</label>
      <input
        id={id}
        className="form-input"
        inputMode="numeric"
        autoComplete="off"
        value={text}
        placeholder="1/2/2026"
        aria-invalid={bad || undefined}
        aria-describedby={bad ? `${id}-wrong` : undefined}
        onChange={(event) => setText(event.target.value)}
        onBlur={commit}
        onKeyDown={(event) => { if (event.key === 'Enter') commit() }}
      />
      {bad && <span className="k-wrong" id={`${id}-wrong`}>{wrong}</span>}
    </div>
  )
}
