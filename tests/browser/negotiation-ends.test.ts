import type { Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { answerAll, as, open, settled, start, stop, url } from './browser.ts'
import { withPart } from './docx.ts'

// What a negotiation comes to besides the straight way: a file that is not the one awaited, a
// pause, an end with advice, another text, and a new text where the municipalities have an older.

beforeAll(start)
afterAll(stop)

type Ask = Awaited<ReturnType<typeof as>>
interface Detail { negotiation: { id: number; version: number } }
interface Round { clauses: { changes: { no: number; version: number; touched: boolean }[] }[] }

const stamp = new Date().toISOString().slice(0, 19)
const said = { one: 0, other: 0 }

/** A draft for a vendor and a system that Viborg uses. */
async function draft(lawyer: Ask, title: string): Promise<number> {
  const { items: uses } = await (await as('kontakt-viborg'))<{ items: { system: { number: number }; vendor: { number: number } }[] }>('GET', '/api/v1/usages?limit=1')
  const template = (await lawyer<{ items: { id: number; family: string }[] }>('GET', '/api/v1/templates')).items.find((x) => x.family === 'eksempel')
  return (await lawyer<{ agreement: { id: number } }>('POST', '/api/v1/agreements', { vendor: uses[0]?.vendor.number, systems: [uses[0]?.system.number], template: template?.id, title })).agreement.id
}

const begin = async (lawyer: Ask, agreement: number) => (await lawyer<Detail>('POST', `/api/v1/agreements/${agreement}/negotiation`)).negotiation.id

async function send(lawyer: Ask, id: number): Promise<void> {
  const { negotiation } = await lawyer<Detail>('GET', `/api/v1/negotiations/${id}`)
  await lawyer('POST', `/api/v1/negotiations/${id}/rounds`, { note: '' }, { 'If-Match': `"${negotiation.version}"` })
}

/** Accepts all that a round changes. */
async function decide(lawyer: Ask, id: number, no: number): Promise<void> {
  const { clauses } = await lawyer<Round>('GET', `/api/v1/negotiations/${id}/rounds/${no}`)
  const decisions = clauses.flatMap((c) => c.changes).map((c) => ({ no: c.no, base: c.version, decision: 'accept', reason: 'Ordet ændrer intet.' }))
  await lawyer('POST', `/api/v1/negotiations/${id}/rounds/${no}/decisions`, { decisions })
}

const file = async (page: Page, id: number, no: number) => (await page.context().request.get(`${url()}/api/v1/negotiations/${id}/rounds/${no}/file`)).body()

/** What the vendor does each time: another word in standard text. */
const edited = (word: Buffer, to = 'stiltiende') => withPart(word, 'word/document.xml', (xml) => {
  expect(xml).toContain('generelle godkendelse til at bruge')
  return xml.replace('generelle godkendelse til at bruge', `${to} godkendelse til at bruge`)
})

const returned = (page: Page, name: string, buffer: Buffer) =>
  page.getByRole('button', { name: 'Leverandørens Word-fil' }).setInputFiles({ name, mimeType: 'application/vnd.openxmlformats-officedocument.wordprocessingml.document', buffer })

/** An act of the menu, opened; what it says is then on the page. */
async function choose(page: Page, act: string) {
  await page.getByText('Flere handlinger').click()
  await page.getByRole('button', { name: act }).click()
  await page.getByRole('heading', { level: 2, name: act }).waitFor()
}

describe('a file that is not the one awaited', () => {
  test('of another agreement or an older round is refused, and taken in when the lawyer is sure', async () => {
    const lawyer = await as('jurist')
    said.one = await begin(lawyer, await draft(lawyer, `Skanning af arkiv ${stamp}`))
    said.other = await begin(lawyer, await draft(lawyer, `Skanning af post ${stamp}`))
    await send(lawyer, said.one)
    await send(lawyer, said.other)
    const { page, check, close } = await open(`/negotiations/${said.one}`, { as: 'jurist', title: /^Forhandling:/, expects: /^409 .*\/returns$/ })
    const first = await file(page, said.one, 1)
    await returned(page, 'svar fra leverandøren.docx', edited(await file(page, said.other, 1)))
    await page.getByRole('alert').getByText('Filen hører til en anden aftale').waitFor()
    await check('ends-other-agreement')
    await page.getByRole('button', { name: 'Tag ind alligevel' }).click()
    await page.getByRole('status').getByText('Runde 2 er taget ind').waitFor()
    await check('ends-taken-anyway')

    await decide(lawyer, said.one, 2)
    await send(lawyer, said.one)
    await page.reload()
    await settled(page)
    await returned(page, 'gammel.docx', edited(first, 'tavse'))
    await page.getByRole('alert').getByText('Filen svarer på en anden runde').waitFor()
    await check('ends-older-round')
    await page.getByRole('button', { name: 'Tag ind alligevel' }).click()
    await page.getByRole('status').getByText('Runde 4 er taget ind').waitFor()
    await check('ends-older-anyway')
    await close()
  })
})

describe('the keyboard alone', () => {
  test('decides the changes, sends the round, and never loses its place', async () => {
    const { page, close } = await open(`/negotiations/${said.one}`, { as: 'jurist', title: /^Forhandling:/ })
    await page.locator('#change-1').waitFor()
    const focus = () => page.evaluate(() => document.activeElement?.textContent?.trim() ?? '')
    const tabTo = async (name: RegExp, key = 'Tab') => {
      for (let i = 0; i < 60; i++) {
        await page.keyboard.press(key)
        if (name.test(await focus())) return
      }
      throw new Error(`${name} cannot be reached`)
    }
    await page.keyboard.press('j')
    await page.locator('#change-1:focus').waitFor()
    await page.keyboard.press('p')
    await page.locator('#change-1').getByText('Udskudt').waitFor()
    await page.keyboard.press('u')
    await page.locator('#change-1:focus').getByText('Uafgjort').waitFor()
    await page.keyboard.press('r')
    await page.getByLabel('Begrundelse').and(page.locator(':focus')).waitFor()
    await page.keyboard.press('Escape')
    await page.locator('#change-1:focus').waitFor()
    await page.keyboard.press('r')
    await page.getByLabel('Begrundelse').and(page.locator(':focus')).waitFor()
    await page.keyboard.type('Vi mener det samme som før.')
    await page.keyboard.press('Control+Enter')
    await page.locator('#change-1:focus').getByText('Afvist').waitFor()

    await tabTo(/^Flere handlinger$/, 'Shift+Tab')
    await page.keyboard.press('Enter')
    await tabTo(/^Sæt på pause$/)
    await page.keyboard.press('Enter')
    await page.locator('#act:focus').waitFor()
    await tabTo(/^Annuller$/)
    await page.keyboard.press('Enter')
    await page.locator('summary:focus').getByText('Flere handlinger').waitFor()
    await tabTo(/^Send runde 5$/, 'Shift+Tab')
    await page.keyboard.press('Enter')
    await page.getByLabel('Følgebrev').and(page.locator(':focus')).waitFor()
    await page.keyboard.type('Bestemmelse 7.2 står, som den stod.')
    await page.keyboard.press('Control+Enter')
    await page.getByRole('status').getByText('Runde 5 er klar').waitFor()
    await tabTo(/^Hent Word-filen$/)
    const wait = page.waitForEvent('download')
    await page.keyboard.press('Enter')
    expect((await wait).suggestedFilename()).toMatch(/\.docx$/)
    await tabTo(/^Se og sammenlign 5 runder$/)
    await close()
  })
})

describe('a negotiation that does not go straight', () => {
  test('is paused and resumed', async () => {
    const { page, check, close } = await open(`/negotiations/${said.other}`, { as: 'jurist', title: /^Forhandling:/ })
    await choose(page, 'Sæt på pause')
    await check('ends-pause')
    await page.getByRole('button', { name: 'Sæt på pause' }).last().click()
    await page.getByRole('status').getByText('Forhandlingen er sat på pause.').waitFor()
    await check('ends-paused')
    await page.getByRole('button', { name: 'Genoptag forhandlingen' }).click()
    await page.getByRole('heading', { level: 2, name: 'Genoptag forhandlingen' }).waitFor()
    await page.getByRole('button', { name: 'Genoptag forhandlingen' }).last().click()
    await page.getByRole('status').getByText('Forhandlingen er i gang igen.').waitFor()
    await close()
  })

  test('ends without an agreement, and the municipality reads the advice', async () => {
    const { page, check, close } = await open(`/negotiations/${said.other}`, { as: 'jurist', title: /^Forhandling:/ })
    await choose(page, 'Afslut uden aftale')
    await page.getByRole('button', { name: 'Afslut uden aftale' }).last().click()
    await page.getByRole('alert').getByRole('link', { name: 'Skriv et råd til kommunerne' }).waitFor()
    await check('ends-without')
    await page.getByLabel('Råd til kommunerne').fill('Leverandøren vil ikke lade sig kontrollere.\nFind et andet system inden 1. marts, eller indgå en aftale selv.')
    await page.getByRole('button', { name: 'Afslut uden aftale' }).last().click()
    await page.getByRole('status').getByText('Forhandlingen er afsluttet uden aftale.').waitFor()
    await check('ends-ended')
    const viborg = await open(`/negotiations/${said.other}`, { as: 'kontakt-viborg', title: /^Forhandling:/ })
    await viborg.page.getByText('Find et andet system inden 1. marts').waitFor()
    await viborg.check('ends-ended-member')
    await viborg.close()

    await choose(page, 'Åbn forhandlingen igen')
    await page.getByRole('button', { name: 'Åbn forhandlingen igen' }).last().click()
    await page.getByRole('status').getByText('Forhandlingen er åbnet igen.').waitFor()
    await choose(page, 'Overtaget på anden tekst')
    await check('ends-take-over')
    await page.getByLabel('Råd til kommunerne').fill('KL’s aftale dækker systemet. I skal ikke gøre noget.')
    await page.getByRole('button', { name: 'Overtaget på anden tekst' }).last().click()
    await page.getByRole('status').getByText('Det er noteret, at systemerne er overtaget på anden tekst.').waitFor()
    await check('ends-taken-over')
    await close()
  })
})

describe('words that were agreed', () => {
  test('want a reason where they touch standard text, and a look when their answer changes', async () => {
    const lawyer = await as('jurist')
    const agreement = await draft(lawyer, `Skanning af breve ${stamp}`)
    const at = `/api/v1/agreements/${agreement}`
    const path = 'subprocessors.authorisation'
    const answer = async (value: string) => {
      const { answers } = await lawyer<{ answers: { path: string; version: number }[] }>('GET', at)
      await lawyer('PATCH', `${at}/answers`, { path, base: answers.find((x) => x.path === path)?.version ?? 0, value })
    }
    await answer('general')
    const id = await begin(lawyer, agreement)
    await send(lawyer, id)
    const { page, check, close } = await open(`/negotiations/${id}`, { as: 'jurist', title: /^Forhandling:/, expects: /^422 .*\/decisions$/ })
    await returned(page, 'svar.docx', withPart(await file(page, id, 1), 'word/document.xml', (xml) => xml.replace('varsles skriftligt mindst', 'varsles pr. mail mindst').replace('>24</w:t>', '>48</w:t>')))
    await page.getByRole('status').getByText('Runde 2 er taget ind').waitFor()

    // The vendor changed no standard text; the secretariat's own words do.
    const { clauses } = await lawyer<Round>('GET', `/api/v1/negotiations/${id}/rounds/2`)
    const free = clauses.flatMap((c) => c.changes).find((c) => !c.touched)?.no ?? 0
    await page.goto(`${url()}/negotiations/${id}?change=${free}`)
    await page.locator(`#change-${free}`).waitFor()
    await page.keyboard.press('c')
    const wording = page.getByLabel('Modforslagets ordlyd')
    await wording.and(page.locator(':focus')).waitFor()
    await page.getByRole('checkbox', { name: /hele bestemmelsen/ }).check()
    await wording.fill('Underretningen sker straks.')
    await page.keyboard.press('Control+Enter')
    await page.getByRole('alert').getByRole('link', { name: 'Skriv, hvorfor standardteksten må ændres' }).waitFor()
    await page.getByLabel('Begrundelse').and(page.locator(':focus')).waitFor()
    await check('ends-counter-reason')
    await page.getByLabel('Begrundelse').fill('Straks er det eneste, der hjælper.')
    await page.keyboard.press('Control+Enter')
    await page.locator(`#change-${free}:focus`).getByText('Modforslag').first().waitFor()

    await decide(lawyer, id, 2)
    await send(lawyer, id)
    await answer('specific')
    await page.goto(`${url()}/negotiations/${id}`)
    const late = page.getByText('Punkt 7.3 er aftalt under et andet svar')
    await late.waitFor()
    await check('ends-outdated')
    await page.getByRole('link', { name: 'Gå til svaret' }).click()
    await page.locator('#field-subprocessors-authorisation').waitFor()
    await answer('general')
    await page.goto(`${url()}/negotiations/${id}`)
    await page.getByText('Runde 2: fra leverandøren').waitFor()
    expect(await late.count()).toBe(0)
    await answer('specific')
    await page.goto(`${url()}/agreements/${agreement}/release`)
    await late.waitFor()
    await check('ends-outdated-release')
    await page.goto(`${url()}/negotiations/${id}`)
    await page.getByRole('button', { name: 'Ordlyden passer' }).click()
    await late.waitFor({ state: 'detached' })
    await page.locator('h1:focus').waitFor()
    await check('ends-outdated-confirmed')
    await close()
  })
})

describe('a new text', () => {
  test('names those that have an older one, and leads to its release', async () => {
    const lawyer = await as('jurist')
    const agreement = await draft(lawyer, `Skanning af sager ${stamp}`)
    await answerAll(lawyer, agreement)
    const { version, recipients } = await lawyer<{ version: number; recipients: { organisation: { id: number; name: string } }[] }>('GET', `/api/v1/agreements/${agreement}/release-check`)
    const viborg = recipients.find((r) => r.organisation.name === 'Viborg Kommune')?.organisation.id
    const batch = await lawyer<{ id: number }>('POST', `/api/v1/agreements/${agreement}/release`, { audience: 'chosen', organisations: [viborg] }, { 'If-Match': `"${version}"` })
    await expect.poll(async () => (await lawyer<{ items: { state: string }[] }>('GET', `/api/v1/batches/${batch.id}/items`)).items.map((x) => x.state), { timeout: 60_000 }).toEqual(['done'])
    await lawyer('POST', `/api/v1/agreements/${agreement}/versions`, { kind: 'replacement', note: 'Leverandøren vil ændre underdatabehandlere.' })
    const id = await begin(lawyer, agreement)
    await send(lawyer, id)
    const { page, check, close } = await open(`/negotiations/${id}`, { as: 'jurist', title: /^Forhandling:/ })
    await returned(page, 'svar.docx', edited(await file(page, id, 1)))
    await page.getByRole('status').getByText('Runde 2 er taget ind').waitFor()

    // The clause was touched before: what was said then stands beside it.
    const before = page.getByRole('region', { name: 'Tidligere afgørelser' })
    await before.getByText('Accepteret 1').waitFor()
    await before.getByText('100 % ens ordlyd').first().waitFor()
    await before.getByText('Ordet ændrer intet.').waitFor()
    await check('ends-precedent')

    await decide(lawyer, id, 2)
    await page.reload()
    await page.getByRole('button', { name: 'Erklær enighed' }).click()
    await page.getByRole('button', { name: 'Erklær enighed' }).last().click()
    await page.getByText('1 kommune har stadig en ældre tekst').waitFor()
    await check('ends-older')
    await before.getByText('Accepteret 1').waitFor() // what was said just now is no precedent of its own
    await page.getByRole('link', { name: 'Se kommunernes aftaler' }).click()
    await page.getByRole('button', { name: 'Ældre tekst end v2' }).waitFor()
    await page.getByRole('row', { name: /Viborg Kommune.*v1/ }).waitFor()
    await page.getByText('1 række').waitFor()
    await check('ends-older-list')
    await page.goBack()
    await page.getByRole('link', { name: 'Frigiv den nye version' }).click()
    await page.getByRole('heading', { level: 1, name: /^Frigiv/ }).waitFor()
    await check('ends-release')
    await close()
  })
})
