import { mkdirSync, readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { chromium, type Browser, type BrowserContext, type Page } from 'playwright-core'
import { expect, inject } from 'vitest'

export const url = (): string => inject('url')

export const shots = join(import.meta.dirname, 'screenshots')
mkdirSync(shots, { recursive: true })
const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')

let browser: Browser | undefined

export async function start(): Promise<Browser> {
  browser ??= await chromium.launch({
    executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
    args: ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking', '--disable-component-update', '--disable-sync'],
  })
  return browser
}

export async function stop(): Promise<void> {
  await browser?.close()
  browser = undefined
}

/** What the server of this run knows: the numbers of the first vendor with systems and of its first system. */
export async function known(): Promise<{ vendor: number; system: number }> {
  const signIn = await fetch(`${url()}/api/v1/session/demo`, { method: 'POST', headers: { 'Content-Type': 'application/json' }, body: JSON.stringify({ persona: 'jurist' }) })
  const cookie = signIn.headers.getSetCookie().map((c) => c.split(';')[0]).join('; ')
  const list = (await (await fetch(`${url()}/api/v1/systems?limit=1`, { headers: { cookie } })).json()) as { items: { number: number; vendor: { number: number } }[] }
  const first = list.items[0]
  if (!first) throw new Error('the register has no systems')
  return { vendor: first.vendor.number, system: first.number }
}

/** Sends a change as the page would: with the token of the one who is signed in. */
export async function post<T>(context: BrowserContext, path: string, data: unknown, headers: Record<string, string> = {}): Promise<T> {
  const me = (await (await context.request.get(`${url()}/api/v1/me`)).json()) as { csrf: string }
  const answer = await context.request.post(url() + path, { data, headers: { 'X-CSRF-Token': me.csrf, ...headers } })
  expect(answer.ok(), `${path}: ${answer.status()} ${await answer.text()}`).toBe(true)
  return (await answer.json()) as T
}

export type Persona =
  | 'jurist' | 'tilsyn' | 'admin' | 'kontakt-viborg' | 'kontakt-randers' | 'systemejer-viborg' | 'dpo-viborg' | 'indkoeb-viborg' | 'bestyrelse' | 'jurist-2'

/** Asks the API in a persona's own session. */
export async function as(persona: Persona) {
  const context = await (await start()).newContext()
  await context.request.post(`${url()}/api/v1/session/demo`, { data: { persona } })
  const { csrf } = (await (await context.request.get(`${url()}/api/v1/me`)).json()) as { csrf: string }
  return async <T>(method: string, path: string, data?: unknown, headers: Record<string, string> = {}): Promise<T> => {
    const answer = await context.request.fetch(url() + path, { method, data, headers: { 'X-CSRF-Token': csrf, ...headers } })
    expect(answer.ok(), `${method} ${path}: ${answer.status()} ${await answer.text()}`).toBe(true)
    return (await answer.json()) as T
  }
}

interface Asked { path: string; type: string; choices?: { value: string }[]; minimum?: number }

/** Answers all that stands in the way of a draft's release. */
export async function answerAll(lawyer: Awaited<ReturnType<typeof as>>, agreement: number): Promise<void> {
  const at = `/api/v1/agreements/${agreement}`
  const { fields } = await lawyer<{ fields: Asked[] }>('GET', at)
  const { unanswered } = await lawyer<{ unanswered: { path: string }[] }>('GET', `${at}/release-check`)
  for (const { path } of unanswered) {
    const field = fields.find((x) => x.path === path)
    const value = field?.choices?.[0] ? (field.type === 'choices' ? [field.choices[0].value] : field.choices[0].value) : field?.type === 'integer' ? field.minimum ?? 30 : field?.type === 'date' ? '2026-12-01' : field?.type === 'yes_no' ? true : 'Journalføring i ældreplejen'
    await lawyer('PATCH', `${at}/answers`, { path, base: 0, value })
  }
}

/** Some weeks from now, as people type a day. */
export function day(weeks: number): string {
  const d = new Date(Date.now() + weeks * 7 * 24 * 3600 * 1000)
  return `${d.getDate()}/${d.getMonth() + 1}/${d.getFullYear()}`
}

/** Waits until the page has nothing left to save. */
export const saved = (page: Page) =>
  page.waitForFunction(() => document.querySelector('[data-saving]') === null && !document.body.innerText.includes('Gemmer …'), undefined, { timeout: 20_000 })

interface Options {
  as?: Persona
  /** Refusals the page is expected to meet, as "status path". */
  expects?: RegExp
  /** Name of the screenshots; none are taken without it. */
  shot?: string
  /** h1 to wait for; any when left out. */
  title?: string | RegExp
  width?: number
  /** A telephone: fingers and no keyboard. */
  touch?: boolean
}

export interface Opened {
  page: Page
  context: BrowserContext
  /** Everything that must hold on every page; call again after the page has changed. */
  check: (shot?: string) => Promise<void>
  close: () => Promise<void>
}

/** Signs in, opens, and checks what every page owes. */
export async function open(path: string, options: Options = {}): Promise<Opened> {
  const context = await (await start()).newContext({ viewport: { width: options.width ?? 1280, height: 900 }, ...(options.touch && { hasTouch: true, isMobile: true }), locale: 'da-DK', timezoneId: 'Europe/Copenhagen', acceptDownloads: true, reducedMotion: 'reduce' })
  if (options.as) {
    const answer = await context.request.post(`${url()}/api/v1/session/demo`, { data: { persona: options.as } })
    expect(answer.status(), `sign in as ${options.as}`).toBe(200)
  }
  context.setDefaultTimeout(20_000)
  const page = await context.newPage()
  const complaints: string[] = []
  // The browser writes a line for each refused request; those are judged by status below.
  page.on('console', (message) => {
    if (message.type() === 'error' && !/Failed to load resource/.test(message.text())) complaints.push(`console: ${message.text()}`)
  })
  page.on('pageerror', (error) => complaints.push(`page: ${error.message}`))
  page.on('requestfailed', (request) => {
    const why = request.failure()?.errorText ?? ''
    if (!/ERR_ABORTED/.test(why)) complaints.push(`request: ${request.url()} ${why}`)
  })
  page.on('response', (response) => {
    const line = `${response.status()} ${new URL(response.url()).pathname}`
    const notSignedIn = !options.as && line === '401 /api/v1/me'
    if (response.status() >= 400 && !notSignedIn && !options.expects?.test(line)) complaints.push(`answer: ${line}`)
  })
  await page.goto(url() + path)
  const check = async (shot?: string) => {
    await settled(page)
    await houseRules(page)
    await accessible(page)
    await page.evaluate(() => window.scrollTo(0, 0))
    if (shot) await page.screenshot({ path: join(shots, `${shot}-1280.png`), fullPage: true })
    await keyboard(page)
    await narrow(page, shot)
    expect(complaints, `complaints on ${page.url()}`).toEqual([])
  }
  const heading = page.locator('h1')
  await (typeof options.title === 'undefined' ? heading : heading.filter({ hasText: options.title })).first().waitFor({ timeout: 20_000 })
  await check(options.shot)
  return { page, context, check, close: () => context.close() }
}

/** Nothing loads any more and no skeleton is left. */
export async function settled(page: Page): Promise<void> {
  await page.waitForFunction(() => document.querySelector('h1') !== null && document.querySelector('[aria-busy="true"]') === null, undefined, { timeout: 20_000 })
  await page.evaluate(() => document.fonts.ready.then(() => undefined))
}

async function houseRules(page: Page): Promise<void> {
  const seen = await page.evaluate(() => {
    const ids = [...document.querySelectorAll('[id]')].map((e) => e.id)
    return {
      h1: [...document.querySelectorAll('h1')].map((h) => h.textContent?.trim() ?? ''),
      title: document.title,
      lang: document.documentElement.lang,
      english: document.querySelector('.k-header')?.textContent?.includes('På dansk') ?? false,
      doubled: ids.filter((id, i) => ids.indexOf(id) !== i),
      text: document.body.innerText,
      bare: [...document.querySelectorAll('input[type=radio], input[type=checkbox]')].filter((e) => getComputedStyle(e).appearance === 'none').length,
      styled: [...document.querySelectorAll('script:not([src]), style')].length,
    }
  })
  expect(seen.h1, 'one h1').toHaveLength(1)
  expect(seen.title, 'title is the h1').toBe(`${seen.h1[0]} – Klausul`)
  expect(seen.lang, 'lang').toBe(seen.english ? 'en' : 'da')
  expect(seen.doubled, 'duplicate ids').toEqual([])
  expect(seen.bare, 'boxes and buttons to choose with that nobody can see').toBe(0)
  expect(seen.styled, 'inline script or style').toBe(0)
  // A raw key looks like agreement.field.source; addresses and file names end in what a key never does.
  const raw = seen.text.match(/(?<![\w@/.])(common|error|session|templates|position|frame|list|desk|vendor|system|organisation|template|users|apiKeys|agreement|release|batch|accession|actions|was|usage|scope|duplicate|vendorPage|vendorForm|contact|chain|paste|behind|territory|bulk|filters|tasks|form|hearing|mandate|negotiation|negotiating|paper|keys|intake|policy|copy|amendment)\.[a-z][A-Za-z.]+/g)
  expect(raw, 'raw message keys').toBeNull()
}

interface Violation {
  id: string
  nodes: { target: string[]; failureSummary?: string }[]
}

/** What axe finds; of its own for a dialog, in which the walk with Tab goes round. */
export async function accessible(page: Page): Promise<void> {
  await page.evaluate(axe)
  const violations = (await page.evaluate(
    `axe.run(document, { runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa'] }).then((r) => r.violations.map((v) => ({ id: v.id, nodes: v.nodes.slice(0, 3).map((n) => ({ target: n.target, failureSummary: n.failureSummary })) })))`,
  )) as Violation[]
  expect(violations, `axe on ${page.url()}`).toEqual([])
}

/** Walks the page with Tab: every stop is seen, has a visible mark, and focus is never lost on the way. */
async function keyboard(page: Page, most = 60): Promise<void> {
  await page.evaluate(() => {
    // Tab goes on from the last place that had focus; the body brings it back to the beginning.
    document.body.tabIndex = -1
    document.body.focus()
    document.body.removeAttribute('tabindex')
    window.scrollTo(0, 0)
  })
  let stops = 0
  let lost = 0
  const look = () => page.evaluate(() => {
    const e = document.activeElement
    if (!(e instanceof HTMLElement) || e === document.body) return null
    const box = e.getBoundingClientRect()
    const marked = (x: Element | null): boolean => {
      if (!x) return false
      const s = getComputedStyle(x)
      return (s.outlineStyle !== 'none' && parseFloat(s.outlineWidth) >= 1) || s.boxShadow !== 'none'
    }
    return {
      what: e.outerHTML.slice(0, 140),
      seen: box.width > 0 && box.height > 0 && box.bottom > 0 && box.top < innerHeight,
      marked: marked(e) || marked(e.closest('.k-search__box')),
    }
  })
  for (let i = 0; i < most; i++) {
    await page.keyboard.press('Tab')
    const stop = await look()
    if (!stop) {
      lost++
      if (stops > 0) break // walked past the last stop into the browser's own bar
      continue
    }
    stops++
    expect(stop.seen, `focus is out of sight on ${stop.what}`).toBe(true)
    expect(stop.marked, `no visible focus on ${stop.what}`).toBe(true)
  }
  expect(stops, 'something can be reached by keyboard').toBeGreaterThan(2)
  expect(lost, 'focus is lost in the middle of the page').toBeLessThanOrEqual(1)
  await page.evaluate(() => window.scrollTo(0, 0))
}

/** Nothing moves sideways: as wide as the page stands, on a telephone, nor on one half as wide. */
export async function narrow(page: Page, shot?: string): Promise<void> {
  const before = page.viewportSize()
  for (const width of [before?.width ?? 1280, 390, 320]) {
    if (width !== before?.width) await page.setViewportSize({ width, height: 800 })
    await page.waitForTimeout(50)
    if (shot && width === 390) await page.screenshot({ path: join(shots, `${shot}-390.png`), fullPage: true })
    const over = await page.evaluate(() => {
      const wide = document.documentElement.scrollWidth - document.documentElement.clientWidth
      if (wide <= 0) return []
      return [`${wide} px`, ...[...document.querySelectorAll('body *')].filter((e) => e.getBoundingClientRect().right > document.documentElement.clientWidth + 1).slice(0, 4).map((e) => e.outerHTML.slice(0, 120))]
    })
    expect(over, `sideways scrolling at ${width} px on ${page.url()}`).toEqual([])
  }
  if (before) await page.setViewportSize(before)
}
