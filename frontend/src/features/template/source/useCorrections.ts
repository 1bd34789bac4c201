import { useQueryClient } from '@tanstack/react-query'
import { useRef, useState } from 'react'
import { api, unwrap } from '../../../api/client'
import { ApiError } from '../../../api/problem'
import { onlySeen } from './states'
import { sourceQuery, type Detail, type Text } from './queries'

/** What paragraphs are to be, by place; nothing means as they were recognised. */
export type Changes = Map<number, Text | undefined>

/** What stood there before, and the version that the change left: somebody else's later word is never undone. */
type Undo = Map<number, { text: Text | undefined; version: number }>

/**
 * Sends corrections one after another, each made from what the server said last, so that
 * quick keys never meet each other; and takes the last back.
 */
export function useCorrections(id: number) {
  const client = useQueryClient()
  const [error, setError] = useState<ApiError>()
  const [said, setSaid] = useState<{ n: number; what: 'said' | 'undone' | 'nothing'; looked?: boolean }>()
  const queue = useRef(Promise.resolve())
  const undos = useRef<Undo[]>([])
  const key = sourceQuery(id).queryKey
  const post = async (corrections: { place: number; base: number; paragraph?: Text }[]): Promise<Detail | undefined> => {
    setError(undefined)
    try {
      const now = await unwrap(api.POST('/api/v1/template-sources/{id}/corrections', { params: { path: { id } }, body: { corrections } }))
      client.setQueryData(key, now)
      return now
    } catch (refusal) {
      if (!(refusal instanceof ApiError)) throw refusal
      setError(refusal)
      setSaid(undefined)
      await client.invalidateQueries({ queryKey: key })
      return undefined
    }
  }
  const correct = async (build: (detail: Detail) => Changes) => {
    const before = client.getQueryData(key)
    const changes = before ? build(before) : new Map<number, Text>()
    if (!before || changes.size === 0) return
    const at = (detail: Detail, place: number) => detail.paragraphs.find((p) => p.place === place)
    const now = await post([...changes].map(([place, paragraph]) => ({ place, base: at(before, place)?.version ?? 1, ...(paragraph && { paragraph }) })))
    if (!now) return
    undos.current.push(new Map([...changes.keys()].map((place) => {
      const was = at(before, place)
      return [place, { text: was?.recognised ? was.text : undefined, version: at(now, place)?.version ?? 1 }]
    })))
    const one = changes.size === 1 ? now.paragraphs.find((p) => changes.has(p.place)) : undefined
    setSaid({ n: changes.size, what: 'said', looked: one !== undefined && onlySeen(one) })
  }
  const undo = async () => {
    const last = undos.current.at(-1)
    if (!last) return setSaid({ n: 0, what: 'nothing' })
    const done = await post([...last].map(([place, { text, version }]) => ({ place, base: version, ...(text && { paragraph: text }) })))
    undos.current.pop()
    if (done) setSaid({ n: last.size, what: 'undone' })
  }
  const queued = (act: () => Promise<void>) => {
    queue.current = queue.current.then(act)
  }
  return {
    error,
    said,
    correct: (build: (detail: Detail) => Changes) => queued(() => correct(build)),
    undo: () => queued(undo),
  }
}
