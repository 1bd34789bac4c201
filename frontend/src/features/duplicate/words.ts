import { useFormat, useWords } from '../../i18n'
import type { Merge } from './queries'

/** What a table holds, in words; one that a later part of the register added is "other". */
export function useTableWord(): (table: string) => string {
  const { t } = useWords()
  const words: Record<string, string> = t('duplicate.table', { returnObjects: true })
  return (table) => words[table] ?? words.other ?? table
}

/** What moved, one line per word: tables that read alike are counted together. */
export function useMoved(): (moves: Merge['moves']) => { what: string; moved: number; joined: number }[] {
  const word = useTableWord()
  return (moves) => {
    const by = new Map<string, { moved: number; joined: number }>()
    for (const m of moves) {
      const old = by.get(word(m.what)) ?? { moved: 0, joined: 0 }
      by.set(word(m.what), { moved: old.moved + m.moved, joined: old.joined + m.joined })
    }
    return [...by].map(([what, n]) => ({ what, ...n }))
  }
}

/** The same in one line: "Systemer: 3 · Anvendelser: 12 (2 fandtes begge steder)". */
export function useMovedLine(): (moves: Merge['moves']) => string {
  const { t } = useWords()
  const f = useFormat()
  const moved = useMoved()
  return (moves) =>
    moved(moves).map((m) => `${m.what}: ${f.number(m.moved)}${m.joined > 0 ? ` (${t('duplicate.joinedToo', { count: m.joined, formatted: f.number(m.joined) })})` : ''}`).join(' · ')
}
