import type { Schemas } from '../api/client'
import { useWords } from '../i18n'
import { Alert } from './Alert'

type Clause = Schemas['AmendedClause']

/** How a version of a joint agreement is named on paper. */
export const agreementCode = (number: number, version: number): string => `DBA-${String(number).padStart(4, '0')} v${version}`

/** "Tillæg til DBA-0007 v1", of an amendment; nothing of any other version. */
export function useAmendmentName(): (of: { number: number; amends?: number }) => string | undefined {
  const { t } = useWords()
  return ({ number, amends }) => (amends === undefined ? undefined : t('amendment.name', { code: agreementCode(number, amends) }))
}

interface Props {
  of: { number: number; amends?: number; changeNote?: string }
  /** Not known before the text has come. */
  changes?: Clause[]
}

/** What an amendment amends, why, and which clauses it changes; nothing of any other version. */
export function Amendment({ of, changes }: Props) {
  const { t } = useWords()
  const name = useAmendmentName()(of)
  if (name === undefined) return null
  const named = (c: Clause) => (c.number === '' ? c.heading ?? '' : t(c.annex ? 'amendment.annex' : 'amendment.clause', { number: c.number }))
  return (
    <Alert kind="info" heading={name}>
      {of.changeNote && <p dir="auto">{`${t('amendment.why')}: ${of.changeNote}`}</p>}
      {changes?.length === 0 && <p>{t('amendment.none')}</p>}
      {changes !== undefined && changes.length > 0 && (
        <>
          {(['changed', 'added', 'removed'] as const).map((kind) => {
            const here = changes.filter((c) => c.change === kind)
            return here.length > 0 && <p key={kind}>{`${t(`amendment.change.${kind}`)}: ${here.map(named).join(', ')}.`}</p>
          })}
          <p>{t('amendment.rest')}</p>
        </>
      )}
    </Alert>
  )
}
