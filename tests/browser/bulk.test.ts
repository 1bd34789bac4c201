import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Page } from 'playwright-core'
import { accessible, narrow, open, settled, shots, start, stop, url } from './browser.ts'

// Many rows of a list chosen, changed at once after a look, and put back.

beforeAll(start)
afterAll(stop)

const dialog = (page: Page) => page.getByRole('dialog', { name: 'Ret de valgte rækker' })
const bar = (page: Page) => page.getByRole('region', { name: 'Valgte rækker' })
const box = (page: Page, row: number) => page.locator('tbody tr').nth(row).getByRole('checkbox')

/** Chooses a field and a value in the open dialog and looks at what happens. */
async function look(page: Page, field: string, value: string, shot: string): Promise<void> {
  await dialog(page).getByLabel('Ret feltet').selectOption({ label: field })
  const to = dialog(page).getByLabel(/^Til/)
  if (await to.evaluate((e) => e instanceof HTMLSelectElement)) await to.selectOption({ label: value })
  else await to.fill(value)
  await dialog(page).getByRole('button', { name: 'Vis, hvad der sker' }).click()
  await dialog(page).getByRole('heading', { name: 'Det sker, når du gemmer' }).waitFor()
  await accessible(page)
  await page.screenshot({ path: join(shots, `${shot}-1280.png`) })
  await narrow(page)
  await page.setViewportSize({ width: 390, height: 800 })
  await page.screenshot({ path: join(shots, `${shot}-390.png`) })
  await page.setViewportSize({ width: 1280, height: 900 })
}

describe('many rows at once', () => {
  test('systems are chosen by keyboard, described together and put back', async () => {
    const { page, check, close } = await open('/systems', { as: 'jurist', title: 'Systemer' })
    await page.keyboard.press('j')
    await page.keyboard.press('Space')
    for (let i = 0; i < 3; i++) await page.keyboard.press('j')
    await page.keyboard.press('Shift+Space')
    await bar(page).getByText('4 rækker valgt').waitFor()
    expect(await page.evaluate(() => document.activeElement?.tagName), 'the focus stays in the row').toBe('A')
    await page.keyboard.press('Escape')
    await bar(page).waitFor({ state: 'detached' })

    await box(page, 1).click()
    await box(page, 5).click({ modifiers: ['Shift'] })
    await box(page, 3).press('Space')
    await bar(page).getByText('4 rækker valgt').waitFor()
    await check('many-systems-chosen')
    await bar(page).getByRole('button', { name: /^Vælg (alle|de første) / }).click()
    await bar(page).getByText(/^[\d.]{3,} rækker valgt$/).waitFor()
    await bar(page).getByRole('button', { name: 'Fravælg' }).click()
    expect(await page.evaluate(() => document.activeElement?.closest('.k-box') !== null), 'the focus is not lost with the bar').toBe(true)

    await box(page, 0).click()
    await box(page, 2).click({ modifiers: ['Shift'] })
    const names = await page.locator('tbody tr th').evaluateAll((cells) => cells.slice(0, 3).map((cell) => cell.textContent ?? ''))
    await bar(page).getByRole('button', { name: 'Ret de valgte' }).click()
    await look(page, 'Bruger AI', 'Ja', 'many-systems')
    await dialog(page).getByRole('button', { name: /^Gem \d ændring/ }).click()
    const told = page.getByText(/^Bruger AI er nu Ja i \d række/)
    await told.waitFor()
    await settled(page)
    expect(await page.evaluate(() => document.activeElement?.textContent?.includes('Bruger AI er nu')), 'the focus is where the answer is').toBe(true)
    await check('many-systems-done')
    const ai = async () => {
      const list = (await (await page.request.get(`${url()}/api/v1/systems?sort=name`)).json()) as { items: { number: number; name: string }[] }
      return Promise.all(list.items.slice(0, 3).map(async (s) => ((await (await page.request.get(`${url()}/api/v1/systems/${s.number}`)).json()) as { usesAi?: boolean }).usesAi))
    }
    expect(await ai(), names.join()).toEqual([true, true, true])
    await page.getByRole('button', { name: 'Fortryd', exact: true }).first().click()
    await page.getByText(/^Bruger AI er sat tilbage i \d række/).waitFor()
    expect(await ai()).not.toContain(true)
    await page.locator('summary', { hasText: 'Seneste ændringer' }).click()
    await page.getByText(/^Bruger AI til Ja i \d række/).first().waitFor()
    await page.getByText(/fortrudt af/).first().waitFor()
    await page.screenshot({ path: join(shots, 'many-systems-changes-1280.png') })
    await close()
  })

  test('vendors: what the form would refuse is told, the others are written', async () => {
    const { page, close } = await open('/vendors', { as: 'jurist', title: 'Leverandører' })
    await page.getByRole('checkbox', { name: 'Vælg alle viste rækker' }).click()
    await bar(page).getByText(/^50 rækker valgt$/).waitFor()
    await bar(page).getByRole('button', { name: 'Ret de valgte' }).click()
    await look(page, 'Land', 'Norge', 'many-vendors-refused')
    await dialog(page).getByText(/rækker? kan ikke ændres$/).waitFor()
    await look(page, 'By', 'Ærøskøbing', 'many-vendors')
    await dialog(page).getByRole('button', { name: /^Gem \d+ ændringer/ }).click()
    await page.getByText(/^By er nu Ærøskøbing i \d+ rækker/).waitFor()
    await page.getByRole('button', { name: 'Fortryd', exact: true }).first().click()
    await page.getByText(/^By er sat tilbage i \d+ rækker/).waitFor()
    await close()
  })

  test('own agreements get one last day, and a filter of the page is kept', async () => {
    const { page, check, close } = await open('/own-agreements?state=registered', { as: 'kontakt-viborg', title: 'Egne aftaler' })
    await box(page, 0).click()
    await box(page, 1).click()
    await bar(page).getByRole('button', { name: 'Ret de valgte' }).click()
    await dialog(page).getByLabel(/^Til/).fill('31/13/2031')
    await dialog(page).getByRole('button', { name: 'Vis, hvad der sker' }).click()
    await dialog(page).getByText('Skriv datoen som dag/måned/år').waitFor()
    await look(page, 'Udløber', '31/12/2031', 'many-own')
    await dialog(page).getByRole('button', { name: 'Gem 2 ændringer' }).click()
    await page.getByText('Udløber er nu 31. dec. 2031 i 2 rækker.').waitFor()
    await settled(page)
    expect(await page.getByRole('cell', { name: '31. dec. 2031' }).count()).toBe(2)
    await check('many-own-done')
    await page.getByRole('button', { name: 'Fortryd', exact: true }).first().click()
    await page.getByText('Udløber er sat tilbage i 2 rækker.').waitFor()

    await page.locator('summary', { hasText: 'Gemte filtre' }).click()
    await page.getByRole('button', { name: 'Gem filter' }).click()
    await page.getByRole('alert').filter({ hasText: 'Skriv et navn' }).waitFor()
    await page.getByLabel('Gem filtrene på siden som').fill('Registrerede')
    await page.getByLabel('Del med kolleger').check()
    await page.getByRole('button', { name: 'Gem filter' }).click()
    await page.getByRole('link', { name: 'Registrerede' }).waitFor()
    await close()
    const other = await open('/own-agreements', { as: 'dpo-viborg', title: 'Egne aftaler' })
    await other.page.locator('summary', { hasText: 'Gemte filtre' }).click()
    await other.page.getByRole('link', { name: 'Registrerede' }).click()
    await other.page.waitForURL(/state=registered/)
    expect(await other.page.locator('tbody input').count(), 'who may not write has nothing to choose with').toBe(0)
    await other.close()
  })
})
