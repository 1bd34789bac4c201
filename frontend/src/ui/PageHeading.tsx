import { useEffect, useRef, type ReactNode } from 'react'

let focusedPath: string | undefined

interface Props {
  title: string
  /** One line under the title: what kind of thing, in which state. */
  lead?: ReactNode
  /** Small line above the title: where we are. */
  kicker?: ReactNode
  actions?: ReactNode
}

/** The one h1 of a page: names the document and takes the focus after navigation. */
export function PageHeading({ title, lead, kicker, actions }: Props) {
  const heading = useRef<HTMLHeadingElement>(null)
  useEffect(() => {
    document.title = `${title} – Klausul`
  }, [title])
  useEffect(() => {
    const path = window.location.pathname
    if (focusedPath !== undefined && focusedPath !== path) heading.current?.focus({ preventScroll: true })
    focusedPath = path
  }, [])
  return (
    <div className="k-heading">
      <div className="k-heading__text">
        {kicker && <div className="k-heading__kicker">{kicker}</div>}
        <h1 ref={heading} tabIndex={-1}>{title}</h1>
        {lead && <div className="k-heading__lead">{lead}</div>}
      </div>
      {actions && <div className="k-heading__actions">{actions}</div>}
    </div>
  )
}
