import type { Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { known, open, post, settled, shots, start, stop, url } from './browser.ts'

// A draft is sent to hearing, a municipality answers, and the secretariat reads it.

beforeAll(start)
afterAll(stop)

const title = `Høringsaftale ${new Date().toISOString().slice(0, 19)}`
let agreement = 0
let hearing = 0

const saved = (page: Page) => page.waitForFunction(() => document.querySelector('[data-saving]') === null)

/** Some weeks from now, as people type a day. */
function day(weeks: number): string {
  const d = new Date(Date.now() + weeks * 7 * 24 * 3600 * 1000)
  return `${d.getDate()}/${d.getMonth() + 1}/${d.getFullYear()}`
}

describe('a hearing', () => {
  test('is opened by the lawyer with those that use the systems', async () => {
    const { page, check, close } = await open('/', { as: 'jurist', title: 'Overblik' })
    const { vendor, system } = await known()
    const template = ((await (await page.context().request.get(`${url()}/api/v1/templates`)).json()) as { items: { id: number; family: string }[] }).items.find((x) => x.family === 'eksempel')
    const made = await post<{ agreement: { id: number } }>(page.context(), '/api/v1/agreements', { vendor, systems: [system], template: template?.id, title })
    agreement = made.agreement.id
    await page.goto(`${url()}/agreements/${agreement}`)
    await page.getByRole('link', { name: 'Send i høring' }).click()
    await page.getByRole('heading', { level: 1, name: 'Send udkastet i høring' }).waitFor()
    await check('hearing-new')
    await page.getByRole('button', { name: /^Send i høring hos/ }).click()
    await page.getByRole('link', { name: /Skriv den sidste dag for svar/ }).waitFor()
    await page.getByLabel('Sidste dag for svar').fill('1/1/2020')
    await page.getByRole('button', { name: /^Send i høring hos/ }).click()
    await page.getByRole('alert').getByRole('link', { name: 'Fristen ligger i fortiden. Vælg en dag fra i dag.' }).click()
    await page.getByLabel('Sidste dag for svar').and(page.locator(':focus')).fill(day(3))
    await page.getByLabel('Randers Kommune').check()
    await page.getByLabel('Viborg Kommune').check()
    await page.getByRole('button', { name: /^Send i høring hos \d+ kommune/ }).click()
    await page.getByRole('heading', { level: 1, name: `1. høring af ${title}` }).waitFor()
    hearing = Number(/\/hearings\/(\d+)/.exec(page.url())?.[1])
    await check('hearing-open')
    await close()
  })

  test('is answered by Randers, sent once, taken back and sent again', async () => {
    const { page, check, close } = await open('/agreements', { as: 'kontakt-randers', title: /./ })
    await page.getByRole('link', { name: title }).click()
    await page.getByRole('heading', { level: 1, name: `Høring: ${title}` }).waitFor()
    await settled(page)
    await check('hearing-asked')
    const persons = page.getByLabel('Antal personer, I har oplysninger om')
    await persons.fill('mange')
    await page.getByRole('button', { name: 'Send svaret' }).click()
    const wrong = page.getByRole('alert').getByRole('link', { name: 'Skriv et helt tal fra 0 til 10.000.000' })
    await wrong.waitFor()
    await check('hearing-refused')
    await wrong.click()
    await persons.and(page.locator(':focus')).waitFor()
    await persons.fill('12.500')
    await page.getByLabel('CPR-nummer').check()
    await page.getByLabel('helbred').check()
    await page.locator('#clause-s2-3').getByRole('button', { name: 'Skriv en bemærkning' }).click()
    const remark = page.getByLabel(/^Jeres bemærkning til/)
    await remark.waitFor()
    await page.waitForFunction(() => document.activeElement?.tagName === 'TEXTAREA')
    await remark.fill('Vi bruger også modulet til hjælpemidler.')
    await remark.blur()
    await saved(page)
    await page.getByText('Bemærkning til 1 bestemmelse').waitFor()
    await check('hearing-writing')
    await page.getByRole('button', { name: 'Send svaret' }).click()
    const sent = page.getByText('Jeres svar er sendt')
    await sent.waitFor()
    expect(await page.evaluate(() => document.activeElement?.textContent?.includes('Jeres svar er sendt')), 'the focus is not lost with the button').toBe(true)
    await check('hearing-sent')
    await page.getByRole('button', { name: 'Hent svaret tilbage, og ret det' }).click()
    await page.getByLabel('Antal personer, I har oplysninger om').fill('12 700')
    await page.getByRole('button', { name: 'Send svaret' }).click()
    await sent.waitFor()
    await page.getByText('12.700').waitFor()
    await close()
  })

  test('shows nothing of the neighbour', async () => {
    const { page, close } = await open(`/hearings/${hearing}`, { as: 'kontakt-viborg', title: `Høring: ${title}` })
    expect(await page.locator('body').innerText()).not.toContain('modulet til')
    expect(await page.locator('body').innerText()).not.toContain('Randers')
    await page.getByRole('button', { name: 'Vi har ingen bemærkninger' }).click()
    await page.getByText('I har svaret, at I ingen bemærkninger har').waitFor()
    await close()
  })

  test('is read by the lawyer: facts summed, remarks by clause, who said nothing', async () => {
    const { page, check, close } = await open(`/hearings/${hearing}`, { as: 'jurist', title: `1. høring af ${title}` })
    await page.getByText('Vi bruger også modulet til hjælpemidler.').waitFor()
    const figures = await page.locator('.k-figures').innerText()
    expect(figures).toContain('12.700')
    await page.getByRole('link', { name: 'Hent Excel' }).waitFor()
    const sheet = await page.context().request.get(`${url()}/api/v1/hearings/${hearing}/export`)
    expect((await sheet.body()).subarray(0, 2).toString()).toBe('PK')
    await check('hearing-result')
    await page.getByText('Giv længere frist', { exact: true }).click()
    await page.getByLabel('Ny sidste dag').fill(day(1))
    await page.screenshot({ path: `${shots}/hearing-prolong-1280.png` })
    await page.getByLabel('Ny sidste dag').fill(day(5))
    await page.getByRole('button', { name: 'Forlæng fristen' }).click()
    await settled(page)
    await page.getByText('Afslut høringen', { exact: true }).click()
    await page.getByRole('button', { name: 'Afslut høringen nu' }).click()
    await page.getByText('Afsluttet').first().waitFor()
    await page.getByText(/Det tæller som intet svar, ikke som et ja/).waitFor()
    await check('hearing-closed')
    await page.goto(`${url()}/agreements/${agreement}`)
    await page.getByRole('link', { name: 'Hold en ny høring' }).waitFor()
    await page.getByRole('link', { name: '1. høring', exact: true }).waitFor()
    await close()
  })

  test('takes no late answer', async () => {
    const { page, check, close } = await open(`/hearings/${hearing}`, { as: 'kontakt-randers', title: `Høring: ${title}` })
    await page.getByText('Jeres svar er sendt').waitFor()
    expect(await page.getByRole('button', { name: 'Hent svaret tilbage, og ret det' }).count()).toBe(0)
    await check()
    await close()
  })
})
