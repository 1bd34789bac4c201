import type { StaleDetail } from '../api/problem'
import { useFormat, useWords } from '../i18n'
import { Alert } from './Alert'

/** An act was refused because someone was there first: who, when, what, and the way on. */
export function Stale({ detail, reload, fieldName }: { detail: StaleDetail; reload: () => void; fieldName?: (path: string) => string }) {
  const { t } = useWords()
  const f = useFormat()
  return (
    <Alert kind="warning" heading={t('error.staleHeading')} role="alert">
      {detail.changedBy && detail.changedAt && (
        <p>{t('error.staleBy', { who: detail.changedBy, when: f.dateTime(detail.changedAt) })}</p>
      )}
      {detail.changed && detail.changed.length > 0 && (
        <p>{t('error.staleFields', { fields: detail.changed.map((path) => fieldName?.(path) ?? path).join(', ') })}</p>
      )}
      <button type="button" className="button button-secondary" onClick={reload}>{t('error.staleReload')}</button>
    </Alert>
  )
}
