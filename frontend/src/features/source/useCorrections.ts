import { useQueryClient } from '@tanstack/react-query'
import { useRef, useState } from 'react'
import { api, unwrap } from '../../api/client'
import { ApiError } from '../../api/problem'
import { sourceQuery, type Detail, type Text } from './queries'

/** What paragraphs are to be, by place; nothing means as they were recognised. */
export type Changes = Map<number, Text | undefined>

/**
 * Sends corrections one after another, each made from what the server said last, so that
 * quick keys never meet each other; and takes the last back.
 */
export function useCorrections(id: number) {
  const client = useQueryClient()
  const [error, setError] = useState<ApiError>()
  const [count, setCount] = useState<{ n: number; undone: boolean }>()
  const queue = useRef(Promise.resolve())
  const undos = useRef<Changes[]>([])
  const key = sourceQuery(id).queryKey
  const send = async (build: (detail: Detail) => Changes, undone: boolean) => {
    const detail = client.getQueryData(key)
    if (!detail) return
    const changes = build(detail)
    if (changes.size === 0) return
    const corrections = [...changes].map(([place, paragraph]) => ({ place, base: detail.paragraphs.find((p) => p.place === place)?.version ?? 1, ...(paragraph && { paragraph }) }))
    setError(undefined)
    try {
      const before: Changes = new Map([...changes.keys()].map((place) => {
        const item = detail.paragraphs.find((p) => p.place === place)
        return [place, item?.recognised ? item.text : undefined]
      }))
      client.setQueryData(key, await unwrap(api.POST('/api/v1/template-sources/{id}/corrections', { params: { path: { id } }, body: { corrections } })))
      if (!undone) undos.current.push(before)
      setCount({ n: changes.size, undone })
    } catch (refusal) {
      if (!(refusal instanceof ApiError)) throw refusal
      setError(refusal)
      setCount(undefined)
      await client.invalidateQueries({ queryKey: key })
    }
  }
  const queued = (build: (detail: Detail) => Changes, undone = false) => {
    queue.current = queue.current.then(() => send(build, undone))
  }
  return {
    error,
    count,
    correct: (build: (detail: Detail) => Changes) => queued(build),
    undo: () => queued(() => undos.current.pop() ?? (new Map() as Changes), true),
  }
}
