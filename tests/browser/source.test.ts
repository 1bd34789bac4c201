import { readFileSync } from 'node:fs'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Page } from 'playwright-core'
import { open, start, stop } from './browser.ts'

// A Word file becomes a template: taken in, corrected by keyboard, reviewed by another
// lawyer, published, and read by a municipality; then a newer edition of the file.

beforeAll(start)
afterAll(stop)

const fixture = (name: string): string => new URL(`../../server/clause/testdata/word/${name}.docx`, import.meta.url).pathname
const row = (page: Page, words: string) => page.locator('.k-src__row', { hasText: words }).first()

/** Chooses a paragraph with the mouse; what follows is done by key. */
async function pick(page: Page, words: string) {
  await row(page, words).getByRole('button').click()
  await page.locator('.k-src__row--chosen', { hasText: words }).waitFor()
}

describe('a Word file as a template', () => {
  let draft = ''

  test('a file that is none is refused with what to do', async () => {
    const { page, check, close } = await open('/templates', { as: 'jurist' })
    await page.getByRole('link', { name: 'Indlæs en Word-fil' }).click()
    await page.getByRole('button', { name: 'Indlæs filen' }).click()
    await page.getByRole('link', { name: 'Vælg filen' }).waitFor()
    await page.getByRole('link', { name: 'Vælg, hvis tekst det er' }).waitFor()
    await check('source-new')
    await page.getByLabel('Word-fil (.docx)').setInputFiles({ name: 'skabelon.pdf', mimeType: 'application/pdf', buffer: Buffer.from('%PDF-1.7 tekst') })
    await page.getByLabel('Skabelonfamilie').selectOption('datatilsynet')
    await page.getByLabel('Myndighedens').check()
    await page.getByRole('button', { name: 'Indlæs filen' }).click()
    await page.getByRole('link', { name: 'Skriv, hvem der har udgivet teksten' }).waitFor()
    await page.getByLabel('Udgivet af').fill('Datatilsynet')
    await page.getByLabel('Udgivet den').fill('01-05-2024')
    await page.getByRole('button', { name: 'Indlæs filen' }).click()
    await page.getByText('Filen er en PDF').waitFor()
    expect(await page.getByLabel('Udgivet af').inputValue()).toBe('Datatilsynet')
    await page.getByLabel('Word-fil (.docx)').setInputFiles({ name: 'standardbestemmelser.docx', mimeType: 'application/octet-stream', buffer: readFileSync(fixture('state')) })
    await page.getByRole('button', { name: 'Indlæs filen' }).click()
    await page.getByRole('heading', { level: 1, name: 'standardbestemmelser.docx' }).waitFor()
    await close()
  })

  test('three paragraphs are corrected by key, one of them back and forth', async () => {
    const { page, check, close } = await open('/templates', { as: 'jurist' })
    await page.getByRole('link', { name: 'standardbestemmelser.docx' }).click()
    await page.getByText('Datatilsynet, 01-05-2024').or(page.getByText('Datatilsynet, 1. maj 2024')).first().waitFor()
    await row(page, 'Parterne har ikke aftalt andet.').waitFor()
    await check('source')

    await pick(page, 'Parterne har ikke aftalt andet.')
    await row(page, 'Parterne har ikke aftalt andet.').press('b')
    await page.locator('.k-src__row--clause', { hasText: 'Parterne har ikke aftalt andet.' }).getByText('Rettet').waitFor()
    await row(page, 'Parterne har ikke aftalt andet.').press('z')
    await page.getByText('Fortrudt.').waitFor()
    await page.locator('.k-src__row--text', { hasText: 'Parterne har ikke aftalt andet.' }).waitFor()
    await row(page, 'Parterne har ikke aftalt andet.').press('b')
    await page.locator('.k-src__row--clause', { hasText: 'Parterne har ikke aftalt andet.' }).waitFor()

    await pick(page, 'Databehandleraftale')
    await row(page, 'Databehandleraftale').press('J')
    await page.getByText('2 tekststykker valgt').waitFor()
    await page.keyboard.press('u')
    await page.locator('.k-src__row--ignored', { hasText: 'Den dataansvarlige' }).waitFor()

    await pick(page, 'Oplysningerne bliver i EU')
    await page.keyboard.press('Enter')
    expect(await page.evaluate(() => document.activeElement?.getAttribute('name'))).toMatch(/^class-/)
    const words = page.getByLabel('Tekststykkets ord')
    await words.focus()
    await page.keyboard.press('Control+Home')
    for (let i = 0; i < 26; i++) await page.keyboard.press('ArrowRight')
    await page.keyboard.press('x') // nothing can be written
    await page.keyboard.press('Shift+Control+End')
    await page.getByRole('button', { name: 'Tilføjelse' }).click()
    await row(page, 'Oplysningerne bliver i EU').locator('.k-mark--supplementary', { hasText: 'medmindre bilag C siger andet.' }).waitFor()
    await page.getByLabel(/^Hvad er »Oplysningerne bliver/).press('Escape')
    expect(await page.evaluate(() => document.activeElement?.id)).toMatch(/^p-/)
    await check('source-corrected')

    await page.getByLabel('Skabelonens navn').fill('Standardbestemmelser')
    await page.getByRole('button', { name: 'Lav kladden' }).click()
    await page.getByRole('heading', { level: 1, name: /^Standardbestemmelser, version/ }).waitFor()
    draft = page.url().replace(/^.*\/templates\/(\d+).*$/, '$1')
    await page.locator('.k-tplclause .k-mark--supplementary', { hasText: 'medmindre bilag C' }).waitFor()
    await check('source-draft')
    await close()
  })

  test('another lawyer reviews and publishes it, and a municipality reads it', async () => {
    const second = await open(`/templates/${draft}`, { as: 'jurist-2' })
    await second.page.getByRole('button', { name: 'Godkend teksten' }).click()
    await second.page.getByLabel('Jeg har set, hvad der ændres, og hvem').check()
    await second.page.getByRole('button', { name: /^Offentliggør version/ }).click()
    await second.page.getByText('Gælder').first().waitFor()
    await second.close()
    const reader = await open(`/templates/${draft}`, { as: 'kontakt-viborg', shot: 'source-published-kontakt' })
    expect(await reader.page.getByText('Parterne har ikke aftalt andet.').count()).toBe(1)
    expect(await reader.page.getByRole('link', { name: 'Til Word-filen' }).count()).toBe(0)
    await reader.close()
  })

  test('what a newer file leaves open must be settled before it is published', async () => {
    const { page, check, close } = await open('/templates/sources/new?family=datatilsynet', { as: 'jurist' })
    await page.getByLabel('Word-fil (.docx)').setInputFiles({ name: 'med rettelser.docx', mimeType: 'application/octet-stream', buffer: readFileSync(fixture('textbox')) })
    await page.getByLabel('Sekretariatets egen').check()
    await page.getByRole('button', { name: 'Indlæs filen' }).click()
    await page.getByText('Et tekststykke står ingen steder').first().waitFor()
    await check('source-unplaced')
    await page.getByRole('link', { name: 'Hvad ændrer filen?' }).click()
    await page.getByRole('heading', { level: 1, name: 'Hvad ændrer filen?' }).waitFor()
    await page.locator('.k-red__clause--removed').first().waitFor()
    await check('source-compare')
    await page.goBack()
    await page.getByRole('button', { name: 'Lav kladden' }).click()
    await page.getByRole('button', { name: /^Afklaret.*ramme/ }).click()
    await page.getByText('Noteret som afklaret.').waitFor()
    await page.getByText('Et tekststykke står ingen steder').waitFor({ state: 'detached' })
    await page.getByRole('button', { name: 'Fortryd', exact: true }).click()
    await page.getByText('Et tekststykke står ingen steder').first().waitFor()
    await page.getByRole('button', { name: 'Kassér kladden' }).click()
    await page.getByText('Kasseret: kladden kan hentes tilbage').waitFor()
    await page.getByRole('button', { name: 'Hent kladden tilbage' }).click()
    await page.getByText('Kladde: kan ikke bruges').waitFor()
    await close()
  })
})
