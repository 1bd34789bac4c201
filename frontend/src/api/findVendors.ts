import { api, unwrap } from './client'

/** The first vendors that the typed text finds, to pick one of. */
export const findVendors = async (q: string, signal: AbortSignal) =>
  (await unwrap(api.GET('/api/v1/vendors', { params: { query: { q, limit: 12 } }, signal }))).items.map((v) => ({
    key: String(v.number),
    label: v.name,
    hint: v.cvr ?? v.foreignNumber,
  }))
