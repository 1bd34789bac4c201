import type { Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { known, open, post, settled, shots, start, stop, url } from './browser.ts'

// Answers of another of the vendor's agreements, seen side by side and copied in one act.

beforeAll(start)
afterAll(stop)

interface Detail { agreement: { id: number; title: string; number: number }; answers: { path: string; value: unknown; version: number }[] }

let made = 0

async function make(page: Page): Promise<Detail> {
  const { vendor, system } = await known()
  const template = ((await (await page.context().request.get(`${url()}/api/v1/templates`)).json()) as { items: { id: number; family: string }[] }).items.find((x) => x.family === 'eksempel')
  return post<Detail>(page.context(), '/api/v1/agreements', { vendor, systems: [system], template: template?.id, title: `Kopi ${Date.now()}-${++made}` })
}

const answer = async (page: Page, id: number, path: string, value: unknown, base = 0) => {
  const me = (await (await page.context().request.get(`${url()}/api/v1/me`)).json()) as { csrf: string }
  const sent = await page.context().request.patch(`${url()}/api/v1/agreements/${id}/answers`, { data: { path, base, value }, headers: { 'X-CSRF-Token': me.csrf } })
  expect(sent.ok(), `${path}: ${sent.status()}`).toBe(true)
}

const stands = async (page: Page, id: number, path: string): Promise<unknown> => {
  const detail = (await (await page.context().request.get(`${url()}/api/v1/agreements/${id}`)).json()) as Detail
  return detail.answers.find((x) => x.path === path)?.value ?? null
}

const rows = (...names: [string, string][]) => names.map(([name, purpose]) => ({ name, purpose, country: 'DK' }))

/** A filled agreement and a draft of the same vendor that says some of it, and some otherwise. */
async function pair(page: Page): Promise<{ source: Detail; draft: Detail }> {
  const [source, draft] = [await make(page), await make(page)]
  const given: Record<string, unknown> = {
    'service.purpose': 'Drift og support af omsorgsjournalen for hele kommunen, også uden for normal arbejdstid', 'data.kind': 'special', 'data.categories': ['health', 'ethnicity'], 'security.level': 'high',
    'transfer.allowed': 'no', 'deletion.choice': 'delete', 'breach.hours': 12, 'subprocessors.list': rows(['Vestsky A/S', 'Drift'], ['Østsky', 'Backup'], ['Nordsky', 'Support']), 'processor.contacts': [{ name: 'Åse Ørum', role: 'DPO', mail: 'aase@example.dk' }],
  }
  for (const [path, value] of Object.entries(given)) await answer(page, source.agreement.id, path, value)
  await answer(page, draft.agreement.id, 'security.level', 'medium')
  await answer(page, draft.agreement.id, 'transfer.allowed', 'no')
  await answer(page, draft.agreement.id, 'subprocessors.list', rows(['Vestsky', 'Drift'], ['Sydsky', 'Print']))
  return { source, draft }
}

describe('copying answers from another agreement', () => {
  test('shows both sides, overwrites nothing unasked, tells what came between, and is undone', async () => {
    const { page, check, close } = await open('/', { as: 'jurist', title: 'Overblik' })
    const { source, draft } = await pair(page)
    await page.goto(`${url()}/agreements/${draft.agreement.id}`)
    await page.getByRole('link', { name: 'Kopiér svar fra en anden aftale' }).click()
    await page.getByRole('heading', { level: 1, name: 'Kopiér svar fra en anden aftale' }).waitFor()
    const choice = page.getByLabel('Aftale og version')
    const option = await choice.locator('option', { hasText: source.agreement.title }).getAttribute('value')
    await choice.selectOption(option)
    await page.waitForURL(/\/copy\?from=\d+$/) // it can be sent to a colleague
    await page.reload()
    await page.getByText('2 er anderledes her').waitFor()
    await settled(page)
    await check('copy')

    const row = (label: string) => page.getByRole('row').filter({ has: page.getByRole('rowheader', { name: label }) })
    const box = (label: string) => row(label).getByRole('checkbox')
    expect(await box('Formålet med behandlingen').isChecked()).toBe(true)
    expect(await box('Sikkerhedsniveau').isChecked(), 'nothing is overwritten unasked').toBe(false)
    const table = row('Godkendte underdatabehandlere')
    await table.getByText('Forskellen: 2 kommer til, 1 ændres, 1 går ud').click()
    await table.locator('del', { hasText: 'Sydsky' }).waitFor()
    await page.screenshot({ path: `${shots}/copy-rows-1280.png`, fullPage: true })

    // By key: the whole group of security, and one of its answers taken out again.
    await page.getByRole('checkbox', { name: /^Hele gruppen\s*: Instruks/ }).focus()
    await page.keyboard.press('Space')
    expect(await box('Sikkerhedsniveau').isChecked()).toBe(true)
    await page.getByText('1 af dem erstatter et svar her.').waitFor()

    // A colleague answers one of them meanwhile.
    const other = await open('/', { as: 'jurist-2', title: 'Overblik' })
    await answer(other.page, draft.agreement.id, 'service.purpose', 'En kollegas svar')
    await other.close()
    const send = page.getByRole('button', { name: /^Kopiér \d+ svar$/ })
    await send.focus()
    await page.keyboard.press('Enter')
    const told = page.locator('main .k-alert').filter({ hasText: 'er kopieret fra' })
    await told.getByText('har ændret svaret i mellemtiden').waitFor()
    expect(await told.evaluate((e) => e === document.activeElement), 'what was done takes the focus').toBe(true)
    await check('copy-done')
    expect(await stands(page, draft.agreement.id, 'service.purpose')).toBe('En kollegas svar')
    expect(await stands(page, draft.agreement.id, 'security.level')).toBe('high')
    expect(await stands(page, draft.agreement.id, 'subprocessors.list'), 'not chosen, not touched').toHaveLength(2)

    // The form says where they are from, until they are changed.
    await told.getByRole('link', { name: 'Til oplysningerne' }).click()
    const field = page.locator('[data-path="breach.hours"]')
    await field.getByText(`Kopieret fra aftale nr. ${source.agreement.number}, version 1`).waitFor()
    await page.locator('#field-breach-hours').scrollIntoViewIfNeeded()
    await page.screenshot({ path: `${shots}/copy-origin-1280.png` })
    await page.locator('#field-breach-hours').fill('20')
    await page.locator('#field-breach-hours').press('Enter')
    await expect.poll(() => stands(page, draft.agreement.id, 'breach.hours')).toBe(20)
    await page.reload()
    await field.waitFor()
    await settled(page)
    expect(await field.innerText()).not.toContain('Kopieret fra')

    // Undone: as it stood, but for what was changed since.
    await page.goto(`${url()}/agreements/${draft.agreement.id}/copy?from=${option}`)
    await page.getByRole('heading', { level: 2, name: 'Kopieret før' }).waitFor()
    await settled(page)
    await page.getByRole('button', { name: /^Fortryd/ }).click()
    await page.getByText(/svar står igen, som de stod før/).waitFor()
    await page.locator('main .k-alert li', { hasText: 'Frist for underretning om brud' }).waitFor()
    await check('copy-undone')
    expect(await stands(page, draft.agreement.id, 'security.level')).toBe('medium')
    expect(await stands(page, draft.agreement.id, 'data.kind')).toBeNull()
    expect(await stands(page, draft.agreement.id, 'breach.hours')).toBe(20)
    await close()
  })

  test('says why there is nothing to copy from', async () => {
    const { page, context, check, close } = await open('/', { as: 'jurist', title: 'Overblik' })
    const vendor = await post<{ number: number }>(context, '/api/v1/vendors', { name: `Ene ${Date.now()}`, country: 'DE', foreignNumber: `HRB ${Date.now()}`, commercial: true })
    const system = await post<{ number: number }>(context, '/api/v1/systems', { name: `Ene ${Date.now()}`, vendor: vendor.number })
    await page.goto(`${url()}/agreements/new?vendor=${vendor.number}`)
    await page.getByRole('heading', { level: 1, name: 'Ny fælles databehandleraftale' }).waitFor()
    await settled(page)
    expect(await page.getByRole('checkbox', { name: /Begynd med at kopiere/ }).count(), 'nothing to begin with').toBe(0)
    const template = ((await (await context.request.get(`${url()}/api/v1/templates`)).json()) as { items: { id: number; family: string }[] }).items.find((x) => x.family === 'eksempel')
    const only = await post<Detail>(context, '/api/v1/agreements', { vendor: vendor.number, systems: [system.number], template: template?.id })
    await page.goto(`${url()}/agreements/${only.agreement.id}/copy`)
    await page.getByText('Leverandøren har ingen anden aftale at kopiere fra.').waitFor()
    await settled(page)
    await check('copy-empty')

    // A second one of the vendor's begins there, and goes straight to the only source.
    await answer(page, only.agreement.id, 'service.purpose', 'Drift')
    await page.goto(`${url()}/agreements/new?vendor=${vendor.number}`)
    await page.getByRole('checkbox', { name: 'Begynd med at kopiere svar fra leverandørens anden aftale' }).check()
    await page.getByLabel('Skabelon').selectOption(String(template?.id))
    await page.getByRole('button', { name: 'Opret udkast' }).click()
    await page.getByRole('heading', { level: 1, name: 'Kopiér svar fra en anden aftale' }).waitFor()
    await page.getByRole('button', { name: 'Kopiér 1 svar' }).click()
    await page.getByText('1 svar er kopieret fra').waitFor()
    await page.getByRole('button', { name: 'Fortryd', exact: true }).click()
    await page.getByText('1 svar står igen, som det stod før.').waitFor()
    await close()
  })
})
