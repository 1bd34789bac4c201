import type { Page } from 'playwright-core'
import { readFileSync } from 'node:fs'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { as, open, post, start, stop, url } from './browser.ts'
import { withPart } from './docx.ts'

// The vendor sends an agreement of its own: it is read beside ours, and a lawyer says what it is worth.

beforeAll(start)
afterAll(stop)

let papers = ''

/** The text of a draft as a Word file, with what the vendor would rather have. */
async function vendorsOwn(page: Page): Promise<Buffer> {
  const context = page.context()
  const viborg = await as('kontakt-viborg')
  const { items: usages } = await viborg<{ items: { system: { number: number }; vendor: { number: number } }[] }>('GET', '/api/v1/usages?limit=1')
  const template = ((await (await context.request.get(`${url()}/api/v1/templates`)).json()) as { items: { id: number; family: string }[] }).items.find((x) => x.family === 'eksempel')
  const made = await post<{ agreement: { id: number } }>(context, '/api/v1/agreements', { vendor: usages[0]?.vendor.number, systems: [usages[0]?.system.number], template: template?.id, title: 'Leverandørens papir' })
  const started = await post<{ negotiation: { id: number } }>(context, `/api/v1/agreements/${made.agreement.id}/negotiation`, {})
  papers = `/negotiations/${started.negotiation.id}/papers`
  await page.goto(`${url()}/negotiations/${started.negotiation.id}`)
  await page.getByRole('button', { name: 'Send runde 1' }).first().click()
  await page.getByRole('button', { name: 'Send runde 1' }).last().click()
  await page.getByText('Runde 1 er klar').waitFor()
  const wait = page.waitForEvent('download')
  await page.getByRole('link', { name: 'Hent Word-filen' }).click()
  return withPart(readFileSync(await (await wait).path()), 'word/document.xml', (xml) => xml.replaceAll(/<w:bookmark(Start|End)[^>]*\/>/g, ''))
}

/** What Chromium prints of a page of its own. */
async function printed(page: Page, body: string): Promise<Buffer> {
  const paper = await page.context().newPage()
  await paper.setContent(`<html lang="da"><body style="font:11pt/1.4 serif">${body}</body></html>`)
  const pdf = await paper.pdf({ format: 'A4', printBackground: true, margin: { top: '2cm', bottom: '2cm', left: '2cm', right: '2cm' } })
  await paper.close()
  return pdf
}

/** One of the agreements that the engine is tested with: # is a heading, [2.1] a number. */
const html = (name: string): string =>
  readFileSync(`../../server/agreement/foreign/testdata/papers/${name}`, 'utf8').split('\n\n').map((line) => {
    const text = line.replace(/^# |^\| /, '').replace(/^\[([^\]]+)\] /, '$1 ')
    return line.startsWith('# ') ? `<h2>${text}</h2>` : `<p>${text}</p>`
  }).join('')

const put = (page: Page, name: string, buffer: Buffer) =>
  page.getByRole('button', { name: 'Leverandørens fil, Word eller PDF' }).setInputFiles({ name, mimeType: 'application/pdf', buffer })

describe('the vendor’s own paper', () => {
  test('is read beside ours, and nothing is called fulfilled before a lawyer says so', async () => {
    const { page, check, close } = await open('/negotiations', { as: 'jurist', title: 'Forhandlinger', expects: /^422 .*\/papers/ })
    const file = await vendorsOwn(page)
    await page.goto(`${url()}${papers}`)
    await page.getByText('Der er ikke læst nogen tekst fra leverandøren.').waitFor()
    await check('paper-none')
    await put(page, 'aftale.pdf', Buffer.from('%PDF-1.7\n%%EOF'))
    await page.getByRole('alert').getByText('slutningen mangler').waitFor()
    await put(page, 'scannet.pdf', await printed(page, '<div style="width:9cm;height:9cm;background:grey"></div>'))
    await page.getByRole('alert').getByText('Bed leverandøren om Word-filen').waitFor()
    await check('paper-scanned')
    await page.getByRole('button', { name: 'Leverandørens fil, Word eller PDF' }).setInputFiles({ name: 'vores aftale.docx', mimeType: 'application/octet-stream', buffer: file })
    await page.getByRole('heading', { level: 1, name: 'Leverandørens tekst: vores aftale.docx' }).waitFor()
    await page.getByText('0 af 12 punkter er vurderet').first().waitFor()
    await page.getByText('Tjeklisten er ubekræftet').waitFor()
    await check('paper')

    // What was found clearly is folded; a key opens it, and one button opens all.
    const first = page.getByRole('article').first()
    const folded = page.locator('article:has(details:not([open]))')
    const closed = await folded.count()
    expect(closed).toBeGreaterThan(0)
    await folded.last().locator('summary').focus()
    await page.keyboard.press('Enter')
    expect(await folded.count()).toBe(closed - 1)
    await page.getByRole('button', { name: 'Fold alle ud' }).click()
    await page.getByRole('button', { name: 'Fold alle sammen' }).waitFor()
    expect(await folded.count()).toBe(0)
    await check('paper-unfolded')
    await first.getByRole('button', { name: 'Opfyldt', exact: true }).click()
    await page.getByText('1 af 12 punkter er vurderet').first().waitFor()
    await first.getByRole('button', { name: 'Skriv en bemærkning' }).click() // none is demanded, and one can be written
    await first.getByLabel('Bemærkning (kan udelades)').fill('Se også punkt 4')
    await first.getByRole('button', { name: 'Gem' }).click()
    await first.getByText('Se også punkt 4').waitFor()
    await first.getByRole('button', { name: 'Står der ikke' }).click() // what was written is not lost with another answer
    expect(await first.getByLabel('Bemærkning (kan udelades)').inputValue()).toBe('Se også punkt 4')
    await first.getByRole('button', { name: 'Annullér' }).click()
    const second = page.getByRole('article').nth(1)
    await second.getByRole('button', { name: 'Ikke opfyldt' }).click()
    await second.getByRole('button', { name: 'Gem' }).click()
    await second.getByText('Skriv en bemærkning.').first().waitFor()
    await second.getByLabel('Bemærkning', { exact: true }).fill('Fristen mangler')
    await second.getByRole('button', { name: 'Gem' }).click()
    await page.getByText('2 af 12 punkter er vurderet').first().waitFor()
    await page.getByText('1 er ikke opfyldt').first().waitFor()
    await check('paper-assessed')
    await first.getByRole('button', { name: 'Fortryd vurderingen' }).click()
    await page.getByText('1 af 12 punkter er vurderet').first().waitFor()

    // A link to an entry opens it and leads there.
    const last = await page.getByRole('article').last().getAttribute('id')
    await page.goto(`${new URL(page.url()).origin}${new URL(page.url()).pathname}?entry=${last?.replace('entry-', '')}`)
    await page.locator(`#${last}:focus details[open]`).waitFor()
    expect(await page.locator('article details[open]').count()).toBe(1)

    await page.goto(`${url()}${papers}`)
    await page.getByRole('link', { name: 'vores aftale.docx' }).waitFor()
    await check('papers')
    await close()
  })

  test('is read from a PDF, and every finding says on which page', async () => {
    const { page, check, close } = await open(papers, { as: 'jurist', title: 'Leverandørens egne tekster' })
    await put(page, 'vilkår.pdf', await printed(page, `${html('styled.da.txt')}<div style="break-before:page"></div><div style="break-before:page;height:9cm;background:grey"></div>`))
    await page.getByRole('heading', { level: 1, name: 'Leverandørens tekst: vilkår.pdf' }).waitFor()
    await page.getByText('har ingen tekst, der kan læses').waitFor()
    await page.getByRole('button', { name: 'Fold alle ud' }).click()
    const breach = page.getByRole('article').filter({ hasText: 'art. 33(2)' })
    await breach.getByText(/Fundet i 8 Brud på persondatasikkerheden, side \d/).first().waitFor()
    await breach.getByText('senest 36 timer').first().waitFor()
    await page.getByText('har et modstykke hos os').first().click()
    await page.getByRole('region', { name: 'Afsnit for afsnit' }).getByRole('listitem').filter({ hasText: '10 Ophør' }).getByText(/side \d/).waitFor()
    await check('paper-pdf')
    await close()
  })

  test('is the secretariat’s alone', async () => {
    const viborg = await as('kontakt-viborg')
    await expect(viborg('GET', `/api/v1${papers}`)).rejects.toThrow(/403/)
  })
})
