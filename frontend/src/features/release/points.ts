import type { Batch, BatchItem } from './queries'

export interface Point {
  seconds: number
  done: number
}

/** How many had their agreement after how many seconds; a stall shows as a flat stretch. */
export function course(batch: Batch, items: BatchItem[]): Point[] {
  const start = new Date(batch.started).getTime()
  const times = items
    .filter((x) => x.state === 'done' && x.at !== undefined)
    .map((x) => Math.max(0, (new Date(x.at ?? '').getTime() - start) / 1000))
    .sort((a, b) => a - b)
  return [{ seconds: 0, done: 0 }, ...times.map((seconds, i) => ({ seconds: Math.round(seconds * 10) / 10, done: i + 1 }))]
}

/** At most `most` rows of the course, first and last kept, for the table. */
export function thin(points: Point[], most: number): Point[] {
  if (points.length <= most) return points
  const step = (points.length - 1) / (most - 1)
  return Array.from({ length: most }, (_, i) => points[Math.round(i * step)]).filter((p) => p !== undefined)
}
