import { readFileSync, writeFileSync, mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Page } from 'playwright-core'
import { known, open, settled, start, stop, url } from './browser.ts'

// A list from a spreadsheet, with errors, until it is in the register.

beforeAll(start)
afterAll(stop)

/** The names of two systems of the register that Viborg can take into use in 1999 without an overlap. */
async function names(page: Page): Promise<string[]> {
  const answer = (await (await page.request.get(`${url()}/api/v1/systems?limit=200`)).json()) as { items: { name: string; vendor: { name: string } }[] }
  const once = answer.items.filter((s) => answer.items.filter((x) => x.name === s.name).length === 1)
  return once.slice(0, 2).map((s) => `${s.name};${s.vendor.name}`)
}

describe('a list taken in', () => {
  test('kontakt-viborg sends a list with errors, mends it, and it is applied', async () => {
    const { page, check, close } = await open('/imports', { as: 'kontakt-viborg', title: 'Indlæsninger', shot: 'imports' })
    await known()
    const [first, second] = await names(page)
    const file = (rows: string[]) => ['System;Leverandør;Fra;Til;Systemejer;Antal personer', ...rows].join('\r\n')
    await page.getByRole('link', { name: 'Indlæs en liste' }).click()
    await page.getByRole('heading', { level: 1, name: 'Indlæs en liste' }).waitFor()
    await check('import-new')
    // By keyboard: the kind, the file, and on.
    await page.getByRole('button', { name: 'Send og kontrollér' }).press('Enter')
    await page.getByRole('alert').getByText('Vælg en fil').waitFor()
    await page.getByLabel('Systemer i brug').press('Space')
    const latin = Buffer.from(file([`${first};01-01-1999;31-12-1999;Ældrechefen;1.250`, `${second};31-02-1999;;Skolechefen;mange`, 'Findes slet ikke;;01-01-1999;;;']), 'latin1')
    await page.locator('#file').setInputFiles({ name: 'Systemer i Viborg.csv', mimeType: 'text/csv', buffer: latin })
    await page.getByRole('button', { name: 'Send og kontrollér' }).press('Enter')
    await page.getByRole('heading', { level: 1, name: 'Systemer i Viborg.csv' }).waitFor()
    await page.getByText('2 rækker har fejl').waitFor()
    await page.getByText('Det er ikke en dato', { exact: false }).first().waitFor()
    await check('import-errors')

    // The rows with errors come back as a workbook with a column more.
    const [download] = await Promise.all([page.waitForEvent('download'), page.getByRole('link', { name: 'Hent rækker med fejl (Excel)' }).click()])
    expect(download.suggestedFilename()).toBe('fejl-Systemer i Viborg.xlsx')
    const got = join(mkdtempSync(join(tmpdir(), 'klausul-')), 'fejl.xlsx')
    await download.saveAs(got)
    expect(readFileSync(got).subarray(0, 2).toString()).toBe('PK')

    // Mended and sent again: everything is in order, and it is accepted.
    const mended = join(mkdtempSync(join(tmpdir(), 'klausul-')), 'rettet.csv')
    writeFileSync(mended, `\ufeff${file([`${first};01-01-1999;31-12-1999;Ældrechefen;1.250`, `${second};28-02-1999;31-12-1999;Skolechefen;90`])}`)
    await page.getByRole('link', { name: 'Send den rettede fil' }).click()
    expect(await page.getByLabel('Systemer i brug').isChecked()).toBe(true)
    await page.locator('#file').setInputFiles(mended)
    await page.getByRole('button', { name: 'Send og kontrollér' }).click()
    await page.getByRole('link', { name: 'Gå til godkendelse af 2 rækker' }).waitFor()
    await check('import-ready')
    await page.getByRole('link', { name: 'Gå til godkendelse af 2 rækker' }).click()
    await page.getByText('2 rækker skrives i registret').waitFor()
    await check('import-accept')
    await page.getByRole('button', { name: 'Indlæs 2 rækker' }).press('Enter')
    await page.getByText('Listen er indlæst').waitFor()
    await settled(page)
    expect(await page.getByText('2 rækker er tilføjet og 0 ændret,', { exact: false }).count()).toBe(1)
    await check('import-done')
    await close()
  })

  test('columns that nobody knows are chosen by hand', async () => {
    const { page, check, close } = await open('/imports/new?kind=usages', { as: 'kontakt-viborg', title: 'Indlæs en liste' })
    const [first] = await names(page)
    await page.locator('#file').setInputFiles({ name: 'ukendt.csv', mimeType: 'text/csv', buffer: Buffer.from(`Kørende ting;Hos;Hvornår;Farve\n${first};01-01-1998;blå\n`) })
    await page.getByRole('button', { name: 'Send og kontrollér' }).click()
    await page.getByText('Vælg, hvad kolonnerne betyder', { exact: false }).waitFor()
    // What nobody recognised is named, and marked until it means something.
    await page.getByText('Vi kender ikke kolonnerne »Kørende ting«, »Hos«, »Hvornår«, »Farve«.', { exact: false }).waitFor()
    expect(await page.getByText('Ikke genkendt').count()).toBe(4)
    await check('import-columns')
    await page.getByLabel('Hvad betyder »Kørende ting«?').selectOption({ label: 'System' })
    await page.getByLabel('Hvad betyder »Hos«?').selectOption({ label: 'Leverandør' })
    await page.getByLabel('Hvad betyder »Hvornår«?').selectOption({ label: 'Fra' })
    expect(await page.getByRole('row').filter({ hasText: 'Ikke genkendt' }).allInnerTexts()).toEqual([expect.stringContaining('Farve')])
    await page.getByRole('button', { name: 'Kontrollér listen' }).click()
    await page.getByText('Kolonnerne er', { exact: false }).first().waitFor()
    await page.getByRole('button', { name: 'Opgiv indlæsningen' }).click()
    await page.getByText('Intet blev skrevet.', { exact: false }).waitFor()
    await close()
  })
})
