import type { ReactNode } from 'react'
import { Icon } from './Icon'

const signs = { ok: 'success', warn: 'warning', stop: 'error' } as const

/** CheckLine is one thing looked at before an act: it is in order, wants a look, or stops the act. */
export function CheckLine({ tone, icon, title, body, children }: { tone: keyof typeof signs; icon?: 'lock'; title: string; body?: string; children?: ReactNode }) {
  return (
    <li>
      <Icon name={icon ?? signs[tone]} className={`k-act__${tone}`} />
      <div>
        <p><strong>{title}</strong></p>
        {body && <p>{body}</p>}
        {children}
      </div>
    </li>
  )
}
