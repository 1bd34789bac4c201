import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Page } from 'playwright-core'
import { open, post, settled, start, stop, url, type Opened } from './browser.ts'

// A vendor's sub-processors: pasted from a table, mended, moved by keyboard, and found by what a transfer comes to.

beforeAll(start)
afterAll(stop)

/** A vendor of this file's own, so that no other test sees its tree change. */
async function vendor({ context }: Opened, name: string, number: string): Promise<number> {
  return (await post<{ number: number }>(context, '/api/v1/vendors', { name, country: 'SE', foreignNumber: number })).number
}

const names = (page: Page) => page.locator('.k-chain tbody th a').allInnerTexts()
const tier = (page: Page, name: string) => page.locator('.k-chain tbody th', { hasText: name }).locator('.k-tier__no').innerText()
const focused = (page: Page) => page.evaluate(() => document.activeElement?.id)

describe('a table from a contract', () => {
  test('is pasted, the faulty line stays in the field, is mended and added', async () => {
    const opened = await open('/vendors/new', { as: 'jurist', title: 'Ny leverandør' })
    const { page, check, close } = opened
    const number = await vendor(opened, 'Bøgelund Platform AB', '559100-0001')
    await page.goto(`${url()}/vendors/${number}/paste`)
    await page.getByRole('heading', { level: 1, name: 'Indsæt underdatabehandlere' }).waitFor()
    await check('paste')
    const field = page.getByLabel('Tabellen')
    await field.evaluate((e) => {
      const clipboard = new DataTransfer()
      clipboard.setData('text/html', '<table><tr><td><p>Navn</p></td><td>Ydelse</td></tr><tr><td><p>Lindholm\n  Drift AB</p></td><td><p>Servere,</p>\n<p>døgnet rundt</p></td></tr></table>')
      clipboard.setData('text/plain', 'Navn Ydelse')
      e.dispatchEvent(new ClipboardEvent('paste', { clipboardData: clipboard, bubbles: true, cancelable: true }))
    })
    expect(await field.inputValue(), 'a table from Word is a line a row, however many its cells had').toBe('Navn\tYdelse\nLindholm Drift AB\tServere, døgnet rundt')
    await field.fill([
      'Niveau\tNavn\tNummer\tLand\tYdelse\tLagring\tGrundlag\tFra',
      '1\tKvistholm Drift AB\t559100-0002\tSverige\tDrift og overvågning af servere, døgnet rundt\tSverige\tIngen overførsel\t01-02-2024',
      '2\tTordenskjold Cloud Limited\t559100-0003\tIrland\tServere\tIrland, USA\tSCC\t01-02-2024',
      '1\tFjernhjælp Support Pvt.\t559100-0004\tIndien\tBrugerhjælp\tIndien\tSCC\t01-02-2024',
      '2\tNattevagt Support Pvt.\t559100-0005\tIndien\tBrugerhjælp\tMånen\tSCC\t01-02-2024',
    ].join('\n'))
    await page.getByRole('button', { name: 'Læs tabellen' }).click()
    await page.getByText('2 linjer kan tilføjes').waitFor()
    await page.getByText('2 linjer tilføjes ikke endnu og bliver stående i feltet').waitFor()
    await page.getByText(/Lagring »Månen«: /).waitFor()
    await check('paste-fault')
    await page.getByRole('button', { name: 'Tilføj 2 linjer' }).press('Enter')
    await page.getByText('2 underdatabehandlere er tilføjet.').waitFor()
    await settled(page)
    const left = await field.inputValue()
    expect(left.split('\n').map((line) => line.split('\t')[1])).toEqual(['Navn', 'Fjernhjælp Support Pvt.', 'Nattevagt Support Pvt.'])
    await check('paste-left')

    await field.fill(left.replace('Månen', 'Indien'))
    await page.getByRole('button', { name: 'Læs tabellen' }).click()
    await page.getByText('2 linjer kan tilføjes').waitFor()
    await page.getByRole('button', { name: 'Tilføj 2 linjer' }).click()
    await page.getByText('2 underdatabehandlere er tilføjet.').waitFor()
    expect(await field.inputValue()).toBe('')
    await page.getByRole('link', { name: 'Se kæden' }).click()
    await page.getByRole('heading', { level: 2, name: 'Underdatabehandlere' }).waitFor()
    await settled(page)
    expect((await names(page)).sort()).toEqual(['Fjernhjælp Support Pvt.', 'Kvistholm Drift AB', 'Nattevagt Support Pvt.', 'Tordenskjold Cloud Limited'])
    await check('chain-pasted')
    await close()
  })
})

describe('the tree', () => {
  test('a row is edited and moved by keyboard, and never under itself', async () => {
    const opened = await open('/vendors/new', { as: 'jurist', title: 'Ny leverandør' })
    const { page, context, check, close } = opened
    const [main, drift, cloud, help] = [
      await vendor(opened, 'Enebær Fagsystemer AB', '559200-0001'), await vendor(opened, 'Hybenrose Drift AB', '559200-0002'),
      await vendor(opened, 'Slåen Sky AB', '559200-0003'), await vendor(opened, 'Vrietorn Hjælp AB', '559200-0004'),
    ]
    const add = (processor: number, storage: string, parent?: number) =>
      post<{ id: number }>(context, `/api/v1/vendors/${main}/subprocessors`, { processor, storage: [storage], processing: [], remote: [], basis: 'none', from: '2024-01-01', parent })
    await add(drift, 'DK')
    const { id } = await add(cloud, 'SE')
    await add(help, 'IN', id)
    await page.goto(`${url()}/vendors/${main}?tab=chain`)
    await page.getByRole('heading', { level: 1, name: 'Enebær Fagsystemer AB' }).waitFor()
    await settled(page)
    expect(await names(page)).toEqual(['Hybenrose Drift AB', 'Slåen Sky AB', 'Vrietorn Hjælp AB'])

    // Escape leaves everything as it was, and the focus in the section.
    const edit = page.getByRole('button', { name: 'Ret Slåen Sky AB' })
    await edit.focus()
    await page.keyboard.press('Enter')
    await page.waitForFunction(() => document.activeElement?.id === 'chain-processor')
    await page.keyboard.press('Escape')
    await page.locator('#chain-form').waitFor({ state: 'detached' })
    expect(await focused(page)).toBe('chain')

    await edit.focus()
    await page.keyboard.press('Enter')
    await page.waitForFunction(() => document.activeElement?.id === 'chain-processor')
    await check('chain-edit')
    const under = page.getByLabel('Står under')
    expect(await under.locator('option').allInnerTexts(), 'neither itself nor what stands below it').toEqual(['Direkte under Enebær Fagsystemer AB', '1. led Hybenrose Drift AB'])
    await page.locator('#chain-processor').focus()
    await page.keyboard.press('Tab')
    expect(await focused(page)).toBe('chain-parent')
    await page.keyboard.press('ArrowDown')
    await page.keyboard.press('Tab')
    expect(await focused(page)).toBe('chain-service')
    await page.keyboard.type('Servere i to haller')
    await page.keyboard.press('Control+Enter')
    await page.getByRole('status').getByText('Gemt.').waitFor()
    await settled(page)
    expect(await focused(page)).toBe('chain')
    expect(await names(page)).toEqual(['Hybenrose Drift AB', 'Slåen Sky AB', 'Vrietorn Hjælp AB'])
    expect(await Promise.all(['Hybenrose', 'Slåen', 'Vrietorn'].map((name) => tier(page, name))), 'what stands below went along').toEqual(['1. led', '2. led', '3. led'])
    expect(await page.locator('.k-chain').getByText('Servere i to haller').count()).toBe(1)
    await check('chain-moved')

    expect(await page.locator('.k-subnav [data-status=active]').allInnerTexts(), 'one tab is the one shown').toEqual(['Underdatabehandlere'])
    // Only the transfers that rest on nothing; the spreadsheet follows.
    await page.getByLabel('Overførsel').selectOption({ label: 'Grundlag mangler' })
    await page.waitForURL(/status=no_basis/)
    expect(await names(page)).toEqual(['Vrietorn Hjælp AB'])
    expect(await page.getByRole('link', { name: 'Hent Excel' }).getAttribute('href')).toContain('status=no_basis')
    await check('chain-no-basis')
    await page.getByLabel('Overførsel').selectOption({ label: 'Sted ikke oplyst' })
    await page.getByText('Ingen overførsler ender i den tilstand.').waitFor()

    // The same seen from below: who is affected through a transfer without a basis.
    await page.goto(`${url()}/vendors/${help}/behind?status=no_basis`)
    await page.getByRole('heading', { level: 1, name: 'Hvem rammes af Vrietorn Hjælp AB?' }).waitFor()
    await check('behind-no-basis')
    await close()
  })
})
