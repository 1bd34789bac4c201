import { Link } from '@tanstack/react-router'
import type { Schemas } from '../api/client'
import { useFormat, useWords } from '../i18n'
import { isOffice, useMay, useMe } from '../session'
import { Tag, type Tone } from './Tag'

type Usage = Schemas['Usage']

/** How the agreement on a usage stands looks the same wherever it is told. */
export const usageTones: Record<Usage['agreement'], Tone> = { joint: 'ok', own: 'ok', kl_kombit: 'attention', not_needed: 'none', offered: 'attention', missing: 'overdue' }

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
      {u.offer && <Offer offer={u.offer} inGrid={inGrid} />}
      {u.ownEnds && <span className="k-grid__under">{t('usage.ownEnds', { date: f.date(u.ownEnds) })}</span>}
    </>
  )
}

/** A joint agreement that waits: which one, and for who may, the page on which it is concluded. */
function Offer({ offer, inGrid }: { offer: NonNullable<Usage['offer']>; inGrid: boolean | undefined }) {
  const { t } = useWords()
  const may = useMay()
  const concludes = !isOffice(useMe()) && may('actOnAccession') // the secretariat never does
  const id = String(offer.accession)
  const code = t('usage.jointCode', { code: offer.code, version: offer.version })
  const tab = inGrid ? -1 : undefined
  return (
    <span className="k-grid__under">
      <Link to="/accessions/$id" params={{ id }} tabIndex={tab}>{code}</Link>
      {offer.state === 'on_hold' && ` · ${t('usage.offer.onHold')}`}
      {concludes && <>{' · '}<Link to="/accessions/$id/act/$act" params={{ id, act: 'accept' }} tabIndex={tab} aria-label={t('usage.offer.concludeOne', { code })}>{t('usage.offer.conclude')}</Link></>}
    </span>
  )
}
