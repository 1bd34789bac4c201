// Text the server has not acknowledged stays in this browser until it has.
export interface Unsaved {
  value: unknown
  base: number
}

const name = (agreement: number | string, path: string): string => `klausul.unsaved.${agreement}.${path}`

export function keep(agreement: number | string, path: string, unsaved: Unsaved): void {
  try {
    localStorage.setItem(name(agreement, path), JSON.stringify(unsaved))
  } catch {
    // A full or closed store must not stop a person from writing; the page still holds the text.
  }
}

export function forget(agreement: number | string, path: string): void {
  localStorage.removeItem(name(agreement, path))
}

export function kept(agreement: number | string, path: string): Unsaved | undefined {
  const text = localStorage.getItem(name(agreement, path))
  if (text === null) return undefined
  try {
    const read: unknown = JSON.parse(text)
    if (typeof read === 'object' && read !== null && 'value' in read && 'base' in read && typeof read.base === 'number') return { value: read.value, base: read.base }
  } catch {
    forget(agreement, path)
  }
  return undefined
}
