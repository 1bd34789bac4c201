import { useFormat, useWords } from '../i18n'

/** What a list that is shown whole leaves out is said, never dropped without a word. */
export function MoreExist({ shown, more }: { shown: number; more: boolean }) {
  const { t } = useWords()
  const f = useFormat()
  return more ? <p className="k-quiet">{t('list.moreExist', { formatted: f.number(shown) })}</p> : null
}
