import { useWords } from '../../i18n'
import { Tag } from '../../ui/Tag'
import { nearness, type Paper, type PaperSection } from './paperQueries'

/** What a section of the vendor's text is called: number and heading, else what part it is. */
export function useSectionName(paper: Paper) {
  const { t } = useWords()
  return (at: number): string => {
    const s = paper.sections[at]
    if (!s) return t('paper.part.section')
    return [s.number, s.heading].filter(Boolean).join(' ') || t(`paper.part.${s.part}`)
  }
}

/** The vendor's sections in their order, each with what it answers to of ours, and ours that nothing answers to. */
export function PaperSections({ paper }: { paper: Paper }) {
  const { t } = useWords()
  const theirs = paper.sections.map((section, at) => ({ section, at })).filter(({ section }) => section.part === 'section')
  const alone = theirs.filter(({ section }) => section.matches.length === 0).length
  const ours = paper.ours.filter((c) => c.heading !== '' && c.places.length === 0)
  return (
    <section className="k-paper__sections" aria-labelledby="sections">
      <h2 id="sections">{t('paper.sections')}</h2>
      <p className="k-quiet">{t('paper.sectionsHelp')}</p>
      {alone > 0 && <p><strong>{t('paper.theirsAlone', { count: alone })}</strong></p>}
      <ol className="k-plain k-paper__list">
        {theirs.map(({ section, at }) => <Section key={at} paper={paper} section={section} at={at} />)}
      </ol>
      <h3>{t('paper.oursAlone')}</h3>
      {ours.length === 0 ? <p>{t('paper.oursAllMet')}</p> : (
        <>
          <p className="k-quiet">{t('paper.oursAloneHelp')}</p>
          <ul>{ours.map((c) => <li key={c.key}>{[c.number, c.heading].filter(Boolean).join(' ')}</li>)}</ul>
        </>
      )}
    </section>
  )
}

function Section({ paper, section, at }: { paper: Paper; section: PaperSection; at: number }) {
  const { t } = useWords()
  const name = useSectionName(paper)
  return (
    <li>
      <p className="k-paper__name" dir="auto"><strong>{name(at)}</strong>{section.annex && <span className="k-quiet"> ({t('paper.annex')})</span>}{section.page && <span className="k-quiet"> {t('paper.page', { page: section.page })}</span>}</p>
      {section.matches.length === 0 ? <Tag tone="attention">{t('paper.noMatch')}</Tag> : (
        <ul className="k-plain" aria-label={t('paper.ours')}>
          {section.matches.map((m) => {
            const c = paper.ours.find((o) => o.key === m.key)
            return <li key={m.key}>→ {c ? [c.number, c.heading].filter(Boolean).join(' ') : m.key} <span className="k-quiet">{t(`paper.near.${nearness(m.score)}`)}, {t(`paper.likeness.${m.by}`)}</span></li>
          })}
        </ul>
      )}
    </li>
  )
}
