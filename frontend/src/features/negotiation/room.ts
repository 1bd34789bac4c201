import type { Change, Clause, Decision, Finding, Round, Said, Segment } from './queries'

/** What a round says of a clause: standard text first, since that is what an agreement is judged by. */
export type Group = 'touched' | 'changed' | 'same'

export const groupOf = (clause: Clause): Group => (clause.touched ? 'touched' : clause.changes.length > 0 || besides(clause).length > 0 || aside(clause) ? 'changed' : 'same')

/** Whether words were changed that nobody decides on, as those of a header: they are shown all the same. */
export const aside = (clause: Pick<Clause, 'changes' | 'redline'>): boolean => clause.changes.length === 0 && clause.redline.some((s) => s.op !== 'equal')

/** The clauses in groups; each in the order in which the server gives them. */
export function grouped(clauses: readonly Clause[]): Record<Group, Clause[]> {
  const groups: Record<Group, Clause[]> = { touched: [], changed: [], same: [] }
  for (const clause of clauses) groups[groupOf(clause)].push(clause)
  return groups
}

/** The heading that a clause stands under in the file: its own, else that of its section. */
export function headingOf(clause: Clause, clauses: readonly Clause[]): string {
  if (clause.heading !== '' || clause.part !== 'clause') return clause.heading
  return clauses.filter((c) => c.part === 'section' && c.place < clause.place).reduce<Clause | undefined>((near, c) => (near && near.place > c.place ? near : c), undefined)?.heading ?? ''
}

/** What a clause is called in an address: its key, or its place where it was not sent. */
export const addressOf = (clause: Clause): string => clause.key || `@${clause.place}`

/** All changes in the order in which they are walked through. */
export function walk(round: Round): Change[] {
  const groups = grouped(round.clauses)
  return [...groups.touched, ...groups.changed, ...groups.same].flatMap((c) => c.changes)
}

/** Whether the next round can go out with it: what is put off or lifted out waits still. */
export const settled = (change: Change): boolean => change.decision === 'accept' || change.decision === 'reject' || change.decision === 'counter'

/**
 * The undecided change after (or before) one, round and round. Where all are decided the next of
 * all, so that the keys still lead through them.
 */
export function nextChange(changes: readonly Change[], from: number | undefined, by: 1 | -1): Change | undefined {
  const open = changes.filter((c) => !settled(c))
  const wanted = open.length > 0 ? open : changes
  const at = changes.findIndex((c) => c.no === from)
  const order = by === 1 ? changes : [...changes].reverse()
  const start = at === -1 ? -1 : by === 1 ? at : changes.length - 1 - at
  const after = [...order.slice(start + 1), ...order.slice(0, start + 1)]
  return after.find((c) => wanted.includes(c))
}

export interface Counts {
  all: number
  undecided: number
  touched: number
}

export const counts = (changes: readonly Change[]): Counts => ({
  all: changes.length,
  undecided: changes.filter((c) => !settled(c)).length,
  touched: changes.filter((c) => c.touched).length,
})

/** A decision that cannot be saved without words: why, or what stands instead. */
export function needs(change: Pick<Change, 'touched'>, decision: Decision): { reason: boolean; wording: boolean } {
  return { reason: decision === 'reject' || ((decision === 'accept' || decision === 'counter') && change.touched), wording: decision === 'counter' }
}

/** The other changes of wording in the clause of a change, with their versions. */
export function othersOf(no: number, changes: Change[]): { no: number; base: number }[] {
  const key = changes.find((c) => c.no === no)?.clauseKey
  return changes.filter((c) => c.no !== no && c.clauseKey === key && c.kind === 'wording').map((c) => ({ no: c.no, base: c.version }))
}

/** A decision that stands over what another said to a change: only that one was seen anew. */
export function over(mine: Said, theirs: Change): Said {
  if (theirs.no === mine.no) return { ...mine, base: theirs.version }
  return { ...mine, others: mine.others?.map((o) => (o.no === theirs.no ? { no: o.no, base: theirs.version } : o)) }
}

/** A decision whose writer knows what it wrote itself: versions that became others by that are those. */
export function seenSince(said: Said, own: readonly Change[]): Said {
  const since = <T extends { no: number; base: number }>(o: T): T => own.reduce((x, c) => (c.no === x.no && c.version === x.base + 1 ? { ...x, base: c.version } : x), o)
  return { ...since(said), ...(said.others && { others: said.others.map(since) }) }
}

/** How the words of a clause come to read with what is decided on them, and with a counter that is being written. What waits stands as it was sent. */
export function reads(clause: Pick<Clause, 'redline' | 'changes'>, writing: { no: number; wording: string }): string {
  const whole = clause.changes.find((c) => c.no !== writing.no && c.decision === 'counter' && c.whole)
  if (whole) return whole.wording
  const said = (c: Change): string | undefined => (c.no === writing.no ? writing.wording : c.decision === 'counter' ? c.wording : undefined)
  const put = new Set<number>()
  return clause.redline.map((s) => {
    const change = s.op === 'equal' ? undefined : clause.changes.find((c) => c.no === s.change)
    const instead = change && said(change)
    if (change && instead !== undefined) {
      if (put.has(change.no)) return ''
      put.add(change.no)
      return instead
    }
    const accepted = change?.decision === 'accept'
    return s.op === 'equal' || (s.op === 'insert') === accepted ? s.text : ''
  }).join('')
}

/** Trivial changes that can be accepted together; those in standard text each need their reason. */
export const trivial = (changes: readonly Change[]): Change[] => changes.filter((c) => c.trivial && !c.touched && !settled(c))

/** Marks that the redline shows already. */
const inRedline = new Set<Finding['kind']>(['inserted', 'deleted', 'replaced', 'moved_away', 'moved_here'])

/** What was found in a clause besides the words that its redline shows. */
export const besides = (clause: Pick<Clause, 'findings'>): Finding[] => clause.findings.filter((x) => !inRedline.has(x.kind) && x.kind !== 'unchanged')

/** The kinds of words in a redline that are no fixed text and have a sign of their own, which wants a legend. */
export const signs = (segments: readonly Segment[]) => (['supplementary', 'option'] as const).filter((kind) => segments.some((s) => s.kind === kind))

export type Mark = 'new' | 'gone' | 'moved' | 'split'

/** What was done to a clause besides its words, and how often its margin speaks. */
export function marks(clause: Pick<Clause, 'changes' | 'findings'>): { kinds: Mark[]; comments: number } {
  const has = (kind: Change['kind'], ...found: Finding['kind'][]) => clause.changes.some((c) => c.kind === kind) || clause.findings.some((x) => found.includes(x.kind))
  const kinds: Mark[] = []
  if (has('new', 'clause_new')) kinds.push('new')
  if (has('gone', 'clause_missing')) kinds.push('gone')
  if (has('moved', 'clause_moved')) kinds.push('moved')
  if (clause.findings.some((x) => x.kind === 'clause_split' || x.kind === 'clause_joined')) kinds.push('split')
  return { kinds, comments: clause.findings.filter((x) => x.kind === 'comment').length }
}

export const byKey: Record<string, Decision> = { a: 'accept', r: 'reject', c: 'counter', p: 'park', e: 'escalate' }

/** The key of each decision, for the buttons and the help. */
export const keyOf: Record<Decision, string> = { accept: 'a', reject: 'r', counter: 'c', park: 'p', escalate: 'e' }

/** The changes of a round with some of them as they are now. */
export function withChanges(round: Round, changed: readonly Change[]): Round {
  const now = new Map(changed.map((c) => [c.no, c]))
  const clauses = round.clauses.map((clause) => (clause.changes.some((c) => now.has(c.no)) ? { ...clause, changes: clause.changes.map((c) => now.get(c.no) ?? c) } : clause))
  return { ...round, clauses, head: { ...round.head, undecided: clauses.flatMap((c) => c.changes).filter((c) => !settled(c)).length } }
}
