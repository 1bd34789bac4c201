import { expect, test } from 'vitest'
import { firstAudience, reach, type Recipient } from './audience'

const one = (id: number, more: Partial<Recipient> = {}): Recipient => ({ organisation: { id, name: `O${id}` }, member: true, systems: [], missingAddress: false, noContact: false, has: false, based: true, ...more })
const all = [one(1, { systems: ['A'] }), one(2), one(3, { member: false, systems: ['A'] }), one(4, { systems: ['A'], has: true })]
const ids = (of: Recipient[]) => of.map((r) => r.organisation.id)

test('an audience reaches whom it names, and nobody twice', () => {
  expect(ids(reach(all, { kind: 'users', chosen: new Set() }))).toEqual([1])
  expect(ids(reach(all, { kind: 'members', chosen: new Set() }))).toEqual([1, 2])
  expect(ids(reach(all, { kind: 'chosen', chosen: new Set([2, 3, 4, 9]) }))).toEqual([2, 3])
})

test('it begins with those that use a system, else with all members', () => {
  const check = { recipients: all, unanswered: [], broken: [], unset: [], review: 'none' as const, reviewRequired: false, strayed: [], unamended: false, outdated: [], due: '2027-01-04', ready: true, version: 1 }
  expect(firstAudience(check).kind).toBe('users')
  expect(firstAudience({ ...check, recipients: [one(2)] }).kind).toBe('members')
  const rest = [one(1, { has: true }), one(2, { has: true }), one(3, { member: false })]
  expect(firstAudience({ ...check, recipients: rest }).kind, 'no member is left').toBe('chosen')
  expect(firstAudience({ ...check, recipients: [one(2, { based: false })] }).kind, 'an amendment passes it by').toBe('members')
})
