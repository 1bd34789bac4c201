import { useWords } from '../../i18n'
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

/** The vendor's sections, those first that answer to nothing of ours; and ours that nothing answers to. */
export function PaperSections({ paper }: { paper: Paper }) {
  const { t } = useWords()
  const theirs = paper.sections.map((section, at) => ({ section, at })).filter(({ section }) => section.part === 'section')
  const alone = theirs.filter(({ section }) => section.matches.length === 0)
  const met = theirs.filter(({ section }) => section.matches.length > 0)
  const ours = paper.ours.filter((c) => c.heading !== '' && c.places.length === 0)
  return (
    <section className="k-paper__sections" aria-labelledby="sections">
      <h2 id="sections">{t('paper.sections')}</h2>
      <p className="k-quiet">{t('paper.sectionsHelp')}</p>
      {alone.length > 0 && <Folded open name={t('paper.theirsAlone', { count: alone.length })} paper={paper} sections={alone} />}
      {met.length > 0 && <Folded name={t('paper.theirsMet', { count: met.length })} paper={paper} sections={met} />}
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

function Folded({ open = false, name, paper, sections }: { open?: boolean; name: string; paper: Paper; sections: { section: PaperSection; at: number }[] }) {
  return (
    <details className="k-fold" open={open}>
      <summary><h3>{name}</h3></summary>
      <ol className="k-plain k-paper__list">
        {sections.map(({ section, at }) => <Section key={at} paper={paper} section={section} at={at} />)}
      </ol>
    </details>
  )
}

function Section({ paper, section, at }: { paper: Paper; section: PaperSection; at: number }) {
  const { t } = useWords()
  const name = useSectionName(paper)
  return (
    <li>
      <p className="k-paper__name" dir="auto"><strong>{name(at)}</strong>{section.annex && <span className="k-quiet"> ({t('paper.annex')})</span>}{section.page && <span className="k-quiet"> {t('paper.page', { page: section.page })}</span>}</p>
      {section.matches.length > 0 && (
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
