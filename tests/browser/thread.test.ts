import { readFile } from 'node:fs/promises'
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { known, open, settled, start, stop, url } from './browser.ts'

// The main job as a lawyer does it, and what one municipality then sees of it.

beforeAll(start)
afterAll(stop)

const title = `Prøveaftale ${new Date().toISOString().slice(0, 19)}`

/** Answers every question that still lacks an answer, as it stands on the page. */
async function answerAll(page: Page): Promise<void> {
  for (let round = 0; round < 4; round++) {
    for (const box of await page.locator('.k-bench textarea.form-input, .k-bench input.form-input').all()) {
      if ((await box.inputValue()) === '') {
        await box.fill((await box.getAttribute('inputmode')) === 'numeric' ? '30' : (await box.getAttribute('aria-describedby'))?.includes('hint') && (await box.evaluate((e) => e.closest('.k-field--short') !== null)) ? '1/12/2026' : 'Journalføring og sagsbehandling i ældreplejen')
        await box.blur()
      }
    }
    for (const group of await page.locator('.k-bench .k-radio').all()) {
      if ((await group.locator('input:checked').count()) === 0) await group.locator('input').first().check()
    }
    for (const select of await page.locator('.k-bench select.form-select').all()) {
      if ((await select.inputValue()) === '') await select.selectOption({ index: 1 })
    }
    await page.waitForTimeout(900)
    await settled(page)
  }
  await page.waitForFunction(() => !document.body.innerText.includes('Gemmer …'), undefined, { timeout: 10_000 })
}

/** From a vendor to a draft with every question answered; ends on the draft's page. */
async function draft(page: Page, name: string): Promise<number> {
  const { vendor } = await known()
  await page.getByRole('navigation', { name: 'Hovedmenu' }).getByRole('link', { name: 'Leverandører' }).click()
  await page.getByRole('heading', { level: 1, name: 'Leverandører' }).waitFor()
  await page.goto(`${url()}/vendors/${vendor}`)
  await page.getByRole('link', { name: 'Ny fælles databehandleraftale' }).click()
  await page.getByRole('heading', { level: 1, name: 'Ny fælles databehandleraftale' }).waitFor()
  await page.getByRole('button', { name: 'Vælg alle', exact: true }).click()
  await page.getByLabel('Aftalens navn').fill(name)
  await page.getByRole('button', { name: 'Opret udkast' }).click()
  await page.getByRole('heading', { level: 1, name }).waitFor()
  return Number(/\/agreements\/(\d+)/.exec(page.url())?.[1])
}

describe('the lawyer', () => {
  test('takes a vendor, answers the questions and releases to all', async () => {
    const { page, check, close } = await open('/', { as: 'jurist', title: 'Overblik', expects: /^422 .*\/release$/ })
    const id = await draft(page, title)
    await check('agreement-draft')

    // A refused form leads to its fields; the release page names what is missing.
    await page.getByRole('link', { name: 'Gør klar til frigivelse' }).click()
    await page.getByRole('heading', { level: 1, name: 'Frigiv til kommunerne' }).waitFor()
    await page.getByText(/forslag er ikke bekræftet/).waitFor()
    await page.getByText(/^Udfyld \d+ felter, før du kan frigive\.$/).waitFor()
    await check('release-not-ready')
    expect(await page.getByRole('button', { name: /^Frigiv til/ }).isDisabled()).toBe(true)
    await page.getByRole('link', { name: 'Sikkerhedsniveau' }).click()
    await page.getByRole('heading', { level: 1, name: title }).waitFor()
    await page.waitForFunction(() => document.activeElement?.id === 'field-security-level')
    await page.goBack()
    await page.getByRole('link', { name: 'Tilbage til aftalen' }).click()
    await page.getByRole('heading', { level: 1, name: title }).waitFor()

    await answerAll(page)
    expect(await page.locator('.k-saved').first().textContent()).toMatch(/^Gemt \d{2}\.\d{2}$/)
    await check('agreement-answered')

    await page.getByRole('link', { name: 'Gør klar til frigivelse' }).click()
    await page.getByLabel(/^Alle medlemmer/).check()
    const act = page.getByRole('button', { name: 'Frigiv til 98 kommuner' })
    await act.waitFor()
    const due = page.getByLabel('Frist for kommunerne')
    await due.fill('1/1/2020')
    await act.click()
    await page.getByRole('alert').getByRole('link', { name: 'Fristen ligger i fortiden. Vælg en dag fra i dag.' }).click()
    await due.and(page.locator(':focus')).waitFor()
    await check('release-late')
    await due.fill('')
    await check('release')
    await act.click()
    await page.getByRole('heading', { level: 1, name: `Frigivelse af ${title}` }).waitFor()
    await page.screenshot({ path: `${import.meta.dirname}/screenshots/batch-running-1280.png`, fullPage: true })
    await page.getByText('Færdig. Alle 98 kommuner har fået deres aftale.').waitFor({ timeout: 80_000 })
    expect(await page.getByRole('progressbar').getAttribute('value')).toBe('98')
    await page.getByRole('button', { name: 'Vis forløbet som kurve' }).click()
    await page.getByRole('button', { name: 'Vis som tabel' }).click()
    await check('batch-done')

    await page.getByRole('link', { name: 'Se kommunernes aftaler' }).click()
    await page.getByRole('heading', { level: 1, name: 'Kommunernes aftaler' }).waitFor()
    await page.getByText('98 rækker').waitFor()
    await page.locator('table tbody a').first().click()
    await page.getByRole('link', { name: 'Hent PDF' }).waitFor()
    await check('accession-office')

    await page.goto(`${url()}/agreements/${id}/release`)
    await page.getByText('Alle medlemmer har den allerede').waitFor()
    await page.getByLabel('Find en organisation').waitFor()
    await page.getByText('Vælg mindst én, der skal have aftalen.').waitFor()
    expect(await page.getByText(/\b0 kommuner/).count()).toBe(0)
    await check('release-rest')
    await close()
  })

  test('can stop a release, leave it, find it again and continue', async () => {
    const name = `${title} standset`
    const { page, check, close } = await open('/', { as: 'jurist', title: 'Overblik' })
    const id = await draft(page, name)
    await answerAll(page)
    await page.goto(`${url()}/agreements/${id}/release`)
    await page.getByLabel(/^Alle medlemmer/).check()
    await page.getByRole('button', { name: 'Frigiv til 98 kommuner' }).click()
    await page.getByRole('button', { name: 'Stop frigivelsen' }).click()
    const resume = page.getByRole('button', { name: 'Fortsæt frigivelsen' })
    await resume.waitFor()
    expect(await page.getByRole('status').filter({ hasText: 'Standset.' }).evaluate((e) => e === document.activeElement), 'the focus is not lost with the button').toBe(true)
    await check('batch-stopped')
    await page.getByRole('link', { name: 'Overblik' }).click()
    await page.getByRole('heading', { level: 1, name: 'Overblik' }).waitFor()
    await page.goto(`${url()}/agreements/${id}`)
    await page.getByRole('link', { name: 'Se frigivelsen' }).click()
    await resume.click()
    await page.getByText('Færdig. Alle 98 kommuner har fået deres aftale.').waitFor({ timeout: 80_000 })
    await close()
  })

  test('releases by keyboard alone', async () => {
    const name = `${title} tastatur`
    const { page, close } = await open('/', { as: 'jurist', title: 'Overblik' })
    const id = await draft(page, name)
    await answerAll(page)
    await page.goto(`${url()}/agreements/${id}`)
    await page.getByRole('heading', { level: 1, name }).waitFor()
    await settled(page)
    await tabTo(page, 'Gør klar til frigivelse')
    await page.keyboard.press('Enter')
    await page.getByRole('button', { name: /^Frigiv til/ }).waitFor()
    expect(await page.evaluate(() => document.activeElement?.tagName), 'focus is on the new heading').toBe('H1')
    while (await page.evaluate(() => document.activeElement?.getAttribute('name') !== 'audience')) await page.keyboard.press('Tab')
    await page.keyboard.press('ArrowDown')
    expect(await page.getByLabel(/^Alle medlemmer/).isChecked()).toBe(true)
    await tabTo(page, 'Frigiv til 98 kommuner')
    await page.keyboard.press('Enter')
    await page.getByText('Færdig. Alle 98 kommuner har fået deres aftale.').waitFor({ timeout: 80_000 })
    await close()
  })

  test('a stale release is refused and says who changed what', async () => {
    const { page, context, check, close } = await open('/', { as: 'jurist', title: 'Overblik', expects: /^412 / })
    const id = await draft(page, `${title} forældet`)
    await answerAll(page)
    await page.getByRole('link', { name: 'Gør klar til frigivelse' }).click()
    await page.getByLabel(/^Alle medlemmer/).check()
    const act = page.getByRole('button', { name: 'Frigiv til 98 kommuner' })
    await act.waitFor()
    // Somebody else answers the same agreement in the meantime.
    const me = (await (await context.request.get(`${url()}/api/v1/me`)).json()) as { csrf: string }
    const detail = (await (await context.request.get(`${url()}/api/v1/agreements/${id}`)).json()) as { answers: { path: string; version: number }[]; fields: { path: string; label: string }[] }
    const answer = detail.answers.find((a) => a.path === 'service.purpose')
    const changed = await context.request.patch(`${url()}/api/v1/agreements/${id}/answers`, {
      headers: { 'X-CSRF-Token': me.csrf },
      data: { path: 'service.purpose', base: answer?.version ?? 0, value: 'Noget andet' },
    })
    expect(changed.status()).toBe(200)
    await act.click()
    await page.getByText('Nogen har ændret dette, mens du så på det').waitFor()
    await page.getByText(/ændrede det/).waitFor()
    await check('release-stale')
    await page.getByRole('button', { name: 'Hent den nye udgave' }).click()
    await page.getByText('Nogen har ændret dette, mens du så på det').waitFor({ state: 'detached' })
    await act.click()
    await page.getByRole('heading', { level: 1, name: /^Frigivelse af/ }).waitFor()
    await page.getByText('Færdig. Alle 98 kommuner har fået deres aftale.').waitFor({ timeout: 80_000 })
    await close()
  })
})

describe('two people on one field', () => {
  test('both texts are kept until one is chosen', async () => {
    const { page, context, check, close } = await open('/', { as: 'jurist', title: 'Overblik', expects: /^409 .*\/answers$/ })
    const id = await draft(page, `${title} to skriver`)
    const me = (await (await context.request.get(`${url()}/api/v1/me`)).json()) as { csrf: string }
    const theirs = await context.request.patch(`${url()}/api/v1/agreements/${id}/answers`, {
      headers: { 'X-CSRF-Token': me.csrf },
      data: { path: 'service.purpose', base: 0, value: 'Den andens tekst' },
    })
    expect(theirs.status()).toBe(200)
    const box = page.getByLabel('Formålet med behandlingen')
    await box.fill('Min egen tekst')
    await box.blur()
    await page.getByRole('button', { name: 'Behold min' }).waitFor()
    expect(await page.locator('.k-conflict').innerText()).toContain('Min egen tekst')
    expect(await page.locator('.k-conflict').innerText()).toContain('Den andens tekst')
    await check('agreement-conflict')
    await page.getByRole('button', { name: 'Behold min' }).click()
    await page.locator('.k-saved').first().waitFor()
    expect(await box.evaluate((e) => e === document.activeElement), 'the field takes the focus from the buttons').toBe(true)
    await page.reload()
    await page.getByRole('heading', { level: 1 }).waitFor()
    await settled(page)
    expect(await box.inputValue()).toBe('Min egen tekst')
    await close()
  })
})

describe('the contact person of Viborg', () => {
  test('sees the own agreement, downloads both files, and reaches nobody else’s', async () => {
    const { page, context, check, close } = await open('/', { as: 'kontakt-viborg', title: 'Overblik', expects: /^404 / })
    await page.getByRole('navigation', { name: 'Hovedmenu' }).getByRole('link', { name: 'Aftaler' }).click()
    await page.getByRole('heading', { level: 1, name: 'Vores aftaler' }).waitFor()
    await page.getByRole('link', { name: title, exact: true }).first().click()
    await page.getByRole('heading', { level: 1, name: title }).waitFor()
    await page.getByText('Viborg Kommune').first().waitFor()
    await check('accession-kontakt')
    const starts = { PDF: '%PDF', Word: 'PK' }
    for (const [name, magic] of Object.entries(starts)) {
      const [download] = await Promise.all([page.waitForEvent('download'), page.getByRole('link', { name: `Hent ${name}` }).click()])
      const bytes = await readFile(await download.path())
      expect(bytes.subarray(0, magic.length).toString('latin1'), name).toBe(magic)
      expect(bytes.length).toBeGreaterThan(2000)
    }
    const list = (await (await context.request.get(`${url()}/api/v1/accessions?limit=200`)).json()) as { items: { id: number; organisation: { name: string } }[] }
    expect(new Set(list.items.map((x) => x.organisation.name))).toEqual(new Set(['Viborg Kommune']))
    const own = new Set(list.items.map((x) => x.id))
    const foreign = [...own].flatMap((id) => [id - 1, id + 1]).find((id) => id > 0 && !own.has(id))
    expect((await context.request.get(`${url()}/api/v1/accessions/${foreign}`)).status()).toBe(404)
    expect((await context.request.get(`${url()}/api/v1/accessions/${foreign}/documents/pdf`)).status()).toBe(404)
    await page.goto(`${url()}/accessions/${foreign}`)
    await page.getByRole('heading', { level: 1, name: 'Siden findes ikke' }).waitFor()
    await check('accession-foreign')
    await close()
  })

  test('meets no secretariat page', async () => {
    for (const path of ['/agreements/new', '/batches/1']) {
      const { close } = await open(path, { as: 'kontakt-viborg', title: 'Din rolle har ikke adgang' })
      await close()
    }
  })
})

async function tabTo(page: Page, name: string): Promise<void> {
  for (let i = 0; i < 120; i++) {
    await page.keyboard.press('Tab')
    if (await page.evaluate((n) => document.activeElement?.textContent?.trim() === n, name)) return
  }
  throw new Error(`${name} cannot be reached with Tab`)
}
