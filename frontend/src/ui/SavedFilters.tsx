import { queryOptions, useQuery, useQueryClient } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { useId, useRef, useState } from 'react'
import { api, unwrap } from '../api/client'
import { useWords } from '../i18n'
import { errorSentence } from '../i18n/problems'
import { useMay } from '../session'
import { Drop } from './Drop'
import { Icon } from './Icon'

const filtersQuery = (page: string) =>
  queryOptions({
    queryKey: ['filters', page],
    queryFn: ({ signal }) => unwrap(api.GET('/api/v1/filters', { params: { query: { page } }, signal })),
  })

/** The filters of a page under names: one's own, and what colleagues share. The address itself can be sent to anybody. */
export function SavedFilters({ page }: { page: string }) {
  const { t } = useWords()
  const may = useMay()
  const client = useQueryClient()
  const id = useId()
  const { data } = useQuery({ ...filtersQuery(page), enabled: may('listSavedFilters') })
  const [name, setName] = useState('')
  const [shared, setShared] = useState(false)
  const [nameless, setNameless] = useState(false)
  const [error, setError] = useState<string>()
  const [copied, setCopied] = useState(false)
  const box = useRef<HTMLInputElement>(null)
  if (!may('listSavedFilters')) return null
  const act = async (what: Promise<unknown>) => {
    try {
      await what
      setError(undefined)
      await client.invalidateQueries({ queryKey: filtersQuery(page).queryKey })
      return true
    } catch (refused) {
      setError(errorSentence(refused))
      return false
    }
  }
  const items = data?.items ?? []
  return (
    <Drop wide icon="list-check" label={t('filters.title')}>
      {items.length === 0 ? <p className="k-quiet">{t('filters.none')}</p> : (
        <ul className="k-rows">
          {items.map((f) => (
            <li key={f.id}>
              <div>
                <Link to="." search={Object.fromEntries(new URLSearchParams(f.query))}>{f.name}</Link>
                <span className="k-grid__under">{f.own ? t(f.shared ? 'filters.ownShared' : 'filters.ownOnly') : t('filters.by', { name: f.by })}</span>
              </div>
              {f.own && (
                <button type="button" className="k-iconbutton" onClick={() => void act(unwrap(api.DELETE('/api/v1/filters/{id}', { params: { path: { id: f.id } } })))}>
                  <Icon name="close" /><span className="sr-only">{t('filters.remove', { name: f.name })}</span>
                </button>
              )}
            </li>
          ))}
        </ul>
      )}
      {may('saveFilter') && (
        <form className="k-drop__form" noValidate onSubmit={(event) => {
          event.preventDefault()
          setNameless(name.trim() === '')
          if (name.trim() === '') {
            setError(undefined)
            box.current?.focus()
            return
          }
          void act(unwrap(api.POST('/api/v1/filters', { body: { page, name: name.trim(), query: window.location.search.slice(1), shared } }))).then((saved) => {
            if (saved) setName('')
            box.current?.focus()
          })
        }}>
          <label htmlFor={`${id}-name`}>{t('filters.name')}</label>
          <input ref={box} id={`${id}-name`} className="form-input" value={name} required maxLength={80} autoComplete="off" aria-invalid={nameless || undefined} aria-describedby={nameless ? `${id}-nameless` : undefined}
            onChange={(event) => { setName(event.target.value); setNameless(false) }} />
          {nameless && <p id={`${id}-nameless`} className="k-unsaved" role="alert">{t('filters.nameless')}</p>}
          <label className="k-check"><input type="checkbox" checked={shared} onChange={(event) => setShared(event.target.checked)} /> {t('filters.share')}</label>
          {error !== undefined && <p className="k-unsaved" role="alert">{error}</p>}
          <button type="submit" className="button button-secondary">{t('filters.save')}</button>
        </form>
      )}
      <button type="button" className="k-textbutton" onClick={() => void navigator.clipboard.writeText(window.location.href).then(() => setCopied(true))}>
        <Icon name="copy" />{t('filters.copy')}
      </button>
      <span role="status" className="k-quiet">{copied ? t('common.copied') : ''}</span>
    </Drop>
  )
}
