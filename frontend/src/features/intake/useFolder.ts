import { useQueryClient } from '@tanstack/react-query'
import { useEffect, useRef, useState } from 'react'
import { ApiError } from '../../api/problem'
import { sendPdf } from '../../api/sendPdf'
import { isOffice, useMe } from '../../session'
import { useUnsaved } from '../../ui/unsaved'
import { folderQuery, sortOut, type NamedFile } from './folder'

const atOnce = 3

export interface Sending {
  /** What stands in a file's way: `sending`, or the code of its refusal. */
  states: ReadonlyMap<string, string>
  /** Files that no line names; they were not sent. */
  unnamed: string[]
  /** Files that only lines with errors name; they were not sent. */
  refused: NamedFile[]
  left: number
  take: (files: File[], named: NamedFile[]) => void
}

/** Sends files a few at a time, each to the agreement that names it. One that is refused holds no other up. */
export function useFolder(id: number, then?: () => void): Sending {
  const client = useQueryClient()
  const office = isOffice(useMe())
  const [states, setStates] = useState<ReadonlyMap<string, string>>(new Map())
  const [unnamed, setUnnamed] = useState<string[]>([])
  const [refused, setRefused] = useState<NamedFile[]>([])
  const [left, setLeft] = useState(0)
  useUnsaved(left > 0)
  const queue = useRef<{ file: File; to: NamedFile }[]>([])
  const running = useRef(0)
  const gone = useRef(false)
  useEffect(() => {
    gone.current = false
    return () => { gone.current = true }
  }, [])
  const say = (key: string, state?: string) =>
    setStates((old) => {
      const now = new Map(old)
      if (state === undefined) now.delete(key)
      else now.set(key, state)
      return now
    })
  const work = async () => {
    running.current += 1
    for (let next = queue.current.shift(); next && !gone.current; next = queue.current.shift()) {
      const { file, to } = next
      try {
        const received = await sendPdf(file, office ? to.organisation : undefined)
        client.setQueryData(folderQuery(id).queryKey, (old) => old?.map((n) => (n.key === to.key && !n.refused ? { ...n, received } : n)))
        say(to.key)
      } catch (refusal) {
        say(to.key, refusal instanceof ApiError ? refusal.code : 'internal')
      }
      setLeft((n) => n - 1)
    }
    running.current -= 1
    if (running.current === 0 && !gone.current) then?.()
  }
  const take = (files: File[], named: NamedFile[]) => {
    const found = sortOut(files, named)
    setUnnamed(found.unnamed)
    setRefused(found.refused)
    for (const [key, file] of found.wanted) {
      const to = named.find((n) => n.key === key && !n.refused)
      if (!to) continue
      queue.current.push({ file, to })
      say(key, 'sending')
    }
    setLeft((n) => n + found.wanted.size)
    while (running.current < Math.min(atOnce, queue.current.length + running.current)) void work()
  }
  return { states, unnamed, refused, left, take }
}
