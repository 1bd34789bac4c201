import type { ReactNode } from 'react'

export interface Fact {
  label: string
  value: ReactNode
}

/** Three to six facts that matter, as label and value. */
export function Facts({ items }: { items: (Fact | false | undefined)[] }) {
  return (
    <dl className="k-facts">
      {items.map((item) => item && (
        <div key={item.label} className="k-facts__item">
          <dt>{item.label}</dt>
          <dd>{item.value}</dd>
        </div>
      ))}
    </dl>
  )
}
