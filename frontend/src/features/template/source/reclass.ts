import { slug } from '../slug'
import type { Class, Text } from './queries'

/** Stands where a number is to be derived. */
export const toNumber = '?'

/** Paragraphs that are part of the text: they stand in a section. */
export const inText: ReadonlySet<Class> = new Set(['heading', 'clause', 'text', 'item', 'option', 'guidance', 'table'])

export const wordsOf = (text: Text): string => (text.spans ?? []).map((s) => s.text).join('')

const stemOf = (text: Text): string => slug(wordsOf(text), '-').split('-').slice(0, 4).join('-').slice(0, 40) || 'afsnit'

const starts = (text: Text): boolean => text.class === 'clause' || text.class === 'heading'
const isSection = (text: Text): boolean => text.class === 'heading' && text.clause === undefined

/**
 * What each paragraph is once the one at `at` is of another class: it takes its place from
 * what stands before it, and what belonged to it follows. Returns only those that change.
 */
export function reclass(texts: readonly Text[], at: number, to: Class): Map<number, Text> {
  const old = texts[at]
  if (old === undefined || old.class === to) return new Map()
  const now = [...texts]
  const before = placeBefore(now, at)
  const used = new Set(now.flatMap((t) => [t.section, t.clause]).filter((x) => x !== undefined))
  const unique = (key: string): string => {
    const stem = key.slice(0, 55).replace(/-+$/, '')
    let found = stem
    for (let n = 2; used.has(found); n++) found = `${stem}-${n}`
    return found
  }
  if (to === 'heading' || to === 'clause') {
    begin(now, at, to, before, unique)
  } else if (to === 'option' && old.class === 'clause' && now[at - 1]?.class !== 'option') {
    now[at] = { ...old, class: to, level: undefined } // it stays the clause that holds the choice
  } else {
    const place = inText.has(to) && (starts(old) || old.section === undefined || !inText.has(old.class)) ? before : { section: old.section, clause: old.clause }
    now[at] = { ...old, ...place, class: to, level: to === 'item' ? Math.max(1, old.level ?? 1) : undefined, number: to === 'item' ? old.number : undefined, annex: undefined }
    if (starts(old)) merge(now, at, old, before)
  }
  if (to === 'option') now[at] = { ...now[at], ...choiceBefore(now, at), class: to }
  else if (now[at]) now[at] = { ...now[at], choice: undefined, branch: undefined }
  return new Map(now.flatMap((text, i) => (text === texts[i] ? [] : [[i, text] as const])))
}

interface Place {
  section: string | undefined
  clause: string | undefined
}

/** Where the paragraph before stands. */
function placeBefore(texts: readonly Text[], at: number): Place {
  for (let i = at - 1; i >= 0; i--) {
    const t = texts[i]
    if (t && inText.has(t.class) && t.section !== undefined) return { section: t.section, clause: t.clause }
  }
  return { section: undefined, clause: undefined }
}

/** The paragraph starts something of its own, and what goes on after it goes along. */
function begin(now: Text[], at: number, to: 'heading' | 'clause', before: Place, unique: (key: string) => string): void {
  const old = now[at]
  if (old === undefined) return
  const words = wordsOf(old)
  const home = inText.has(old.class) && old.section !== undefined ? { section: old.section, clause: old.clause } : before
  if (to === 'heading' && (home.section === undefined || !/^[A-ZÆØÅ]?\d*\.\d/.test(old.number ?? words))) {
    const section = unique(`x-${stemOf(old)}`)
    now[at] = { ...old, class: to, section, clause: undefined, number: old.number ?? toNumber, level: 1, annex: /^\s*(bilag|annex|appendix)\b/i.test(words) || undefined }
    for (let i = at + 1; i < now.length; i++) {
      const t = now[i]
      if (!t || isSection(t)) break
      if (inText.has(t.class) && t.section === home.section) now[i] = { ...t, section, clause: t.clause === home.clause && !starts(t) ? undefined : t.clause }
    }
    return
  }
  const section = home.section
  if (section === undefined) return
  const clause = unique(to === 'heading' ? `${section}-${stemOf(old)}` : `${section}-${now.filter((t) => t.section === section && t.clause !== undefined && starts(t)).length + 1}`)
  now[at] = { ...old, class: to, section, clause, number: old.class === 'item' ? toNumber : (old.number ?? toNumber), level: 2, annex: undefined }
  for (let i = at + 1; i < now.length; i++) {
    const t = now[i]
    if (!t || starts(t)) break
    if (inText.has(t.class) && t.section === section && t.clause === home.clause) now[i] = { ...t, clause }
  }
}

/** What belonged to a heading or clause that is none goes on in what stands before. */
function merge(now: Text[], at: number, old: Text, before: Place): void {
  for (let i = at + 1; i < now.length; i++) {
    const t = now[i]
    if (!t || isSection(t) || (old.clause !== undefined && starts(t))) break
    if (!inText.has(t.class)) continue // an empty line, a line of the front page
    if (t.section !== old.section) break
    if (isSection(old)) now[i] = { ...t, section: before.section, clause: t.clause ?? before.clause }
    else if (t.clause === old.clause) now[i] = { ...t, ...before }
  }
}

/** An alternative goes on in the choice before it, as another branch when that is known. */
function choiceBefore(texts: readonly Text[], at: number): { choice?: string; branch?: string } {
  const own = texts[at]
  if (own?.choice !== undefined) return { choice: own.choice, branch: own.branch }
  for (let i = at - 1; i >= 0 && at - i < 4; i--) {
    const t = texts[i]
    if (t?.class === 'option') return { choice: t.choice, branch: t.branch }
  }
  return {}
}
