import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Page } from 'playwright-core'
import { as, known, open, settled, shots, start, stop, url } from './browser.ts'

// Where things stand on a page, measured: what an eye would find crooked.

beforeAll(start)
afterAll(stop)

/** How far the words of each head of numbers end from the end of its numbers, and how many lines each head takes. */
const heads = (page: Page) => page.evaluate(() => {
  const end = (node: Node): number => {
    const range = document.createRange()
    range.selectNodeContents(node)
    return Math.max(...[...range.getClientRects()].map((r) => r.right))
  }
  const words = (e: Element): Node => [...(e.querySelector('.k-sort') ?? e).childNodes].find((n) => n.nodeType === Node.TEXT_NODE) ?? e
  const lines = (node: Node): number => {
    const range = document.createRange()
    range.selectNodeContents(node)
    return new Set([...range.getClientRects()].map((r) => Math.round(r.top))).size
  }
  const all = [...document.querySelectorAll('thead th:not(.k-box)')]
  return {
    wrapped: all.filter((th) => lines(words(th)) > 1).map((th) => th.textContent),
    crooked: all.flatMap((th) => {
      if (!th.classList.contains('k-num')) return []
      const at = [...(th.parentElement?.children ?? [])].indexOf(th)
      const cell = document.querySelectorAll('tbody tr')[0]?.children[at]
      if (!cell) return []
      const off = Math.round(end(words(th)) - end(cell))
      return Math.abs(off) > 1 ? [`${th.textContent ?? ''}: ${off} px`] : []
    }),
  }
})

/** Words that do not stand on one line. */
const broken = (page: Page, where: string) => page.evaluate((within) => {
  const found: string[] = []
  for (const box of document.querySelectorAll(within)) {
    const walk = document.createTreeWalker(box, NodeFilter.SHOW_TEXT)
    for (let node = walk.nextNode(); node; node = walk.nextNode()) {
      for (const m of (node.textContent ?? '').matchAll(/[\p{L}\p{N}]{2,}/gu)) {
        const range = document.createRange()
        range.setStart(node, m.index)
        range.setEnd(node, m.index + m[0].length)
        if (new Set([...range.getClientRects()].filter((r) => r.width > 0).map((r) => Math.round(r.top))).size > 1) found.push(m[0])
      }
    }
  }
  return found
}, where)

describe('a table', () => {
  for (const [path, as] of [['/vendors', 'jurist'], ['/systems', 'jurist'], ['/scope', 'tilsyn'], ['/organisations', 'admin'], ['/agreements', 'jurist']] as const) {
    test(`${path}: heads stand on one line, over their numbers`, async () => {
      const { page, close } = await open(path, { as, shot: `layout${path.replace('/', '-')}` })
      expect(await heads(page)).toEqual({ wrapped: [], crooked: [] })
      expect(await broken(page, 'tbody :is(th, td)')).toEqual([])
      await close()
    })
  }

  test('/territories: words are whole, on a narrow screen too', async () => {
    const { page, close } = await open('/territories?show=all', { as: 'admin', shot: 'territories-all' })
    for (const width of [1280, 1024, 390]) {
      await page.setViewportSize({ width, height: 900 })
      expect(await broken(page, 'tbody :is(th, td)'), `${width} px`).toEqual([])
      expect(await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth)).toBeLessThanOrEqual(0)
    }
    await close()
  })

  test('/access-reviews: what is chosen stands on the line of its row', async () => {
    const { page, close } = await open('/access-reviews/1', { as: 'kontakt-viborg', shot: 'access-review' })
    const off = await page.evaluate(() => {
      const row = [...document.querySelectorAll('tbody tr')].find((r) => r.querySelector('input[type=radio]'))
      const label = row?.querySelector('label')
      const name = row?.querySelector('th a')
      if (!label || !name) return undefined
      const range = document.createRange()
      range.selectNodeContents(label.lastChild ?? label)
      const middle = (r: DOMRect) => (r.top + r.bottom) / 2
      return Math.abs(middle(range.getBoundingClientRect()) - middle(name.getBoundingClientRect()))
    })
    expect(off).toBeLessThanOrEqual(2)
    const own = page.getByRole('row').filter({ hasText: 'Din egen rolle kan en anden afslutte' })
    expect(await own.first().getByRole('radio', { name: 'Afslut' }).isDisabled()).toBe(true)
    expect(await own.first().getByRole('radio', { name: 'Behold' }).isEnabled()).toBe(true)
    await close()
  })

  test('/our-systems: a cell that is written in leaves the columns where they were', async () => {
    const { page, close } = await open('/our-systems', { as: 'kontakt-viborg' })
    const edges = () => page.locator('thead th').evaluateAll((all) => all.map((th) => Math.round(th.getBoundingClientRect().left)))
    const before = await edges()
    // Enter on a joint agreement goes to it: the row is one without, whatever has been concluded before.
    const at = await page.locator('tbody tr').filter({ hasNot: page.locator('[data-column="agreement"] a') }).first().getAttribute('data-at')
    for (const column of ['agreement', 'responsible', 'localOwner', 'persons', 'caseNumber']) {
      const cell = page.locator(`tbody tr[data-at="${at}"] [data-column="${column}"]`)
      await cell.focus()
      await cell.press('Enter')
      await page.locator('.k-grid__input').first().waitFor()
      const moved = (await edges()).map((at, n) => Math.abs(at - (before[n] ?? 0)))
      expect(Math.max(...moved), `${column} moves the columns by ${moved.join()}`).toBeLessThanOrEqual(1)
      await page.keyboard.press('Escape')
    }
    await close()
  })
})

describe('the form of an agreement', () => {
  test('breaks no word, in its index nor in the tables of its text', async () => {
    const lawyer = await as('jurist')
    const { vendor, system } = await known()
    const template = (await lawyer<{ items: { id: number; family: string }[] }>('GET', '/api/v1/templates')).items.find((x) => x.family === 'eksempel')
    const { agreement } = await lawyer<{ agreement: { id: number } }>('POST', '/api/v1/agreements', { vendor, systems: [system], template: template?.id, title: 'Hele ord' })
    const said = {
      'processor.contacts': [{ name: 'Åse Ørum', role: 'Databeskyttelsesrådgiver', phone: '+45 00 12 34 56', mail: 'aase.oerum@aahavn-omsorgssystemer.example' }],
      'subprocessors.list': [{ name: 'Weserhaus Rechenzentrum GmbH', number: 'HRB 204117', address: 'Musterstraße 1, 20095 Musterstadt', country: 'DE', purpose: 'Sikkerhedskopiering og driftsovervågning' }],
      locations: [{ place: 'Driftscenter i Musterstadt', country: 'DE', who: 'Weserhaus Rechenzentrum GmbH' }, { place: 'Fjernadgang', country: 'NL', who: 'Ballymoor Cloud Ireland Ltd' }],
    }
    const { page, close } = await open(`/agreements/${agreement.id}`, { as: 'jurist' })
    expect(await page.locator('.k-index li').filter({ hasText: 'Parterne' }).innerText(), 'nothing is filled in').toMatch(/0 af 2\s+kan udelades/)
    for (const [path, value] of Object.entries(said)) await lawyer('PATCH', `/api/v1/agreements/${agreement.id}/answers`, { path, base: 0, value })
    for (const width of [1280, 390]) {
      await page.setViewportSize({ width, height: 900 })
      await page.reload()
      await settled(page)
      expect(await page.locator('.k-index a').count()).toBeGreaterThan(5)
      expect(await broken(page, '.k-index a'), `index, ${width} px`).toEqual([])
      await page.screenshot({ path: `${shots}/agreement-words-${width}.png` })
      if (width === 390) await page.getByRole('button', { name: 'Teksten' }).click()
      const contacts = page.locator('#text-pane .k-texttable', { hasText: 'Databeskyttelsesrådgiver' })
      await contacts.scrollIntoViewIfNeeded()
      await page.screenshot({ path: `${shots}/agreement-words-text-${width}.png` })
      expect(await page.locator('#text-pane .k-texttable').count()).toBe(4)
      expect(await broken(page, '#text-pane .k-texttable :is(th, td)'), `text, ${width} px`).toEqual([])
      expect(await page.locator('#text-pane').evaluate((e) => e.scrollWidth - e.clientWidth), `${width} px`).toBeLessThanOrEqual(0)
    }
    await close()
  })
})

describe('the navigation', () => {
  test('says where one is on pages that have no item of their own', async () => {
    const { page, close } = await open('/scope', { as: 'jurist' })
    for (const [path, item] of [['/scope', 'Systemer'], ['/duplicates', 'Leverandører'], ['/duplicates?kind=system', 'Systemer'], ['/territories', 'Leverandører'], ['/positions', 'Skabelon'], ['/imports', 'Leverandører'], ['/vendors', 'Leverandører']] as const) {
      await page.goto(url() + path)
      await page.getByRole('heading', { level: 1 }).waitFor()
      expect(await page.locator('.k-nav [aria-current="page"]').allInnerTexts(), path).toEqual([item])
    }
    await close()
  })
})
