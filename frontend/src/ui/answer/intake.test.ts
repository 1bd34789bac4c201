import { expect, test } from 'vitest'
import type { Schemas } from '../../api/client'
import { asTabs, readTabs } from '../clipboard'
import { countryCode, guess, held, rowsOf, taken, takenUnasked } from './intake'

const column = (path: string, label: string, type: Schemas['Field']['type'] = 'text', required = false): Schemas['Field'] => ({ path, label, type, required, local: false })
const columns = [column('name', 'Navn', 'text', true), column('number', 'CVR- eller registernummer'), column('address', 'Adresse'), column('country', 'Land', 'country'), column('purpose', 'Behandling', 'text', true)]
const isCountry = (code: string) => countryCode(code) === code && /^[A-Z]{2}$/.test(code)

test('a table between tabs is read with what a spreadsheet puts in quotes', () => {
  expect(readTabs('Navn\tAdresse\r\nNord\t"Vej 1\n8000 Aarhus"\r\n\r\nSyd\t"kaldet ""Syd"""\r\n')).toEqual([['Navn', 'Adresse'], ['Nord', 'Vej 1 8000 Aarhus'], ['Syd', 'kaldet "Syd"']])
  expect(readTabs('a\tb\nc')).toEqual([['a', 'b'], ['c', '']])
  expect(readTabs('5" skærm\tx')).toEqual([['5" skærm', 'x']])
  expect(readTabs(asTabs([['a', ''], ['', 'b']]))).toEqual([['a', ''], ['', 'b']])
})

test('countries are read as people write them', () => {
  expect(['Danmark', 'dk', 'Ireland', 'Irland', 'USA', 'Holland', 'Atlantis', 'EU/EØS'].map(countryCode)).toEqual(['DK', 'DK', 'IE', 'IE', 'US', 'NL', 'Atlantis', 'EU/EØS'])
})

test('columns are guessed by their headings, in any order, and one that nobody knows is left out', () => {
  const grid = [['Land', 'Underdatabehandler', 'Kontakt', 'Beskrivelse af behandlingen', 'CVR-nr.'], ['Irland', 'Hosting Ltd', 'Ann', 'Drift', '12 34']]
  const reading = guess(columns, grid)
  expect(reading).toEqual({ heading: true, order: ['country', 'name', '', 'purpose', 'number'] })
  expect(rowsOf(columns, grid, reading)).toEqual([{ name: 'Hosting Ltd', number: '12 34', address: '', country: 'IE', purpose: 'Drift' }])
})

test('columns without headings are guessed by what stands in them', () => {
  expect(guess(columns, [['Nord A/S', '12345674', 'Danmark', 'Drift'], ['Syd A/S', '87654321', 'Sverige', 'Support']])).toEqual({ heading: false, order: ['name', 'number', 'country', 'purpose'] })
  expect(guess(columns, [['Nord A/S', 'Drift'], ['Syd A/S', 'Support']])).toEqual({ heading: false, order: ['name', 'purpose'] })
})

test('what comes is held against what stands there: nothing is overwritten unasked, nothing is lost', () => {
  const row = (name: string, number: string, country: string, purpose: string) => ({ name, number, address: '', country, purpose })
  const now = [row('Nord A/S', '12345674', '', 'Drift'), row('', '', '', ''), row('Syd', '', 'SE', 'Support'), row('Vest', '', '', 'Mail')]
  const coming = [row('NORD', '12 34 56 74', 'DK', ''), row('Syd ApS', '', 'NO', 'Support'), row('Vest', '', '', 'Mail'), row('Øst', '', 'DK', 'Print'), row('Øst', '', 'DK', 'Print'), row('Ny', '', 'Atlantis', '')]
  const rows = held(columns, now, coming, isCountry)
  expect(rows.map((x) => x.standing)).toEqual(['differs', 'differs', 'same', 'new', 'twice', 'bad'])
  expect(rows[4]?.first).toBe(3)
  expect(rows[5]?.faults.map((x) => [x.path, x.wrong])).toEqual([['country', 'country'], ['purpose', 'required']])
  expect(taken(columns, now, rows.filter(takenUnasked)).map((x) => x.name)).toEqual(['Nord A/S', 'Syd', 'Vest', 'Øst'])
  expect(taken(columns, now, rows.slice(0, 2))[1]).toEqual(row('Syd ApS', '', 'NO', 'Support'))
  expect(held(columns, now, [row('Nord A/S', '12345674', 'DK', '')], isCountry)[0]?.standing).toBe('fills')
})

test('400 rows against 400 are held in no time', () => {
  const many = Array.from({ length: 400 }, (_, i) => ({ name: `Firma ${i} A/S`, number: String(10_000_000 + i), address: '', country: 'DK', purpose: 'Drift' }))
  const begun = performance.now()
  expect(held(columns, many, many, isCountry).every((x) => x.standing === 'same')).toBe(true)
  expect(performance.now() - begun).toBeLessThan(500)
})
