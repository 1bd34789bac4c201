import { Link } from '@tanstack/react-router'
import type { Schemas } from '../../api/client'
import { useFormat, useWords } from '../../i18n'
import { StateTag, useVersionName } from './states'

/** The versions of the family, newest first, each with what changed since the one before. */
export function Versions({ tree }: { tree: Schemas['TemplateTree'] }) {
  const { t } = useWords()
  const f = useFormat()
  const name = useVersionName()
  if (tree.siblings.length < 2) return null
  return (
    <section className="k-section" aria-labelledby="versions">
      <h2 id="versions">{t('templates.versions')}</h2>
      <ul className="k-versions">
        {tree.siblings.map((v, i) => {
          const before = tree.siblings.find((x) => x.id === v.basedOn) ?? tree.siblings[i + 1]
          return (
            <li key={v.id} className="k-version">
              {v.id === tree.version.id ? <strong>{name(v)} ({t('templates.current')})</strong> : <Link to="/templates/$id" params={{ id: String(v.id) }}>{name(v)}</Link>}
              <StateTag version={v} />
              <span className="k-quiet">{v.published ? t('templates.publishedOn', { when: f.date(v.published.at) }) : v.changed && t('templates.changedOn', { when: f.date(v.changed.at) })}</span>
              {before && <Link to="/templates/compare" search={{ from: before.id, to: v.id }}>{t('templates.versionsCompare')}<span className="sr-only"> {name(v)}</span></Link>}
            </li>
          )
        })}
      </ul>
    </section>
  )
}
