import type { Kind, Span } from './queries'

/** The spans with what stands from one character to another made another kind; the words stay. */
export function mark(spans: readonly Span[], from: number, to: number, kind: Kind, field?: string): Span[] {
  const out: Span[] = []
  let at = 0
  const add = (span: Span) => {
    const last = out[out.length - 1]
    if (span.text === '') return
    if (last && last.kind === span.kind && span.kind !== 'fill_in' && last.field === span.field) out[out.length - 1] = { ...last, text: last.text + span.text }
    else out.push(span)
  }
  for (const span of spans) {
    const start = Math.max(0, Math.min(span.text.length, from - at))
    const end = Math.max(start, Math.min(span.text.length, to - at))
    add({ ...span, text: span.text.slice(0, start) })
    if (end > start) add({ kind, text: span.text.slice(start, end), ...(field !== undefined && { field }) })
    add({ ...span, text: span.text.slice(end) })
    at += span.text.length
  }
  return out
}
