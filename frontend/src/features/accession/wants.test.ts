import { expect, test } from 'vitest'
import { wants } from './wants'

test('only what concludes wants the facts and the address', () => {
  const detail = { accession: { missing: ['local.contact'], missingAddress: true } }
  expect(wants(detail, 'accept')).toEqual({ facts: ['local.contact'], address: true })
  expect(wants(detail, 'enter_force')).toEqual({ facts: ['local.contact'], address: true })
  for (const act of ['hold', 'decline', 'reopen', 'terminate'] as const) expect(wants(detail, act), act).toEqual({ facts: [], address: false })
})
