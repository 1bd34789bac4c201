import { useWords } from '../i18n'
import { Field } from './form'

interface Props {
  id: string
  label: string
  hint?: string
  error?: string
  optional?: boolean
  value: string
  onChange: (typed: string) => void
}

/** A day as people type it; `parseDate` reads it. */
export function DayField({ id, label, hint, error, optional, value, onChange }: Props) {
  const { t } = useWords()
  return (
    <Field id={id} label={label} hint={hint ?? t('organisation.dayHint')} error={error} optional={optional}>
      {(props) => <input {...props} className="form-input k-day" inputMode="numeric" maxLength={10} autoComplete="off" value={value} onChange={(event) => onChange(event.target.value)} />}
    </Field>
  )
}
