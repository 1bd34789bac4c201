import { useQuery, useQueryClient } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { useId, useRef, useState } from 'react'
import { api, unwrap } from '../../api/client'
import { useFormat, useWords } from '../../i18n'
import { errorSentence } from '../../i18n/problems'
import { Drop } from '../../ui/Drop'
import { Icon } from '../../ui/Icon'
import { changesQuery, filtersQuery } from './queries'

/** The filters of this page under names: one's own, and what colleagues share. The address itself can be sent to anybody. */
export function SavedFilters({ query, maySave }: { query: string; maySave: boolean }) {
  const { t } = useWords()
  const client = useQueryClient()
  const id = useId()
  const { data } = useQuery(filtersQuery)
  const [name, setName] = useState('')
  const [shared, setShared] = useState(false)
  const [error, setError] = useState<string>()
  const [copied, setCopied] = useState(false)
  const box = useRef<HTMLInputElement>(null)
  const again = () => client.invalidateQueries({ queryKey: filtersQuery.queryKey })
  const act = async (what: Promise<unknown>) => {
    try {
      await what
      setError(undefined)
      await again()
      return true
    } catch (refused) {
      setError(errorSentence(refused))
      return false
    }
  }
  const items = data?.items ?? []
  return (
    <Drop wide icon="list-check" label={t('usage.filters.title')}>
      {items.length === 0 ? <p className="k-quiet">{t('usage.filters.none')}</p> : (
        <ul className="k-rows">
          {items.map((f) => (
            <li key={f.id}>
              <div>
                <Link to="/our-systems" search={Object.fromEntries(new URLSearchParams(f.query))}>{f.name}</Link>
                <span className="k-grid__under">{f.own ? t(f.shared ? 'usage.filters.ownShared' : 'usage.filters.ownOnly') : t('usage.filters.by', { name: f.by })}</span>
              </div>
              {f.own && (
                <button type="button" className="k-iconbutton" onClick={() => void act(unwrap(api.DELETE('/api/v1/filters/{id}', { params: { path: { id: f.id } } })))}>
                  <Icon name="close" /><span className="sr-only">{t('usage.filters.remove', { name: f.name })}</span>
                </button>
              )}
            </li>
          ))}
        </ul>
      )}
      {maySave && (
        <form className="k-drop__form" onSubmit={(event) => {
          event.preventDefault()
          void act(unwrap(api.POST('/api/v1/filters', { body: { page: 'our-systems', name: name.trim(), query, shared } }))).then((saved) => {
            if (saved) setName('')
            box.current?.focus()
          })
        }}>
          <label htmlFor={`${id}-name`}>{t('usage.filters.name')}</label>
          <input ref={box} id={`${id}-name`} className="form-input" value={name} required maxLength={80} autoComplete="off" onChange={(event) => setName(event.target.value)} />
          <label className="k-check"><input type="checkbox" checked={shared} onChange={(event) => setShared(event.target.checked)} /> {t('usage.filters.share')}</label>
          {error !== undefined && <p className="k-unsaved" role="alert">{error}</p>}
          <button type="submit" className="button button-secondary">{t('usage.filters.save')}</button>
        </form>
      )}
      <button type="button" className="k-textbutton" onClick={() => void navigator.clipboard.writeText(window.location.href).then(() => setCopied(true))}>
        <Icon name="copy" />{t('usage.filters.copy')}
      </button>
      <span role="status" className="k-quiet">{copied ? t('common.copied') : ''}</span>
    </Drop>
  )
}

/** What was changed lately, by whom, and a way back. */
export function RecentChanges({ onUndo }: { onUndo: (id: number) => void }) {
  const { t } = useWords()
  const f = useFormat()
  const { data } = useQuery(changesQuery)
  const items = data?.items ?? []
  return (
    <Drop wide icon="time" label={t('usage.changes.title')}>
      {items.length === 0 ? <p className="k-quiet">{t('usage.changes.none')}</p> : (
        <ul className="k-rows">
          {items.map((c) => (
            <li key={c.id}>
              <div>
                {c.kind === 'add' ? t('usage.changes.added', { name: c.what ?? '' }) : c.what !== undefined && c.rows === 1 ? t('usage.changes.one', { name: c.what, count: c.cells }) : t('usage.changes.many', { cells: f.number(c.cells), rows: f.number(c.rows) })}
                <span className="k-grid__under">{`${c.by} · ${f.dateTime(c.at)}${c.undoneAt === undefined ? '' : ` · ${t('usage.changes.undone', { who: c.undoneBy ?? '', when: f.dateTime(c.undoneAt) })}`}`}</span>
              </div>
              {c.undoable && <button type="button" className="k-textbutton k-textbutton--row" onClick={() => onUndo(c.id)}>{t('usage.undo')}</button>}
            </li>
          ))}
        </ul>
      )}
      <p className="k-quiet">{t('usage.changes.week')}</p>
    </Drop>
  )
}
