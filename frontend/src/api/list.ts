import { keepPreviousData, useInfiniteQuery } from '@tanstack/react-query'
import { useEffect, useMemo } from 'react'

interface Page<Row> {
  items: Row[]
  next?: string
}

export interface List<Row> {
  rows: Row[] | undefined
  error: unknown
  /** Rows of the filters before are shown while the new ones come. */
  outdated: boolean
  hasMore: boolean
  loadingMore: boolean
  /** Reads one more page, where the address does not say how many are shown. */
  more: () => void
  refetch: () => unknown
}

/** When a list that is there already is read again. */
interface Reread {
  staleTime?: number
  refetchOnMount?: 'always'
  refetchOnWindowFocus?: boolean
}

/** A list read page by page with cursors; `pages` (from the URL) says how many are shown. */
export function useList<Row>(
  key: readonly unknown[],
  fetchPage: (cursor: string | undefined, signal: AbortSignal) => Promise<Page<Row>>,
  pages = 1,
  reread: Reread = {},
): List<Row> {
  const query = useInfiniteQuery({
    queryKey: key,
    queryFn: ({ pageParam, signal }) => fetchPage(pageParam, signal),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (last) => last.next || undefined,
    placeholderData: keepPreviousData,
    ...reread,
  })
  const have = query.data?.pages.length ?? 0
  const { hasNextPage, isFetching, isPlaceholderData, fetchNextPage, error } = query
  useEffect(() => {
    if (have > 0 && have < pages && hasNextPage && !isFetching && !isPlaceholderData && !error) void fetchNextPage()
  }, [have, pages, hasNextPage, isFetching, isPlaceholderData, error, fetchNextPage])
  const rows = useMemo(() => query.data?.pages.flatMap((page) => page.items), [query.data])
  return {
    rows,
    error,
    outdated: isPlaceholderData,
    hasMore: hasNextPage,
    loadingMore: query.isFetchingNextPage,
    more: () => void fetchNextPage(),
    refetch: query.refetch,
  }
}
