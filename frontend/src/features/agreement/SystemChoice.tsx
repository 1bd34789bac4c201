import type { Schemas } from '../../api/client'
import { useFormat, useWords } from '../../i18n'

interface Props {
  systems: Schemas['System'][]
  value: number[]
  onChange: (numbers: number[]) => void
  error?: string
}

/** Which of a vendor's systems a joint agreement covers. */
export function SystemChoice({ systems, value, onChange, error }: Props) {
  const { t } = useWords()
  const f = useFormat()
  return (
    <fieldset className="k-choices" aria-describedby="systems-hint">
      <legend>{t('agreement.newSystems')}</legend>
      <p className="k-quiet" id="systems-hint">{t('agreement.newSystemsHint')}</p>
      {error && <p className="form-error-message">{error}</p>}
      <div className="k-checklist">
        {systems.map((s) => (
          <label key={s.number} className="k-check" htmlFor={`system-${s.number}`}>
            <input id={`system-${s.number}`} type="checkbox" checked={value.includes(s.number)} onChange={(event) => onChange(event.target.checked ? [...value, s.number] : value.filter((n) => n !== s.number))} />
            <span>
              {s.name}
              {s.members !== undefined && <span className="k-quiet"> · {t('system.membersCount', { count: s.members, formatted: f.number(s.members) })}</span>}
            </span>
          </label>
        ))}
      </div>
      <p className="k-actions">
        <span role="status" className="k-quiet">{t('agreement.newSystemsCount', { chosen: value.length, total: systems.length })}</span>
        <button type="button" className="k-textbutton" onClick={() => onChange(systems.map((s) => s.number))}>{t('agreement.newSystemsAll')}</button>
        <button type="button" className="k-textbutton" onClick={() => onChange([])}>{t('agreement.newSystemsNone')}</button>
      </p>
    </fieldset>
  )
}
