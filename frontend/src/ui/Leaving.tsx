import { useBlocker } from '@tanstack/react-router'
import { lazy, Suspense, useSyncExternalStore } from 'react'
import { anyUnsaved, loadDialog, losesText, question, subscribe } from './unsaved'

const LeaveDialog = lazy(loadDialog)

/** Stands once in the frame and asks before unsaved text goes. */
export function Leaving() {
  const any = useSyncExternalStore(subscribe, anyUnsaved)
  const asked = useSyncExternalStore(subscribe, question)
  const way = useBlocker({ shouldBlockFn: losesText, enableBeforeUnload: anyUnsaved, disabled: !any, withResolver: true })
  const answer = asked ?? (way.status === 'blocked' ? (leave: boolean) => (leave ? way.proceed() : way.reset()) : undefined)
  return answer && <Suspense fallback={null}><LeaveDialog answer={answer} /></Suspense>
}
