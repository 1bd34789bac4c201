import { useFormat, useWords } from '../i18n'
import { Drop } from './Drop'

interface Entry {
  id: number
  what: string
  by: string
  at: string
  undoneBy?: string
  undoneAt?: string
  undoable: boolean
}

/** What was changed lately in a list, by whom, and a way back. */
export function RecentChanges({ items, onUndo }: { items: Entry[]; onUndo: (id: number) => void }) {
  const { t } = useWords()
  const f = useFormat()
  return (
    <Drop wide icon="time" label={t('bulk.changes.title')}>
      {items.length === 0 ? <p className="k-quiet">{t('bulk.changes.none')}</p> : (
        <ul className="k-rows">
          {items.map((c) => (
            <li key={c.id}>
              <div>
                {c.what}
                <span className="k-grid__under">{`${c.by} · ${f.dateTime(c.at)}${c.undoneAt === undefined ? '' : ` · ${t('bulk.changes.undone', { who: c.undoneBy ?? '', when: f.dateTime(c.undoneAt) })}`}`}</span>
              </div>
              {c.undoable && <button type="button" className="k-textbutton k-textbutton--row" onClick={() => onUndo(c.id)}>{t('bulk.undo')}</button>}
            </li>
          ))}
        </ul>
      )}
      <p className="k-quiet">{t('bulk.changes.week')}</p>
    </Drop>
  )
}
