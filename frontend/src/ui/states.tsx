import { Link } from '@tanstack/react-router'
import { useEffect, useRef, useState, type ReactNode } from 'react'
import type { List } from '../api/list'
import { ApiError, isForbidden, isNotFound } from '../api/problem'
import { useWords } from '../i18n'
import { errorSentence } from '../i18n/problems'
import { useMaybeMe } from '../session'
import { Alert } from './Alert'
import { Icon } from './Icon'
import { PageHeading } from './PageHeading'

/** True once `after` ms have passed, so that quick answers show no flicker. */
function useLate(after: number): boolean {
  const [late, setLate] = useState(false)
  useEffect(() => {
    const timer = setTimeout(() => setLate(true), after)
    return () => clearTimeout(timer)
  }, [after])
  return late
}

/** Grey lines in place of what comes; nothing for the first 200 ms. */
export function Skeleton({ lines = 6 }: { lines?: number }) {
  const { t } = useWords()
  const late = useLate(200)
  return (
    <div className="k-skeleton" aria-busy="true">
      <span className="sr-only" role="status">{late ? t('common.loading') : ''}</span>
      {late && Array.from({ length: lines }, (_, i) => <span key={i} className="k-skeleton__line" />)}
    </div>
  )
}

interface ErrorProps {
  error: unknown
  retry?: () => void
  /** A form was refused: the message takes the focus, so that it is seen wherever the button stands. */
  focus?: boolean
}

/** Why it failed, the id to give to someone, and a way to go on. */
export function ErrorState({ error, retry, focus = false }: ErrorProps) {
  const { t } = useWords()
  const box = useRef<HTMLDivElement>(null)
  useEffect(() => {
    if (focus) box.current?.focus()
  }, [error, focus])
  return (
    <Alert kind="error" heading={t('error.heading')} role="alert" ref={box} {...(focus && { tabIndex: -1 })}>
      <p>{errorSentence(error)}</p>
      {error instanceof ApiError && error.requestId && <p className="k-quiet">{t('common.requestId', { id: error.requestId })}</p>}
      {retry && (
        <button type="button" className="button button-secondary" onClick={retry}>
          <Icon name="refresh" />
          {t('common.retry')}
        </button>
      )}
    </Alert>
  )
}

/** An empty list says why it is empty and what to do. */
export function Empty({ why, help, action }: { why: string; help?: string; action?: ReactNode }) {
  return (
    <div className="k-empty">
      <p className="k-empty__why">{why}</p>
      {help && <p>{help}</p>}
      {action}
    </div>
  )
}

export function NotFoundPage() {
  const { t } = useWords()
  return (
    <>
      <PageHeading title={t('error.notFoundTitle')} />
      <p>{t('error.notFoundBody')}</p>
      <p><Link to="/">{t('error.toDesk')}</Link></p>
    </>
  )
}

export function NoRightPage() {
  const { t } = useWords()
  const me = useMaybeMe()
  return (
    <>
      <PageHeading title={t('error.noRightTitle')} />
      <p>{t('error.noRightBody', { role: me ? t(`session.role.${me.active.role}`) : '' })}</p>
      <p><Link to="/">{t('error.toDesk')}</Link></p>
    </>
  )
}

/** A refusal that takes the whole page: not there, or not for this role. */
export const isPageProblem = (error: unknown): boolean => isNotFound(error) || isForbidden(error)

/** A whole page in place of the thing that could not be loaded. */
export function PageProblem({ error, retry }: { error: unknown; retry?: () => void }) {
  const { t } = useWords()
  if (isNotFound(error)) return <NotFoundPage />
  if (isForbidden(error)) return <NoRightPage />
  return (
    <>
      <PageHeading title={error instanceof ApiError ? t('error.heading') : t('error.boundaryTitle')} />
      {error instanceof ApiError ? (
        <ErrorState error={error} retry={retry} />
      ) : (
        <Alert kind="error">
          <p>{t('error.boundaryBody')}</p>
          <button type="button" className="button button-secondary" onClick={() => window.location.reload()}>{t('error.reload')}</button>
        </Alert>
      )}
    </>
  )
}

interface Loadable<T> {
  data: T | undefined
  error: unknown
  refetch: () => unknown
}

/** One thing: its skeleton, its refusal or itself. */
export function Loaded<T>({ query, children }: { query: Loadable<T>; children: (data: T) => ReactNode }) {
  if (query.data !== undefined) return <>{children(query.data)}</>
  if (query.error) return <PageProblem error={query.error} retry={() => void query.refetch()} />
  return <Skeleton lines={10} />
}

interface MoreProps {
  list: Pick<List<unknown>, 'hasMore' | 'loadingMore' | 'more'>
  /** Where the address says how many pages are shown, it is changed instead. */
  onMore?: () => void
}

/** The next page of a list, below what is there already. */
export function MoreButton({ list, onMore = list.more }: MoreProps) {
  const { t } = useWords()
  if (!list.hasMore) return null
  return (
    <button type="button" className="button button-secondary" aria-disabled={list.loadingMore} onClick={() => list.loadingMore || onMore()}>
      {list.loadingMore ? t('list.moreLoading') : t('list.more')}
    </button>
  )
}
