import { useFormat, useWords } from '../i18n'
import { ErrorState, Skeleton } from './states'
import { collapse, type Entry } from './collapse'

/** Whose organisation is the secretariat, also where the row is about somebody else's agreement. */
const office = new Set(['lawyer', 'supervisor', 'secretariat_admin'])

interface Props {
  query: { data: { items: Entry[] } | undefined; error: unknown; refetch: () => unknown }
}

/** What happened to a thing, newest first; the same at the end of every page. */
export function History({ query }: Props) {
  const { t } = useWords()
  const f = useFormat()
  const actions: Record<string, string> = t('actions', { returnObjects: true })
  const roles: Record<string, string> = t('session.role', { returnObjects: true })
  // A job signs as system:…; a system owner is a person.
  const who = (entry: Entry): string =>
    /^system(:|$)/.test(entry.role ?? '') || entry.who === ''
      ? (actions.system ?? '')
      : [entry.who, entry.role && (roles[entry.role] ?? entry.role), !office.has(entry.role ?? '') && entry.organisation].filter(Boolean).join(' · ')
  return (
    <section className="k-section" aria-labelledby="history">
      <h2 id="history">{t('common.history')}</h2>
      {query.data === undefined ? (
        query.error ? <ErrorState error={query.error} retry={() => void query.refetch()} /> : <Skeleton lines={3} />
      ) : query.data.items.length === 0 ? (
        <p className="k-quiet">{t('common.historyEmpty')}</p>
      ) : (
        <ol className="k-history">
          {collapse(query.data.items).map(({ entry, times }) => (
            <li key={entry.at + entry.action}>
              <time dateTime={entry.at}>{f.dateTime(entry.at)}</time>
              <span className="k-history__what">
                {actions[entry.action] ?? t('actions.other', { action: entry.action })}
                {times > 1 && `, ${t('common.times', { count: times })}`}
              </span>
              <span className="k-history__who">{who(entry)}</span>
            </li>
          ))}
        </ol>
      )}
    </section>
  )
}
