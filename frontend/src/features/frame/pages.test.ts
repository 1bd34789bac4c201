import { expect, test } from 'vitest'
import { sectionOf } from './pages'

test('a page without an item of its own lies under one that leads to it', () => {
  for (const [path, kind, own, section] of [
    ['/scope', undefined, false, 'systems'],
    ['/territories', undefined, true, 'vendors'],
    ['/positions', undefined, false, 'templates'],
    ['/duplicates', undefined, false, 'vendors'],
    ['/duplicates/compare', 'system', false, 'systems'],
    ['/imports', undefined, false, 'vendors'],
    ['/imports/7', undefined, true, 'our-systems'],
    ['/imports', 'own_agreements', true, 'agreements'],
    ['/imports/7', 'own_agreements', true, 'agreements'],
    ['/imports/7/accept', 'own_agreements', true, 'agreements'],
    ['/own-agreements/new', undefined, true, 'agreements'],
    ['/negotiations/7/rounds', undefined, false, 'agreements'],
    ['/', undefined, false, undefined],
    ['/users', undefined, false, undefined],
  ] as const) expect(sectionOf(path, kind, own), path).toBe(section)
})
