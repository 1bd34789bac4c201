import type { Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { known, open, post, settled, shots, start, stop, url } from './browser.ts'

// The table of sub-processors in the form: taken from the register, pasted from Word and Excel, and long.

beforeAll(start)
afterAll(stop)

interface Detail { agreement: { id: number; title: string }; answers: { path: string; value: Record<string, string>[] | null }[] }

const table = '#field-subprocessors-list'
let made = 0

async function draft(page: Page): Promise<Detail> {
  const { vendor, system } = await known()
  const template = ((await (await page.context().request.get(`${url()}/api/v1/templates`)).json()) as { items: { id: number; family: string }[] }).items.find((x) => x.family === 'eksempel')
  const detail = await post<Detail>(page.context(), '/api/v1/agreements', { vendor, systems: [system], template: template?.id, title: `Tabel ${Date.now()}-${++made}` })
  await page.goto(`${url()}/agreements/${detail.agreement.id}`)
  await page.getByRole('heading', { level: 1, name: detail.agreement.title }).waitFor()
  await settled(page)
  return detail
}

const answer = async (page: Page, id: number): Promise<Record<string, string>[]> => {
  const detail = (await (await page.context().request.get(`${url()}/api/v1/agreements/${id}`)).json()) as Detail
  return detail.answers.find((x) => x.path === 'subprocessors.list')?.value ?? []
}

/** Waits until the server has so many rows. */
const stored = async (page: Page, id: number, rows: number) => expect.poll(async () => (await answer(page, id)).length, { timeout: 10_000 }).toBe(rows)

const paste = (page: Page, to: string, data: Record<string, string>) =>
  page.locator(to).evaluate((e, given) => {
    const clipboard = new DataTransfer()
    for (const [type, text] of Object.entries(given)) clipboard.setData(type, text)
    e.dispatchEvent(new ClipboardEvent('paste', { clipboardData: clipboard, bubbles: true, cancelable: true }))
  }, data)

describe('the table of sub-processors', () => {
  test('is taken from the register: seen first, nothing overwritten unasked, and undone', async () => {
    const { page, check, close } = await open('/', { as: 'jurist', title: 'Overblik' })
    const { vendor, system } = await known()
    const text = 'Navn\tNummer\tLand\tYdelse\nKæde Hosting GmbH\tHRB 778899\tTyskland\tDrift af servere\nKæde Support AB\t556677-8899\tSverige\tSupport'
    const sent = await post<{ total: number }>(page.context(), `/api/v1/vendors/${vendor}/subprocessors/paste`, { text, system })
    expect(sent.total).toBe(2)
    const { agreement } = await draft(page)
    const form = page.locator(table)
    await form.getByRole('button', { name: 'Tilføj række' }).click()
    await page.locator(`${table}-0-0`).fill('Kæde Hosting')
    await page.locator(`${table}-0-3`).selectOption('DE')
    await page.locator(`${table}-0-4`).fill('Kun backup')
    await page.locator(`${table}-0-4`).blur()
    await stored(page, agreement.id, 1)

    await form.getByRole('button', { name: 'Hent leverandørens kæde' }).click()
    const review = form.getByRole('table', { name: 'Rækkerne, før de kommer med' })
    const differs = review.getByRole('row').filter({ hasText: 'Kæde Hosting GmbH' })
    await differs.getByText('Står anderledes').waitFor()
    expect(await differs.locator('del').allInnerTexts()).toContain('Kun backup')
    expect(await differs.getByRole('checkbox').isChecked(), 'nothing is overwritten unasked').toBe(false)
    await form.evaluate((e) => e.scrollIntoView({ block: 'start' }))
    await page.screenshot({ path: `${shots}/rows-take-seen-1280.png` })
    await check('rows-take')
    const coming = await review.getByRole('checkbox', { checked: true }).count()
    await form.getByRole('button', { name: /^Tag \d+ række/ }).click()
    await stored(page, agreement.id, 1 + coming)
    const rows = await answer(page, agreement.id)
    expect(rows[0]).toMatchObject({ name: 'Kæde Hosting', purpose: 'Kun backup' })
    expect(rows.find((x) => x.name === 'Kæde Support AB')).toMatchObject({ country: 'SE', purpose: 'Support' })

    // What was not taken is still there, and is taken when it is asked for.
    await differs.getByRole('checkbox').check()
    await form.getByRole('button', { name: 'Tag 1 række med' }).click()
    await expect.poll(async () => (await answer(page, agreement.id))[0]?.purpose).toBe('Drift af servere')
    await form.getByRole('button', { name: 'Fortryd' }).click()
    await expect.poll(async () => (await answer(page, agreement.id))[0]?.purpose).toBe('Kun backup')
    await close()
  })

  test('is pasted from Word: columns guessed and corrected, what is wrong told and mended row by row', async () => {
    const { page, check, close } = await open('/', { as: 'jurist', title: 'Overblik' })
    const { agreement } = await draft(page)
    const form = page.locator(table)
    await form.getByRole('button', { name: 'Indsæt fra Word eller Excel' }).click()
    const cells = (...x: string[]) => `<tr>${x.map((c) => `<td><p>${c}</p></td>`).join('')}</tr>`
    const html = `<html><body><!--StartFragment--><table>${cells('Underdatabehandler', 'CVR', 'Hjemland', 'Noter', 'Beskrivelse af behandling')}${cells('Nord &amp; Syd A/S', '12 34 56 74', 'Danmark', 'a', 'Drift')}`
      + `${cells('Atlantis Ltd', '', 'Atlantis', 'b', 'Support')}${cells('NORD & SYD', '12345674', 'DK', 'c', 'Backup')}${cells('Uden opgave', '', 'Irland', 'd', '')}</table></body></html>`
    await paste(page, `${table}-paste`, { 'text/html': html, 'text/plain': 'Underdatabehandler\nCVR' })
    await form.getByText('2 skal rettes').waitFor()
    await form.getByText('1 dublet').waitFor()
    expect(await form.getByLabel('Noter').inputValue(), 'a column that nobody asks is named and not used').toBe('')
    expect(await form.getByLabel('Hjemland').inputValue()).toBe('country')
    await form.getByText('ikke et land, vi kender').waitFor()
    await form.evaluate((e) => e.scrollIntoView({ block: 'start' }))
    await page.screenshot({ path: `${shots}/rows-paste-seen-1280.png` })
    await check('rows-paste')
    await form.getByRole('button', { name: 'Tag 1 række med' }).click()
    await stored(page, agreement.id, 1)
    expect((await answer(page, agreement.id))[0]).toEqual({ name: 'Nord & Syd A/S', number: '12 34 56 74', country: 'DK', purpose: 'Drift' })

    // What was wrong stays to be mended.
    const row = (text: string) => form.getByRole('table', { name: 'Rækkerne, før de kommer med' }).getByRole('row').filter({ hasText: text })
    await row('Atlantis Ltd').getByLabel('Land').fill('USA')
    await row('Uden opgave').getByLabel('Behandling').fill('Print')
    await page.keyboard.press('Enter')
    await form.getByText('2 nye').waitFor()
    await form.getByRole('button', { name: 'Tag 2 rækker med' }).click()
    await stored(page, agreement.id, 3)
    expect((await answer(page, agreement.id)).map((x) => x.country)).toEqual(['DK', 'US', 'IE'])
    await form.getByText('1 står anderledes').waitFor() // the duplicate is now held against the row that was taken
    await form.getByRole('button', { name: 'Luk' }).click()
    await form.getByRole('button', { name: 'Fortryd' }).click()
    await stored(page, agreement.id, 1)
    await close()
  })

  test('holds 400 rows that are written in without delay, and names those that are wrong', async () => {
    const { page, check, close } = await open('/', { as: 'jurist', title: 'Overblik' })
    const { agreement } = await draft(page)
    const form = page.locator(table)
    await form.getByRole('button', { name: 'Indsæt fra Word eller Excel' }).click()
    const lines = Array.from({ length: 400 }, (_, i) => `Firma ${i + 1} ApS\t${10_000_000 + i}\tVej ${i}, 8000 Aarhus C\tDanmark\tDrift ${i}`)
    await paste(page, `${table}-paste`, { 'text/plain': lines.join('\r\n') })
    await form.getByText('400 nye').waitFor()
    await form.getByRole('button', { name: 'Tag 400 rækker med' }).click()
    await stored(page, agreement.id, 400)
    await form.getByText('400 rækker', { exact: true }).waitFor()
    await settled(page)
    await page.locator(`${table}-0-0`).focus()
    // By the processor's clock: how busy the machine is with other things does not count.
    const cdp = await page.context().newCDPSession(page)
    await cdp.send('Performance.enable', { timeDomain: 'threadTicks' })
    const spent = async () => ((await cdp.send('Performance.getMetrics')).metrics.find((x) => x.name === 'TaskDuration')?.value ?? NaN) * 1000
    const before = await spent()
    await page.evaluate(async (id) => {
      const input = document.getElementById(id) as HTMLInputElement
      const set = Object.getOwnPropertyDescriptor(HTMLInputElement.prototype, 'value')?.set
      for (let i = 0; i < 20; i++) {
        set?.call(input, `Firma nr. ${i}`)
        input.dispatchEvent(new Event('input', { bubbles: true }))
        await new Promise((done) => setTimeout(done))
      }
    }, `${table.slice(1)}-0-0`)
    expect((await spent() - before) / 20, 'ms of the processor for a key').toBeLessThan(60)

    await form.getByRole('button', { name: 'Næste' }).click()
    await page.locator(`${table}-30-0`).fill('')
    await page.locator(`${table}-30-0`).blur()
    await form.getByRole('button', { name: 'Forrige' }).click()
    await form.getByText('1 række skal rettes, før tabellen kan gemmes').click()
    await form.getByRole('button', { name: 'Række 31 mangler Navn' }).click()
    await page.waitForFunction((id) => document.activeElement?.id === id, `${table.slice(1)}-30-0`)
    await form.evaluate((e) => e.scrollIntoView({ block: 'start' }))
    await page.screenshot({ path: `${shots}/rows-400-1280.png` })
    await page.locator(`${table}-30-0`).fill('Firma igen')
    await page.locator(`${table}-30-0`).blur()
    await expect.poll(async () => (await answer(page, agreement.id))[30]?.name).toBe('Firma igen')
    await check()
    await close()
  })

  test('is taken on a telephone', async () => {
    const { page, close } = await open('/', { as: 'jurist', title: 'Overblik', width: 390 })
    await draft(page)
    const form = page.locator(table)
    await form.getByRole('button', { name: 'Indsæt fra Word eller Excel' }).click()
    await paste(page, `${table}-paste`, { 'text/plain': 'Navn\tLand\tBehandling\nNord\tDanmark\tDrift\nSyd\tAtlantis\tDrift' })
    await form.getByText('1 skal rettes').waitFor()
    await form.locator('.k-intake').evaluate((e) => e.scrollIntoView({ block: 'start' }))
    await page.screenshot({ path: `${shots}/rows-paste-390.png` })
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(390)
    await close()
  })
})
