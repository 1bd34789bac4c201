import type { Schemas } from '../../api/client'
import { ApiError } from '../../api/problem'
import { forget, keep, kept, type Unsaved } from './draftStore'

export type Answer = Schemas['Answer']

export interface Conflict {
  theirs: unknown
  version: number
  by?: string
}

export type SaveState =
  | { kind: 'idle' }
  | { kind: 'saving' }
  | { kind: 'saved'; at: string }
  | { kind: 'failed'; error: unknown }
  | { kind: 'conflict'; conflict: Conflict }

export interface Snapshot {
  value: unknown
  state: SaveState
  /** The value was found in this browser; the server has not had it yet. */
  restored: boolean
}

export interface SaverOptions {
  agreement: number | string
  path: string
  answer: Answer | undefined
  send: (base: number, value: unknown) => Promise<Answer>
  onSaved: (answer: Answer) => void
}

const quiet = 600 // ms without a keystroke before a text is sent
const again = 5_000 // ms before a send that met no server is tried again

/** Unanswered is null, undefined, nothing written or no rows. */
const blank = (value: unknown): boolean => value === null || value === undefined || value === '' || (Array.isArray(value) && value.length === 0)

/** The same answer: text and numbers as they are, lists and rows by what they hold. */
export const same = (a: unknown, b: unknown): boolean => (blank(a) && blank(b)) || a === b || (Array.isArray(a) && written(a) === written(b))

const written = (value: unknown): string =>
  JSON.stringify(value, (_, x: unknown) => (x !== null && typeof x === 'object' && !Array.isArray(x) ? Object.fromEntries(Object.entries(x).sort(([a], [b]) => (a < b ? -1 : 1))) : x))

const mayPass = (error: unknown): boolean => error instanceof ApiError && (error.code === 'offline' || error.status === 503 || error.status === 429)

/**
 * One field saved as a person types. Never two sends at once; what is typed meanwhile goes
 * after. When somebody else saved the field in between, both texts stay until one is chosen.
 */
export class Saver {
  readonly #o: SaverOptions
  readonly #listeners = new Set<() => void>()
  readonly #left: Unsaved | undefined
  #saved: { value: unknown; version: number }
  #wanted: Unsaved | undefined
  #flying = false
  #timer: ReturnType<typeof setTimeout> | undefined
  #snapshot: Snapshot

  constructor(o: SaverOptions) {
    this.#o = o
    this.#saved = { value: o.answer?.value, version: o.answer?.version ?? 0 }
    this.#left = kept(o.agreement, o.path)
    this.#snapshot = { value: this.#left ? this.#left.value : this.#saved.value, state: { kind: 'idle' }, restored: this.#left !== undefined }
  }

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }
  readonly read = (): Snapshot => this.#snapshot

  #show(change: Partial<Snapshot>): void {
    this.#snapshot = { ...this.#snapshot, ...change }
    for (const listener of this.#listeners) listener()
  }

  /** The field is on the page: what was left in the browser is sent now. */
  start(): void {
    if (!this.#left || this.#wanted) return
    if (same(this.#left.value, this.#saved.value)) forget(this.#o.agreement, this.#o.path)
    else this.#want(this.#left.value, this.#left.base, 0)
  }

  /** Sends at once what is waiting: the field loses the focus or leaves the page. */
  flush(): void {
    if (this.#wanted && this.#snapshot.state.kind !== 'conflict') void this.#send()
  }

  /** Somebody else's answer came with a refetch; it is shown unless a person is writing here. */
  arrived(answer: Answer | undefined): void {
    if (!answer || answer.version <= this.#saved.version || this.#wanted || this.#flying || this.#snapshot.state.kind === 'conflict') return
    this.#saved = { value: answer.value, version: answer.version }
    this.#show({ value: answer.value, state: { kind: 'idle' }, restored: false })
  }

  change(value: unknown, now = false): void {
    this.#show({ value })
    if (this.#snapshot.state.kind === 'conflict') {
      keep(this.#o.agreement, this.#o.path, { value, base: this.#saved.version })
      return
    }
    if (same(value, this.#saved.value) && !this.#flying) {
      this.#forgetAll()
      if (this.#snapshot.state.kind !== 'saved') this.#show({ state: { kind: 'idle' }, restored: false })
      return
    }
    this.#want(value, this.#saved.version, now ? 0 : quiet)
  }

  keepMine(conflict: Conflict): void {
    this.#saved = { value: conflict.theirs, version: conflict.version }
    this.#show({ state: { kind: 'saving' } })
    this.#want(this.#snapshot.value, conflict.version, 0)
  }

  keepTheirs(conflict: Conflict): void {
    this.#forgetAll()
    this.#saved = { value: conflict.theirs, version: conflict.version }
    this.#show({ value: conflict.theirs, state: { kind: 'idle' }, restored: false })
    this.#o.onSaved({ path: this.#o.path, version: conflict.version, value: conflict.theirs, ...(conflict.by && { by: conflict.by }) })
  }

  #forgetAll(): void {
    this.#wanted = undefined
    clearTimeout(this.#timer)
    forget(this.#o.agreement, this.#o.path)
  }

  #want(value: unknown, base: number, wait: number): void {
    this.#wanted = { value, base }
    keep(this.#o.agreement, this.#o.path, this.#wanted)
    this.#later(wait)
  }

  #later(wait: number): void {
    clearTimeout(this.#timer)
    this.#timer = setTimeout(() => void this.#send(), wait)
  }

  async #send(): Promise<void> {
    clearTimeout(this.#timer)
    const want = this.#wanted
    if (!want || this.#flying) return
    this.#flying = true
    this.#show({ state: { kind: 'saving' } })
    try {
      const got = await this.#o.send(want.base, want.value)
      this.#saved = { value: got.value, version: got.version }
      if (this.#wanted === want) {
        this.#forgetAll()
        this.#show({ state: { kind: 'saved', at: got.at ?? new Date().toISOString() }, restored: false })
      } else if (this.#wanted !== undefined) {
        this.#want(this.#wanted.value, got.version, 0) // typed on while it was sent
      }
      this.#o.onSaved(got)
    } catch (error) {
      this.#refused(error)
    } finally {
      this.#flying = false
    }
  }

  #refused(error: unknown): void {
    if (error instanceof ApiError && error.code === 'agreement.answer_conflict') {
      const { theirs, version, by } = error.detail
      const conflict: Conflict = { theirs, version: typeof version === 'number' ? version : 0, ...(typeof by === 'string' && by !== '' && { by }) }
      this.#show({ state: { kind: 'conflict', conflict } })
      return
    }
    this.#show({ state: { kind: 'failed', error } })
    if (mayPass(error)) this.#later(again)
  }
}
