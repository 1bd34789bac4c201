import { useWords } from '../../i18n'

/** What a table holds, in words; one that a later part of the register added is "other". */
export function useTableWord(): (table: string) => string {
  const { t } = useWords()
  const words: Record<string, string> = t('duplicate.table', { returnObjects: true })
  return (table) => words[table] ?? words.other ?? table
}
