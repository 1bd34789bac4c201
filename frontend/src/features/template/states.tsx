import type { Schemas } from '../../api/client'
import { useWords } from '../../i18n'
import { Tag, type Tone } from '../../ui/Tag'

export type Version = Schemas['TemplateVersion']

const tone: Record<Version['state'], Tone> = { draft: 'attention', reviewed: 'waiting', published: 'ok', superseded: 'none' }

export function StateTag({ version: { state, discardedAt } }: { version: Pick<Version, 'state' | 'discardedAt'> }) {
  const { t } = useWords()
  if (discardedAt !== undefined) return <Tag tone="none">{t('templates.discardedTag')}</Tag>
  return <Tag tone={tone[state]}>{t(`templates.state.${state}`)}</Tag>
}

/** What the office has written in both languages, in that of the page; in Danish where it has not. */
export function useInLanguage(): (words: Schemas['Words']) => string {
  const { i18n } = useWords()
  return (words) => (i18n.language === 'en' && words.en) || words.da
}

/** What a version is called beside its family. */
export function useVersionName(): (v: Version) => string {
  const { t } = useWords()
  return (v) => `${t('templates.version', { version: v.version })}${v.language === 'en' ? `, ${t('template.lang.en').toLowerCase()}` : ''}`
}
