import { useFormat, useWords } from '../i18n'
import { age } from './age'

/** `12 dage`; the day itself on asking. */
export function Age({ since }: { since: string }) {
  const { t } = useWords()
  const f = useFormat()
  const { unit, count } = age(since, new Date())
  return <time dateTime={since} title={f.date(since)}>{unit === 'today' ? t('stage.today') : t(`stage.${unit}`, { count, formatted: f.number(count) })}</time>
}
