import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { known, open, settled, start, stop, url } from './browser.ts'

beforeAll(start)
afterAll(stop)

describe('language', () => {
  test('switches every word, the declared language, and is remembered', async () => {
    const { page, check, close } = await open('/vendors', { as: 'admin', title: 'Leverandører' })
    await page.getByRole('button', { name: 'In English' }).first().click()
    await page.getByRole('heading', { level: 1, name: 'Vendors' }).waitFor()
    await check('vendors-english')
    await page.reload()
    await page.getByRole('heading', { level: 1, name: 'Vendors' }).waitFor()
    await page.getByRole('button', { name: 'På dansk' }).first().click()
    await page.getByRole('heading', { level: 1, name: 'Leverandører' }).waitFor()
    await close()
  })
})

describe('an ended session', () => {
  test('keeps the page and what is written, and takes one back after signing in', async () => {
    const { page, context, close } = await open('/organisations', { as: 'jurist', title: 'Kommuner', expects: /^401 / })
    await page.locator('table tbody a').first().click()
    await page.getByLabel('Vej og nummer').fill('Ny Vej 7')
    await context.clearCookies()
    await page.getByRole('button', { name: 'Gem adressen' }).click()
    await page.getByText('Din session er udløbet').first().waitFor()
    expect(await page.getByLabel('Vej og nummer').inputValue()).toBe('Ny Vej 7')
    const here = new URL(page.url()).pathname
    await page.getByRole('link', { name: 'Log ind igen' }).click()
    await page.getByRole('heading', { level: 1, name: 'Log ind' }).waitFor()
    await page.getByRole('button', { name: /Johanne Lindekrog/ }).click()
    await page.waitForURL((now) => now.pathname === here)
    await close()
  })

  test('keeps an answer that was not saved', async () => {
    const { page, context, close } = await open(`/vendors/${(await known()).vendor}`, { as: 'jurist', expects: /^401 / })
    await page.getByRole('link', { name: 'Ny fælles databehandleraftale' }).click()
    await page.getByRole('button', { name: 'Vælg alle', exact: true }).click()
    await page.getByLabel('Aftalens navn').fill('Udløbet session')
    await page.getByRole('button', { name: 'Opret udkast' }).click()
    await page.getByRole('heading', { level: 1, name: 'Udløbet session' }).waitFor()
    await settled(page)
    await context.clearCookies()
    const box = page.getByLabel('Formålet med behandlingen')
    await box.fill('Skrevet efter at sessionen udløb')
    await box.blur()
    await page.getByText('Din session er udløbet').first().waitFor()
    await page.getByRole('link', { name: 'Log ind igen' }).click()
    await page.getByRole('button', { name: /Johanne Lindekrog/ }).click()
    await page.getByRole('heading', { level: 1, name: 'Udløbet session' }).waitFor()
    await page.locator('.k-saved').first().waitFor()
    expect(await box.inputValue()).toBe('Skrevet efter at sessionen udløb')
    await page.reload()
    await page.getByRole('heading', { level: 1, name: 'Udløbet session' }).waitFor()
    await settled(page)
    expect(await box.inputValue()).toBe('Skrevet efter at sessionen udløb')
    await close()
  })
})

describe('a list', () => {
  test('has its whole state in the address: filter, order, back', async () => {
    const { page, close } = await open('/vendors', { as: 'jurist', title: 'Leverandører' })
    await page.getByLabel('Søg i listen').fill('a')
    await page.waitForURL(/q=a(&|$)/)
    await page.getByRole('columnheader', { name: 'Navn' }).getByRole('button').click()
    await page.waitForURL(/sort=-name/)
    expect(await page.getByRole('columnheader', { name: 'Navn' }).getAttribute('aria-sort')).toBe('descending')
    const excel = await page.getByRole('link', { name: 'Hent Excel' }).getAttribute('href')
    expect(excel).toContain('q=a')
    expect(excel).toContain('sort=-name')
    await settled(page) // the rows of the order before stay until the new ones are there
    const first = await page.locator('table tbody a').first().textContent()
    await page.reload()
    await settled(page)
    expect(await page.getByLabel('Søg i listen').inputValue()).toBe('a')
    expect(await page.locator('table tbody a').first().textContent()).toBe(first)
    await page.getByRole('button', { name: 'Ryd filtre' }).click()
    await page.waitForURL((now) => !now.search.includes('q='))
    expect(await page.getByLabel('Søg i listen').inputValue()).toBe('')
    await close()
  })

  test('shows more and remembers how much', async () => {
    const { page, close } = await open('/organisations', { as: 'jurist', title: 'Kommuner' })
    expect(await page.locator('table tbody tr').count()).toBe(50)
    await page.getByRole('button', { name: 'Vis flere' }).click()
    await page.waitForFunction(() => document.querySelectorAll('table tbody tr').length > 50)
    const rows = await page.locator('table tbody tr').count()
    await page.reload()
    await page.waitForFunction((n) => document.querySelectorAll('table tbody tr').length === n, rows)
    await close()
  })

  test('is walked with j and k, and the keys can be turned off', async () => {
    const { page, close } = await open('/vendors', { as: 'jurist', title: 'Leverandører' })
    await page.locator('h1').focus() // wherever the walk through the page ended
    await page.keyboard.press('j')
    await page.keyboard.press('j')
    const at = () => page.evaluate(() => [...document.querySelectorAll('table tbody tr')].findIndex((row) => row.contains(document.activeElement)))
    expect(await at()).toBe(1)
    await page.keyboard.press('k')
    expect(await at()).toBe(0)
    await page.keyboard.press('?')
    await page.getByRole('dialog').waitFor()
    await page.getByLabel('Genvejstaster er slået til').uncheck()
    await page.keyboard.press('Escape')
    await page.getByRole('dialog').waitFor({ state: 'hidden' })
    const before = await at()
    await page.keyboard.press('j')
    expect(await at()).toBe(before)
    await close()
  })

  test('remembers columns and row height', async () => {
    const { page, close } = await open('/vendors', { as: 'jurist', title: 'Leverandører' })
    await page.getByText('Visning').click()
    await page.getByLabel('Land', { exact: true }).last().uncheck()
    await page.getByLabel('Tætte rækker').check()
    await page.reload()
    await settled(page)
    expect(await page.getByRole('columnheader', { name: 'Land', exact: true }).count()).toBe(0)
    expect(await page.locator('table.k-table--compact').count()).toBe(1)
    await close()
  })

  test('is downloaded as a real spreadsheet', async () => {
    const { page, close } = await open('/vendors?q=a', { as: 'jurist', title: 'Leverandører' })
    const [download] = await Promise.all([page.waitForEvent('download'), page.getByRole('link', { name: 'Hent Excel' }).click()])
    expect(download.suggestedFilename()).toMatch(/\.xlsx$/)
    await close()
  })
})

describe('search', () => {
  test('is reached with /, answers while one types, and opens with Enter', async () => {
    const { page, close } = await open('/', { as: 'jurist', title: 'Overblik' })
    const name = (await (await page.request.get(`${url()}/api/v1/vendors?limit=1`)).json() as { items: { name: string }[] }).items[0]?.name ?? ''
    await page.keyboard.press('/')
    await page.keyboard.type(name.slice(0, 12), { delay: 20 })
    await page.getByRole('option', { name }).first().waitFor() // the first row only says that it is looking
    await page.keyboard.press('ArrowDown')
    await page.keyboard.press('Enter')
    await page.waitForURL(/\/(vendors|systems|agreements|accessions|organisations)\/\d+/)
    await settled(page)
    await close()
  })
})

describe('search with Enter', () => {
  test('opens the first hit although it has not come yet, and says so when there is none', async () => {
    const { page, close } = await open('/', { as: 'jurist', title: 'Overblik' })
    const vendor = (await (await page.request.get(`${url()}/api/v1/vendors?limit=1`)).json() as { items: { name: string }[] }).items[0]?.name ?? ''
    await page.route('**/api/v1/search?*', async (route) => {
      await new Promise((later) => setTimeout(later, 600))
      await route.continue()
    })
    await page.keyboard.press('/')
    await page.keyboard.insertText(vendor)
    await page.keyboard.press('Enter')
    await page.getByRole('heading', { level: 1, name: vendor }).waitFor()
    await page.keyboard.press('/')
    await page.keyboard.insertText('qqzzxx')
    await page.keyboard.press('Enter')
    await page.getByText('Intet passer på »qqzzxx«').waitFor()
    await page.unrouteAll({ behavior: 'wait' })
    await close()
  })
})

describe('a refused sign-in', () => {
  test('arrives with its sentence, and a code nobody knows still gets one', async () => {
    const { page, close } = await open('/sign-in?problem=session.issuer_not_bound', { title: 'Log ind', shot: 'sign-in-refused' })
    expect(await page.getByRole('alert').innerText()).toContain('Din loginudbyder må ikke udtale sig for denne organisation')
    await page.goto(`${url()}/sign-in?problem=no.such.code`)
    await page.getByRole('alert').waitFor()
    expect(await page.getByRole('alert').innerText()).not.toContain('no.such.code')
    await close()
  })
})

describe('the desk', () => {
  test('says how many municipalities have no address, and leads to them', async () => {
    const { page, close } = await open('/', { as: 'jurist', title: 'Overblik' })
    const task = page.getByRole('link', { name: /^\d+ kommuner? mangler adresse$/ })
    const count = Number.parseInt(await task.innerText(), 10)
    await task.click()
    await page.getByRole('heading', { level: 1, name: 'Kommuner' }).waitFor()
    await settled(page)
    expect(await page.locator('table tbody tr').count()).toBe(count)
    await close()
  })
})

describe('the active role', () => {
  test('stands in words, and on trial another person is chosen from the menu', async () => {
    const { page, close } = await open('/', { as: 'jurist', title: 'Overblik' })
    await page.getByRole('button', { name: /Jurist · Sekretariatet/ }).click()
    await page.getByRole('menuitem', { name: /Viborg Kommune/ }).first().waitFor()
    await page.getByRole('menuitem', { name: /Kontaktperson.*Viborg Kommune/ }).click()
    await page.getByRole('button', { name: /Kontaktperson · Viborg Kommune/ }).waitFor()
    expect(await page.getByRole('navigation', { name: 'Hovedmenu' }).getByRole('link', { name: 'Kommuner' }).count()).toBe(0)
    await close()
  })
})

describe('what a municipality writes about itself', () => {
  test('a refused form leads to its fields, and a stale one says who was first', async () => {
    const { page, context, check, close } = await open('/', { as: 'kontakt-viborg', title: 'Overblik', expects: /^412 / })
    await page.getByRole('link', { name: 'Vores oplysninger' }).click()
    const street = page.getByLabel('Vej og nummer')
    await street.fill('')
    await page.getByRole('button', { name: 'Gem adressen' }).click()
    await page.getByText('Ret dette, og send igen').waitFor()
    await check('organisation-refused')
    await page.getByRole('link', { name: /^Vej og nummer/ }).click()
    expect(await page.evaluate(() => document.activeElement?.id)).toBe('street')
    await street.fill('Prinsens Alle 5')
    await page.getByLabel('Postnummer').fill('8800')
    await page.getByLabel('By', { exact: true }).fill('Viborg')

    const id = Number(/\/organisations\/(\d+)/.exec(page.url())?.[1])
    const me = (await (await context.request.get(`${url()}/api/v1/me`)).json()) as { csrf: string }
    const now = (await (await context.request.get(`${url()}/api/v1/organisations/${id}`)).json()) as { version: number; address: object }
    const other = await context.request.patch(`${url()}/api/v1/organisations/${id}`, {
      headers: { 'X-CSRF-Token': me.csrf, 'If-Match': `"${now.version}"` },
      data: { address: { street: 'Prinsens Alle 6', postalCode: '8800', city: 'Viborg', country: 'DK' } },
    })
    expect(other.status()).toBe(200)
    await page.getByRole('button', { name: 'Gem adressen' }).click()
    await page.getByText('Nogen har ændret dette, mens du så på det').waitFor()
    await check('organisation-stale')
    await page.getByRole('button', { name: 'Hent den nye udgave' }).click()
    await page.waitForFunction(() => (document.getElementById('street') as HTMLInputElement | null)?.value === 'Prinsens Alle 6')
    await street.fill('Prinsens Alle 5')
    await page.getByRole('button', { name: 'Gem adressen' }).click()
    await page.getByText('Adressen er gemt.').waitFor()
    await close()
  })

  test('an API key is shown once and can be revoked', async () => {
    const { page, check, close } = await open('/api-keys', { as: 'kontakt-viborg', title: 'API-nøgler' })
    const name = `Prøvenøgle ${Date.now()}`
    await page.getByLabel('Hvad skal nøglen bruges til?').fill(name)
    await page.getByRole('button', { name: 'Lav nøgle' }).click()
    await page.getByText('Nøglen vises kun nu').waitFor()
    await check('api-key-secret')
    const focused = () => page.evaluate(() => document.activeElement?.tagName.toLowerCase())
    await page.getByRole('button', { name: `Tilbagekald ${name}` }).click()
    expect(await page.getByRole('alert').evaluate((e) => e === document.activeElement), 'the question takes the focus').toBe(true)
    await page.getByRole('button', { name: 'Behold den' }).click()
    expect(await focused(), 'and gives it back').toBe('button')
    await page.getByRole('button', { name: `Tilbagekald ${name}` }).click()
    await page.getByRole('button', { name: 'Tilbagekald nøglen' }).click()
    await page.getByText(/^Tilbagekaldt /).first().waitFor()
    expect(await focused(), 'the button is gone, the focus is not').toBe('h1')
    await close()
  })
})

describe('people who see or work differently', () => {
  test('forced colours and 400 % zoom lose nothing', async () => {
    const { page, check, close } = await open('/agreements', { as: 'jurist', title: 'Fælles databehandleraftaler' })
    await page.emulateMedia({ forcedColors: 'active' })
    await check('agreements-forced-colors')
    await page.emulateMedia({ forcedColors: 'none' })
    await page.setViewportSize({ width: 320, height: 256 }) // 1280 x 1024 at 400 %
    await check()
    await close()
  })
})
