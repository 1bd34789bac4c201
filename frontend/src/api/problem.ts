import type { components } from './schema'

export type Problem = components['schemas']['Problem']

/** Who changed what since the caller read it; carried by a 412. */
export interface StaleDetail {
  changedBy?: string
  changedAt?: string
  changed?: string[]
  version?: number
}

/** A refusal of the server (RFC 9457), or `offline` when no answer came. */
export class ApiError extends Error {
  readonly code: string
  readonly status: number
  readonly requestId: string | undefined
  readonly fields: { pointer: string; code: string; message?: string }[]
  readonly detail: Record<string, unknown>

  constructor(status: number, problem: Partial<Problem>) {
    super(problem.code ?? 'internal')
    this.name = 'ApiError'
    this.status = status
    this.code = problem.code ?? (status === 404 ? 'not_found' : status === 0 ? 'offline' : 'internal')
    this.requestId = problem.instance
    this.fields = problem.errors ?? []
    this.detail = problem.detail ?? {}
  }

  get stale(): StaleDetail | undefined {
    return this.status === 412 ? this.detail : undefined
  }
}

export const isNotFound = (error: unknown): boolean => error instanceof ApiError && error.status === 404
export const isForbidden = (error: unknown): boolean => error instanceof ApiError && error.status === 403
export const isUnauthenticated = (error: unknown): boolean => error instanceof ApiError && error.status === 401
