import type { Schemas } from '../../api/client'
import { groups, isAsked, speaking, valuesOf, type Values } from '../../api/showIf'

type Detail = Pick<Schemas['AgreementDetail'], 'fields' | 'answers' | 'derived' | 'rules'>
type Field = Schemas['Field']

/** A group of questions and how far it is. */
export interface GroupState {
  name: string
  /** Where it begins on the page. */
  id: string
  fields: Field[]
  answered: number
  missing: Field[]
  /** Rules that stop a release, and answers that are not saved as they stand. */
  errors: number
  /** How far it is in a word; one that may be left out and of which nothing is answered is empty, not done. */
  stage: 'wrong' | 'missing' | 'empty' | 'done'
  /** Answered questions that a condition no longer asks. */
  unused: Field[]
}

export interface FormState {
  groups: GroupState[]
  values: Values
  /** Questions that are asked, in the order of the page. */
  asked: Field[]
  answered: number
  /** Those that must be answered and are not, in the order of the page. */
  missing: Field[]
  /** Those whose field holds what is not saved, in the order of the page. */
  refused: Field[]
  rules: Schemas['Rule'][]
}

const nothing = (value: unknown): boolean => value === undefined || value === null

/** How a draft stands, group by group: what is answered, what is missing, what is not used; `unsaved` are the paths of fields that hold what is not saved. */
export function formState(detail: Detail, unsaved: ReadonlyMap<string, unknown> = new Map()): FormState {
  const values = valuesOf(detail)
  const answered = new Set(detail.answers.filter((x) => !nothing(x.value)).map((x) => x.path))
  const rules = speaking(detail, values)
  const shown = detail.fields.filter((x) => isAsked(x, values) || (!x.local && !x.derived && answered.has(x.path)))
  const made = groups(shown).map(([name, all], i): GroupState => {
    const fields = all.filter((x) => isAsked(x, values))
    const answered = fields.filter((x) => !nothing(values.get(x.path))).length
    const missing = fields.filter((x) => x.required && nothing(values.get(x.path)))
    const errors = rules.filter((r) => r.severity === 'error' && fields.some((x) => x.path === r.path)).length + fields.filter((x) => unsaved.has(x.path)).length
    return {
      name,
      id: `group-${i}`,
      fields,
      answered,
      missing,
      errors,
      stage: errors > 0 ? 'wrong' : missing.length > 0 ? 'missing' : answered === 0 ? 'empty' : 'done',
      unused: all.filter((x) => !fields.includes(x)),
    }
  })
  const all = <T>(of: (g: GroupState) => T[]): T[] => made.flatMap(of)
  const asked = all((g) => g.fields)
  return { groups: made, values, asked, refused: asked.filter((x) => unsaved.has(x.path)), answered: made.reduce((n, g) => n + g.answered, 0), missing: all((g) => g.missing), rules }
}

/** The next question that is missing after the one at `from`; from the last one on to the first. */
export function nextMissing(state: FormState, from: string | undefined): Field | undefined {
  const here = state.asked.findIndex((x) => x.path === from)
  const after = state.asked.slice(here + 1).find((x) => state.missing.includes(x))
  return after ?? state.missing[0]
}
