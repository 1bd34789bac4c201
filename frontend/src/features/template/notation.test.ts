import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { readSpans, writeSpans, type Span } from './notation'

const cases = JSON.parse(readFileSync(new URL('../../../../server/clause/testdata/notation.json', import.meta.url), 'utf8')) as { name: string; text: string; spans: Span[] | null }[]

describe('the notation of a paragraph', () => {
  test.each(cases)('$name', ({ text, spans }) => {
    expect(readSpans(text)).toEqual({ spans: spans ?? [] })
    expect(readSpans(writeSpans(spans ?? []))).toEqual({ spans: spans ?? [] })
  })

  test.each(['a {b', 'a [[b', 'a ((b', 'a <<b>', 'a [[b\\]]'])('%s is not closed', (text) => {
    expect(readSpans(text)).toHaveProperty('open')
  })
})
