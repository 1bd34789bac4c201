import type { Schemas } from '../../api/client'

type Field = Schemas['Field']
type Answer = Schemas['Answer']

/** The value in force: the answer, or else the default. The server decides the same way. */
export function inForce(field: Field, answers: Map<string, Answer>): unknown {
  const value = answers.get(field.path)?.value
  return value === null || value === undefined ? field.default : value
}

/** Is the question asked, given the answers so far? */
export function isShown(field: Field, fields: Map<string, Field>, answers: Map<string, Answer>): boolean {
  if (!field.showIf) return true
  const on = fields.get(field.showIf.path)
  return on !== undefined && inForce(on, answers) === field.showIf.equals
}

/** Groups in the order in which their first field comes. */
export function groups(fields: Field[]): [string, Field[]][] {
  const made = new Map<string, Field[]>()
  for (const field of fields) made.set(field.group ?? '', [...(made.get(field.group ?? '') ?? []), field])
  return [...made]
}
