import type { Schemas } from '../../api/client'

export type Span = Schemas['TemplateSpan']

// The mirror of server/clause/notation.go; both are held by the same cases.
const marks = [
  { kind: 'guidance', open: '[[', close: ']]' },
  { kind: 'supplementary', open: '((', close: '))' },
  { kind: 'option', open: '<<', close: '>>' },
] as const

/** A paragraph as a person writes it, cut at its marks; or the mark that is not closed. */
export function readSpans(text: string): { spans: Span[] } | { open: string } {
  const spans: Span[] = []
  let mark: (typeof marks)[number] | undefined
  let opened = ''
  let run = ''
  const flush = () => {
    if (run !== '') spans.push({ kind: mark?.kind ?? 'normative', text: run })
    run = ''
  }
  for (let i = 0; i < text.length; ) {
    const c = text.charAt(i)
    const next = text.charAt(i + 1)
    if (c === '\\' && next !== '' && '\\{}[](())<>'.includes(next)) {
      run += next
      i += 2
    } else if (c === '{' && mark?.kind !== 'guidance') {
      const end = text.indexOf('}', i)
      if (end < 0) return { open: text.slice(i) }
      flush()
      spans.push({ kind: 'fill_in', field: text.slice(i + 1, end) })
      i = end + 1
    } else if (mark && text.startsWith(mark.close, i)) {
      flush()
      mark = undefined
      i += 2
    } else {
      const begins: (typeof marks)[number] | undefined = mark ? undefined : marks.find((m) => text.startsWith(m.open, i))
      if (begins) {
        flush()
        mark = begins
        opened = text.slice(i)
        i += 2
      } else {
        run += c
        i += 1
      }
    }
  }
  if (mark) return { open: opened }
  flush()
  return { spans }
}

/** Writes spans as readSpans reads them. */
export function writeSpans(spans: readonly Span[]): string {
  return spans
    .map((span, i) => {
      if (span.kind === 'fill_in') return `{${span.field ?? ''}}`
      const mark = marks.find((m) => m.kind === span.kind)
      return `${mark?.open ?? ''}${escape(span.text ?? '', mark?.close ?? '', mark !== undefined || i + 1 < spans.length)}${mark?.close ?? ''}`
    })
    .join('')
}

function escape(text: string, close: string, more: boolean): string {
  let out = ''
  for (let i = 0; i < text.length; i++) {
    const c = text.charAt(i)
    const twice = i + 1 < text.length ? text.charAt(i + 1) === c : more
    const special = c === '\\' || (c === '{' && close !== ']]') || (close === '' ? '[(<'.includes(c) && twice : c === close.charAt(0) && twice)
    out += special ? `\\${c}` : c
  }
  return out
}
