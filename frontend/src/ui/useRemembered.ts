import { useState } from 'react'

/** A choice kept in this browser: row height, columns. Never anything about a person. */
export function useRemembered<T>(key: string, start: T): [T, (value: T) => void] {
  const name = `klausul.${key}`
  const [value, setValue] = useState<T>(() => {
    try {
      const text = localStorage.getItem(name)
      return text === null ? start : (JSON.parse(text) as T)
    } catch {
      return start
    }
  })
  return [
    value,
    (next) => {
      localStorage.setItem(name, JSON.stringify(next))
      setValue(next)
    },
  ]
}
