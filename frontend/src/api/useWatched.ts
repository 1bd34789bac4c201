import { useQuery, useQueryClient, type QueryKey, type UseQueryOptions } from '@tanstack/react-query'
import { useEffect, useEffectEvent, useState } from 'react'

/**
 * A row that a job moves: the server's events while they come, else a look every other second.
 * The events may come from any replica; progress is a row, so nothing is lost in between.
 */
export function useWatched<Row, Key extends QueryKey>(options: UseQueryOptions<Row, Error, Row, Key>, events: string, moves: (row: Row) => boolean) {
  const client = useQueryClient()
  const [streaming, setStreaming] = useState(false)
  const running = (row: Row | undefined) => row !== undefined && moves(row)
  const query = useQuery({ ...options, refetchInterval: (q) => (running(q.state.data) && !streaming ? 2_000 : false) })
  const open = running(query.data)
  const take = useEffectEvent((event: MessageEvent<string>) => {
    const now = JSON.parse(event.data) as Row
    setStreaming(true)
    client.setQueryData<Row>(options.queryKey, now)
    return moves(now)
  })
  useEffect(() => {
    if (!open) return
    const source = new EventSource(events)
    source.addEventListener('progress', (event: MessageEvent<string>) => {
      if (!take(event)) source.close()
    })
    source.addEventListener('error', () => setStreaming(false)) // the browser connects again; until then we look
    return () => {
      source.close()
      setStreaming(false)
    }
  }, [events, open])
  return { query, streaming }
}
