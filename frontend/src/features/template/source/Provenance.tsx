import { useState } from 'react'
import { useWords } from '../../../i18n'
import { parseDate, typedDate } from '../../../i18n/format'
import { DayField } from '../../../ui/DayField'
import { Field, type Mistake } from '../../../ui/form'
import { Icon } from '../../../ui/Icon'

const kinds = ['authority', 'secretariat'] as const
type Kind = (typeof kinds)[number]

interface Said {
  provenance?: string
  declaredBy?: string
  declaredOn?: string
}

/** Whose text a file is: the authority's needs a name and a day. */
export function useProvenance(start: Said) {
  const { t } = useWords()
  const [first] = useState({ kind: kinds.find((k) => k === start.provenance), by: start.declaredBy ?? '', on: start.declaredOn ? typedDate(start.declaredOn) : '' })
  const [v, set] = useState(first)
  const [attempt, setAttempt] = useState(0)
  const day = parseDate(v.on)
  const mistakes: Mistake[] = attempt === 0 ? [] : [
    ...(v.kind === undefined ? [{ field: 'whose-authority', message: t('source.provenanceRequired') }] : []),
    ...(v.kind === 'authority' && v.by.trim() === '' ? [{ field: 'declared-by', message: t('source.declaredByRequired') }] : []),
    ...(v.kind === 'authority' && !day ? [{ field: 'declared-on', message: t('source.declaredOnRequired') }] : []),
  ]
  /** What was said, or nothing while something is missing. */
  const read = (): { provenance: Kind; declaredBy?: string; declaredOn?: string } | undefined => {
    setAttempt((n) => n + 1)
    if (v.kind === undefined) return undefined
    if (v.kind === 'secretariat') return { provenance: v.kind }
    return v.by.trim() !== '' && day ? { provenance: v.kind, declaredBy: v.by.trim(), declaredOn: day } : undefined
  }
  return { v, set, mistakes, attempt, read, dirty: JSON.stringify(v) !== JSON.stringify(first) }
}

export function Provenance({ form }: { form: ReturnType<typeof useProvenance> }) {
  const { t } = useWords()
  const { v, set, mistakes } = form
  const says = (field: string) => mistakes.find((m) => m.field === field)?.message
  return (
    <>
      <fieldset className="k-choices">
        <legend>{t('source.provenance')}{says('whose-authority') && <span className="form-error-message"><Icon name="error" /> {says('whose-authority')}</span>}</legend>
        {kinds.map((k) => (
          <label key={k} className="k-check" htmlFor={`whose-${k}`}>
            <input id={`whose-${k}`} type="radio" name="whose" checked={v.kind === k} onChange={() => set({ ...v, kind: k })} />
            <span>{t(`source.whose.${k}`)}<br /><span className="k-quiet">{t(`source.whoseHelp.${k}`)}</span></span>
          </label>
        ))}
      </fieldset>
      {v.kind === 'authority' && (
        <>
          <Field id="declared-by" label={t('source.declaredBy')} error={says('declared-by')}>
            {(props) => <input {...props} className="form-input" maxLength={200} autoComplete="off" value={v.by} onChange={(event) => set({ ...v, by: event.target.value })} />}
          </Field>
          <DayField id="declared-on" label={t('source.declaredOn')} error={says('declared-on')} value={v.on} onChange={(on) => set({ ...v, on })} />
        </>
      )}
    </>
  )
}
