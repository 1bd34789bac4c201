import { useQuery } from '@tanstack/react-query'
import { useEffect, useId, useRef, useState } from 'react'
import { api, unwrap, type Schemas } from '../../api/client'
import { useWords } from '../../i18n'
import { parseDate, typedDate } from '../../i18n/format'
import { errorSentence } from '../../i18n/problems'
import { Alert } from '../../ui/Alert'
import { Tag } from '../../ui/Tag'
import { addUsage, type Outcome } from './queries'

interface Props {
  /** The number of a system to begin with. */
  start?: number | undefined
  onAdded: (outcome: Outcome) => void
  onClose: () => void
}

/** Finds a system in the register and says that we use it from a day on. */
export function AddSystem({ start, onAdded, onClose }: Props) {
  const { t } = useWords()
  const id = useId()
  const [typed, setTyped] = useState(start === undefined ? '' : String(start))
  const [q, setQ] = useState(typed)
  const [from, setFrom] = useState(() => typedDate(new Date().toISOString().slice(0, 10)))
  const [error, setError] = useState<string>()
  const [added, setAdded] = useState<string>()
  const box = useRef<HTMLInputElement>(null)
  useEffect(() => box.current?.focus(), [])
  useEffect(() => {
    const timer = setTimeout(() => setQ(typed.trim()), 250)
    return () => clearTimeout(timer)
  }, [typed])
  const found = useQuery({
    queryKey: ['systems', 'to add', q],
    queryFn: ({ signal }) => unwrap(api.GET('/api/v1/systems', { params: { query: { q, limit: 8 } }, signal })),
    enabled: q.length > 1 || q === String(start),
    placeholderData: (old) => old,
  })
  const day = parseDate(from)
  const add = async (system: Schemas['System']) => {
    if (day === undefined) {
      setError(t('usage.add.day'))
      return
    }
    try {
      onAdded(await addUsage(system.number, day))
      setError(undefined)
      setAdded(t('usage.add.added', { name: system.name }))
      void found.refetch()
    } catch (refused) {
      setAdded(undefined)
      setError(errorSentence(refused))
    }
  }
  return (
    <section className="k-preview" aria-labelledby={`${id}-title`}>
      <h2 id={`${id}-title`}>{t('usage.add.title')}</h2>
      <div className="k-form__row">
        <div className="k-control k-control--search">
          <label htmlFor={`${id}-q`}>{t('usage.add.search')}</label>
          <input ref={box} id={`${id}-q`} type="search" className="form-input" value={typed} maxLength={200} autoComplete="off" onChange={(event) => setTyped(event.target.value)} />
        </div>
        <div className="k-control">
          <label htmlFor={`${id}-from`}>{t('usage.add.from')}</label>
          <input id={`${id}-from`} className="form-input" value={from} autoComplete="off" aria-invalid={day === undefined || undefined} onChange={(event) => setFrom(event.target.value)} />
        </div>
      </div>
      {error !== undefined && <Alert kind="error" role="alert"><p>{error}</p></Alert>}
      {added !== undefined && <Alert kind="success" role="status"><p>{added}</p></Alert>}
      {(q.length > 1 || q === String(start)) && found.data && (found.data.items.length === 0 ? <p>{t('usage.add.none')}</p> : (
        <ul className="k-rows">
          {found.data.items.map((s) => (
            <li key={s.number}>
              <div>{s.name}<span className="k-grid__under">{s.vendor.name}</span></div>
              {s.ownUse ? <Tag tone="ok">{t('usage.add.inUse')}</Tag> : (
                <button type="button" className="button button-secondary" onClick={() => void add(s)}>{t('usage.add.add')}<span className="sr-only"> {s.name}</span></button>
              )}
            </li>
          ))}
        </ul>
      ))}
      <p className="k-actions"><button type="button" className="k-textbutton" onClick={onClose}>{t('common.close')}</button></p>
    </section>
  )
}
