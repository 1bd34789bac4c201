import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { open, start, stop } from './browser.ts'

// What the secretariat wants in a negotiation: written, corrected, taken off and put back, and nobody else's.

beforeAll(start)
afterAll(stop)

describe('negotiation positions', () => {
  test('come as unconfirmed proposals and are found by what they are about', async () => {
    const { page, close } = await open('/positions', { as: 'jurist', title: 'Forhandlingspositioner' })
    await page.getByText('12 positioner').waitFor()
    await page.getByLabel('Søg i positioner').fill('underdatabehandlere')
    await page.getByRole('heading', { name: 'Varsel ved nye underdatabehandlere' }).waitFor()
    await page.getByRole('heading', { name: 'Forrang' }).waitFor({ state: 'detached' })
    expect(new URL(page.url()).searchParams.get('q')).toBe('underdatabehandlere')
    await close()
  })

  test('one is written with a range and wording, corrected, removed and put back', async () => {
    const { page, check, close } = await open('/positions', { as: 'jurist', title: 'Forhandlingspositioner' })
    await page.getByRole('button', { name: 'Tilføj position' }).click()
    await page.getByLabel('Bestemmelse eller felt').selectOption({ label: 'Varsel ved nye underdatabehandlere' })
    await page.getByLabel('Spørgsmål').fill('Varsel ved akut skift')
    await page.getByLabel('Ønsket').fill('30 dage')
    await page.getByLabel('Mindst').fill('14')
    await page.getByRole('button', { name: 'Tilføj ordlyd' }).click()
    await page.getByLabel('Ordlyd 1').fill('Ved akut sikkerhedsbrud er varslet mindst 14 dage.')
    await check('position-form')
    await page.getByLabel('Ordlyd 1').press('Control+Enter')
    await page.getByText('Positionen er gemt.').waitFor()
    const card = page.getByRole('article', { name: 'Varsel ved akut skift' })
    await card.getByText('kontrolleres: mindst 14 dage').waitFor()
    await card.getByText('Ved akut sikkerhedsbrud er varslet mindst 14 dage.').waitFor()

    await page.getByRole('button', { name: 'Ret Varsel ved akut skift' }).click()
    await page.getByLabel('Smertegrænse').fill('Under 14 dage')
    await page.keyboard.press('Control+Enter')
    await card.getByText('Under 14 dage').waitFor()

    await page.getByRole('button', { name: 'Fjern Varsel ved akut skift' }).click()
    await card.waitFor({ state: 'detached' })
    await page.getByRole('button', { name: 'Fortryd' }).click()
    await card.waitFor()
    await page.getByRole('button', { name: 'Fjern Varsel ved akut skift' }).click()
    await card.waitFor({ state: 'detached' })
    await close()
  })

  test('a contact person meets no such page', async () => {
    const { close } = await open('/positions', { as: 'kontakt-viborg', title: 'Din rolle har ikke adgang' })
    await close()
  })
})
