import type { ReactNode } from 'react'
import { Icon, type IconName } from './Icon'

/** ok = in order, attention = someone must look, overdue = broken or late, waiting = for the other side, none = not relevant */
export type Tone = 'ok' | 'attention' | 'overdue' | 'waiting' | 'none'

const icons: Record<Tone, IconName> = { ok: 'success', attention: 'warning', overdue: 'error', waiting: 'hourglass', none: 'minus' }

/** A status: always a sign and a word, colour is only the third carrier. */
export function Tag({ tone, icon, children }: { tone: Tone; icon?: IconName; children: ReactNode }) {
  return (
    <span className={`k-tag k-tag--${tone}`}>
      <Icon name={icon ?? icons[tone]} />
      <span>{children}</span>
    </span>
  )
}
