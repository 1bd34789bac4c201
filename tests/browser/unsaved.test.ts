import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Page } from 'playwright-core'
import { accessible, known, open, start, stop, url, type Persona } from './browser.ts'

// Text that nobody has saved does not go without a word, whichever way the page is left.

let there: { vendor: number; system: number } = { vendor: 0, system: 0 }
beforeAll(async () => {
  await start()
  there = await known()
})
afterAll(stop)

const dialog = (page: Page) => page.getByRole('alertdialog', { name: 'Du har ikke gemt' })
const stay = (page: Page) => dialog(page).getByRole('button', { name: 'Bliv' }).click()
const overview = (page: Page) => page.locator('nav#menu').getByRole('link', { name: 'Overblik' }).click()

describe('unsaved text', () => {
  test('is kept from links, the back button, the search box and another role until the person says so', async () => {
    const { page, check, close } = await open('/vendors', { as: 'jurist', title: 'Leverandører' })
    await page.getByRole('link', { name: 'Ny leverandør' }).click()
    await page.getByRole('heading', { level: 1, name: 'Ny leverandør' }).waitFor()
    await page.locator('#name').fill('Halvskrevet A/S')

    await overview(page)
    await dialog(page).waitFor()
    expect(await page.evaluate(() => document.activeElement?.textContent)).toBe('Bliv')
    await accessible(page)
    await page.screenshot({ path: new URL('screenshots/unsaved-1280.png', import.meta.url).pathname })
    await page.setViewportSize({ width: 390, height: 800 })
    await page.screenshot({ path: new URL('screenshots/unsaved-390.png', import.meta.url).pathname })
    await page.setViewportSize({ width: 1280, height: 900 })
    await stay(page)
    await dialog(page).waitFor({ state: 'hidden' })
    expect(await page.locator('#name').inputValue()).toBe('Halvskrevet A/S')

    await page.goBack()
    await dialog(page).waitFor()
    await page.keyboard.press('Escape')
    await dialog(page).waitFor({ state: 'hidden' })
    await page.waitForURL(/\/vendors\/new$/)
    expect(await page.locator('#name').inputValue()).toBe('Halvskrevet A/S')

    await page.locator('#search').fill('Egne aftaler')
    await page.getByRole('option', { name: /Egne aftaler/ }).first().click()
    await stay(page)
    expect(await page.locator('#name').inputValue()).toBe('Halvskrevet A/S')

    await page.locator('.k-account').click()
    await page.getByRole('menuitem', { name: /Tilsyn/ }).first().click()
    await stay(page)
    expect(await page.locator('#name').inputValue()).toBe('Halvskrevet A/S')
    expect((await (await page.request.get(`${url()}/api/v1/me`)).json() as { active: { role: string } }).active.role).toBe('lawyer')

    // The tab is asked by the browser itself.
    let asked = ''
    page.once('dialog', (d) => { asked = d.type(); void d.dismiss() })
    await page.evaluate(() => window.location.reload())
    await expect.poll(() => asked).toBe('beforeunload')

    await page.goBack()
    await dialog(page).getByRole('button', { name: 'Forlad siden' }).click()
    await page.getByRole('heading', { level: 1, name: 'Leverandører' }).waitFor()
    await check()
    await close()
  })

  test('nothing is asked after a save, of a form that was not touched, or of one put back as it was', async () => {
    const { page, close } = await open(`/systems/${there.system}/screening`, { as: 'jurist' })
    await overview(page)
    await page.waitForURL(`${url()}/`)
    await page.goBack()
    await page.getByLabel('Hvorfor?').fill('x')
    await page.getByLabel('Hvorfor?').fill('')
    await overview(page)
    await page.waitForURL(`${url()}/`)
    await page.goBack()
    await page.getByLabel('Behandler personoplysninger').check()
    await page.getByLabel('Hvorfor?').fill('Borgere har konto')
    await page.getByRole('button', { name: 'Gem vurderingen' }).click()
    await page.waitForURL(`${url()}/systems/${there.system}`)
    expect(await dialog(page).count()).toBe(0)
    await close()
  })

  const text = (selector: string) => async (page: Page) => page.locator(selector).first().fill('Halvskrevet')
  const forms: { name: string; path: () => string; as: Persona; write: (page: Page) => Promise<void> }[] = [
    { name: 'own agreement', path: () => '/own-agreements/new', as: 'kontakt-viborg', write: text('#title') },
    { name: 'vendor', path: () => `/vendors/${there.vendor}/edit`, as: 'jurist', write: text('#street') },
    { name: 'system', path: () => '/systems/new', as: 'jurist', write: text('#name') },
    { name: 'system, edited', path: () => `/systems/${there.system}/edit`, as: 'jurist', write: (page) => page.locator('#dataKinds-cpr').click() },
    { name: 'screening', path: () => `/systems/${there.system}/screening`, as: 'jurist', write: text('#reason') },
    { name: 'move of a system', path: () => `/systems/${there.system}/move`, as: 'jurist', write: text('#from') },
    { name: 'organisation', path: () => '/organisations/new', as: 'admin', write: text('#new-name') },
    { name: 'invitation', path: () => '/users', as: 'admin', write: async (page) => { await page.getByRole('button', { name: 'Invitér en bruger' }).click(); await text('#invite-name')(page) } },
    { name: 'API key', path: () => '/api-keys', as: 'kontakt-viborg', write: text('#key-name') },
    { name: 'agreement', path: () => `/agreements/new?vendor=${there.vendor}`, as: 'jurist', write: text('#title') },
    { name: 'paste', path: () => `/vendors/${there.vendor}/paste`, as: 'jurist', write: text('#paste-text') },
    {
      name: 'row of a chain', path: () => `/vendors/${there.vendor}?tab=chain`, as: 'jurist',
      write: async (page) => { await page.getByRole('button', { name: 'Tilføj underdatabehandler' }).click(); await page.locator('#chain-service').fill('Halvskrevet') },
    },
    {
      name: 'position', path: () => '/positions', as: 'jurist',
      write: async (page) => { await page.getByRole('button', { name: /Tilføj|Ny / }).first().click(); await page.locator('#position-issue').fill('Halvskrevet') },
    },
  ]
  for (const form of forms) {
    test(`is kept in: ${form.name}`, async () => {
      const { page, close } = await open(form.path(), { as: form.as })
      await form.write(page)
      await overview(page)
      await dialog(page).getByRole('button', { name: 'Forlad siden' }).click()
      await page.waitForURL(`${url()}/`)
      await close()
    })
  }

  test('a tab of a vendor takes its form away as another page does', async () => {
    const { page, close } = await open(`/vendors/${there.vendor}?tab=chain`, { as: 'jurist' })
    await page.getByRole('button', { name: 'Tilføj underdatabehandler' }).click()
    await page.locator('#chain-service').fill('Halvskrevet')
    await page.locator('.k-subnav').getByRole('link').last().click()
    await stay(page)
    expect(await page.locator('#chain-service').inputValue()).toBe('Halvskrevet')
    await close()
  })
})
