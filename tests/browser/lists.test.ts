import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { as, open, settled, start, stop, url } from './browser.ts'

// What a list offers is there and leads on: filters, counts, order, spreadsheets, and pages one may open.

beforeAll(start)
afterAll(stop)

describe('the list of systems', () => {
  test('is narrowed by each filter, and cleared', async () => {
    const { page, context, close } = await open('/systems', { as: 'jurist', title: 'Systemer' })
    const counted = async (query: string) => {
      const { total } = (await (await context.request.get(`${url()}/api/v1/systems/count?${query}`)).json()) as { total: number }
      return page.locator('.k-heading__lead').filter({ hasText: new RegExp(`^${total.toLocaleString('da-DK')} `) })
    }
    await page.getByLabel('Søg i listen').fill('omsorg')
    await page.waitForURL(/q=omsorg/)
    await (await counted('q=omsorg')).waitFor()
    for (const [label, key, value] of [['Vurdering', 'screened', 'personal_data'], ['Kritikalitet', 'criticality', 'high']] as const) {
      await page.getByRole('combobox', { name: label, exact: true }).selectOption(value)
      await page.waitForURL(new RegExp(`${key}=${value}`))
    }
    await (await counted('q=omsorg&screened=personal_data&criticality=high')).waitFor()
    await settled(page)
    const [file] = await Promise.all([page.waitForEvent('download'), page.getByRole('link', { name: 'Hent Excel' }).click()])
    expect(file.suggestedFilename()).toBe('klausul-systemer.xlsx')
    await page.getByRole('button', { name: 'Ryd filtre' }).click()
    await page.waitForURL((now) => now.search === '')
    await (await counted('')).waitFor()
    await close()
  })
})

describe('what leads on', () => {
  test('the Excel of the countries', async () => {
    const { page, close } = await open('/territories?show=eea', { as: 'tilsyn', title: 'Lande og overførselsgrundlag' })
    const [file] = await Promise.all([page.waitForEvent('download'), page.getByRole('link', { name: 'Hent Excel' }).click()])
    expect(file.suggestedFilename()).toBe('klausul-lande.xlsx')
    await close()
  })

  test('from the vendors to a list to take in', async () => {
    const { page, close } = await open('/vendors', { as: 'jurist', title: 'Leverandører' })
    await page.getByRole('link', { name: 'Indlæs en liste' }).click()
    await page.getByRole('heading', { level: 1, name: 'Indlæs en liste' }).waitFor()
    expect(await page.getByLabel('Leverandører', { exact: false }).first().isChecked()).toBe(true)
    await close()
  })

  test('a contact person meets no closed door on a system or a vendor', async () => {
    const { page, context, check, close } = await open('/our-systems', { as: 'kontakt-viborg', title: 'Vores systemer' })
    const used = ((await (await context.request.get(`${url()}/api/v1/usages`)).json()) as { items: { agreement: string; system: { number: number; name: string }; vendor: { number: number } }[] }).items
    const [joint, missing] = ['joint', 'missing'].map((state) => used.find((u) => u.agreement === state))
    const systems = ((await (await context.request.get(`${url()}/api/v1/systems?limit=200`)).json()) as { items: { number: number; name: string; ownUse?: boolean; vendor: { number: number } }[] }).items
    const unused = systems.find((s) => !s.ownUse)
    if (!unused) throw new Error('every system is in use')
    const pages = [`/systems/${unused.number}`, `/vendors/${unused.vendor.number}?tab=chain`, ...[joint, missing].flatMap((u) => (u ? [`/systems/${u.system.number}`, `/vendors/${u.vendor.number}`, `/vendors/${u.vendor.number}?tab=chain`] : []))]
    const doors = new Set<string>()
    for (const path of pages) {
      await page.goto(url() + path)
      await page.getByRole('heading', { level: 1 }).waitFor()
      await settled(page)
      for (const href of await page.locator('main a[href]').evaluateAll((all) => all.map((a) => a.getAttribute('href') ?? ''))) if (href.startsWith('/') && !href.startsWith('/api/')) doors.add(href)
    }
    expect(doors.size).toBeGreaterThan(5)
    for (const door of doors) {
      await page.goto(url() + door)
      await page.getByRole('heading', { level: 1 }).waitFor()
      await settled(page)
      expect(await page.getByText('Din rolle har ikke adgang').count(), door).toBe(0)
      expect(await page.getByRole('heading', { level: 1, name: 'Siden findes ikke' }).count(), door).toBe(0)
    }

    await page.goto(`${url()}/systems/${unused.number}`)
    await page.getByRole('link', { name: 'Tilføj det til Vores systemer' }).waitFor()
    await check('system-kontakt-unused')
    await page.getByRole('link', { name: 'Tilføj det til Vores systemer' }).click()
    await page.getByRole('heading', { level: 1, name: 'Vores systemer' }).waitFor()
    expect(new URL(page.url()).searchParams.get('add')).toBe(String(unused.number))
    await page.getByText(unused.name).first().waitFor()

    // From the system to its row in the own list, and from the vendor to all of its.
    if (!missing) throw new Error('nothing is missing an agreement')
    await page.goto(`${url()}/systems/${missing.system.number}`)
    await page.getByRole('heading', { name: 'Vores brug' }).waitFor()
    await page.getByRole('region', { name: 'Vores brug' }).getByText('Mangler').waitFor()
    await check('system-kontakt-own')
    await page.getByRole('link', { name: 'Se og ret det i Vores systemer' }).click()
    await page.getByRole('heading', { level: 1, name: 'Vores systemer' }).waitFor()
    await page.getByRole('link', { name: missing.system.name, exact: true }).waitFor()
    await page.goto(`${url()}/vendors/${missing.vendor.number}`)
    await page.getByRole('region', { name: 'Jeres systemer fra leverandøren' }).getByRole('link', { name: missing.system.name, exact: true }).waitFor()
    await check('vendor-kontakt-own')
    await close()
  })
})

describe('the users', () => {
  test('are counted, sorted and fetched, and one is invited from the top', async () => {
    const { page, check, close } = await open('/users', { as: 'admin', title: 'Brugere', shot: 'users' })
    await page.locator('.k-heading__lead').filter({ hasText: /^\d+ / }).waitFor()
    await page.getByRole('columnheader', { name: 'E-mail' }).getByRole('button').click()
    await page.waitForURL(/sort=email/)
    await settled(page)
    const mails = await page.locator('tbody td[data-label="E-mail"]').allInnerTexts()
    expect(mails.length).toBeGreaterThan(5)
    expect(mails).toEqual([...mails].sort((a, b) => a.localeCompare(b, 'da')))
    const [file] = await Promise.all([page.waitForEvent('download'), page.getByRole('link', { name: 'Hent Excel' }).click()])
    expect(file.suggestedFilename()).toBe('klausul-brugere.xlsx')
    const invite = page.getByRole('button', { name: 'Invitér en bruger' })
    await invite.press('Enter')
    expect(await page.evaluate(() => document.activeElement?.id)).toBe('invite-name')
    await check('users-invite')
    await page.locator('#invite-name').press('Escape')
    expect(await invite.evaluate((it) => it === document.activeElement)).toBe(true)
    await invite.press('Enter')
    await page.locator('#invite-name').fill('Åse Nysted')
    const question = page.getByRole('alertdialog', { name: 'Du har ikke gemt' })
    for (const way of [invite, page.getByRole('button', { name: 'Luk', exact: true })]) {
      await way.press('Enter')
      await question.getByRole('button', { name: 'Bliv' }).click()
      await question.waitFor({ state: 'hidden' })
      expect(await page.locator('#invite-name').inputValue()).toBe('Åse Nysted')
    }
    await page.locator('#invite-email').fill('aase@klausul.example')
    await page.locator('#invite-role').selectOption('supervisor')
    await page.getByRole('button', { name: 'Lav invitation' }).click()
    await page.getByText('Invitationskode til Åse Nysted').first().waitFor()
    await expect.poll(() => page.evaluate(() => document.activeElement?.textContent)).toContain('Invitationskode til Åse Nysted')
    await invite.press('Enter')
    await page.getByRole('alertdialog', { name: 'Koden er ikke kopieret' }).getByRole('button', { name: 'Bliv' }).click()
    await page.locator('.k-secret').waitFor()
    await page.getByRole('link', { name: 'Åse Nysted' }).waitFor()
    await close()
  })
})

describe('the mandates', () => {
  test('come page by page, however many there were', async () => {
    const contact = await as('kontakt-viborg')
    for (let n = 0; n < 53; n++) {
      const on = new Date(Date.UTC(2020, 0, 1 + n)).toISOString().slice(0, 10)
      await contact('POST', '/api/v1/mandates', { from: on, to: on, note: `Sag 2020-${100 + n}` })
    }
    const { page, check, close } = await open('/mandates', { as: 'kontakt-viborg', title: 'Fuldmagter til sekretariatet', shot: 'mandates-more' })
    const rows = page.locator('main .k-rows > li')
    expect(await rows.count()).toBe(50)
    await page.getByRole('button', { name: 'Vis flere' }).press('Enter')
    await rows.nth(52).waitFor()
    expect(await rows.count()).toBe(53)
    expect(new Set(await rows.allInnerTexts()).size, 'each once').toBe(53)
    expect(await page.getByRole('button', { name: 'Vis flere' }).count()).toBe(0)
    await page.evaluate(() => window.scrollTo(0, 0))
    await check('mandates-many')
    await close()
  })
})
