import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Page } from 'playwright-core'
import { open, saved, settled, start, stop, url } from './browser.ts'

// A contact person's own list, worked through by keyboard.

beforeAll(start)
afterAll(stop)

const active = (page: Page) => page.evaluate(() => document.activeElement?.getAttribute('data-column') ?? document.activeElement?.tagName)
/** Puts the focus on a cell, as Tab does on the one that was last used. */
const go = (page: Page, row: number, column: string) => page.locator(`tr[data-at="${row}"] [data-column="${column}"]`).focus()
const text = (page: Page, row: number, column: string) => page.locator(`tr[data-at="${row}"] [data-column="${column}"]`).innerText()

describe('our systems', () => {
  test('kontakt-viborg sets 40 agreement states by keyboard and takes the last back', async () => {
    const { page, check, close } = await open('/our-systems?agreement=missing', { as: 'kontakt-viborg', title: 'Vores systemer', shot: 'our-systems-missing' })
    const before = await page.locator('.k-sum__button').last().innerText()
    const had = (await (await page.request.get(`${url()}/api/v1/usages?agreement=kl_kombit`)).json() as { items: unknown[] }).items.length
    await go(page, 0, 'agreement')
    for (let i = 0; i < 39; i++) {
      await page.keyboard.press(i % 4 === 0 ? 'k' : 'e')
      await page.keyboard.press('ArrowDown')
    }
    await page.keyboard.press('i')
    await page.keyboard.type('Systemet behandler ikke personoplysninger')
    await page.keyboard.press('Enter')
    await saved(page)
    expect(await active(page)).toBe('agreement')
    expect(await page.locator('tbody tr .k-tag--overdue').count()).toBe((await page.locator('tbody tr').count()) - 40)
    expect(await text(page, 39, 'agreement')).toContain('Ikke nødvendig')
    expect(await text(page, 39, 'reason')).toContain('Kirsten Ågesen Holm')
    await check('our-systems-set')
    const number = (s: string) => Number(/\d+/.exec(s)?.[0])
    expect(number(before) - number(await page.locator('.k-sum__button').last().innerText())).toBe(40)
    await go(page, 39, 'agreement')
    await page.keyboard.press('Control+z')
    await page.getByText('2 felter er sat tilbage.').waitFor()
    expect(await text(page, 39, 'agreement')).toContain('Mangler')
    await page.goto(`${url()}/our-systems?agreement=kl_kombit`)
    await settled(page)
    expect(await page.locator('tbody tr').count()).toBe(had + 10)
    await close()
  })

  test('a block from Excel is shown before it is written, and what cannot be stays on screen', async () => {
    const { page, check, close } = await open('/our-systems', { as: 'kontakt-viborg', title: 'Vores systemer', shot: 'our-systems' })
    await go(page, 2, 'responsible')
    await page.evaluate(() => {
      const data = new DataTransfer()
      data.setData('text/plain', 'Ib Kværnholt\t\tLøn og Personale\t1.250\t26/00017\r\nDorthe Hvassing\t\t\tmange\t26/00018\r\n')
      document.activeElement?.dispatchEvent(new ClipboardEvent('paste', { clipboardData: data, bubbles: true, cancelable: true }))
    })
    await page.getByRole('heading', { name: 'Det sker, når du indsætter' }).waitFor()
    await page.getByText('1 felt kan ikke ændres').waitFor()
    await check('our-systems-paste')
    await page.getByRole('button', { name: /^Gem \d+ ændringer$/ }).click()
    await page.getByText('1 felt blev ikke ændret').waitFor()
    expect(await text(page, 2, 'persons')).toBe('1.250')
    expect(await text(page, 3, 'caseNumber')).toBe('26/00018')
    await page.getByRole('button', { name: 'Fortryd det hele' }).click()
    await page.getByText(/felter er sat tilbage/).waitFor()
    expect(await text(page, 2, 'caseNumber')).not.toBe('26/00017')
    await close()
  })

  test('rows are chosen with Shift and changed together', async () => {
    const { page, check, close } = await open('/our-systems', { as: 'kontakt-viborg', title: 'Vores systemer' })
    await go(page, 4, 'responsible')
    for (let i = 0; i < 5; i++) await page.keyboard.press('Shift+ArrowDown')
    await page.getByText('6 rækker valgt').waitFor()
    await page.getByLabel('Ret feltet').selectOption({ label: 'Ansvarlig' })
    await page.locator('.k-bulk').getByLabel('Til', { exact: true }).selectOption({ label: 'Dorthe Hvassing' })
    await check('our-systems-bulk')
    await page.getByRole('button', { name: 'Vis, hvad der sker' }).click()
    await page.getByRole('button', { name: /^Gem \d+ ændring/ }).click()
    await page.getByRole('heading', { name: /felter? er ændret/ }).waitFor()
    for (let row = 4; row < 10; row++) expect(await text(page, row, 'responsible')).toBe('Dorthe Hvassing')
    await page.getByRole('button', { name: 'Luk' }).first().click()
    await close()
  })

  test('two people in one cell lose no text', async () => {
    const one = await open('/our-systems', { as: 'kontakt-viborg', title: 'Vores systemer' })
    const two = await open('/our-systems', { as: 'kontakt-viborg', title: 'Vores systemer' })
    const write = async (page: Page, what: string) => {
      await go(page, 12, 'localOwner')
      await page.keyboard.press('F2')
      await page.keyboard.press('Control+a')
      await page.keyboard.type(what)
      await page.keyboard.press('Enter')
      await saved(page)
    }
    await write(one.page, 'Den første tekst')
    await write(two.page, 'Den anden tekst')
    await two.page.getByText('Kirsten Ågesen Holm skrev:').waitFor()
    expect(await text(two.page, 12, 'localOwner')).toMatch(/Den første tekst[\s\S]*Den anden tekst/)
    await two.check('our-systems-conflict')
    await two.page.getByRole('button', { name: 'Brug min' }).click()
    await saved(two.page)
    await two.page.waitForFunction(() => document.querySelector('tr[data-at="12"] [data-column="localOwner"]')?.textContent === 'Den anden tekst')
    await one.close()
    await two.close()
  })

  test('a system is added, and Escape takes a text back', async () => {
    const { page, close, check } = await open('/our-systems', { as: 'kontakt-randers', title: 'Vores systemer' })
    await page.getByRole('button', { name: 'Tilføj system' }).click()
    await page.getByLabel('Find systemet i registret').fill('a')
    await page.getByLabel('Find systemet i registret').fill('an')
    await check('our-systems-add')
    await page.getByRole('button', { name: /^Tilføj .+/ }).last().click()
    await page.getByText(/er tilføjet\./).waitFor()
    await go(page, 0, 'caseNumber')
    const held = await text(page, 0, 'caseNumber')
    await page.keyboard.type('kladde')
    await page.keyboard.press('Escape')
    expect(await text(page, 0, 'caseNumber')).toBe(held)
    expect(await active(page)).toBe('caseNumber')
    await close()
  })

  test('a filter is saved and shared with a colleague', async () => {
    const { page, close } = await open('/our-systems?responsible=0&agreement=missing', { as: 'kontakt-viborg', title: 'Vores systemer' })
    await page.locator('summary', { hasText: 'Gemte filtre' }).click()
    await page.getByLabel('Gem filtrene på siden som').fill('Uden ansvarlig')
    await page.getByLabel('Del med kolleger').check()
    await page.getByRole('button', { name: 'Gem filter' }).click()
    await page.getByRole('link', { name: 'Uden ansvarlig' }).waitFor()
    await close()
    const other = await open('/our-systems', { as: 'dpo-viborg', title: 'Vores systemer', shot: 'our-systems-dpo' })
    await other.page.locator('summary', { hasText: 'Gemte filtre' }).click()
    await other.page.getByRole('link', { name: 'Uden ansvarlig' }).click()
    await other.page.waitForURL(/responsible=0/)
    expect(await other.page.locator('tbody input').count(), 'who may not write has nothing to write with').toBe(0)
    await other.close()
  })
})
