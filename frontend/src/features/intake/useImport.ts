import { useWatched } from '../../api/useWatched'
import { importQuery, works } from './queries'

/** An import as it moves. */
export const useImport = (id: number) => useWatched(importQuery(id), `/api/v1/imports/${id}/events`, (it) => works(it.state)).query
