import { number, type Language } from '../../i18n/format'

/** The whole number a person wrote, with or without marks between the thousands: `12500`, `12.500`, `12 500`. Nothing when it is none. */
export function readWhole(written: string, lang: Language): number | undefined {
  const text = written.trim()
  const marked = lang === 'da' ? /^-?\d{1,3}(?:\.\d{3})+$|^-?\d{1,3}(?:\s\d{3})+$/ : /^-?\d{1,3}(?:[.,]\d{3})+$|^-?\d{1,3}(?:\s\d{3})+$/
  if (!/^-?\d+$/.test(text) && !marked.test(text)) return undefined
  const n = Number(text.replace(/[.,\s]/g, ''))
  return Math.abs(n) < 1_000_000_000 ? n : undefined
}

/** A whole number as it reads: four figures as they stand, since they may be a year. As field.Print on the server. */
export const printWhole = (n: number, lang: Language): string => (Math.abs(n) < 10_000 ? String(n) : number(n, lang))
