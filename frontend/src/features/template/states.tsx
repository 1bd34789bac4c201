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

/** What a version is called beside its family. */
export function useVersionName(): (v: Version) => string {
  const { t } = useWords()
  return (v) => `${t('templates.version', { version: v.version })}${v.language === 'en' ? `, ${t('template.lang.en').toLowerCase()}` : ''}`
}
