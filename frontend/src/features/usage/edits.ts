import type { CellChange, Field, Outcome } from './queries'

export type Kind = 'edit' | 'paste' | 'bulk'
type Conflict = Outcome['conflicts'][number]

/** What is going on in the cells of one row, apart from what the server has. */
export interface RowEdits {
  pending: Partial<Record<Field, string>>
  conflicts: Partial<Record<Field, Conflict>>
  errors: Partial<Record<Field, { value: string; code: string }>>
}

export interface Status {
  /** Acts on their way, the one in the air included. */
  waiting: number
  /** When the last act was answered. */
  savedAt?: Date
  /** Why the first act in the queue does not get through; it is kept. */
  stuck?: unknown
  undoable: number
  /** Whether there is text in a cell that the server does not have. */
  unsaved: boolean
  /** Cells that wait for a person: refused, or written by two. */
  open: Open[]
}

/** A cell whose text was not saved, and of which row. */
export interface Open {
  usage: number
  name: string
  field: Field
  error?: { value: string; code: string }
  conflict?: Conflict
}

interface Ways {
  send: (kind: Kind, changes: CellChange[]) => Promise<Outcome>
  undo: (change: number) => Promise<Outcome>
  /** What a row is called; asked while it is on screen. */
  name?: (usage: number) => string
  /** The rows as the server has them now. */
  onOutcome: (outcome: Outcome) => void
}

const nothing: RowEdits = { pending: {}, conflicts: {}, errors: {} }

/**
 * Every edit of the page, in the order it was made, one act in the air at a time. What a
 * person has written stays until the server has it: shown as pending, as a conflict with
 * both texts, or as refused with the reason.
 */
export class Edits {
  #ways: Ways
  #rows = new Map<number, RowEdits>()
  #queue: { kind: Kind; changes: CellChange[] }[] = []
  #undo: number[] = []
  #busy = false
  #status: Status = { waiting: 0, undoable: 0, unsaved: false, open: [] }
  #names = new Map<number, string>()
  #listeners = new Set<() => void>()
  #idle: { done: () => void; fail: (why: unknown) => void }[] = []

  constructor(ways: Ways) {
    this.#ways = ways
  }

  subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  row(id: number): RowEdits {
    return this.#rows.get(id) ?? nothing
  }

  status = (): Status => this.#status

  /** Writes cells; several in one act are undone together. */
  submit(kind: Kind, changes: CellChange[]): void {
    if (changes.length === 0) return
    for (const c of changes) {
      this.#called(c.usage)
      this.#change(c.usage, (row) => {
        row.pending = { ...row.pending, [c.field]: c.value }
        row.conflicts = without(row.conflicts, c.field)
        row.errors = without(row.errors, c.field)
      })
    }
    this.#queue.push({ kind, changes })
    this.#tell()
    void this.#pump()
  }

  /** Sends what is stuck once more. */
  retry(): void {
    this.#status = { ...this.#status, stuck: undefined }
    void this.#pump()
  }

  /** Forgets the act that is stuck, so that those behind it get through. */
  giveUp(): void {
    const act = this.#queue.shift()
    for (const c of act?.changes ?? []) this.#answered(c)
    this.retry()
    this.#tell()
  }

  /** Leaves their text and forgets ours, or puts a refused text away. */
  drop(usage: number, field: Field): void {
    this.#change(usage, (row) => {
      row.conflicts = without(row.conflicts, field)
      row.errors = without(row.errors, field)
    })
    this.#tell()
  }

  /** Keeps in its cell a text that cannot be sent as it is, and says why. */
  refuse(usage: number, field: Field, value: string, code: string): void {
    this.#called(usage)
    this.#change(usage, (row) => {
      row.errors = { ...row.errors, [field]: { value, code } }
    })
    this.#tell()
  }

  /** Takes in an answer of a preview's act or of an addition, which did not go through the queue. */
  accept(outcome: Outcome): void {
    if (outcome.change !== undefined) this.#undo.push(outcome.change)
    this.#take(outcome)
    this.#tell()
  }

  /** Undoes the last act of this page; undefined when there is none. */
  async undo(): Promise<Outcome | undefined> {
    await this.idle()
    const change = this.#undo.at(-1)
    if (change === undefined) return undefined
    const outcome = await this.#ways.undo(change)
    this.#undo = this.#undo.filter((x) => x !== change)
    this.#ways.onOutcome(outcome)
    this.#tell()
    return outcome
  }

  /** An act that was undone elsewhere, in the list of changes. */
  undone(change: number): void {
    this.#undo = this.#undo.filter((x) => x !== change)
    this.#tell()
  }

  /** Resolves when nothing is on its way any more, and fails when something does not get through. */
  idle(): Promise<void> {
    if (this.#status.stuck !== undefined) return Promise.reject(asError(this.#status.stuck))
    if (!this.#busy && this.#queue.length === 0) return Promise.resolve()
    return new Promise((done, fail) => this.#idle.push({ done, fail }))
  }

  /** A cell's text is no longer on its way, unless it was written again meanwhile. */
  #answered(c: CellChange): void {
    if (this.#queue.some((later) => later.changes.some((x) => x.usage === c.usage && x.field === c.field))) return
    this.#change(c.usage, (row) => {
      row.pending = without(row.pending, c.field)
    })
  }

  async #pump(): Promise<void> {
    if (this.#busy || this.#status.stuck !== undefined) return
    const act = this.#queue[0]
    if (!act) return
    this.#busy = true
    this.#tell()
    try {
      const outcome = await this.#ways.send(act.kind, act.changes)
      this.#queue.shift()
      for (const c of act.changes) this.#answered(c)
      if (outcome.change !== undefined) this.#undo.push(outcome.change)
      this.#take(outcome)
      this.#status = { ...this.#status, savedAt: new Date() }
    } catch (error) {
      this.#status = { ...this.#status, stuck: error }
      for (const { fail } of this.#idle.splice(0)) fail(error)
    }
    this.#busy = false
    this.#tell()
    if (this.#queue.length === 0) for (const { done } of this.#idle.splice(0)) done()
    else await this.#pump()
  }

  #take(outcome: Outcome): void {
    for (const c of outcome.conflicts) {
      this.#change(c.usage, (row) => {
        row.conflicts = { ...row.conflicts, [c.field]: c }
      })
    }
    for (const e of outcome.errors) {
      this.#change(e.usage, (row) => {
        row.errors = { ...row.errors, [e.field]: { value: e.value, code: e.code } }
      })
    }
    this.#ways.onOutcome(outcome)
  }

  #called(usage: number): void {
    const name = this.#ways.name?.(usage)
    if (name !== undefined) this.#names.set(usage, name)
  }

  #open(): Open[] {
    return [...this.#rows].flatMap(([usage, row]) => {
      const at = (field: string) => ({ usage, field: field as Field, name: this.#names.get(usage) ?? String(usage) })
      return [
        ...Object.entries(row.conflicts).map(([field, conflict]) => ({ ...at(field), conflict })),
        ...Object.entries(row.errors).map(([field, error]) => ({ ...at(field), error })),
      ]
    })
  }

  #change(id: number, act: (row: RowEdits) => void): void {
    const row = { ...this.row(id) }
    act(row)
    if ([row.pending, row.conflicts, row.errors].every((part) => Object.keys(part).length === 0)) this.#rows.delete(id)
    else this.#rows.set(id, row)
  }

  #tell(): void {
    this.#status = { ...this.#status, waiting: this.#queue.length, undoable: this.#undo.length, unsaved: this.#rows.size > 0, open: this.#open() }
    for (const listener of this.#listeners) listener()
  }
}

const asError = (why: unknown): Error => (why instanceof Error ? why : new Error(String(why)))

function without<T extends object>(from: T, key: keyof T): T {
  if (!(key in from)) return from
  const rest = { ...from }
  // eslint-disable-next-line @typescript-eslint/no-dynamic-delete -- a key of a small record
  delete rest[key]
  return rest
}
