import type { ReactNode } from 'react'
import { Icon, type IconName } from './Icon'

/** A button of the filter row that opens a small panel; Escape closes it and gives the focus back. */
export function Drop({ icon, label, wide, children }: { icon: IconName; label: string; wide?: boolean; children: ReactNode }) {
  return (
    <details className="k-drop" onKeyDown={(event) => {
      if (event.key !== 'Escape') return
      event.currentTarget.open = false
      event.currentTarget.querySelector('summary')?.focus()
    }}>
      <summary className="k-textbutton"><Icon name={icon} />{label}</summary>
      <div className={`k-drop__panel${wide ? ' k-drop__panel--wide' : ''}`}>{children}</div>
    </details>
  )
}
