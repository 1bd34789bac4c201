import { useEffect, useRef, type ReactNode } from 'react'
import { useWords } from '../i18n'
import { Alert } from './Alert'
import { Icon } from './Icon'

interface FieldProps {
  id: string
  label: string
  hint?: ReactNode
  error?: string
  optional?: boolean
  children: (props: { id: string; 'aria-describedby'?: string; 'aria-invalid'?: true }) => ReactNode
}

/** Label, help under it, refusal under that, then the control. */
export function Field({ id, label, hint, error, optional, children }: FieldProps) {
  const { t } = useWords()
  const described = [hint ? `${id}-hint` : '', error ? `${id}-error` : ''].filter(Boolean).join(' ')
  return (
    <div className={`form-group k-field${error ? ' form-error' : ''}`}>
      <label className="form-label" htmlFor={id}>
        {label}
        {optional && <span className="k-quiet"> ({t('common.optional')})</span>}
      </label>
      {hint && <span className="form-hint" id={`${id}-hint`}>{hint}</span>}
      {error && (
        <span className="form-error-message" id={`${id}-error`}>
          <Icon name="error" /> {error}
        </span>
      )}
      {children({ id, ...(described && { 'aria-describedby': described }), ...(error && { 'aria-invalid': true as const }) })}
    </div>
  )
}

export interface Mistake {
  /** id of the control that takes the focus */
  field: string
  message: string
}

/** Takes the focus after a refused form; each line leads to its field. */
export function ErrorSummary({ mistakes, attempt }: { mistakes: Mistake[]; attempt: number }) {
  const { t } = useWords()
  const box = useRef<HTMLDivElement>(null)
  useEffect(() => {
    if (mistakes.length > 0) box.current?.focus()
    // attempt: the same mistakes sent again must take the focus again
  }, [attempt, mistakes.length])
  if (mistakes.length === 0) return null
  const go = (field: string) => {
    const control = document.getElementById(field) ?? document.getElementById(`${field}-off`) // one that is chosen has a button to take it off
    const label = document.querySelector(`label[for="${CSS.escape(field)}"]`)
    ;(label ?? control)?.scrollIntoView() // the label too must be seen
    control?.focus({ preventScroll: true })
  }
  return (
    <Alert kind="error" heading={t('error.summaryHeading')} role="alert" ref={box} tabIndex={-1}>
      <ul className="k-mistakes">
        {mistakes.map((m) => (
          <li key={m.field + m.message}>
            <a href={`#${m.field}`} onClick={(event) => { event.preventDefault(); go(m.field) }}>{m.message}</a>
          </li>
        ))}
      </ul>
    </Alert>
  )
}

/** Ctrl+Enter (or Cmd+Enter) sends the form it is pressed in. */
export function sendOnCtrlEnter(event: React.KeyboardEvent<HTMLFormElement>): void {
  if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) event.currentTarget.requestSubmit()
}
