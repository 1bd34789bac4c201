import type { BrowserContext, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { open, settled, start, stop, url, type Persona } from './browser.ts'

// An agreement that Viborg has in force gets an amendment: every page says that it is one,
// why, and what it changes; the municipality is not asked again for what it has said.

beforeAll(start)
afterAll(stop)

const title = `Tillægsaftale ${new Date().toISOString().slice(0, 19)}`
const reason = 'Leverandøren skal melde brud hurtigere.'
const told = { agreement: 0, number: 0, base: 0, amendment: 0 }

interface Field { path: string; type: string; choices?: { value: string }[]; minimum?: number }
interface Own { accession: { id: number; missing: string[] }; version: number; offered: { number: number }[]; systems: { number: number }[]; fields: Field[] }
interface Use { system: { number: number }; vendor: { number: number } }

/** Asks the API in a persona's own session. */
async function as(persona: Persona) {
  const context: BrowserContext = await (await start()).newContext()
  await context.request.post(`${url()}/api/v1/session/demo`, { data: { persona } })
  const { csrf } = (await (await context.request.get(`${url()}/api/v1/me`)).json()) as { csrf: string }
  return async <T>(method: string, path: string, data?: unknown, seen?: number): Promise<T> => {
    const answer = await context.request.fetch(url() + path, { method, data, headers: { 'X-CSRF-Token': csrf, ...(seen !== undefined && { 'If-Match': `"${seen}"` }) } })
    expect(answer.ok(), `${method} ${path}: ${answer.status()} ${await answer.text()}`).toBe(true)
    return (await answer.json()) as T
  }
}

type Ask = Awaited<ReturnType<typeof as>>

/** Releases the newest version to Viborg, and waits for its own agreement. */
async function release(lawyer: Ask): Promise<number> {
  const check = await lawyer<{ version: number; recipients: { organisation: { id: number; name: string } }[] }>('GET', `/api/v1/agreements/${told.agreement}/release-check`)
  const viborg = check.recipients.find((r) => r.organisation.name === 'Viborg Kommune')?.organisation.id
  const batch = await lawyer<{ id: number }>('POST', `/api/v1/agreements/${told.agreement}/release`, { audience: 'chosen', organisations: [viborg] }, check.version)
  for (let i = 0; i < 150; i++) {
    const { items } = await lawyer<{ items: { accession?: number; state: string }[] }>('GET', `/api/v1/batches/${batch.id}/items`)
    if (items[0]?.state === 'done' && items[0].accession !== undefined) return items[0].accession
    await new Promise((done) => setTimeout(done, 200))
  }
  throw new Error('Viborg got no agreement')
}

const heading = (page: Page, name: string) => page.getByRole('heading', { level: 1, name, exact: true }).waitFor()

describe('an amendment', () => {
  test('begins where Viborg has an agreement in force that covers one of two systems', async () => {
    const viborg = await as('kontakt-viborg')
    const lawyer = await as('jurist')
    const uses = (await viborg<{ items: Use[] }>('GET', '/api/v1/usages?limit=200')).items
    let systems: number[] = []
    let vendor = 0
    for (const use of uses) {
      vendor = use.vendor.number
      const { items } = await lawyer<{ items: { number: number; vendor: { number: number } }[] }>('GET', `/api/v1/systems?vendor=${vendor}&limit=50`)
      systems = items.map((x) => x.number).slice(0, 5)
      if (!systems.includes(use.system.number)) systems.push(use.system.number)
      if (systems.length > 1) break
    }
    expect(systems.length).toBeGreaterThan(1)
    const template = (await lawyer<{ items: { id: number; family: string }[] }>('GET', '/api/v1/templates')).items.find((x) => x.family === 'eksempel')
    const made = await lawyer<{ agreement: { id: number; number: number } }>('POST', '/api/v1/agreements', { vendor, systems, template: template?.id, title })
    told.agreement = made.agreement.id
    told.number = made.agreement.number
    const { fields } = await lawyer<{ fields: Field[] }>('GET', `/api/v1/agreements/${told.agreement}`)
    const { unanswered } = await lawyer<{ unanswered: { path: string }[] }>('GET', `/api/v1/agreements/${told.agreement}/release-check`)
    for (const { path } of unanswered) {
      const field = fields.find((x) => x.path === path)
      const value = field?.choices?.[0] ? (field.type === 'choices' ? [field.choices[0].value] : field.choices[0].value) : field?.type === 'integer' ? field.minimum ?? 30 : field?.type === 'date' ? '2026-12-01' : field?.type === 'yes_no' ? true : 'Journalføring i ældreplejen'
      await lawyer('PATCH', `/api/v1/agreements/${told.agreement}/answers`, { path, base: 0, value })
    }
    told.base = await release(lawyer)
    const own = await viborg<Own>('GET', `/api/v1/accessions/${told.base}`)
    await viborg('PUT', `/api/v1/accessions/${told.base}/systems`, { systems: [own.offered[0]?.number] }, own.version)
    for (const path of own.accession.missing) {
      const field = own.fields.find((x) => x.path === path)
      await viborg('PATCH', `/api/v1/accessions/${told.base}/answers`, { path, base: 0, value: field?.type === 'integer' ? 4321 : 'Vagtcentralen, 87 87 87 87' })
    }
    for (const act of ['accept', 'enter_force']) {
      const now = await viborg<Own>('GET', `/api/v1/accessions/${told.base}`)
      await viborg('POST', `/api/v1/accessions/${told.base}/acts`, { act }, now.version)
    }
  })

  test('is marked in the draft as what it will print', async () => {
    const { page, check, close } = await open(`/agreements/${told.agreement}/renew`, { as: 'jurist', title: 'Ny version' })
    await page.getByLabel(/^Tillæg/).check()
    await page.getByLabel('Hvorfor er der en ny version?').fill(reason)
    await page.getByRole('button', { name: 'Begynd udkastet' }).click()
    await heading(page, title)
    await page.getByText('Tillægget ændrer ingenting endnu.').waitFor()
    const hours = page.getByLabel('Frist for underretning om brud', { exact: true })
    await hours.fill('12')
    await hours.blur()
    await page.locator('.k-clause--marked').first().waitFor()
    await page.getByText(/^Ændrer: punkt \d+/).waitFor()
    await settled(page)
    const { items } = await (await as('jurist'))<{ items: { id: number; language: string }[] }>('GET', '/api/v1/templates')
    const { template } = await (await as('jurist'))<{ template: { id: number; language: string } }>('GET', `/api/v1/agreements/${told.agreement}`)
    const elsewhere = items.some((x) => x.id !== template.id && x.language === template.language)
    expect(await page.getByRole('link', { name: 'Skift skabelonversion' }).count(), 'a link only where there is somewhere to go').toBe(elsewhere ? 1 : 0)
    await check('amendment-draft')
    await close()
    told.amendment = await release(await as('jurist'))
  })

  test('is told from the agreement among the municipality’s tasks and agreements', async () => {
    const { page, check, close } = await open('/tasks', { as: 'kontakt-viborg', title: 'Mine opgaver' })
    await page.locator('tr', { hasText: 'Indgå tillægget' }).getByRole('link', { name: title }).waitFor()
    await check('amendment-tasks')
    await page.goto(`${url()}/accessions?q=${encodeURIComponent(title)}`)
    await page.locator('tr', { hasText: `Tillæg til DBA-${String(told.number).padStart(4, '0')} v1` }).getByRole('link', { name: title }).waitFor()
    expect(await page.getByRole('link', { name: title }).count()).toBe(2)
    await check('amendment-list')
    await page.goto(`${url()}/accessions/${told.base}`)
    await page.getByText('Der er et tillæg til aftalen.').waitFor()
    await close()
  })

  test('says what it changes and why, and asks nothing again', async () => {
    const { page, check, close } = await open(`/accessions/${told.amendment}`, { as: 'kontakt-viborg', title })
    const name = `Tillæg til DBA-${String(told.number).padStart(4, '0')} v1`
    await page.getByText(name, { exact: true }).waitFor()
    await page.getByText(`Hvorfor: ${reason}`).waitFor()
    await page.getByText(/^Ændrer: punkt \d+/).waitFor()
    expect(await page.locator('section[aria-labelledby="systems"] li').count(), 'the one system of the agreement in force').toBe(1)
    expect(await page.locator('section[aria-labelledby="systems"] input').count()).toBe(0)
    await page.getByText('Som i den aftale, tillægget ændrer.').nth(1).waitFor()
    expect(await page.locator('.k-facts__item', { hasText: 'Frist' }).innerText()).toMatch(/\d{4}/)
    await check('amendment-accession')
    await page.getByRole('link', { name: 'Indgå tillægget' }).click()
    await heading(page, 'Indgå tillægget')
    await page.getByText(`Hvorfor: ${reason}`).waitFor()
    await page.getByText(/^Frist: \d+\. /).waitFor()
    await page.getByText('Jeres egne oplysninger er udfyldt.').waitFor()
    await check('amendment-act')
    await page.getByLabel('Indgået den').fill('1/1/2031')
    await page.getByRole('button', { name: 'Indgå tillægget' }).click()
    await page.getByRole('link', { name: /^Dagen er for sen\. Den sidste mulige er \d/ }).waitFor()
    await page.getByLabel('Indgået den').fill('1/1/2020')
    await page.getByRole('link', { name: /^Dagen er for tidlig\. Den første mulige er \d/ }).waitFor()
    expect(await page.getByText('Id til fejlsøgning').count(), 'nothing broke').toBe(0)
    await check('amendment-act-day')
    await page.getByLabel('Indgået den').fill('')
    await page.getByRole('button', { name: 'Indgå tillægget' }).click()
    await heading(page, title)
    await page.goto(`${url()}/agreements/${told.agreement}`)
    await page.getByText(name, { exact: true }).waitFor()
    await page.getByText(`Hvorfor: ${reason}`).waitFor()
    await settled(page)
    await check('amendment-agreement')
    await close()
  })

  test('that all concerned have is released to nobody more', async () => {
    const { page, check, close } = await open(`/agreements/${told.agreement}/release`, { as: 'jurist', title: 'Frigiv til flere' })
    await page.getByText('Alle, som tillægget angår, har det allerede', { exact: true }).waitFor()
    expect(await page.getByText(/\b0 kommuner/).count()).toBe(0)
    expect(await page.getByRole('button', { name: /^Frigiv/ }).count()).toBe(0)
    await check('amendment-release-rest')
    await page.getByRole('link', { name: 'Tilbage til aftalen' }).click()
    await heading(page, title)
    // The task on it is named as the agreement is.
    await page.goto(`${url()}/tasks/all?which=all&q=${encodeURIComponent(title)}`)
    const named = `Tillæg til DBA-${String(told.number).padStart(4, '0')} v1`
    await page.locator('tr', { hasText: named }).getByRole('link', { name: title }).click()
    await heading(page, title)
    await page.getByText(named, { exact: false }).waitFor()
    await check('amendment-overview')
    await close()
  })
})
