import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Page } from 'playwright-core'
import { accessible, open, shots, start, stop, url } from './browser.ts'

// What the table of systems says when something cannot be, and how it is explained.

beforeAll(start)
afterAll(stop)

const at = (page: Page, row: number, column: string) => page.locator(`tr[data-at="${row}"] [data-column="${column}"]`)
const active = (page: Page) => page.evaluate(() => document.activeElement?.getAttribute('data-column') ?? document.activeElement?.tagName)
const overview = (page: Page) => page.locator('nav#menu').getByRole('link', { name: 'Overblik' }).click()

/** Goes down row by row: the focused cell never lies behind what stays in sight under the table. */
const uncovered = async (page: Page, rows: number) => {
  for (let n = 0; n < rows; n++) {
    await page.keyboard.press('ArrowDown')
    const { cell, foot } = await page.evaluate(() => ({
      cell: document.activeElement?.closest('td')?.getBoundingClientRect().bottom ?? Infinity, foot: document.querySelector('.k-grid__foot')?.getBoundingClientRect().top ?? 0,
    }))
    expect(cell, `step ${n + 1}`).toBeLessThanOrEqual(foot)
  }
}

describe('our systems', () => {
  test('the focus is never behind the line under the table, and ? shows the keys', async () => {
    const { page, close } = await open('/our-systems', { as: 'kontakt-viborg', title: 'Vores systemer' })
    await at(page, 0, 'persons').focus()
    await uncovered(page, 20)
    for (let n = 0; n < 5; n++) await page.keyboard.press('ArrowUp')
    await page.keyboard.press('?')
    await page.getByRole('dialog', { name: 'Tastatur' }).waitFor()
    await page.keyboard.press('Escape')
    await page.getByRole('dialog', { name: 'Tastatur' }).waitFor({ state: 'hidden' })
    expect(await page.locator('.k-grid__input').count()).toBe(0)
    await close()
  })

  test('a refused cell is read out with its row, is kept, warns, and is mended', async () => {
    const { page, check, close } = await open('/our-systems', { as: 'kontakt-viborg', title: 'Vores systemer' })
    const name = await at(page, 5, 'name').getByRole('link').innerText()
    await at(page, 5, 'persons').focus()
    await page.keyboard.type('mange')
    await page.keyboard.press('Enter')
    const alert = page.getByRole('alert').filter({ hasText: '1 felt er ikke gemt' })
    await alert.waitFor()
    expect(await alert.innerText()).toContain(`${name} · Personer`)
    expect(await alert.innerText()).toContain('Skriv antallet af personer som et helt tal')
    expect(await at(page, 5, 'persons').innerText()).toMatch(/Ikke gemt: mange/)
    await check('our-systems-refused')
    await at(page, 0, 'persons').focus()
    await uncovered(page, 20)
    await page.getByRole('searchbox', { name: 'Søg i listen' }).fill('zzzz')
    await page.getByText('Ingen rækker passer').waitFor()
    await overview(page)
    await page.getByRole('alertdialog').getByRole('button', { name: 'Bliv' }).click()
    await page.getByRole('button', { name: 'Ryd filtre' }).first().click()
    await alert.getByRole('link').click()
    expect(await active(page)).toBe('persons')
    await page.keyboard.press('F2')
    expect(await page.locator('.k-grid__input').inputValue()).toBe('mange')
    await page.keyboard.type('120')
    await page.keyboard.press('Enter')
    await alert.waitFor({ state: 'hidden' })
    await page.getByText(/^Gemt /).waitFor()
    await overview(page)
    await page.waitForURL(`${url()}/`)
    await close()
  })

  test('»not needed« asks for its reason, and stays unsaved in words without one', async () => {
    const { page, check, close } = await open('/our-systems?agreement=missing', { as: 'kontakt-viborg', title: 'Vores systemer' })
    await at(page, 1, 'agreement').focus()
    await page.keyboard.press('Enter')
    await page.getByRole('combobox', { name: /^Aftale for/ }).selectOption({ label: 'Ikke nødvendig' })
    expect(await page.evaluate(() => document.activeElement?.getAttribute('placeholder'))).toBe('Hvorfor er en aftale ikke nødvendig?')
    await page.keyboard.press('Enter')
    await page.getByRole('alert').filter({ hasText: 'Skriv en begrundelse for' }).first().waitFor()
    expect(await active(page)).toBe('INPUT')
    await page.getByRole('heading', { level: 1 }).click()
    expect(await at(page, 1, 'agreement').innerText()).toMatch(/Ikke gemt: Ikke nødvendig/)
    await page.getByRole('alert').filter({ hasText: '1 felt er ikke gemt' }).waitFor()
    await check('our-systems-reason')
    await at(page, 1, 'agreement').getByRole('button', { name: 'Ret' }).click()
    await page.keyboard.type('Ingen personoplysninger')
    await page.keyboard.press('Enter')
    await page.getByText(/^Gemt /).waitFor()
    expect(await at(page, 1, 'agreement').innerText()).toContain('Ikke nødvendig')
    expect(await at(page, 1, 'reason').innerText()).toContain('Ingen personoplysninger')
    await page.keyboard.press('Control+z')
    await page.getByText(/sat tilbage/).waitFor()
    await close()
  })

  test('a key that cannot set the state of a joint agreement says why', async () => {
    const { page, close } = await open('/our-systems?agreement=joint', { as: 'kontakt-viborg', title: 'Vores systemer' })
    const name = await at(page, 0, 'name').getByRole('link').innerText()
    await at(page, 0, 'agreement').focus()
    await page.keyboard.press('m')
    await page.getByRole('alert').filter({ hasText: `${name}: Den fælles aftale dækker systemet` }).waitFor()
    expect(await active(page)).toBe('agreement')
    await close()
  })

  test('the focus is back in the table when a preview is left', async () => {
    const { page, close } = await open('/our-systems', { as: 'kontakt-viborg', title: 'Vores systemer' })
    await at(page, 3, 'caseNumber').focus()
    await page.evaluate(() => {
      const data = new DataTransfer()
      data.setData('text/plain', '26/1\r\n26/2\r\n')
      document.activeElement?.dispatchEvent(new ClipboardEvent('paste', { clipboardData: data, bubbles: true, cancelable: true }))
    })
    await page.getByRole('button', { name: 'Lad være' }).click()
    await expect.poll(() => active(page)).toBe('caseNumber')
    expect(await page.evaluate(() => document.activeElement?.closest('tr')?.getAttribute('data-at'))).toBe('3')
    await page.keyboard.press('Space')
    await page.getByRole('button', { name: 'Fravælg' }).click()
    await expect.poll(() => active(page)).toBe('caseNumber')
    await close()
  })

  test('the keys of the table are in the help, and a list can be taken in', async () => {
    const { page, close } = await open('/our-systems', { as: 'kontakt-viborg', title: 'Vores systemer', shot: 'our-systems-how' })
    await page.keyboard.press('?')
    const help = page.getByRole('dialog', { name: 'Tastatur' })
    await help.getByRole('table', { name: 'I tabellen Vores systemer' }).waitFor()
    for (const words of ['I kolonnen Aftale: Mangler', 'Indsæt fra Excel; du ser først, hvad der sker', 'Vælg flere rækker i træk']) await help.getByText(words).waitFor()
    await accessible(page)
    await page.screenshot({ path: join(shots, 'keys-grid-1280.png'), fullPage: true })
    await page.keyboard.press('Escape')
    await page.getByRole('link', { name: 'Indlæs en liste' }).click()
    await page.getByRole('heading', { level: 1, name: 'Indlæs en liste' }).waitFor()
    expect(await page.getByLabel('Systemer i brug').isChecked()).toBe(true)
    await page.keyboard.press('?')
    await help.waitFor()
    expect(await help.getByText('I kolonnen Aftale').count()).toBe(0)
    await close()
  })

  test('an empty list leads to taking one in', async () => {
    const { page, close } = await open('/', { as: 'kontakt-viborg' })
    await page.route(/\/api\/v1\/usages(\?.*)?$/, (route) => route.fulfill({ json: { items: [] } }))
    await page.goto(`${url()}/our-systems`)
    await page.locator('.k-empty').getByRole('link', { name: 'Indlæs en liste' }).click()
    await page.getByRole('heading', { level: 1, name: 'Indlæs en liste' }).waitFor()
    await close()
    const reader = await open('/our-systems', { as: 'dpo-viborg', title: 'Vores systemer' })
    expect(await reader.page.getByRole('link', { name: 'Indlæs en liste' }).count()).toBe(0)
    await reader.close()
  })

  test('a telephone is told what a finger can do, and does it', async () => {
    const { page, close } = await open('/our-systems', { as: 'kontakt-viborg', title: 'Vores systemer', width: 390, touch: true })
    await page.getByText('Sæt flueben ved rækker for at rette dem samlet.').waitFor()
    expect(await page.getByText('Piletaster flytter').isVisible()).toBe(false)
    await page.getByRole('button', { name: 'Tastatur og hjælp' }).tap()
    const help = page.getByRole('dialog')
    await help.getByText('Tryk på et felt for at rette det, og uden for det for at gemme.').waitFor()
    expect(await help.getByText('Søg i alt', { exact: true }).isVisible()).toBe(false)
    await page.screenshot({ path: join(shots, 'keys-touch-390.png') })
    await help.getByRole('button', { name: 'Luk' }).tap()
    await at(page, 0, 'name').locator('.k-grid__under').tap()
    await at(page, 0, 'responsible').tap()
    await page.getByRole('combobox', { name: /^Ansvarlig for/ }).waitFor()
    await page.screenshot({ path: join(shots, 'our-systems-touch-390.png') })
    await close()
  })
})
