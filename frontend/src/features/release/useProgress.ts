import { useQueryClient } from '@tanstack/react-query'
import { useEffect, useMemo } from 'react'
import { useWatched } from '../../api/useWatched'
import { paced } from './paced'
import { batchQuery, type Batch } from './queries'

/** A batch as it moves, with its lines and the desk in step. */
export function useProgress(id: number) {
  const client = useQueryClient()
  const { query, streaming } = useWatched(batchQuery(id), `/api/v1/batches/${id}/events`, (batch) => batch.state === 'running')
  const { done = 0, failed = 0, state } = query.data ?? {}
  const lines = useMemo(() => paced(() => void client.invalidateQueries({ queryKey: ['batches', id, 'items'] }), 1_000), [client, id])
  useEffect(() => lines.stop, [lines])
  useEffect(() => {
    if (state === 'running') lines.soon()
    else lines.now()
    // the lines are read again when one of these moves
  }, [lines, done, failed, state])
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
