import type { Schemas } from './client'

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

/** The asked questions whose suggestion nobody has confirmed: released, they stand in the text as they are. */
export function guesses(detail: Schemas['AgreementDetail']): Field[] {
  const answers = new Map(detail.answers.map((x) => [x.path, x]))
  const fields = new Map(detail.fields.map((x) => [x.path, x]))
  return detail.fields.filter((x) => {
    const value = answers.get(x.path)?.value
    const unanswered = value === undefined || value === null
    return unanswered && x.unconfirmed === true && !x.local && x.default !== undefined && x.default !== null && isShown(x, fields, answers)
  })
}

/** Groups in the order in which their first field comes. */
export function groups(fields: Field[]): [string, Field[]][] {
  const made = new Map<string, Field[]>()
  for (const field of fields) made.set(field.group ?? '', [...(made.get(field.group ?? '') ?? []), field])
  return [...made]
}
