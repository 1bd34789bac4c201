import { afterAll, beforeAll, expect, test } from 'vitest'
import { open, settled, start, stop } from './browser.ts'

// Vendors against municipalities, by eye and by keyboard.

beforeAll(start)
afterAll(stop)

test('the matrix is walked by keyboard, narrowed by a sign, and leads to the agreements', async () => {
  const { page, check, close } = await open('/matrix', { as: 'jurist', title: 'Aftaler: leverandør og kommune' })
  await page.getByRole('grid').waitFor()
  await check('matrix')
  const total = Number(/af (\d+) leverandører, 98 kommuner/.exec(await page.getByText(/leverandører, 98 kommuner/).innerText())?.[1])
  expect(total).toBeGreaterThan(5)
  const first = page.locator('[role=gridcell][tabindex="0"]')
  await first.focus()
  for (const key of ['ArrowRight', 'ArrowDown', 'End', 'PageDown', 'Home']) {
    await page.keyboard.press(key)
    await settled(page)
  }
  const here = await page.evaluate(() => document.activeElement?.id ?? '')
  expect(here).toMatch(/^m-\d+-0$/)
  expect(here).not.toBe('m-1-0')

  const sign = page.getByRole('button', { name: /^I kraft/ })
  await sign.click()
  expect(page.url()).toContain('standing=F')
  expect(await sign.getAttribute('aria-pressed')).toBe('true')
  await page.locator('[role=gridcell][aria-label$=": I kraft"]').first().click()
  await check('matrix-in-force')
  await page.locator('[role=gridcell][aria-label$=": I kraft"]').first().focus()
  await page.keyboard.press('Enter')
  await page.getByRole('heading', { level: 1, name: 'Kommunernes aftaler' }).waitFor()
  expect(page.url()).toMatch(/organisation=\d+/)
  await close()
})

test('the legend counts what the search finds', async () => {
  const { page, check, close } = await open('/matrix', { as: 'jurist', title: 'Aftaler: leverandør og kommune' })
  await page.getByRole('grid').waitFor()
  const legend = async () => (await page.locator('.k-matrix__key .k-quiet').allInnerTexts()).map((n) => Number(n.replaceAll('.', '')))
  const sum = (of: number[]) => of.reduce((a, b) => a + b, 0)
  const all = sum(await legend())
  const name = await page.getByRole('rowheader').first().innerText()
  await page.getByRole('searchbox').fill(name.split('\n')[0] ?? '')
  await page.getByText(/^1 af \d+ leverandører/).waitFor()
  const one = await legend()
  expect(sum(one)).toBeLessThan(all)
  expect(sum(one), 'one vendor has at most one standing with each municipality').toBeLessThanOrEqual(98)
  await page.getByRole('button', { name: /^I kraft/ }).click()
  await settled(page)
  expect(await legend(), 'a standing picked changes no count').toEqual(one)
  await check('matrix-found')
  await close()
})

test('the matrix fits a narrow screen', async () => {
  const { page, check, close } = await open('/matrix', { as: 'jurist', title: 'Aftaler: leverandør og kommune', width: 390 })
  await page.getByRole('grid').waitFor()
  await check('matrix-390')
  await close()
})
