import { useFormat, useWords } from '../i18n'
import { Skeleton, ErrorState } from './states'

interface Entry {
  at: string
  action: string
  who: string
  role?: string
  organisation?: string
}

interface Props {
  query: { data: { items: Entry[] } | undefined; error: unknown; refetch: () => unknown }
}

/** What happened to a thing, newest first; the same at the end of every page. */
export function History({ query }: Props) {
  const { t } = useWords()
  const f = useFormat()
  const words = t('actions', { returnObjects: true }) as Record<string, string>
  const roles = t('session.role', { returnObjects: true }) as Record<string, string>
  return (
    <section className="k-section" aria-labelledby="history">
      <h2 id="history">{t('common.history')}</h2>
      {query.data === undefined ? (
        query.error ? <ErrorState error={query.error} retry={() => void query.refetch()} /> : <Skeleton lines={3} />
      ) : query.data.items.length === 0 ? (
        <p className="k-quiet">{t('common.historyEmpty')}</p>
      ) : (
        <ol className="k-history">
          {query.data.items.map((entry, i) => (
            <li key={`${entry.at}${i}`}>
              <time dateTime={entry.at}>{f.dateTime(entry.at)}</time>
              <span className="k-history__what">{words[entry.action] ?? t('actions.other', { action: entry.action })}</span>
              <span className="k-history__who">
                {[entry.who === 'system' ? words.system : entry.who, entry.role && (roles[entry.role] ?? entry.role), entry.organisation].filter(Boolean).join(' · ')}
              </span>
            </li>
          ))}
        </ol>
      )}
    </section>
  )
}
