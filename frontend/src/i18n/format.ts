// How numbers, dates and registration numbers are written, per language.
// All times are shown as they are in Denmark; the server sends UTC.
export type Language = 'da' | 'en'

const zone = 'Europe/Copenhagen'
const locale = { da: 'da-DK', en: 'en-GB' } as const

const cache = new Map<string, Intl.DateTimeFormat>()
function formatter(lang: Language, options: Intl.DateTimeFormatOptions): Intl.DateTimeFormat {
  const key = lang + JSON.stringify(options)
  const known = cache.get(key)
  if (known) return known
  const made = new Intl.DateTimeFormat(locale[lang], { timeZone: zone, ...options })
  cache.set(key, made)
  return made
}

function asDate(value: string | Date): Date {
  if (value instanceof Date) return value
  // A legal date has no clock; noon keeps it on its own day in every zone we show.
  return new Date(/^\d{4}-\d{2}-\d{2}$/.test(value) ? `${value}T12:00:00Z` : value)
}

/** `23. nov. 2026` */
export function date(value: string | Date, lang: Language): string {
  return formatter(lang, { day: 'numeric', month: 'short', year: 'numeric' }).format(asDate(value))
}

/** `10.42` in Danish, `10:42` in English */
export function time(value: string | Date, lang: Language): string {
  return formatter(lang, { hour: '2-digit', minute: '2-digit', hour12: false }).format(asDate(value))
}

/** `23. nov. 2026 kl. 10.42` */
export function dateTime(value: string | Date, lang: Language): string {
  return lang === 'da' ? `${date(value, lang)} kl. ${time(value, lang)}` : `${date(value, lang)}, ${time(value, lang)}`
}

/** A moment by the clock of who wrote it, which names no zone that can be trusted: the minute as it stands. What is no moment stays as it is. */
export function written(value: string, lang: Language): string {
  const [, day = '', hour, minute] = /^(\d{4}-\d{2}-\d{2})(?:T(\d{2}):(\d{2}))?/.exec(value) ?? []
  if (day === '' || Number.isNaN(asDate(day).getTime())) return value
  if (hour === undefined) return date(day, lang)
  return lang === 'da' ? `${date(day, lang)} kl. ${hour}.${minute}` : `${date(day, lang)}, ${hour}:${minute}`
}

/** `2.000` in Danish, `2,000` in English */
export function number(value: number, lang: Language): string {
  return new Intl.NumberFormat(locale[lang]).format(value)
}

/** `29 18 98 46`; anything that is not eight digits is returned as it is. */
export function cvr(value: string): string {
  return /^\d{8}$/.test(value) ? value.replace(/(\d{2})(?=\d)/g, '$1 ') : value
}

/** `4. kvartal 2026` */
export function quarter(value: string | Date, lang: Language): string {
  const day = asDate(value)
  const q = Math.floor(day.getUTCMonth() / 3) + 1
  return lang === 'da' ? `${q}. kvartal ${day.getUTCFullYear()}` : `Q${q} ${day.getUTCFullYear()}`
}

/** `182 kB`: thousands of bytes, one decimal from a megabyte. */
export function bytes(value: number, lang: Language): string {
  if (value < 1000) return `${number(value, lang)} byte`
  if (value < 1e6) return `${number(Math.round(value / 1000), lang)} kB`
  return `${number(Math.round(value / 1e5) / 10, lang)} MB`
}

const regions: Partial<Record<Language, Intl.DisplayNames>> = {} // dear to make: a long table asks hundreds of times

/** A country code in words; an unknown code is shown as it is. */
export function country(code: string, lang: Language): string {
  try {
    return (regions[lang] ??= new Intl.DisplayNames([locale[lang]], { type: 'region' })).of(code.toUpperCase()) ?? code
  } catch {
    return code
  }
}

/** Seconds in words, coarse on purpose: `8 sek.`, `3 min.`, `2 t. 5 min.` */
export function duration(seconds: number, lang: Language): string {
  const s = Math.max(0, Math.round(seconds))
  const unit = lang === 'da' ? { s: 'sek.', m: 'min.', h: 't.' } : { s: 'sec', m: 'min', h: 'h' }
  if (s < 60) return `${s} ${unit.s}`
  const m = Math.round(s / 60)
  if (m < 60) return `${m} ${unit.m}`
  return `${Math.floor(m / 60)} ${unit.h} ${m % 60} ${unit.m}`
}

const collators = { da: new Intl.Collator('da-DK'), en: new Intl.Collator('en-GB') }
/** Order of names; in Danish æ, ø and å come last. */
export function compare(a: string, b: string, lang: Language): number {
  return collators[lang].compare(a, b)
}

/** Reads `d/m/yyyy`, `dd.mm.yyyy`, `ddmmyyyy` or `yyyy-mm-dd`; undefined when it is no day. */
export function parseDate(text: string): string | undefined {
  const t = text.trim()
  const m =
    /^(\d{1,2})[./-](\d{1,2})[./-](\d{4})$/.exec(t) ?? /^(\d{2})(\d{2})(\d{4})$/.exec(t) ?? undefined
  const iso = /^(\d{4})-(\d{2})-(\d{2})$/.exec(t)
  const [y, mo, d] = m ? [m[3], m[2], m[1]] : iso ? [iso[1], iso[2], iso[3]] : []
  if (!y || !mo || !d) return undefined
  const made = new Date(Date.UTC(Number(y), Number(mo) - 1, Number(d)))
  if (made.getUTCMonth() !== Number(mo) - 1 || made.getUTCDate() !== Number(d)) return undefined
  return made.toISOString().slice(0, 10)
}

/** A day was written, whether or not the calendar has it. */
export const namesDay = (text: string): boolean => /^(\d{1,2}[./-]\d{1,2}[./-]\d{4}|\d{8}|\d{4}-\d{2}-\d{2})$/.test(text.trim())

/** `23/11/2026`: a day as it is typed. */
export function typedDate(iso: string): string {
  const m = /^(\d{4})-(\d{2})-(\d{2})$/.exec(iso)
  return m ? `${Number(m[3])}/${Number(m[2])}/${m[1]}` : iso
}
