import type { ReactNode, Ref } from 'react'
import { Icon, type IconName } from './Icon'

const icons: Record<'info' | 'success' | 'warning' | 'error', IconName> = { info: 'info', success: 'success', warning: 'warning', error: 'error' }

interface Props {
  kind: 'info' | 'success' | 'warning' | 'error'
  heading?: string
  children?: ReactNode
  /** `alert` is read out at once; `status` when there is a pause. */
  role?: 'alert' | 'status'
  ref?: Ref<HTMLDivElement>
  tabIndex?: number
}

export function Alert({ kind, heading, children, role, ref, tabIndex }: Props) {
  return (
    <div className={`k-alert k-alert--${kind}`} role={role} ref={ref} tabIndex={tabIndex}>
      <Icon name={icons[kind]} />
      <div className="k-alert__body">
        {heading && <p className="k-alert__heading">{heading}</p>}
        {children}
      </div>
    </div>
  )
}
