import type { Page } from 'playwright-core'
import { readFileSync } from 'node:fs'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { as, open, post, start, stop, url } from './browser.ts'
import { withPart } from './docx.ts'

// The vendor's answer comes as a mail: it is dropped on the journal, and what is attached becomes the round.

beforeAll(start)
afterAll(stop)

const title = `Aftale pr. mail ${new Date().toISOString().slice(0, 19)}`
let room = ''

/** A mail as a mail program saves it, with files. */
const mail = (id: string, files: [name: string, body: Buffer][]) => Buffer.from([
  'From: =?utf-8?q?=C3=85se_=C3=98sterg=C3=A5rd?= <aase@ballyquill.example>', 'To: Sekretariatet <aftaler@klausul.example>', 'Subject: SV: Databehandleraftale', 'Date: Fri, 20 Nov 2026 10:30:00 +0100',
  `Message-ID: <${id}>`, 'MIME-Version: 1.0', 'Content-Type: multipart/mixed; boundary=x', '', '--x', 'Content-Type: text/plain; charset=utf-8', '', 'Hermed vores rettelser.', '<b>Ikke fed</b>',
  ...files.flatMap(([name, body]) => ['--x', 'Content-Type: application/octet-stream', `Content-Disposition: attachment; filename="${name}"`, 'Content-Transfer-Encoding: base64', '', body.toString('base64')]), '--x--', '',
].join('\r\n'))

/** Drops a file as from a folder. */
async function drop(page: Page, name: string, body: Buffer) {
  const data = await page.evaluateHandle(([n, b]) => {
    const carried = new DataTransfer()
    carried.items.add(new File([Uint8Array.from(atob(b), (c) => c.charCodeAt(0))], n))
    return carried
  }, [name, body.toString('base64')] as const)
  await page.getByRole('group', { name: 'Træk en mail hertil' }).dispatchEvent('drop', { dataTransfer: data })
}

/** Starts a negotiation of a new draft, sends it, and gives the file that went out. */
async function sent(page: Page, called: string): Promise<{ path: string; file: Buffer }> {
  const context = page.context()
  const viborg = await as('kontakt-viborg')
  const { items: usages } = await viborg<{ items: { system: { number: number }; vendor: { number: number } }[] }>('GET', '/api/v1/usages?limit=1')
  const template = ((await (await context.request.get(`${url()}/api/v1/templates`)).json()) as { items: { id: number; family: string }[] }).items.find((x) => x.family === 'eksempel')
  const made = await post<{ agreement: { id: number } }>(context, '/api/v1/agreements', { vendor: usages[0]?.vendor.number, systems: [usages[0]?.system.number], template: template?.id, title: called })
  const started = await post<{ negotiation: { id: number } }>(context, `/api/v1/agreements/${made.agreement.id}/negotiation`, {})
  const path = `/negotiations/${started.negotiation.id}`
  await page.goto(`${url()}${path}`)
  await page.getByRole('button', { name: 'Send runde 1' }).first().click()
  await page.getByRole('button', { name: 'Send runde 1' }).last().click()
  await page.getByText('Runde 1 er klar').waitFor()
  const wait = page.waitForEvent('download')
  await page.getByRole('link', { name: 'Hent Word-filen' }).click()
  return { path, file: readFileSync(await (await wait).path()) }
}

describe('a mail in the journal', () => {
  test('is dropped, shown as text, and its file becomes the round', async () => {
    const { page, check, close } = await open('/negotiations', { as: 'jurist', title: 'Forhandlinger', expects: /^(409|422) .*\/(mails|round)$/ })
    const other = (await sent(page, `${title} 2`)).file
    const own = await sent(page, title)
    room = own.path
    const edited = withPart(own.file, 'word/document.xml', (xml) => {
      expect(xml).toContain('generelle godkendelse til at bruge')
      return xml.replace('generelle godkendelse til at bruge', 'stiltiende godkendelse til at bruge')
    })
    await drop(page, 'noter.eml', Buffer.from('ikke en mail'))
    await page.getByRole('alert').getByText('Filen er ikke en mail').waitFor()
    await check('journal-refused')

    const raw = mail('1@ballyquill.example', [['aftale rev. 2.docx', edited], ['anden aftale.docx', other], ['bilag.pdf', Buffer.from('%PDF-1.7')]])
    await drop(page, 'svar.eml', raw)
    await page.getByText('Mailen er lagt ind').waitFor()
    await page.getByText('<b>Ikke fed</b>').waitFor()
    await page.getByText('Fra Åse Østergård <aase@ballyquill.example>').waitFor()
    await check('journal-mail')
    await drop(page, 'svar igen.eml', raw)
    await page.getByText('Mailen ligger her allerede').waitFor()
    expect(await page.locator('.k-mail').count()).toBe(1)

    const wait = page.waitForEvent('download')
    await page.getByRole('link', { name: 'bilag.pdf' }).click()
    expect(readFileSync(await (await wait).path()).toString('latin1')).toBe('%PDF-1.7')
    expect(await page.getByRole('button', { name: /^Tag ind som runde/ }).count()).toBe(2)

    await page.getByRole('button', { name: /^Tag ind som runde.*anden aftale/ }).click()
    await page.getByRole('button', { name: 'Tag ind alligevel' }).waitFor()
    await check('journal-other')
    await page.getByRole('button', { name: /^Tag ind som runde.*rev\. 2/ }).click()
    await page.getByRole('status').getByText('Runde 2 er taget ind').waitFor()
    await check('journal-round')
    await page.getByRole('button', { name: 'Gå til ændringerne' }).click()
    await page.locator('#round:focus').waitFor()
    await page.getByText('stiltiende').first().waitFor()
    await close()
  })

  test('is not for a municipality that follows', async () => {
    const { page, close } = await open(room, { as: 'kontakt-viborg', title: /^Forhandling:/ })
    await page.getByText('stiltiende').first().waitFor()
    expect(await page.evaluate(() => document.body.innerText)).not.toContain('Åse Østergård')
    await close()
  })
})
