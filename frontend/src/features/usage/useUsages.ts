import { useQueryClient, type InfiniteData, type QueryClient } from '@tanstack/react-query'
import { useState, useSyncExternalStore } from 'react'
import type { Schemas } from '../../api/client'
import { useList } from '../../api/list'
import { useUnsaved } from '../../ui/unsaved'
import { Edits } from './edits'
import { sendChanges, undoChange, usagePage, type Outcome, type Usage, type UsageFilter, type UsageSort } from './queries'

type Page = Schemas['UsageList']

/**
 * The rows of a filter. They are read when the page opens and when the filter changes, and
 * not in between: a row that somebody works on must not move or go from under the hands.
 */
export const useUsages = (filter: UsageFilter & { sort?: UsageSort }, pages: number) =>
  useList(['usages', 'list', filter], usagePage(filter), pages, { staleTime: Infinity, refetchOnMount: 'always', refetchOnWindowFocus: false })

const nameOf = (client: QueryClient, usage: number) =>
  client.getQueriesData<InfiniteData<Page>>({ queryKey: ['usages', 'list'] }).flatMap(([, data]) => data?.pages ?? []).flatMap((page) => page.items).find((u) => u.id === usage)?.system.name ?? String(usage)

function takeIn(client: QueryClient, outcome: Outcome) {
  if (outcome.rows.length > 0) {
    const fresh = new Map(outcome.rows.map((row) => [row.id, row]))
    client.setQueriesData<InfiniteData<Page>>({ queryKey: ['usages', 'list'] }, (old) => old && {
      ...old,
      pages: old.pages.map((page) => (page.items.some((row) => fresh.has(row.id)) ? { ...page, items: page.items.map((row): Usage => fresh.get(row.id) ?? row) } : page)),
    })
  }
  if (outcome.cells.length === 0) return
  for (const queryKey of [['usages', 'count'], ['usages', 'changes'], ['desk']]) void client.invalidateQueries({ queryKey })
}

/** The edits of this page; answers go straight into the rows on screen. */
export function useEdits(): Edits {
  const client = useQueryClient()
  const [edits] = useState(() => new Edits({
    send: (kind, changes) => sendChanges(kind, changes), undo: undoChange, name: (usage) => nameOf(client, usage), onOutcome: (outcome) => takeIn(client, outcome),
  }))
  // What the server does not have must not be lost with the page: neither what is on its way nor what it refused.
  useUnsaved(useSyncExternalStore(edits.subscribe, () => edits.status().unsaved))
  return edits
}
