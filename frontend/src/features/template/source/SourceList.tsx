import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import type { Schemas } from '../../../api/client'
import { useFormat, useWords } from '../../../i18n'
import { Tag } from '../../../ui/Tag'
import { useInLanguage } from '../states'
import { sourcesQuery } from './queries'

/** The Word files that were taken in, and how far each has come. */
export function SourceList({ families }: { families: Schemas['TemplateFamily'][] }) {
  const { t } = useWords()
  const inLanguage = useInLanguage()
  const items = useQuery(sourcesQuery).data?.items ?? []
  if (items.length === 0) return null
  const name = (key: string): string => {
    const words = families.find((x) => x.key === key)?.name
    return words ? inLanguage(words) : key
  }
  return (
    <section aria-labelledby="sources">
      <h2 id="sources">{t('source.listTitle')}</h2>
      <p>{t('source.listLead')}</p>
      <Items items={items.filter((s) => s.discardedAt === undefined)} name={name} />
      {items.some((s) => s.discardedAt !== undefined) && (
        <details>
          <summary>{t('source.putAway')}</summary>
          <Items items={items.filter((s) => s.discardedAt !== undefined)} name={name} />
        </details>
      )}
    </section>
  )
}

function Items({ items, name }: { items: Schemas['TemplateSource'][]; name: (family: string) => string }) {
  const { t } = useWords()
  const f = useFormat()
  return (
    <ul className="k-plain">
      {items.map((s) => (
        <li key={s.id} className="k-version">
          <Link to="/templates/sources/$id" params={{ id: String(s.id) }}>{s.fileName}</Link>
          {s.template !== undefined ? <Tag tone="ok">{t('source.drafted')}</Tag> : s.open === 0 ? <Tag tone="none">{t('source.openNone')}</Tag> : <Tag tone="attention">{t('source.open', { count: s.open })}</Tag>}
          <span className="k-quiet">{t('source.of', { family: name(s.family), who: s.changed?.by ?? t('source.someone'), when: s.changed ? f.date(s.changed.at) : '' })}</span>
        </li>
      ))}
    </ul>
  )
}
