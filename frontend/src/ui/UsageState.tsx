import { Link } from '@tanstack/react-router'
import type { Schemas } from '../api/client'
import { useFormat, useWords } from '../i18n'
import { Tag, type Tone } from './Tag'

type Usage = Schemas['Usage']

/** How the agreement on a usage stands looks the same wherever it is told. */
export const usageTones: Record<Usage['agreement'], Tone> = { joint: 'ok', own: 'ok', kl_kombit: 'attention', not_needed: 'none', missing: 'overdue' }

/** How the agreement on a usage stands; a joint one leads to the organisation's own copy. */
export function UsageState({ u, inGrid }: { u: Usage; inGrid?: boolean }) {
  const { t } = useWords()
  const f = useFormat()
  if (u.joint) {
    return (
      <Tag tone="ok">
        <Link to="/accessions/$id" params={{ id: String(u.joint.accession) }} tabIndex={inGrid ? -1 : undefined}>{t('usage.jointCode', { code: u.joint.code, version: u.joint.version })}</Link>
      </Tag>
    )
  }
  return (
    <>
      <Tag tone={usageTones[u.agreement]}>{t(`usage.state.${u.agreement}`)}</Tag>
      {u.ownEnds && <span className="k-grid__under">{t('usage.ownEnds', { date: f.date(u.ownEnds) })}</span>}
    </>
  )
}
