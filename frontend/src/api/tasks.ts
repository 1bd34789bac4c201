import { queryOptions } from '@tanstack/react-query'
import { api, unwrap } from './client'

/** How much waits for the person who is signed in: for the frame, and for where one comes in. */
export const tasksQuery = queryOptions({
  queryKey: ['tasks', 'count', {}],
  queryFn: ({ signal }) => unwrap(api.GET('/api/v1/tasks/count', { signal })),
  staleTime: 30_000,
})
