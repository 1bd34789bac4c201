import { useCallback, useRef, useState } from 'react'

export type Refused = ReadonlyMap<string, string>

/**
 * The fields on a page that hold what is not saved, and why, by path. `now` tells what is refused
 * at the moment of asking, for an act that waited for the fields first.
 */
export function useRefused() {
  const [refused, setRefused] = useState<Refused>(new Map())
  const latest = useRef(refused)
  const note = useCallback((path: string, why: string | undefined) => {
    if (latest.current.get(path) === why) return
    const next = new Map(latest.current)
    if (why === undefined) next.delete(path)
    else next.set(path, why)
    latest.current = next
    setRefused(next)
  }, [])
  const now = useCallback(() => latest.current, [])
  return { refused, note, now }
}
