import { useEffect, useRef, useState } from 'react'
import { useFormat, useWords } from '../../i18n'
import { errorSentence, problemSentence } from '../../i18n/problems'
import { Alert } from '../../ui/Alert'
import type { Pasted } from './cells'
import type { Edits } from './edits'
import { sendChanges, type Field, type Outcome, type Usage } from './queries'

interface Props {
  kind: 'paste' | 'bulk'
  pasted: Pasted
  rows: Usage[]
  edits: Edits
  shown: (field: Field, value: string) => string
  onClose: () => void
  onUndo: () => void
}

type Step = { at: 'asking' } | { at: 'told'; outcome: Outcome } | { at: 'done'; outcome: Outcome } | { at: 'failed'; error: unknown }

/** How many cells are listed; all of them are counted and written. */
const listed = 200

/** What a paste or a bulk change will do, before it does it; and afterwards what became of it, line by line. */
export function Preview({ kind, pasted, rows, edits, shown, onClose, onUndo }: Props) {
  const { t } = useWords()
  const f = useFormat()
  const [step, setStep] = useState<Step>({ at: 'asking' })
  const [busy, setBusy] = useState(false)
  const heading = useRef<HTMLHeadingElement>(null)
  useEffect(() => {
    let gone = false
    // What is on its way is written first: the preview must be of what stands then.
    const ask = pasted.changes.length === 0 ? Promise.resolve(nothing) : edits.idle().then(() => sendChanges(kind, pasted.changes, true))
    ask.then(
      (outcome) => { if (!gone) setStep({ at: 'told', outcome }) },
      (error: unknown) => { if (!gone) setStep({ at: 'failed', error }) },
    )
    return () => {
      gone = true
    }
  }, [kind, pasted, edits])
  useEffect(() => heading.current?.focus(), [step.at])
  const names = new Map(rows.map((u) => [u.id, u.system.name]))
  const write = async () => {
    setBusy(true)
    try {
      const outcome = await sendChanges(kind, pasted.changes)
      edits.accept({ ...outcome, errors: [], conflicts: outcome.conflicts })
      setStep({ at: 'done', outcome })
    } catch (error) {
      setStep({ at: 'failed', error })
    }
    setBusy(false)
  }
  const title = step.at === 'done' ? t('usage.preview.done', { count: step.outcome.cells.length, formatted: f.number(step.outcome.cells.length) }) : t(kind === 'paste' ? 'usage.preview.paste' : 'usage.preview.bulk')
  return (
    <section className="k-preview" aria-labelledby="preview" aria-busy={step.at === 'asking'}>
      <h2 id="preview" ref={heading} tabIndex={-1}>{title}</h2>
      {step.at === 'failed' && <Alert kind="error" role="alert"><p>{errorSentence(step.error)}</p></Alert>}
      {(step.at === 'told' || step.at === 'done') && <Told outcome={step.outcome} pasted={pasted} names={names} shown={shown} done={step.at === 'done'} />}
      <div className="k-actions">
        {step.at === 'told' && step.outcome.cells.length > 0 && (
          <button type="button" className="button button-primary" aria-disabled={busy} onClick={() => { if (!busy) void write() }}>
            {t('usage.preview.write', { count: step.outcome.cells.length, formatted: f.number(step.outcome.cells.length) })}
          </button>
        )}
        {step.at === 'done' && step.outcome.change !== undefined && (
          <button type="button" className="button button-secondary" onClick={() => { onClose(); onUndo() }}>{t('usage.undoThis')}</button>
        )}
        <button type="button" className={step.at === 'done' ? 'button button-primary' : 'button button-secondary'} onClick={onClose}>
          {step.at === 'done' || step.at === 'failed' ? t('common.close') : t('usage.preview.leave')}
        </button>
      </div>
    </section>
  )
}

const nothing: Outcome = { cells: [], conflicts: [], errors: [], rows: [], unchanged: 0 }

function Told({ outcome, pasted, names, shown, done }: { outcome: Outcome; pasted: Pasted; names: Map<number, string>; shown: Props['shown']; done: boolean }) {
  const { t } = useWords()
  const f = useFormat()
  const refused = [
    ...outcome.errors.map((e) => ({ key: `${e.usage}${e.field}`, usage: e.usage, field: e.field, text: `${shown(e.field, e.value)}: ${problemSentence(e.code)}` })),
    ...outcome.conflicts.map((c) => ({ key: `${c.usage}${c.field}`, usage: c.usage, field: c.field, text: t('usage.preview.conflict', { yours: shown(c.field, c.yours), theirs: shown(c.field, c.theirs), who: c.by ?? '' }) })),
  ]
  const facts = [
    outcome.unchanged > 0 && t('usage.preview.unchanged', { count: outcome.unchanged, formatted: f.number(outcome.unchanged) }),
    pasted.readOnly > 0 && t('usage.preview.readOnly', { count: pasted.readOnly, formatted: f.number(pasted.readOnly) }),
    pasted.below > 0 && t('usage.preview.below', { count: pasted.below, formatted: f.number(pasted.below) }),
  ].filter((x) => x !== false)
  return (
    <>
      {facts.length > 0 && <p className="k-quiet">{facts.join(' ')}</p>}
      {refused.length > 0 && (
        <Alert kind="warning" heading={t(done ? 'usage.preview.left' : 'usage.preview.cannot', { count: refused.length, formatted: f.number(refused.length) })}>
          <ul className="k-preview__list">
            {refused.slice(0, listed).map((r) => <li key={r.key}><strong>{names.get(r.usage) ?? r.usage}</strong>{` · ${t(`usage.field.${r.field}`)} · ${r.text}`}</li>)}
          </ul>
        </Alert>
      )}
      {!done && (outcome.cells.length === 0 ? <p>{t('usage.preview.nothing')}</p> : (
        <div className="k-preview__table">
          <table className="table k-table k-table--compact">
            <caption className="sr-only">{t('usage.preview.caption')}</caption>
            <thead><tr><th scope="col">{t('usage.system')}</th><th scope="col">{t('usage.preview.cell')}</th><th scope="col">{t('usage.preview.before')}</th><th scope="col">{t('usage.preview.after')}</th></tr></thead>
            <tbody>
              {outcome.cells.slice(0, listed).map((c) => (
                <tr key={`${c.usage}${c.field}`}>
                  <th scope="row" className="k-main">{names.get(c.usage) ?? c.usage}</th>
                  <td data-label={t('usage.preview.cell')}>{t(`usage.field.${c.field}`)}</td>
                  <td data-label={t('usage.preview.before')}><del>{shown(c.field, c.before)}</del></td>
                  <td data-label={t('usage.preview.after')}><strong>{shown(c.field, c.after)}</strong></td>
                </tr>
              ))}
            </tbody>
          </table>
          {outcome.cells.length > listed && <p className="k-quiet">{t('usage.preview.more', { formatted: f.number(outcome.cells.length - listed) })}</p>}
        </div>
      ))}
    </>
  )
}
