import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { BrowserContext, Page } from 'playwright-core'
import { open, post, settled, start, stop, url } from './browser.ts'

// Our systems at the size of a large municipality: 600 rows in a real browser.

beforeAll(start)
afterAll(stop)

const many = 600

interface Listed<T> { items: T[]; next?: string }
interface Import { id: number; state: string; version: number; counts: { added: number; refused: number } }

async function all<T>(context: BrowserContext, path: string): Promise<T[]> {
  const items: T[] = []
  let next: string | undefined
  do {
    const page = (await (await context.request.get(`${url()}${path}&limit=200${next ? `&cursor=${encodeURIComponent(next)}` : ''}`)).json()) as Listed<T>
    items.push(...page.items)
    next = page.next
  } while (next)
  return items
}

/** Takes in 600 usages from long ago as a list: every system of the register, a year at a time, so that no other test meets them. */
async function takeIn(context: BrowserContext): Promise<void> {
  const systems = await all<{ name: string; vendor: { number: number; name: string } }>(context, '/api/v1/systems?')
  // Two vendors of one name cannot be told apart by it.
  const twice = (s: (typeof systems)[number]) => systems.some((x) => x !== s && x.vendor.name === s.vendor.name && (x.name === s.name || x.vendor.number !== s.vendor.number))
  const once = systems.filter((s) => !twice(s))
  const lines = Array.from({ length: many }, (_, i) => {
    const [s, year] = [once[i % once.length], 1970 + Math.floor(i / once.length)]
    return `${s?.name};${s?.vendor.name};01-01-${year};31-12-${year};26/${String(i).padStart(5, '0')}`
  })
  const file = `\ufeffSystem;Leverandør;Fra;Til;Sagsnr.\r\n${lines.join('\r\n')}\r\n`
  let it = await post<Import>(context, `/api/v1/imports?kind=usages&name=${encodeURIComponent('Ældre systemer.csv')}`, Buffer.from(file), { 'Content-Type': 'application/octet-stream' })
  for (let i = 0; i < 240 && it.state !== 'ready'; i++) {
    await new Promise((done) => setTimeout(done, 250))
    it = (await (await context.request.get(`${url()}/api/v1/imports/${it.id}`)).json()) as Import
  }
  const refused = await all<{ flaws: unknown[] }>(context, `/api/v1/imports/${it.id}/lines?outcome=refused`)
  expect(refused.slice(0, 3).map((line) => line.flaws), 'lines refused').toEqual([])
  expect([it.state, it.counts.added]).toEqual(['ready', many])
  await post(context, `/api/v1/imports/${it.id}/accept`, { partial: false }, { 'If-Match': `"${it.version}"` })
}

/** Remembers what each row was last drawn from; React puts that on the element anew whenever it draws it. */
const remember = (page: Page) =>
  page.evaluate(() => {
    const drawn = new Map<Element, unknown>()
    const propsOf = (row: Element) => (row as unknown as Record<string, unknown>)[Object.keys(row).find((key) => key.startsWith('__reactProps')) ?? '']
    for (const row of document.querySelectorAll('tbody tr')) drawn.set(row, propsOf(row))
    Object.assign(window, { drawnSince: () => [...drawn].filter(([row, props]) => propsOf(row) !== props).length, everDrawn: drawn.size })
  })
const drawnSince = (page: Page) => page.evaluate(() => (window as unknown as { drawnSince: () => number }).drawnSince())

describe('600 rows of our systems', () => {
  test('are all there, walked and written in without drawing the others', async () => {
    const { page, context, close } = await open('/our-systems?period=ended', { as: 'kontakt-randers', title: 'Vores systemer' })
    await takeIn(context)
    const known = await all<{ id: number; system: { name: string } }>(context, '/api/v1/usages?period=ended&sort=name')
    expect(known.length).toBeGreaterThanOrEqual(many)
    await page.reload()
    await settled(page)
    const rows = page.locator('tbody tr')
    const more = page.getByRole('button', { name: 'Vis flere' })
    while ((await more.count()) > 0) {
      const before = await rows.count()
      await more.press('Enter')
      await page.waitForFunction((n) => document.querySelectorAll('tbody tr').length > n, before)
    }
    await settled(page)
    await page.getByText(`Alle ${known.length} vises`).waitFor()
    const shown = () => page.locator('tbody th').evaluateAll((cells) => cells.map((cell) => cell.id))
    expect(await shown(), 'every row, once, in the order of the list').toEqual(known.map((u) => `u${u.id}-name`))

    // The address remembers them: a reload shows them all again.
    await page.reload()
    await page.waitForFunction((n) => document.querySelectorAll('tbody tr').length === n, known.length)
    await settled(page)

    // Walked from top to bottom by keyboard: the cell that has the focus is in sight, and no row is drawn for it.
    await page.locator('tr[data-at="0"] [data-column="caseNumber"]').focus()
    await remember(page)
    for (let at = 0; at < known.length - 1; at += 10) await page.keyboard.press('PageDown')
    const end = await page.evaluate(() => {
      const cell = document.activeElement
      const box = cell?.getBoundingClientRect()
      return { at: Number(cell?.closest('tr')?.dataset.at), column: cell?.getAttribute('data-column'), seen: box !== undefined && box.top >= 0 && box.bottom <= innerHeight }
    })
    expect(end).toEqual({ at: known.length - 1, column: 'caseNumber', seen: true })
    expect(await drawnSince(page), 'rows drawn by walking').toBe(0)

    // Written in the middle: nineteen letters, and at most the row itself and the one that gets the focus are drawn.
    const middle = Math.floor(known.length / 2)
    const cell = page.locator(`tr[data-at="${middle}"] [data-column="caseNumber"]`)
    await cell.focus()
    await remember(page)
    await page.keyboard.press('Enter')
    await page.keyboard.press('Control+a')
    await page.keyboard.type('Sag 2026-000123 Ærø')
    expect(await drawnSince(page), 'rows drawn by opening a cell and typing').toBeLessThanOrEqual(1)
    await page.keyboard.press('Enter')
    await page.waitForFunction(() => !document.body.innerText.includes('Gemmer …'))
    await page.waitForFunction((id) => document.getElementById(id)?.textContent === 'Sag 2026-000123 Ærø' && document.querySelector('.k-grid__pending') === null, await cell.getAttribute('id') ?? '')
    expect(await drawnSince(page), 'rows drawn by the whole edit, with the answer of the server').toBeLessThanOrEqual(2)

    // Nothing is lost: the same rows in the same order, and the server has the text.
    expect(await shown()).toEqual(known.map((u) => `u${u.id}-name`))
    const saved = await all<{ id: number; caseNumber?: string }>(context, '/api/v1/usages?period=ended&sort=name')
    expect(saved.filter((u) => u.caseNumber === 'Sag 2026-000123 Ærø').map((u) => u.id)).toEqual([known[middle]?.id])
    expect(saved).toHaveLength(known.length)
    await close()
  })
})
