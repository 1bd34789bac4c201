import { readFileSync } from 'node:fs'
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { answerAll, as, day, open, saved, settled, start, stop, url } from './browser.ts'

// An agreement from the vendor's facts to what is in force: filled in, heard, released to all,
// asked about, concluded, proposed and confirmed. Each test goes on where the one before it ended.

beforeAll(start)
afterAll(stop)

const title = `Forløb ${new Date().toISOString().slice(0, 19)}`
const told = { agreement: 0, hearing: 0, task: 0, viborg: 0, randers: 0 }

interface Use { system: { number: number }; vendor: { number: number } }

/** A system that Viborg's system owner owns and that Randers uses too. */
async function shared(): Promise<Use> {
  const owned = (await (await as('systemejer-viborg'))<{ items: Use[] }>('GET', '/api/v1/usages?limit=200')).items
  const used = new Set((await (await as('kontakt-randers'))<{ items: Use[] }>('GET', '/api/v1/usages?limit=200')).items.map((u) => u.system.number))
  const both = owned.find((u) => used.has(u.system.number))
  if (!both) throw new Error('Viborg and Randers have no system in common that is owned')
  return both
}

/** The names in a ZIP file, as its directory at the end lists them. */
function entries(zip: Buffer): string[] {
  const end = zip.lastIndexOf('PK\x05\x06', undefined, 'latin1')
  const names: string[] = []
  for (let at = zip.readUInt32LE(end + 16); at < end && zip.readUInt32LE(at) === 0x02014b50;) {
    const [name, extra, comment] = [28, 30, 32].map((x) => zip.readUInt16LE(at + x)) as [number, number, number]
    names.push(zip.toString('utf8', at + 46, at + 46 + name))
    at += 46 + name + extra + comment
  }
  return names
}

const heading = (page: Page, name: string) => page.getByRole('heading', { level: 1, name, exact: true }).waitFor()

async function tabTo(page: Page, name: string): Promise<void> {
  for (let i = 0; i < 120; i++) {
    await page.keyboard.press('Tab')
    if (await page.evaluate((n) => document.activeElement?.textContent?.trim() === n, name)) return
  }
  throw new Error(`${name} cannot be reached with Tab`)
}

describe('the lawyer', () => {
  test('begins an agreement on a vendor’s system and sends it to hearing', async () => {
    const use = await shared()
    const { page, check, close } = await open(`/agreements/new?vendor=${use.vendor.number}`, { as: 'jurist', title: 'Ny fælles databehandleraftale' })
    await page.getByRole('button', { name: 'Vælg alle', exact: true }).click()
    await page.getByLabel('Aftalens navn').fill(title)
    await page.getByRole('button', { name: 'Opret udkast' }).click()
    await heading(page, title)
    told.agreement = Number(/\/agreements\/(\d+)/.exec(page.url())?.[1])
    await page.getByRole('link', { name: 'Ret systemer' }).click()
    await heading(page, 'Ret aftalens systemer')
    await page.getByRole('button', { name: 'Fravælg alle' }).click()
    await page.getByRole('button', { name: 'Gem systemerne' }).click()
    await page.getByRole('link', { name: 'Vælg mindst ét system' }).waitFor()
    await check('conclude-systems')
    await page.getByRole('button', { name: 'Vælg alle', exact: true }).click()
    await page.getByRole('button', { name: 'Gem systemerne' }).click()
    await heading(page, title)
    await page.getByLabel('Formålet med behandlingen', { exact: true }).fill('Journalføring og sagsbehandling i ældreplejen')
    await page.getByLabel('Formålet med behandlingen', { exact: true }).blur()
    await saved(page)
    await page.getByRole('link', { name: 'Send i høring' }).click()
    await heading(page, 'Send udkastet i høring')
    await page.getByLabel('Sidste dag for svar').fill(day(3))
    await page.getByRole('button', { name: /^Send i høring hos \d+ kommune/ }).click()
    await heading(page, `1. høring af ${title}`)
    told.hearing = Number(/\/hearings\/(\d+)/.exec(page.url())?.[1])
    await close()
  })
})

describe('the contact person of Randers', () => {
  test('finds the hearing among the tasks, and answers with a number and a remark', async () => {
    const { page, check, close } = await open('/tasks', { as: 'kontakt-randers', title: 'Mine opgaver' })
    await page.getByRole('link', { name: title }).click()
    await heading(page, title)
    await check('conclude-task-hearing')
    await page.getByRole('link', { name: 'Åbn høringen' }).click()
    await heading(page, `Høring: ${title}`)
    await settled(page)
    await page.getByLabel('Antal personer, I har oplysninger om').fill('12500')
    await page.locator('#clause-s2-3').getByRole('button', { name: 'Skriv en bemærkning' }).click()
    await page.getByLabel(/^Jeres bemærkning til/).fill('Vi bruger også modulet til hjælpemidler.')
    await page.getByLabel(/^Jeres bemærkning til/).blur()
    await saved(page)
    await page.getByRole('button', { name: 'Send svaret' }).click()
    await page.getByText('Jeres svar er sendt').waitFor()
    await page.goto(`${url()}/tasks?state=done`)
    await page.getByRole('link', { name: title }).waitFor()
    await close()
  })
})

describe('the lawyer, with the answers,', () => {
  test('reads what Randers said, and releases to all members', async () => {
    const { page, check, close } = await open(`/hearings/${told.hearing}`, { as: 'jurist', title: `1. høring af ${title}` })
    await page.getByText('Vi bruger også modulet til hjælpemidler.').waitFor()
    expect(await page.locator('.k-figures').innerText()).toContain('12.500')
    await answerAll(await as('jurist'), told.agreement)
    await page.goto(`${url()}/agreements/${told.agreement}`)
    await page.getByRole('link', { name: 'Gør klar til frigivelse' }).click()
    await heading(page, 'Frigiv til kommunerne')
    await page.getByLabel(/^Udvalgte/).check()
    await check('conclude-release-chosen')
    await page.getByLabel(/^Alle medlemmer/).check()
    await page.getByText('Høringen er ikke slut: 97 har ikke svaret').waitFor()
    await page.getByText('Sekretariatet kan ikke gøre det for den, medmindre den har givet fuldmagt.').waitFor()
    await check('conclude-release')
    await page.getByRole('button', { name: 'Frigiv til 98 kommuner' }).click()
    // The lines follow the count while it moves.
    await page.waitForFunction(() => {
      const made = [...document.querySelectorAll('tbody tr')].filter((row) => row.textContent?.includes('Lavet')).length
      return made > 0 && made < 98 && document.querySelector('.k-progress__words')?.textContent?.startsWith('Færdig') === false
    }, undefined, { timeout: 80_000 })
    await page.getByText('Færdig. Alle 98 kommuner har fået deres aftale.').waitFor({ timeout: 80_000 })
    await check('conclude-batch')
    const [zip] = await Promise.all([page.waitForEvent('download'), page.getByRole('link', { name: 'Hent alle (ZIP)' }).click()])
    const names = entries(readFileSync(await zip.path()))
    expect(names).toHaveLength(196)
    expect(names.filter((n) => n.endsWith('.pdf'))).toHaveLength(98)
    expect(names.some((n) => n.includes('Viborg'))).toBe(true)
    await page.goto(`${url()}/agreements/${told.agreement}`)
    await heading(page, title)
    await page.getByText('Afsluttet').first().waitFor()
    await check('conclude-agreement')
    await close()
  })
})

describe('Viborg', () => {
  test('finds the task, and asks the system owner', async () => {
    const { page, check, close } = await open('/tasks', { as: 'kontakt-viborg', title: 'Mine opgaver' })
    await check('conclude-tasks')
    expect(await page.locator('tr', { hasText: 'Svar på høring' }).filter({ hasText: title }).count(), 'nobody is asked about a text that is locked').toBe(0)
    await page.locator('tr', { hasText: 'Indgå kommunens aftale' }).getByRole('link', { name: title }).click()
    await heading(page, title)
    told.task = Number(/\/tasks\/(\d+)/.exec(page.url())?.[1])
    await page.getByRole('link', { name: 'Åbn aftalen' }).click()
    await page.getByText('Ingen systemejer er spurgt.').waitFor()
    told.viborg = Number(/\/accessions\/(\d+)/.exec(page.url())?.[1])
    await page.getByRole('link', { name: 'Spørg systemejeren' }).click()
    await heading(page, title)
    expect(new URL(page.url()).pathname).toBe(`/tasks/${told.task}`)
    await check('conclude-task')
    await page.getByLabel('Hvad vil du vide?').fill('Bruger I stadig systemet til sårpleje?')
    await page.getByRole('button', { name: 'Send spørgsmålet' }).click()
    await page.getByText('Afventer svar').waitFor()
    await page.getByRole('link', { name: 'Åbn aftalen' }).click()
    await page.getByText('Systemejeren har ikke svaret endnu.').waitFor()
    await check('conclude-accession-asked')
    await close()
  })

  test('hears from the system owner, who lands on that one task', async () => {
    const { page, check, close } = await open('/sign-in', { title: 'Log ind' })
    await page.getByRole('button', { name: /^Systemejer/ }).first().click()
    await heading(page, title)
    expect(new URL(page.url()).pathname).toBe(`/tasks/${told.task}`)
    await page.getByLabel('Anbefaler').check()
    await page.getByLabel('Begrundelse').fill('Ja, og vi går ikke fra det før 2028.')
    await page.getByRole('button', { name: 'Send vurderingen' }).click()
    await page.getByText(/svarede/).waitFor()
    await page.getByRole('link', { name: 'Åbn aftalen' }).click()
    await page.getByText('Ja, og vi går ikke fra det før 2028.').waitFor()
    expect(await page.getByRole('link', { name: 'Indgå aftalen' }).count(), 'the owner cannot conclude').toBe(0)
    await check('conclude-accession-owner')
    await close()
  })

  test('reads the answer, says its own facts, and concludes by keyboard alone', async () => {
    const { page, check, close } = await open(`/accessions/${told.viborg}`, { as: 'kontakt-viborg', title })
    await page.getByText('Ja, og vi går ikke fra det før 2028.').waitFor()
    await check('conclude-accession-offered')
    await page.goto(`${url()}/accessions/${told.viborg}/act/accept`)
    await heading(page, 'Indgå aftalen')
    await page.getByText('Ja, og vi går ikke fra det før 2028.').waitFor()
    await check('conclude-act')
    await page.getByRole('link', { name: 'Kommunens kontakt ved brud på sikkerheden' }).click()
    await heading(page, title)
    await page.waitForFunction(() => document.activeElement?.id.startsWith('field-'))
    const facts = page.locator('section[aria-labelledby="facts"]')
    await facts.getByLabel('Antal registrerede i kommunen').fill('9800')
    await facts.getByLabel('Kommunens kontakt ved brud på sikkerheden').fill('Vagtcentralen, 87 87 87 87')
    await facts.getByLabel('Kommunens kontaktperson for aftalen').fill('Niels Ørsted, it-jurist, 87 87 11 22')
    await facts.getByLabel('Kommunens kontaktperson for aftalen').blur()
    await saved(page)
    await page.getByText('Dokumentet er lavet, før oplysningerne blev rettet.').waitFor()

    await page.reload()
    await heading(page, title)
    await settled(page)
    await tabTo(page, 'Indgå aftalen')
    await page.keyboard.press('Enter')
    await heading(page, 'Indgå aftalen')
    await page.getByText('Jeres egne oplysninger er udfyldt.').waitFor()
    expect(await page.evaluate(() => document.activeElement?.tagName), 'focus is on the new heading').toBe('H1')
    await check('conclude-act-ready')
    await tabTo(page, 'Indgå aftalen')
    await page.keyboard.press('Enter')
    await heading(page, title)
    await page.getByText(/^Indgået .* i kraft, når begge parter har underskrevet\.$/).waitFor()
    // The final paper comes by itself, and the one before it is kept.
    await page.getByText('1 ældre udgave').waitFor({ timeout: 60_000 })
    await page.getByText('Det endelige dokument er ved at blive lavet.').waitFor({ state: 'detached' })
    await check('conclude-accession-accepted')
    await close()
  })

  test('registers it as in force, and the task is done', async () => {
    const { page, check, close } = await open(`/accessions/${told.viborg}`, { as: 'kontakt-viborg', title })
    await page.getByRole('link', { name: 'Registrer som i kraft' }).click()
    await heading(page, 'Registrer som i kraft')
    await check('conclude-act-force')
    await page.getByRole('button', { name: 'Registrer som i kraft' }).click()
    await page.getByText(/^I kraft fra .*, registreret af /).waitFor()
    await check('conclude-accession-in-force')
    await page.goto(`${url()}/tasks/${told.task}`)
    await heading(page, title)
    await page.getByText('Løst', { exact: true }).first().waitFor()
    await check('conclude-task-done')
    await close()
  })
})

describe('Randers', () => {
  test('gets a step proposed by the lawyer', async () => {
    const { items } = await (await as('jurist'))<{ items: { id: number }[] }>('GET', `/api/v1/accessions?agreement=${told.agreement}&q=Randers`)
    told.randers = items[0]?.id ?? 0
    const { page, check, close } = await open(`/accessions/${told.randers}`, { as: 'jurist', title: `${title} · Randers Kommune`, shot: 'conclude-office-offered' })
    await page.getByRole('link', { name: 'Foreslå: sæt i bero' }).click()
    await heading(page, 'Foreslå: sæt i bero')
    await check('conclude-propose')
    await page.getByRole('button', { name: 'Send forslaget' }).click()
    await page.getByRole('link', { name: 'Skriv hvorfor, så den næste kan forstå det.' }).waitFor()
    await page.getByLabel('Begrundelse').fill('I har skrevet, at I afventer jeres budget.')
    await page.getByRole('button', { name: 'Send forslaget' }).click()
    await page.getByText('Sekretariatet foreslår: sæt i bero').waitFor()
    await page.getByText(/^Frigivet til Randers Kommune/).waitFor()
    await page.getByText('Træk det tilbage, før du foreslår eller registrerer noget andet.').waitFor()
    await check('conclude-office-proposed')
    await close()
  })

  test('confirms it', async () => {
    const { page, check, close } = await open(`/accessions/${told.randers}`, { as: 'kontakt-randers', title, shot: 'conclude-proposed' })
    await page.getByText('I har skrevet, at I afventer jeres budget.').waitFor()
    await page.getByRole('button', { name: 'Bekræft' }).click()
    await page.getByText(/^Sat i bero .* af /).waitFor()
    await check('conclude-on-hold')
    await close()
  })

  test('gives a mandate and takes it back', async () => {
    const { page, check, close } = await open('/mandates', { as: 'kontakt-randers', title: 'Fuldmagter til sekretariatet' })
    await check('conclude-mandate-none')
    await page.getByRole('button', { name: 'Giv fuldmagten' }).click()
    await page.getByText('Skriv, hvem der har besluttet det.').first().waitFor()
    await page.getByLabel('Gælder fra').fill(day(0))
    await page.getByLabel('Hvem har besluttet den, og hvor står det?').fill('Direktør Åse Thygesen, sag 2026-11223')
    await page.getByRole('button', { name: 'Giv fuldmagten' }).click()
    await page.getByText('Gælder', { exact: true }).waitFor()
    await check('conclude-mandate')
    const office = await open(`/accessions/${told.randers}`, { as: 'jurist', title: `${title} · Randers Kommune` })
    await office.page.getByRole('link', { name: 'Åbn igen' }).click()
    await office.page.getByText(/^Randers Kommune har givet sekretariatet fuldmagt/).waitFor()
    await office.check('conclude-mandated')
    await office.close()
    await page.getByRole('button', { name: 'Tag fuldmagten tilbage' }).click()
    await page.getByText(/^Taget tilbage \d.* af /).waitFor()
    expect(await page.evaluate(() => document.activeElement?.tagName), 'the focus is not lost with the button').toBe('H1')
    await check('conclude-mandate-revoked')
    await close()
  })
})

describe('the lawyer, afterwards,', () => {
  test('makes the documents anew of all but the one that concluded', async () => {
    const { batch } = await (await as('jurist'))<{ batch: { id: number } }>('GET', `/api/v1/agreements/${told.agreement}`)
    const { page, check, close } = await open(`/batches/${batch.id}`, { as: 'jurist', title: `Frigivelse af ${title}` })
    await page.getByRole('button', { name: 'Lav dokumenterne igen' }).click()
    await heading(page, `Nye dokumenter: ${title}`)
    await page.getByText('Færdig. Alle 97 kommuner har fået deres aftale.').waitFor({ timeout: 80_000 })
    await check('conclude-again')
    await close()
  })
})

describe('a step that wants facts', () => {
  test('is proposed with what lacks, and confirmed only once it is filled in', async () => {
    const office = await open(`/accessions/${told.randers}`, { as: 'jurist', title: `${title} · Randers Kommune` })
    await office.page.goto(`${url()}/accessions/${told.randers}/act/accept`)
    await heading(office.page, 'Foreslå: indgå aftalen')
    await office.page.getByText('Kommunen kan først bekræfte, når de er udfyldt.').waitFor()
    expect(await office.page.getByText('Kommunens egne oplysninger er udfyldt.').count()).toBe(0)
    await office.check('conclude-propose-wanting')
    await office.page.getByRole('button', { name: 'Send forslaget' }).click()
    await office.page.getByText('Sekretariatet foreslår: indgå aftalen').waitFor()
    await office.close()

    const { page, check, close } = await open(`/accessions/${told.randers}`, { as: 'kontakt-randers', title })
    await page.getByText('Udfyld dem, før I bekræfter.').waitFor()
    expect(await page.getByRole('button', { name: 'Bekræft' }).isDisabled()).toBe(true)
    await check('conclude-proposed-wanting')
    await page.getByRole('link', { name: 'Kommunens kontakt ved brud på sikkerheden' }).click()
    expect(await page.evaluate(() => document.activeElement?.id.startsWith('field-')), 'the line leads to its field').toBe(true)
    await page.getByLabel('Kommunens kontakt ved brud på sikkerheden').fill('Vagten, 89 15 15 15')
    await page.getByLabel('Kommunens kontakt ved brud på sikkerheden').blur()
    await saved(page)
    await page.getByRole('button', { name: 'Afvis' }).click()
    await page.getByLabel('Hvorfor ikke?').fill('Vi bruger et andet system fra nytår.')
    await page.getByRole('button', { name: 'Afvis' }).click()
    await page.getByText('Sekretariatet foreslår: indgå aftalen').waitFor({ state: 'detached' })
    await close()
  })

  test('is not followed by a final paper when the answer is no', async () => {
    const { page, check, close } = await open(`/accessions/${told.randers}/act/decline`, { as: 'kontakt-randers', title: 'Sig nej' })
    await page.getByLabel('Begrundelse').fill('Vi bruger et andet system fra nytår.')
    await page.getByRole('button', { name: 'Sig nej' }).click()
    await page.getByText('Aftalen er ikke indgået, så der laves ikke et nyt.').waitFor()
    await page.getByText('Aftalen er ikke indgået. Oplysningerne står, som de sidst blev rettet.').waitFor()
    expect(await page.getByText('Det endelige dokument er ved at blive lavet.').count()).toBe(0)
    await check('conclude-declined')
    await page.getByRole('link', { name: 'Åbn igen' }).click()
    await page.getByRole('button', { name: 'Åbn igen' }).click()
    const course = page.locator('section[aria-labelledby="course"]')
    await course.getByText('Åbnet igen').waitFor()
    expect(await course.getByText(/^Frigivet af sekretariatet/).count(), 'it was released once, and not by the system').toBe(1)
    await check('conclude-reopened')
    await close()
  })
})
