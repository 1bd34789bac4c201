export interface Entry {
  at: string
  action: string
  who: string
  role?: string
  organisation?: string
}

/** One person doing one thing again and again is one line, with the newest time and how often. Rows of one moment are one event. */
export function collapse(items: Entry[]): { entry: Entry; times: number }[] {
  const lines: { entry: Entry; times: number }[] = []
  let at: string | undefined
  for (const entry of items) {
    const last = lines.at(-1)
    const same = last && last.entry.action === entry.action && last.entry.who === entry.who && last.entry.role === entry.role
    if (!same) lines.push({ entry, times: 1 })
    else if (entry.at !== at) last.times++
    at = entry.at
  }
  return lines
}
