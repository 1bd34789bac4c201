import { useState } from 'react'
import type { Schemas } from '../../api/client'
import { useFormat, useWords } from '../../i18n'
import { Field } from '../../ui/form'
import { Tag } from '../../ui/Tag'
import { type Audience, isUser, reach, reachable, type Recipient } from './audience'

const kinds = ['users', 'members', 'chosen'] as const

interface Props {
  check: Schemas['ReleaseCheck']
  audience: Audience
  change: (audience: Audience) => void
}

/** To whom: those that use a system, all members, or chosen ones, which may be no members. */
export function AudienceForm({ check, audience, change }: Props) {
  const { t } = useWords()
  const f = useFormat()
  const pick = (kind: Audience['kind']) => {
    // Choosing begins with whom the choice before it reached.
    const chosen = kind === 'chosen' && audience.chosen.size === 0 ? new Set(reach(check.recipients, audience).map((r) => r.organisation.id)) : audience.chosen
    change({ kind, chosen })
  }
  return (
    <>
      <fieldset className="k-choices">
        <legend>{t('release.audience')}</legend>
        {kinds.map((kind) => (
          <label key={kind} className="k-check">
            <input type="radio" name="audience" checked={audience.kind === kind} onChange={() => pick(kind)} />
            <span>
              {t(`release.audienceName.${kind}`)}
              {kind !== 'chosen' && <span className="k-quiet"> {f.number(reach(check.recipients, { kind, chosen: audience.chosen }).length)}</span>}
            </span>
          </label>
        ))}
      </fieldset>
      {audience.kind === 'chosen' && <Choose recipients={check.recipients} chosen={audience.chosen} change={(chosen) => change({ kind: 'chosen', chosen })} />}
    </>
  )
}

function Choose({ recipients, chosen, change }: { recipients: Recipient[]; chosen: ReadonlySet<number>; change: (chosen: Set<number>) => void }) {
  const { t } = useWords()
  const [text, setText] = useState('')
  const shown = recipients.filter((r) => r.organisation.name.toLowerCase().includes(text.trim().toLowerCase()))
  const open = shown.filter(reachable)
  const turn = (of: Recipient[], on: boolean) => {
    const next = new Set(chosen)
    for (const r of of) {
      if (on) next.add(r.organisation.id)
      else next.delete(r.organisation.id)
    }
    change(next)
  }
  return (
    <div className="k-choose">
      <Field id="find-organisation" label={t('release.find')}>
        {(props) => <input {...props} type="search" className="form-input" value={text} onChange={(event) => setText(event.target.value)} />}
      </Field>
      <div className="k-actions">
        <button type="button" className="k-textbutton" onClick={() => turn(open, true)}>{t('release.chooseShown')}</button>
        <button type="button" className="k-textbutton" onClick={() => turn(open, false)}>{t('release.dropShown')}</button>
      </div>
      <ul className="k-choose__list" aria-label={t('release.audience')}>
        {shown.map((r) => (
          <li key={r.organisation.id}>
            <label className="k-check">
              <input type="checkbox" disabled={!reachable(r)} checked={r.has || (r.based && chosen.has(r.organisation.id))} onChange={(event) => turn([r], event.target.checked)} />
              <span>{r.organisation.name}</span>
            </label>
            <Remarks recipient={r} />
          </li>
        ))}
      </ul>
    </div>
  )
}

function Remarks({ recipient: r }: { recipient: Recipient }) {
  const { t } = useWords()
  const f = useFormat()
  return (
    <span className="k-choose__remarks">
      {r.has && <Tag tone="ok">{t('release.has')}</Tag>}
      {!r.has && !r.based && <Tag tone="attention">{t('release.noBase')}</Tag>}
      {!r.member && <Tag tone="attention">{r.left ? t('release.leftOn', { when: f.date(r.left) }) : t('release.noMember')}</Tag>}
      {isUser(r) && <span className="k-quiet">{t('release.uses', { names: r.systems.join(', ') })}</span>}
      {!r.has && r.earlier && r.earlierNo !== undefined && <span className="k-quiet">{t('release.earlier', { no: r.earlierNo, state: t(`accession.stateNameOffice.${r.earlier}`).toLowerCase() })}</span>}
      {r.missingAddress && <Tag tone="attention">{t('batch.noAddress')}</Tag>}
    </span>
  )
}
