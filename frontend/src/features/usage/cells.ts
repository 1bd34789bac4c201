import { parseDate } from '../../i18n/format'
import type { CellChange, Field, Person, State, Usage } from './queries'

// What a cell holds as text, and how text that a person types or pastes becomes a value. No screen in here.

/** The value of a cell as the server compares it: people by id, days as 2026-11-26, nothing as "". */
export function cellValue(u: Usage, field: Field): string {
  switch (field) {
    case 'agreement': return u.agreement
    case 'reason': return u.notNeeded?.reason ?? ''
    case 'localName': return u.localName
    case 'localOwner': return u.localOwner
    case 'owner': return u.owner ? String(u.owner.id) : ''
    case 'responsible': return u.responsible ? String(u.responsible.id) : ''
    case 'persons': return u.persons === undefined ? '' : String(u.persons)
    case 'caseNumber': return u.caseNumber
    case 'from': return u.from
    case 'to': return u.to ?? ''
  }
}

/** Rows and columns as a spreadsheet puts them on the clipboard; a cell in quotes may hold tabs and line breaks. */
export function parseBlock(text: string): string[][] {
  const rows: string[][] = [[]]
  let cell = ''
  let quoted = false
  const end = () => {
    rows.at(-1)?.push(cell)
    cell = ''
  }
  const clean = text.replace(/\r\n?/g, '\n').replace(/\n$/, '')
  for (let i = 0; i < clean.length; i++) {
    const c = clean.charAt(i)
    if (quoted) {
      if (c === '"' && clean[i + 1] === '"') {
        cell += '"'
        i++
      } else if (c === '"') quoted = false
      else cell += c
    } else if (c === '"' && cell === '' && /^"(?:[^"]|"")*"(?:[\t\n]|$)/.test(clean.slice(i))) quoted = true
    else if (c === '\t') end()
    else if (c === '\n') {
      end()
      rows.push([])
    } else cell += c
  }
  end()
  return rows
}

/** The states by the words of the page, in both languages, and by the first word alone. */
export function readState(text: string, words: Partial<Record<State, string[]>>): State | undefined {
  const typed = text.trim().toLowerCase()
  if (typed === '') return undefined
  for (const [state, names] of Object.entries(words) as [State, string[]][]) {
    if (names.some((name) => typed === name.toLowerCase() || (typed.length > 2 && name.toLowerCase().startsWith(typed)))) return state
  }
  // "Fælles DBA-0012 v2" as it was copied from here.
  if (/^(fælles|joint)\b/.test(typed)) return 'joint'
  return undefined
}

/** Typed or pasted text as a value; what is not understood goes as it is, and the server says why it cannot be. */
export function readValue(field: Field, text: string, people: Person[], words: Partial<Record<State, string[]>>): string {
  const typed = text.trim()
  switch (field) {
    case 'agreement': return readState(typed, words) ?? typed
    case 'owner':
    case 'responsible': {
      if (typed === '') return ''
      const named = people.filter((p) => p.name.toLowerCase() === typed.toLowerCase())
      return named.length === 1 && named[0] ? String(named[0].id) : typed
    }
    case 'from':
    case 'to': return typed === '' ? '' : (parseDate(typed) ?? typed)
    default: return typed
  }
}

export interface Pasted {
  changes: CellChange[]
  /** Cells of the block that fell on columns that cannot be written. */
  readOnly: number
  /** Lines of the block below the last row. */
  below: number
}

/** A block laid out from a cell, down and to the right over the columns as they are shown. */
export function layOut(block: string[][], rows: Usage[], at: number, fields: (Field | undefined)[], from: number, value: (u: Usage, f: Field) => string, read: (f: Field, text: string) => string): Pasted {
  const out: Pasted = { changes: [], readOnly: 0, below: 0 }
  block.forEach((line, i) => {
    const row = rows[at + i]
    if (!row) {
      out.below++
      return
    }
    line.forEach((text, j) => {
      const field = fields[from + j]
      if (!field) {
        if (text.trim() !== '') out.readOnly++
        return
      }
      out.changes.push({ usage: row.id, field, base: value(row, field), value: read(field, text) })
    })
  })
  return out
}
