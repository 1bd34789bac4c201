import { useQuery, useQueryClient } from '@tanstack/react-query'
import { useEffect, useState } from 'react'
import { importQuery, works, type Import } from './queries'

/** An import as it moves: the server's events while they come, else a look every other second. */
export function useImport(id: number) {
  const client = useQueryClient()
  const [streaming, setStreaming] = useState(false)
  const query = useQuery({
    ...importQuery(id),
    refetchInterval: (q) => (works(q.state.data?.state) && !streaming ? 2_000 : false),
  })
  const running = works(query.data?.state)
  useEffect(() => {
    if (!running) return
    const source = new EventSource(`/api/v1/imports/${id}/events`)
    const onProgress = (event: MessageEvent<string>) => {
      const now = JSON.parse(event.data) as Import
      setStreaming(true)
      client.setQueryData(['imports', id], now)
      if (!works(now.state)) source.close()
    }
    source.addEventListener('progress', onProgress)
    source.addEventListener('error', () => setStreaming(false)) // the browser connects again; until then we look
    return () => {
      source.close()
      setStreaming(false)
    }
  }, [client, id, running])
  return query
}
