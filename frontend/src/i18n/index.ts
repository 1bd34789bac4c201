import i18next, { type ParseKeys } from 'i18next'
import { initReactI18next, useTranslation } from 'react-i18next'
import type { da } from './da'
import type { agreementPages } from './da/agreementPages'
import type { intakePages } from './da/intakePages'
import type { keyHelp } from './da/keyHelp'
import type { negotiationPages } from './da/negotiationPages'
import type { paperPages } from './da/paperPages'
import type { peoplePages } from './da/peoplePages'
import type { policyPages } from './da/policyPages'
import type { taskPages } from './da/taskPages'
import type { templatePages } from './da/templatePages'
import * as format from './format'
import type { Language } from './format'

declare module 'i18next' {
  interface CustomTypeOptions {
    defaultNS: 'translation'
    resources: { translation: typeof da & typeof templatePages & typeof taskPages & typeof agreementPages & typeof negotiationPages & typeof paperPages & typeof keyHelp & typeof intakePages & typeof peoplePages & typeof policyPages }
    returnNull: false
  }
}

const remembered = 'klausul.language'

/** The language to start in before we know who it is: as last time, else Danish. */
export function startLanguage(): Language {
  return typeof localStorage !== 'undefined' && localStorage.getItem(remembered) === 'en' ? 'en' : 'da'
}

/** Only the words of the language in use are loaded, and the sentences for what is refused. */
const catalogues = {
  da: async () => import('./da').then(({ da: words, problems }) => ({ words, problems })),
  en: async () => import('./en').then(({ en: words, problems }) => ({ words, problems })),
}

/** Loads the words of a language, once. A page must not be drawn before. */
export async function loadWords(language: Language): Promise<void> {
  if (i18n.hasResourceBundle(language, 'translation')) return
  const { words, problems } = await catalogues[language]()
  i18n.addResourceBundle(language, 'problems', problems)
  i18n.addResourceBundle(language, 'translation', words)
}

const ofPages = {
  templatePages: {
    da: async () => import('./da/templatePages').then((x) => x.templatePages),
    en: async () => import('./en/templatePages').then((x) => x.templatePages),
  },
  agreementPages: {
    da: async () => import('./da/agreementPages').then((x) => x.agreementPages),
    en: async () => import('./en/agreementPages').then((x) => x.agreementPages),
  },
  intakePages: {
    da: async () => import('./da/intakePages').then((x) => x.intakePages),
    en: async () => import('./en/intakePages').then((x) => x.intakePages),
  },
  keyHelp: {
    da: async () => import('./da/keyHelp').then((x) => x.keyHelp),
    en: async () => import('./en/keyHelp').then((x) => x.keyHelp),
  },
  negotiationPages: {
    da: async () => import('./da/negotiationPages').then((x) => x.negotiationPages),
    en: async () => import('./en/negotiationPages').then((x) => x.negotiationPages),
  },
  paperPages: {
    da: async () => import('./da/paperPages').then((x) => x.paperPages),
    en: async () => import('./en/paperPages').then((x) => x.paperPages),
  },
  peoplePages: {
    da: async () => import('./da/peoplePages').then((x) => x.peoplePages),
    en: async () => import('./en/peoplePages').then((x) => x.peoplePages),
  },
  policyPages: {
    da: async () => import('./da/policyPages').then((x) => x.policyPages),
    en: async () => import('./en/policyPages').then((x) => x.policyPages),
  },
  taskPages: {
    da: async () => import('./da/taskPages').then((x) => x.taskPages),
    en: async () => import('./en/taskPages').then((x) => x.taskPages),
  },
}
/** Pages whose words come with them: they are many, and not everybody opens them. */
export type WordsOfPages = keyof typeof ofPages
const opened = new Set<WordsOfPages>()

/** Loads the words of such pages, in the language of the page. The page must not be drawn before. */
export async function loadPageWords(pages: WordsOfPages, language: Language = currentLanguage()): Promise<void> {
  opened.add(pages)
  if (!i18n.hasResourceBundle(language, pages)) i18n.addResourceBundle(language, pages, await ofPages[pages][language]())
}

export const i18n = i18next.createInstance()
void i18n.use(initReactI18next).init({
  lng: startLanguage(),
  fallbackLng: false,
  fallbackNS: ['templatePages', 'taskPages', 'agreementPages', 'negotiationPages', 'paperPages', 'keyHelp', 'intakePages', 'peoplePages', 'policyPages'] satisfies WordsOfPages[],
  supportedLngs: ['da', 'en'],
  resources: {},
  interpolation: { escapeValue: false }, // React escapes
  returnNull: false,
  initAsync: false,
})

/** Switches words, formats and the language the page declares; remembered in this browser. */
export async function setLanguage(language: Language): Promise<void> {
  await Promise.all([loadWords(language), ...[...opened].map(async (pages) => loadPageWords(pages, language))])
  localStorage.setItem(remembered, language)
  document.documentElement.lang = language
  await i18n.changeLanguage(language)
}

export function currentLanguage(): Language {
  return i18n.language === 'en' ? 'en' : 'da'
}

const formatsIn = (lang: Language) => ({
  lang,
  date: (v: string | Date) => format.date(v, lang),
  time: (v: string | Date) => format.time(v, lang),
  dateTime: (v: string | Date) => format.dateTime(v, lang),
  written: (v: string) => format.written(v, lang),
  number: (v: number) => format.number(v, lang),
  bytes: (v: number) => format.bytes(v, lang),
  country: (v: string) => format.country(v, lang),
  duration: (v: number) => format.duration(v, lang),
  cvr: format.cvr,
})
const formats = { da: formatsIn('da'), en: formatsIn('en') }

/** Formatters in the language of the page: one and the same object until it changes, as `t` is. */
export function useFormat() {
  useTranslation() // subscribes to a change of language
  return formats[currentLanguage()]
}

/**
 * The words of the catalogues by key. i18next's own type works out the very sentence of every
 * call, which is more than the compiler can do for as many keys as there are.
 */
export interface Words {
  (key: ParseKeys, values?: Record<string, unknown>): string
  (key: string, values: { returnObjects: true }): Record<string, string>
}

export function useWords() {
  const { t, i18n: words } = useTranslation()
  return { t: t as unknown as Words, i18n: words }
}
export type { Language }
