import { expect, test } from 'vitest'
import { safeNext } from './next'

test('after signing in one goes only to a page of ours', () => {
  expect(safeNext('/agreements/7?x=1')).toBe('/agreements/7?x=1')
  for (const foreign of [undefined, '', 'https://elsewhere.example', '//elsewhere.example', '/\\elsewhere.example', 'javascript:alert(1)', '/sign-in?next=/']) {
    expect(safeNext(foreign), foreign).toBe('/')
  }
})
