import { useQuery, useQueryClient } from '@tanstack/react-query'
import { useEffect, useState } from 'react'
import { batchQuery, type Batch } from './queries'

/**
 * A batch as it moves: the server's events while they come, else a look every other second.
 * The events may come from any replica; progress is a row, so nothing is lost in between.
 */
export function useProgress(id: number) {
  const client = useQueryClient()
  const [streaming, setStreaming] = useState(false)
  const query = useQuery({
    ...batchQuery(id),
    refetchInterval: (q) => (q.state.data?.state === 'running' && !streaming ? 2_000 : false),
  })
  const running = query.data?.state === 'running'
  useEffect(() => {
    if (!running) return
    const source = new EventSource(`/api/v1/batches/${id}/events`)
    const onProgress = (event: MessageEvent<string>) => {
      const batch = JSON.parse(event.data) as Batch
      setStreaming(true)
      client.setQueryData(['batches', id], batch)
      if (batch.state !== 'running') source.close()
    }
    source.addEventListener('progress', onProgress)
    source.addEventListener('error', () => setStreaming(false)) // the browser connects again; until then we look
    return () => {
      source.close()
      setStreaming(false)
    }
  }, [client, id, running])
  const { done = 0, failed = 0, state } = query.data ?? {}
  useEffect(() => {
    const timer = setTimeout(() => void client.invalidateQueries({ queryKey: ['batches', id, 'items'] }), state === 'running' ? 1_000 : 0)
    return () => clearTimeout(timer)
    // the lines are read again when one of these moves
  }, [client, id, done, failed, state])
  useEffect(() => {
    if (state === 'done' || state === 'cancelled') void client.invalidateQueries({ queryKey: ['desk'] })
  }, [client, state])
  return { query, streaming }
}

/** Lines a second since the start, and seconds left at that pace; undefined until there is something to count on. */
export function pace(batch: Batch, now: number): { rate: number; left: number } | undefined {
  const settled = batch.done + batch.failed
  const seconds = (now - new Date(batch.started).getTime()) / 1000
  if (settled === 0 || seconds < 0.5) return undefined
  const rate = settled / seconds
  return { rate, left: (batch.total - settled) / rate }
}
