import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { useWords } from '../i18n'
import { cvr } from '../i18n/format'
import { Field } from './form'
import { Icon } from './Icon'

export interface Option {
  key: string
  label: string
  hint?: string
}

interface Props {
  id: string
  label: string
  hint?: string
  error?: string
  optional?: boolean
  value: Option[]
  onChange: (value: Option[]) => void
  /** One of its own cache key; what it searches in. */
  name: readonly unknown[]
  search: (typed: string, signal: AbortSignal) => Promise<Option[]>
  many?: boolean
  /** Shows what there is before anything is typed: for short lists. */
  eager?: boolean
}

/** Chooses from a long list by searching in it: what is chosen stands first, each can be taken off again. */
export function Pick({ id, label, hint, error, optional, value, onChange, name, search, many, eager }: Props) {
  const { t } = useWords()
  const [typed, setTyped] = useState('')
  const q = typed.trim()
  const open = many || value.length === 0
  const asked = open && (q.length > 0 || eager === true)
  const found = useQuery({ queryKey: ['pick', ...name, q], queryFn: ({ signal }) => search(q, signal), enabled: asked, placeholderData: (old) => old, staleTime: 30_000 })
  const options = (asked ? found.data ?? [] : []).filter((o) => !value.some((v) => v.key === o.key))
  const take = (option: Option) => {
    onChange(many ? [...value, option] : [option])
    setTyped('')
    // The button that was pressed is gone: the focus goes back to where the choice is made, or changed.
    setTimeout(() => (document.getElementById(id) ?? document.getElementById(`${id}-off`))?.focus())
  }
  const off = (option: Option) => {
    onChange(value.filter((v) => v.key !== option.key))
    setTimeout(() => document.getElementById(id)?.focus())
  }
  const chosen = value.length > 0 && (
    <ul className="k-picked">
      {value.map((v) => (
        <li key={v.key}>
          <button type="button" id={many ? undefined : `${id}-off`} className="k-pin" onClick={() => off(v)}>
            {v.hint ? `${v.label} · ${cvr(v.hint)}` : v.label}
            <Icon name="close" />
            <span className="sr-only">{t('pick.remove', { name: v.label })}</span>
          </button>
        </li>
      ))}
    </ul>
  )
  if (!open) {
    return (
      <div className={`form-group k-field${error ? ' form-error' : ''}`} role="group" aria-labelledby={`${id}-label`} aria-describedby={error ? `${id}-error` : undefined}>
        <span className="form-label" id={`${id}-label`}>{label}</span>
        {error && <span className="form-error-message" id={`${id}-error`}><Icon name="error" /> {error}</span>}
        {chosen}
      </div>
    )
  }
  return (
    <div className="k-pick">
      <Field id={id} label={label} hint={hint} error={error} optional={optional}>
        {(props) => (
          <>
            {chosen}
            <input
              {...props}
              className="form-input"
              type="search"
              autoComplete="off"
              placeholder={t('pick.search')}
              value={typed}
              onChange={(event) => setTyped(event.target.value)}
              onKeyDown={(event) => {
                if (event.key !== 'Enter' || event.ctrlKey || event.metaKey) return
                event.preventDefault() // Enter takes the only match; it does not send the form
                if (options.length === 1 && options[0]) take(options[0])
              }}
            />
          </>
        )}
      </Field>
      <div role="status" className="k-quiet">
        {q.length > 0 && found.data && !found.isPlaceholderData && (options.length === 0 ? t('pick.none', { q }) : t('pick.results', { count: options.length }))}
      </div>
      {options.length > 0 && (
        <ul className="k-picks">
          {options.slice(0, 12).map((o) => (
            <li key={o.key}>
              <button type="button" className="k-textbutton" aria-label={t(many ? 'pick.add' : 'pick.take', { name: o.hint ? `${o.label}, ${cvr(o.hint)}` : o.label })} onClick={() => take(o)}>
                {many && <Icon name="plus" />}
                <span>{o.label}</span>
                {o.hint && <span className="k-quiet">{cvr(o.hint)}</span>}
              </button>
            </li>
          ))}
        </ul>
      )}
    </div>
  )
}
