import { useWords } from '../../../i18n'
import { Tag } from '../../../ui/Tag'
import { wordsOf } from './reclass'
import type { Class, Detail, Item, Span, Text } from './queries'

/** The letter that gives a paragraph its class. */
export const letters: Record<Class, string> = {
  clause: 'b', text: 't', item: 'l', option: 'v', heading: 'o', guidance: 'h', table: 't', cover: 'f', contents: 'i', ignored: 'u', unplaced: '',
}

/** The classes that a person can choose, in the order of the work. */
export const classes: Class[] = ['clause', 'text', 'item', 'option', 'heading', 'guidance', 'cover', 'contents', 'ignored']

/** What a table can be; its words are never cut up. */
export const gridClasses: Class[] = ['table', 'cover', 'contents', 'ignored']

/** Somebody should look at it: a guess, a paragraph without a place, or one where more was found. */
export const isOpen = (item: Item): boolean =>
  !item.text.seen && (item.text.confidence === 'guess' || item.text.class === 'unplaced' || (item.text.found ?? []).length > 0)

/** Nothing stands there, and nothing was found there. */
export const isBlank = (item: Item): boolean => wordsOf(item.text).trim() === '' && item.text.grid === undefined && (item.text.found ?? []).length === 0

const said = ({ class: cls, section, clause, number, level, choice, branch, spans }: Text) =>
  JSON.stringify([cls, section, clause, number, level, choice, branch, (spans ?? []).map((s) => [s.kind, s.text, s.field])])

/** A lawyer looked at it and let it be. */
export const onlySeen = (item: Item): boolean => item.recognised !== undefined && said(item.recognised) === said(item.text)

export function Flags({ item }: { item: Item }) {
  const { t } = useWords()
  const { text } = item
  if (text.seen) return <Tag tone="ok">{t(onlySeen(item) ? 'source.flag.seen' : 'source.flag.corrected')}</Tag>
  if (text.class === 'unplaced') return <Tag tone="overdue">{t('source.flag.unplaced')}</Tag>
  if ((text.found ?? []).length > 0) return <Tag tone="attention">{t('source.flag.found')}</Tag>
  if (text.confidence === 'guess') return <Tag tone="attention">{t('source.flag.guess')}</Tag>
  return null
}

const look: Record<Span['kind'], string | undefined> = { normative: undefined, fill_in: 'k-hole', guidance: 'k-guidance', option: 'k-mark--option', supplementary: 'k-mark--supplementary' }

/** The words of a paragraph with what each is. */
export function Marked({ text }: { text: Text }) {
  if (text.grid) return <Grid grid={text.grid} />
  return (text.spans ?? []).map((s, i) => (look[s.kind] ? <span key={i} className={look[s.kind]}>{s.text}</span> : s.text))
}

function Grid({ grid }: { grid: NonNullable<Text['grid']> }) {
  return (
    <table className="k-texttable">
      <thead><tr>{(grid.head ?? []).map((h, i) => <th key={i} scope="col">{h}</th>)}</tr></thead>
      <tbody>{(grid.cells ?? []).slice(0, 6).map((row, i) => <tr key={i}>{row.map((cell, j) => <td key={j}>{(cell ?? []).map((s) => s.text).join('')}</td>)}</tr>)}</tbody>
    </table>
  )
}

/** A place in the text: of the file itself, or one that the standard structure has and the file not. */
export interface Place {
  value: string
  label: string
  missing: boolean
  section: string
  clause: string | undefined
}

/** Every section and sub-clause of the file in its order, then what it lacks. */
export function placesOf(detail: Detail): Place[] {
  const out: Place[] = []
  const seen = new Set<string>()
  const add = (section: string, clause: string | undefined, number: string | undefined, words: string, missing: boolean) => {
    const value = clause === undefined ? section : `${section} ${clause}`
    if (seen.has(value)) return
    seen.add(value)
    out.push({ value, label: `${clause === undefined ? '' : '\u2003'}${[number, words.length > 56 ? `${words.slice(0, 55).trimEnd()}…` : words].filter(Boolean).join(' ')}`, missing, section, clause })
  }
  for (const { text } of detail.paragraphs) {
    if (text.section !== undefined && (text.class === 'heading' || text.class === 'clause' || (text.class === 'option' && text.clause !== undefined))) add(text.section, text.clause, text.number, wordsOf(text), false)
  }
  let section = ''
  for (const p of detail.places) {
    if (p.level === 1) section = p.key
    if (p.level === 1 ? !seen.has(p.key) : !seen.has(`${section} ${p.key}`)) add(section, p.level === 1 ? undefined : p.key, p.number, p.heading, true)
  }
  return out
}
