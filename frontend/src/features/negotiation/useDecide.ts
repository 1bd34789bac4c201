import { useQueryClient } from '@tanstack/react-query'
import { useRef, useState } from 'react'
import { ApiError } from '../../api/problem'
import { decide, roundQuery, type Change, type Round, type Said } from './queries'
import { over, seenSince, withChanges } from './room'

/**
 * Somebody else decided the change in between, or another one that a wording for the whole
 * clause decides too: both are kept until one is chosen.
 */
export interface Clash {
  mine: Said
  theirs: Change
}

/** Decisions of a round: shown at once, and taken back when the server says otherwise. */
export function useDecide(id: number, round: Round) {
  const client = useQueryClient()
  const no = round.head.no
  const { queryKey } = roundQuery(id, no)
  const [error, setError] = useState<{ of: number[]; error: ApiError }>()
  const [clash, setClash] = useState<Clash>()
  const show = (changes: Change[]) => client.setQueryData<Round>(queryKey, (old) => old && withChanges(old, changes))
  const current = () => client.getQueryData<Round>(queryKey)?.clauses.flatMap((c) => c.changes) ?? []

  const before = useRef<Promise<unknown>>(Promise.resolve())
  const own = useRef<Change[]>([])
  /** Saves them all or none, behind what is being saved. True when it was done. */
  const save = async (said: Said[]): Promise<boolean> => {
    const done = before.current.then(async () => write(said.map((d) => seenSince(d, own.current))))
    before.current = done.catch(() => undefined)
    return done
  }
  const write = async (sent: Said[]): Promise<boolean> => {
    setError(undefined)
    setClash(undefined)
    const stood = current().filter((c) => sent.some((d) => d.no === c.no))
    await client.cancelQueries({ queryKey, exact: true })
    show(stood.map((c) => {
      const said = sent.find((d) => d.no === c.no)
      return { ...c, decision: said?.decision, wording: said?.wording ?? '', whole: said?.whole ?? false, reason: said?.reason ?? '', decidedBy: undefined, decidedAt: undefined }
    }))
    try {
      const changed = await decide(id, no, sent)
      own.current.push(...changed)
      show(changed)
      void client.invalidateQueries({ predicate: ({ queryKey: key }) => key[0] === 'negotiations' && ((key[1] === id && (key.length === 2 || key[2] === 'preview')) || key[1] === 'list') })
      return true
    } catch (refusal) {
      show(stood)
      if (!(refusal instanceof ApiError)) throw refusal
      const only = sent.length === 1 ? sent[0] : undefined
      if (refusal.code === 'negotiation.change_conflict') {
        await client.invalidateQueries({ queryKey, exact: true })
        const theirs = current().find((c) => c.no === refusal.detail.change)
        if (only && theirs) {
          setClash({ mine: only, theirs })
          return false
        }
      }
      setError({ of: sent.map((d) => d.no), error: refusal })
      return false
    }
  }
  return {
    save,
    error,
    clash,
    /** The other's decision stands, or one's own after all. */
    settle: (mine: boolean) => {
      if (!clash) return
      setClash(undefined)
      if (mine) void save([over(clash.mine, clash.theirs)])
    },
  }
}

/** Whether a change was refused for want of a reason: its form says so at the field. */
export const lacksReason = (refused: Decide['error'], no: number): boolean => refused?.error.code === 'negotiation.reason_missing' && refused.error.detail.change === no

export type Decide = ReturnType<typeof useDecide>
