import { useLayoutEffect, useRef, useSyncExternalStore, type ReactNode } from 'react'
import { useFormat, useWords } from '../../i18n'
import { errorSentence, problemSentence } from '../../i18n/problems'
import { Icon } from '../../ui/Icon'
import { Scrolled } from '../../ui/Scrolled'
import type { Edits, Open } from './edits'
import type { Field } from './queries'
import { cellId } from './Row'

/**
 * What stays in sight under the table. It tells the style sheet its height, so that the
 * focus stops above it, and makes room for the focused cell when it grows.
 */
export function Foot({ children }: { children: ReactNode }) {
  const box = useRef<HTMLDivElement>(null)
  useLayoutEffect(() => {
    const foot = box.current
    if (!foot) return
    const root = document.documentElement
    const measure = () => {
      const sticky = getComputedStyle(foot).position === 'sticky'
      root.style.setProperty('--k-foot', `${sticky ? foot.offsetHeight : 0}px`)
      const cell = document.activeElement?.closest('.k-grid [data-column]')
      const at = cell?.getBoundingClientRect()
      if (sticky && at && at.top < window.innerHeight && at.bottom > foot.getBoundingClientRect().top) cell?.scrollIntoView({ block: 'nearest', inline: 'nearest' })
    }
    measure()
    const seen = new ResizeObserver(measure)
    seen.observe(foot)
    return () => {
      seen.disconnect()
      root.style.removeProperty('--k-foot')
    }
  }, [])
  return <div ref={box} className="k-grid__foot">{children}</div>
}

/** The quiet line over the table: how to write, what is on its way, and the way back. */
export function Saving({ edits, onUndo }: { edits: Edits; onUndo: () => void }) {
  const { t } = useWords()
  const f = useFormat()
  const status = useSyncExternalStore(edits.subscribe, edits.status)
  return (
    <div className="k-grid__line">
      <p role="status" className="k-grid__saved">
        {status.stuck !== undefined ? (
          <span className="k-unsaved">{errorSentence(status.stuck)}{' '}<button type="button" className="k-textbutton k-textbutton--row" onClick={() => edits.retry()}>{t('common.retry')}</button>{' '}<button type="button" className="k-textbutton k-textbutton--row" onClick={() => edits.giveUp()}>{t('usage.giveUp')}</button></span>
        ) : status.waiting > 0 ? t('common.saving') : status.savedAt && status.open.length === 0 ? <span className="k-saved"><Icon name="check" />{t('common.savedAt', { time: f.time(status.savedAt) })}</span> : null}
        {status.undoable > 0 && <button type="button" className="k-textbutton k-textbutton--row" onClick={onUndo}>{t('usage.undoLast')}</button>}
      </p>
    </div>
  )
}

/** Cells whose text was not saved: which row, what and why, said at once and until they are mended. */
export function Unsaved({ edits, shown, onScreen }: { edits: Edits; shown: (field: Field, value: string) => string; onScreen: (usage: number, field: Field) => boolean }) {
  const { t } = useWords()
  const f = useFormat()
  const { open } = useSyncExternalStore(edits.subscribe, edits.status)
  const why = (o: Open) =>
    o.error ? `${shown(o.field, o.error.value)}. ${problemSentence(o.error.code)}` : o.conflict ? t('usage.openConflict', { yours: shown(o.field, o.conflict.yours), theirs: shown(o.field, o.conflict.theirs), who: o.conflict.by ?? '' }) : ''
  const where = (o: Open) => `${o.name} · ${t(`usage.field.${o.field}`)}`
  return (
    <div role="alert">
      {open.length > 0 && (
        <div className="k-unsavedcells">
          <p><strong>{t('usage.open', { count: open.length, formatted: f.number(open.length) })}</strong></p>
          <Scrolled as="ul">
            {open.map((o) => (
              <li key={`${o.usage}${o.field}`}>
                {onScreen(o.usage, o.field) ? (
                  <a href={`#${cellId(o.usage, o.field)}`} onClick={(event) => { event.preventDefault(); document.getElementById(cellId(o.usage, o.field))?.focus() }}>{where(o)}</a>
                ) : <>{where(o)} ({t('usage.openHidden')})</>}
                : {why(o)}
              </li>
            ))}
          </Scrolled>
        </div>
      )}
    </div>
  )
}
