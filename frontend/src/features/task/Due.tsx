import { useFormat, useWords } from '../../i18n'
import { Tag } from '../../ui/Tag'

/** `29. dec. 2026 · om 3 dage`: the day and how far it is, in words; a late one is red. */
export function Due({ due, days, open }: { due: string; days: number; open: boolean }) {
  const { t } = useWords()
  const f = useFormat()
  if (!open) return <>{f.date(due)}</>
  const far = days === 0 ? t('tasks.today') : days === 1 ? t('tasks.tomorrow') : days > 1 ? t('tasks.inDays', { count: days }) : days === -1 ? t('tasks.yesterday') : t('tasks.over', { count: -days })
  if (days < 0) return <>{f.date(due)} <Tag tone="overdue">{far}</Tag></>
  return days <= 7 ? <>{f.date(due)} <Tag tone="attention">{far}</Tag></> : <>{`${f.date(due)} · ${far}`}</>
}
