import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { known, open, start, stop } from './browser.ts'

// A system's page and the agreements that an organisation made itself, as people use them.

let there: { vendor: number; system: number } = { vendor: 0, system: 0 }
beforeAll(async () => {
  await start()
  there = await known()
})
afterAll(stop)

/** The smallest file that begins and ends as a PDF does. */
const pdf = Buffer.from(`%PDF-1.7\n${' '.repeat(3000)}\nstartxref\n9\n%%EOF\n`)

describe('a system', () => {
  test('is created, described, screened and moved to another vendor', async () => {
    const { page, check, close } = await open('/systems/new', { as: 'jurist', title: 'Nyt it-system', shot: 'system-new' })
    await page.getByRole('searchbox', { name: 'Leverandør' }).fill('Åhavn')
    await page.getByRole('button', { name: /Vælg Åhavn/ }).first().click()
    await page.locator('#name').fill('Åhavn Prøvesystem')
    await page.locator('#dataKinds-cpr').check()
    await page.getByRole('button', { name: 'Opret systemet' }).click()
    await page.getByRole('heading', { level: 1, name: 'Åhavn Prøvesystem' }).waitFor()
    await check('system-made')
    await page.getByRole('link', { name: 'Vurdér personoplysninger' }).click()
    await page.getByLabel('Behandler personoplysninger').check()
    await page.getByLabel('Hvorfor?').fill('Borgere har konto')
    await check('system-screening')
    await page.getByRole('button', { name: 'Gem vurderingen' }).click()
    await page.getByText('Borgere har konto').waitFor()
    await page.getByRole('link', { name: 'Skift leverandør' }).click()
    await page.getByLabel('Ny leverandør').fill('1002')
    await page.getByRole('button', { name: /^Vælg / }).first().click()
    await page.getByLabel('Fra og med').fill('1/3/2024')
    await page.getByRole('button', { name: 'Vis, hvad der følger' }).click()
    await page.getByRole('heading', { name: 'Sådan bliver leverandørerne over tid' }).waitFor()
    await check('system-move')
    await page.getByRole('button', { name: /^Flyt systemet til/ }).click()
    await page.getByRole('heading', { name: 'Leverandør over tid' }).waitFor()
    expect(await page.getByText('29. feb. 2024').count()).toBeGreaterThan(0)
    await close()
  })
})

describe('an own agreement', () => {
  test('is registered with its PDF, shown, and removed', async () => {
    const { page, check, close } = await open('/own-agreements/new', { as: 'kontakt-viborg', title: 'Registrér en egen aftale', shot: 'own-new' })
    await page.getByLabel('Leverandør').fill(String(there.vendor))
    await page.getByRole('button', { name: /^Vælg / }).first().click()
    await page.getByRole('button', { name: /^Tilføj / }).first().click()
    await page.getByLabel('Aftalen som PDF').setInputFiles({ name: 'Aftale æøå.pdf', mimeType: 'application/pdf', buffer: pdf })
    await page.getByLabel('Udløber').fill('1/5/2030')
    await page.getByRole('button', { name: 'Gem aftalen' }).click()
    await page.getByText('Aftale æøå.pdf').waitFor()
    await check('own-agreement')
    await page.getByRole('link', { name: 'Egne aftaler' }).first().click()
    await page.getByRole('heading', { level: 1, name: 'Egne aftaler' }).waitFor()
    await check('own-agreements')
    await page.locator('table a').first().click()
    await page.getByRole('button', { name: 'Fjern', exact: true }).click()
    await page.getByRole('button', { name: 'Fjern aftalen' }).click()
    await page.getByText('Der er ingen egne aftaler endnu.').or(page.locator('table')).first().waitFor()
    await close()
  })

  test('a file that is no PDF is refused in words', async () => {
    const { page, close } = await open('/own-agreements/new', { as: 'kontakt-viborg', title: 'Registrér en egen aftale', expects: /422 \/api\/v1\/uploads/ })
    await page.getByLabel('Leverandør').fill(String(there.vendor))
    await page.getByRole('button', { name: /^Vælg / }).first().click()
    await page.getByRole('button', { name: /^Tilføj / }).first().click()
    await page.getByLabel('Aftalen som PDF').setInputFiles({ name: 'aftale.pdf', mimeType: 'application/pdf', buffer: Buffer.from('PK ikke en pdf') })
    await page.getByRole('button', { name: 'Gem aftalen' }).click()
    await page.getByText('Filen er ikke en PDF').waitFor()
    await close()
  })
})
