import type { Schemas } from './client'

type Field = Schemas['Field']
type Answer = Schemas['Answer']
type Condition = Schemas['Condition']
type Detail = Pick<Schemas['AgreementDetail'], 'fields' | 'answers' | 'derived' | 'rules'>

/** What stands at each path that is asked or reckoned: the answer, or else the default. */
export type Values = Map<string, unknown>

/** The value in force: the answer, or else the default. The server decides the same way. */
export function inForce(field: Field, answers: Map<string, Answer>): unknown {
  const value = answers.get(field.path)?.value
  return value === null || value === undefined ? field.default : value
}

/** The values in force of an agreement. */
export function valuesOf({ fields, answers, derived }: Detail): Values {
  const given = new Map(answers.map((x) => [x.path, x]))
  const reckoned = new Map(derived.map((x) => [x.path, x.value]))
  return new Map(fields.map((x) => [x.path, reckoned.get(x.path) ?? inForce(x, given)]))
}

const nothing = (value: unknown): boolean => value === null || value === undefined
const size = (value: unknown): number | undefined => (Array.isArray(value) ? value.length : typeof value === 'number' ? value : undefined)
const equal = (value: unknown, wanted: unknown): boolean => (Array.isArray(value) ? value.includes(wanted) : !nothing(value) && value === wanted)

/** Does the condition hold? None always does, and one on a field that is not there never. As field.Condition on the server. */
export function holds(c: Condition | undefined, values: Values): boolean {
  if (!c) return true
  if (c.all) return c.all.every((part) => holds(part, values))
  if (c.any) return c.any.some((part) => holds(part, values))
  if (c.not) return !holds(c.not, values)
  if (c.path === undefined || !values.has(c.path)) return false
  const value = values.get(c.path)
  if (c.set !== undefined) return !nothing(value) === c.set
  const n = size(value)
  if (c.above !== undefined) return n !== undefined && n > c.above
  if (c.below !== undefined) return n !== undefined && n < c.below
  return c.in ? c.in.some((one) => equal(value, one)) : equal(value, c.equals)
}

/** Is the question asked of somebody, given the answers so far? */
export const isAsked = (field: Field, values: Values): boolean => !field.local && !field.derived && holds(field.showIf, values)

/** The rules that speak beside a field. */
export const speaking = (detail: Detail, values: Values): Schemas['Rule'][] =>
  detail.rules.filter((r) => holds(detail.fields.find((x) => x.path === r.path)?.showIf, values) && holds(r.when, values))

/** The asked questions whose suggestion nobody has confirmed: released, they stand in the text as they are. */
export function guesses(detail: Detail): Field[] {
  const answers = new Map(detail.answers.map((x) => [x.path, x]))
  const values = valuesOf(detail)
  return detail.fields.filter((x) => nothing(answers.get(x.path)?.value) && x.unconfirmed === true && !nothing(x.default) && isAsked(x, values))
}

/** Groups in the order in which their first field comes. */
export function groups(fields: Field[]): [string, Field[]][] {
  const made = new Map<string, Field[]>()
  for (const field of fields) made.set(field.group ?? '', [...(made.get(field.group ?? '') ?? []), field])
  return [...made]
}
