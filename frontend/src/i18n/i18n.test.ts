import { describe, expect, test } from 'vitest'
import { da as danishWords } from './da'
import { agreementPages as danishAgreements } from './da/agreementPages'
import { intakePages as danishIntake } from './da/intakePages'
import { keyHelp as danishKeys } from './da/keyHelp'
import { negotiationPages as danishNegotiations } from './da/negotiationPages'
import { paperPages as danishPapers } from './da/paperPages'
import { peoplePages as danishPeople } from './da/peoplePages'
import { policyPages as danishPolicy } from './da/policyPages'
import { taskPages as danishTasks } from './da/taskPages'
import { templatePages as danishPages } from './da/templatePages'
import { en as englishWords } from './en'
import { agreementPages as englishAgreements } from './en/agreementPages'
import { intakePages as englishIntake } from './en/intakePages'
import { keyHelp as englishKeys } from './en/keyHelp'
import { negotiationPages as englishNegotiations } from './en/negotiationPages'
import { paperPages as englishPapers } from './en/paperPages'
import { peoplePages as englishPeople } from './en/peoplePages'
import { policyPages as englishPolicy } from './en/policyPages'
import { taskPages as englishTasks } from './en/taskPages'
import { templatePages as englishPages } from './en/templatePages'
import * as format from './format'
import problems from './problems.json'
import { forbidden, terms } from './terms'

const da = { ...danishWords, ...danishPages, ...danishTasks, ...danishAgreements, ...danishNegotiations, ...danishPapers, ...danishKeys, ...danishIntake, ...danishPeople, ...danishPolicy }
const en = { ...englishWords, ...englishPages, ...englishTasks, ...englishAgreements, ...englishNegotiations, ...englishPapers, ...englishKeys, ...englishIntake, ...englishPeople, ...englishPolicy }

/** Every sentence with its key, flat. */
function flat(words: object, at = ''): [string, string][] {
  return Object.entries(words).flatMap(([key, value]: [string, unknown]): [string, string][] => {
    const path = at === '' ? key : `${at}.${key}`
    return typeof value === 'string' ? [[path, value]] : flat(value as object, path)
  })
}

const danish = flat(da)
const english = flat(en)
const slots = (sentence: string): string[] => [...sentence.matchAll(/\{\{(\w+)\}\}/g)].map((m) => m[1] ?? '').sort()

describe('the words on screen', () => {
  test('exist in both languages, under the same keys', () => {
    expect(english.map(([key]) => key)).toEqual(danish.map(([key]) => key))
  })

  test('are never empty', () => {
    expect([...danish, ...english].filter(([, sentence]) => sentence.trim() === '')).toEqual([])
  })

  test('fill in the same facts in both languages', () => {
    const other = new Map(english)
    const odd = danish.filter(([key, sentence]) => slots(sentence).join() !== slots(other.get(key) ?? '').join())
    expect(odd).toEqual([])
  })

  test.each([['da', danish], ['en', english]] as const)('use no word that means something else in the trade (%s)', (language, words) => {
    const wrong = words.flatMap(([key, sentence]) =>
      forbidden[language].filter(({ word }) => word.test(sentence.replace(/\{\{\w+\}\}/g, ''))).map(({ word, use }) => `${key}: ${String(word)} should be ${use}`),
    )
    // The link to the other language is written in that language on purpose.
    expect(wrong.filter((x) => !x.startsWith('frame.language'))).toEqual([])
  })

  test('use the terms that the trade has agreed on', () => {
    const all = danish.map(([, sentence]) => sentence.toLowerCase()).join('\n')
    for (const term of [terms.masterAgreement, terms.accessions, terms.conclude, terms.inbox, terms.vendor, terms.system, terms.template]) {
      expect(all).toContain(term.da.toLowerCase())
    }
    expect(all).toMatch(new RegExp(terms.release.da.replace('frigive', 'frigiv\\w*')))
  })

  test('shorten "for example" in one way', () => {
    const told = [...danish, ...Object.entries(problems).map(([code, s]): [string, string] => [code, s.da])]
    expect(told.filter(([, sentence]) => /\bfx\b|for eksempel/i.test(sentence))).toEqual([])
  })

  test('a forbidden word is found when somebody writes it', () => {
    expect(forbidden.da.some(({ word }) => word.test('Se hovedaftalen'))).toBe(true)
    expect(forbidden.da.some(({ word }) => word.test('Næste revision'))).toBe(true)
    expect(forbidden.da.some(({ word }) => word.test('Revisionserklæring'))).toBe(false)
  })
})

describe('refusals', () => {
  const all = Object.entries(problems as Record<string, { da?: string; en?: string }>)

  test('are told in both languages', () => {
    expect(all.filter(([, s]) => !s.da?.trim() || !s.en?.trim()).map(([code]) => code)).toEqual([])
    expect(all.length).toBeGreaterThan(8)
  })

  test('name no forbidden word', () => {
    const wrong = all.flatMap(([code, s]) => forbidden.da.filter(({ word }) => word.test(s.da ?? '')).map(({ word }) => `${code}: ${String(word)}`))
    expect(wrong).toEqual([])
  })

  test('the ones that every page can meet are there', () => {
    for (const code of ['internal', 'invalid', 'unauthenticated', 'forbidden', 'not_found', 'stale', 'unavailable', 'too_large', 'too_many_requests']) expect(problems).toHaveProperty(code)
  })
})

describe('formats', () => {
  test('dates', () => {
    expect(format.date('2026-11-23', 'da')).toBe('23. nov. 2026')
    expect(format.date('2026-11-23', 'en')).toBe('23 Nov 2026')
    expect(format.date('2026-12-31T23:30:00Z', 'da')).toBe('1. jan. 2027') // it is past midnight in Denmark
  })
  test('times are Danish times', () => {
    expect(format.time('2026-11-23T09:42:00Z', 'da')).toBe('10.42')
    expect(format.time('2026-07-01T08:05:00Z', 'en')).toBe('10:05')
    expect(format.time('2026-11-22T23:07:00Z', 'da')).toBe('00.07')
    expect(format.dateTime('2026-11-23T09:42:00Z', 'da')).toBe('23. nov. 2026 kl. 10.42')
  })
  test('a time that a file states is by the clock of who wrote it', () => {
    expect(format.written('2026-11-27T14:09:00Z', 'da')).toBe('27. nov. 2026 kl. 14.09')
    expect(format.written('2026-07-01T23:30:00', 'en')).toBe('1 Jul 2026, 23:30')
    expect(format.written('2026-11-27', 'da')).toBe('27. nov. 2026')
    for (const other of ['', 'i går', '2026-99-99T14:09:00Z']) expect(format.written(other, 'da')).toBe(other)
  })
  test('CVR numbers', () => {
    expect(format.cvr('29189846')).toBe('29 18 98 46')
    expect(format.cvr('SE556677')).toBe('SE556677')
  })
  test('numbers, sizes, durations and quarters', () => {
    expect(format.number(60000, 'da')).toBe('60.000')
    expect(format.number(60000, 'en')).toBe('60,000')
    expect(format.bytes(182331, 'da')).toBe('182 kB')
    expect(format.bytes(2_450_000, 'da')).toBe('2,5 MB')
    expect(format.bytes(12, 'da')).toBe('12 byte')
    expect(format.duration(41, 'da')).toBe('41 sek.')
    expect(format.duration(190, 'da')).toBe('3 min.')
    expect(format.duration(7500, 'en')).toBe('2 h 5 min')
    expect(format.quarter('2026-11-23', 'da')).toBe('4. kvartal 2026')
  })
  test('countries, and what is no country', () => {
    expect(format.country('DK', 'da')).toBe('Danmark')
    expect(format.country('DK', 'en')).toBe('Denmark')
    expect(format.country('?', 'da')).toBe('?')
  })
  test('æ, ø and å come last in Danish', () => {
    const names = ['Ørsted', 'Aalborg', 'Ærø', 'Åbenrå', 'Zebra', 'Viborg']
    expect(names.sort((a, b) => format.compare(a, b, 'da')).slice(0, 4)).toEqual(['Viborg', 'Zebra', 'Ærø', 'Ørsted'])
  })
  test('days as people type them', () => {
    expect(format.parseDate('23/11/2026')).toBe('2026-11-23')
    expect(format.parseDate('1.2.2026')).toBe('2026-02-01')
    expect(format.parseDate('01022026')).toBe('2026-02-01')
    expect(format.parseDate('2026-02-01')).toBe('2026-02-01')
    for (const wrong of ['31/2/2026', '0/1/2026', '12/13/2026', '1/1/26', 'i morgen', '']) expect(format.parseDate(wrong), wrong).toBeUndefined()
    for (const written of ['31/2/2027', '31022027', '2027-02-31']) expect(format.namesDay(written), written).toBe(true)
    for (const other of ['i morgen', '1/1/26', '']) expect(format.namesDay(other), other).toBe(false)
    expect(format.typedDate('2026-02-01')).toBe('1/2/2026')
  })
})
