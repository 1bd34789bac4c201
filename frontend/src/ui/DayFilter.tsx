import { useId, useState } from 'react'
import { useWords } from '../i18n'
import { parseDate, typedDate } from '../i18n/format'

interface Props {
  label: string
  value: string | undefined
  onDay: (iso: string | undefined) => void
}

/** A day as it is typed, in a row of filters: Enter or leaving the field takes it; an empty field is no day. */
export function DayFilter({ label, value, onDay }: Props) {
  const { t } = useWords()
  const id = useId()
  const [text, setText] = useState(value ? typedDate(value) : '')
  const [wrong, setWrong] = useState(false)
  const take = () => {
    const day = parseDate(text)
    const bad = day === undefined && text.trim() !== ''
    setWrong(bad)
    if (!bad && day !== value) onDay(day)
  }
  return (
    <div className="k-control k-control--day">
      <label htmlFor={id}>{label}</label>
      <input
        id={id}
        className="form-input"
        inputMode="numeric"
        autoComplete="off"
        value={text}
        placeholder={t('scope.dayHint')}
        aria-invalid={wrong || undefined}
        aria-describedby={wrong ? `${id}-wrong` : undefined}
        onChange={(event) => setText(event.target.value)}
        onBlur={take}
        onKeyDown={(event) => { if (event.key === 'Enter') take() }}
      />
      {wrong && <span id={`${id}-wrong`} className="k-wrong" role="alert">{t('organisation.dayInvalid')}</span>}
    </div>
  )
}
