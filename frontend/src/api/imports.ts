import { queryOptions } from '@tanstack/react-query'
import { api, unwrap } from './client'

/** One import; the frame asks what was loaded which menu item it lies under. */
export const importQuery = (id: number) =>
  queryOptions({
    queryKey: ['imports', id],
    queryFn: ({ signal }) => unwrap(api.GET('/api/v1/imports/{id}', { params: { path: { id } }, signal })),
  })
