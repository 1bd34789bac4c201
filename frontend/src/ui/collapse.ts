export interface Entry {
  at: string
  action: string
  who: string
  role?: string
  organisation?: string
}

/** One person doing one thing again and again is one line, with the newest time and how often. */
export function collapse(items: Entry[]): { entry: Entry; times: number }[] {
  const lines: { entry: Entry; times: number }[] = []
  for (const entry of items) {
    const last = lines.at(-1)
    if (last && last.entry.action === entry.action && last.entry.who === entry.who && last.entry.role === entry.role) last.times++
    else lines.push({ entry, times: 1 })
  }
  return lines
}
