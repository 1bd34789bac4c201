import createClient, { type Middleware } from 'openapi-fetch'
import { ApiError, type Problem } from './problem'
import type { components, paths } from './schema'

export type Schemas = components['schemas']

let csrf = ''
/** The token from /me, sent back with every change. */
export function setCsrf(token: string): void {
  csrf = token
}

const carryCsrf: Middleware = {
  onRequest({ request }) {
    if (request.method !== 'GET' && csrf !== '') request.headers.set('X-CSRF-Token', csrf)
    return request
  },
}

let onEnded: () => void = () => undefined
/** What to do when the server no longer knows a session that we had. */
export function whenSessionEnds(act: () => void): void {
  onEnded = act
}
export const hadSession = (): boolean => csrf !== ''

export const api = createClient<paths>({ baseUrl: '', headers: { Accept: 'application/json' } })
api.use(carryCsrf)

interface Answer<T> {
  data?: T
  error?: unknown
  response: Response
}

/** The body of a good answer; every other answer is thrown as an ApiError. */
export async function unwrap<T>(call: Promise<Answer<T>>): Promise<T> {
  let answer: Answer<T>
  try {
    answer = await call
  } catch (cause) {
    if (cause instanceof DOMException && cause.name === 'AbortError') throw cause
    throw new ApiError(0, { code: 'offline' })
  }
  if (!answer.response.ok) {
    const problem = typeof answer.error === 'object' && answer.error !== null ? (answer.error as Partial<Problem>) : {}
    if (answer.response.status === 401 && hadSession()) onEnded()
    throw new ApiError(answer.response.status, problem)
  }
  return answer.data as T
}

/** A link to a file of the API with the same filters as the list on screen. */
export function fileHref(path: string, query: Record<string, string | number | boolean | undefined> = {}): string {
  const search = new URLSearchParams()
  for (const [key, value] of Object.entries(query)) if (value !== undefined && value !== '') search.set(key, String(value))
  const text = search.toString()
  return text === '' ? path : `${path}?${text}`
}
