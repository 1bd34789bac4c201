import type { Schemas } from '../../api/client'

type Detail = Schemas['TemplateDetail']

export interface Subject {
  kind: Schemas['PositionKind']
  key: string
  label: string
}

/** What a position can be about, in the order of the template: clauses by number, then fields. */
export function subjectsOf(detail: Detail | undefined): Subject[] {
  if (!detail) return []
  let section = ''
  const clauses = detail.clauses.map((c): Subject => {
    if (c.level === 1) section = c.heading ?? ''
    const heading = c.heading ?? section
    return { kind: 'clause', key: c.key, label: `${c.level === 1 && c.annex ? 'Bilag ' : ''}${c.number} ${heading}` }
  })
  const fields = detail.fields.filter((f) => !f.local && !f.derived).map((f): Subject => ({ kind: 'field', key: f.path, label: f.label }))
  return [...clauses, ...fields]
}

export const subjectLabel = (subjects: Subject[], p: Pick<Schemas['Position'], 'kind' | 'subject'>): string =>
  subjects.find((s) => s.kind === p.kind && s.key === p.subject)?.label ?? p.subject
