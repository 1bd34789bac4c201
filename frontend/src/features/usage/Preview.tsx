import { useEffect, useRef, useState } from 'react'
import { useFormat, useWords } from '../../i18n'
import { errorSentence, problemSentence } from '../../i18n/problems'
import { Alert } from '../../ui/Alert'
import { Told } from '../../ui/Told'
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
      {(step.at === 'told' || step.at === 'done') && <Happens outcome={step.outcome} pasted={pasted} names={names} shown={shown} done={step.at === 'done'} />}
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

function Happens({ outcome, pasted, names, shown, done }: { outcome: Outcome; pasted: Pasted; names: Map<number, string>; shown: Props['shown']; done: boolean }) {
  const { t } = useWords()
  const f = useFormat()
  const row = (x: { usage: number; field: Field }, why: string) => ({ key: `${x.usage}${x.field}`, name: names.get(x.usage) ?? String(x.usage), why: `${t(`usage.field.${x.field}`)} · ${why}` })
  const refused = [
    ...outcome.errors.map((e) => row(e, `${shown(e.field, e.value)}: ${problemSentence(e.code)}`)),
    ...outcome.conflicts.map((c) => row(c, t('usage.preview.conflict', { yours: shown(c.field, c.yours), theirs: shown(c.field, c.theirs), who: c.by ?? '' }))),
  ]
  const facts = [
    outcome.unchanged > 0 && t('usage.preview.unchanged', { count: outcome.unchanged, formatted: f.number(outcome.unchanged) }),
    pasted.readOnly > 0 && t('usage.preview.readOnly', { count: pasted.readOnly, formatted: f.number(pasted.readOnly) }),
    pasted.below > 0 && t('usage.preview.below', { count: pasted.below, formatted: f.number(pasted.below) }),
  ].filter((x) => x !== false)
  const heading = t(done ? 'usage.preview.left' : 'usage.preview.cannot', { count: refused.length, formatted: f.number(refused.length) })
  const cells = outcome.cells.map((c) => ({ key: `${c.usage}${c.field}`, name: names.get(c.usage) ?? String(c.usage), cell: t(`usage.field.${c.field}`), before: shown(c.field, c.before), after: shown(c.field, c.after) }))
  return (
    <Told facts={facts} refused={refused} heading={heading} caption={t('usage.preview.caption')} name={t('usage.system')} cell={t('usage.preview.cell')}
      rows={done ? [] : cells} nothing={done ? undefined : t('usage.preview.nothing')} />
  )
}
