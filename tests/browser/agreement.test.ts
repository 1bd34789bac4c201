import type { Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { known, open, post, saved, settled, shots, start, stop, url } from './browser.ts'

// The form of a joint agreement as the lawyer fills it in.

beforeAll(start)
afterAll(stop)

interface Detail { agreement: { id: number; title: string }; version: number; template: { id: number } }

let made = 0

/** A draft made as the page would make it; the page is then on it. */
async function draft(page: Page, more: Record<string, unknown> = {}): Promise<Detail> {
  const { vendor, system } = await known()
  const template = ((await (await page.context().request.get(`${url()}/api/v1/templates`)).json()) as { items: { id: number; family: string }[] }).items.find((x) => x.family === 'eksempel')
  const detail = await post<Detail>(page.context(), '/api/v1/agreements', { vendor, systems: [system], template: template?.id, title: `Skema ${Date.now()}-${++made}`, ...more })
  await page.goto(`${url()}/agreements/${detail.agreement.id}`)
  await page.getByRole('heading', { level: 1, name: detail.agreement.title }).waitFor()
  await settled(page)
  return detail
}

describe('the form', () => {
  test('tells how far each group is, what is missing, and leads there by key', async () => {
    const { page, check, close } = await open('/', { as: 'jurist', title: 'Overblik' })
    await draft(page)
    const index = page.getByRole('navigation', { name: 'Oplysninger, gruppe for gruppe' })
    await index.getByRole('link', { name: 'Formålet med behandlingen' }).waitFor()
    await check('form-index')

    await page.reload()
    await index.waitFor()
    await settled(page)
    await page.keyboard.press('F8')
    await page.waitForFunction(() => document.activeElement?.id === 'field-service-purpose')
    await page.keyboard.press('F8')
    await page.waitForFunction(() => document.activeElement?.id === 'field-data-kind') // it leads on while a person writes
    await page.keyboard.press('F9')
    await page.waitForFunction(() => document.activeElement?.id === 'text-pane')
    await page.keyboard.press('m')
    await page.waitForFunction(() => document.activeElement?.id === 'field-security-level')
    await page.keyboard.press('F9')
    await page.keyboard.press('F9')
    await page.waitForFunction(() => document.activeElement?.id === 'field-security-level')

    // The text follows, and leads back.
    await page.getByLabel('Formålet med behandlingen').fill('Drift af omsorgsjournalen')
    await page.locator('#text-pane .k-fill.k-at', { hasText: 'Drift af omsorgsjournalen' }).waitFor()
    expect(await page.evaluate(() => {
      const mark = document.querySelector('#text-pane .k-fill.k-at')?.getBoundingClientRect()
      const pane = document.querySelector('#text-pane')?.getBoundingClientRect()
      return mark !== undefined && pane !== undefined && mark.top > pane.top && mark.bottom < pane.bottom
    }), 'what is filled in is in sight').toBe(true)
    await saved(page)
    await page.screenshot({ path: `${shots}/form-follows-1280.png` })
    await page.locator('#text-pane a.k-fill', { hasText: /^24$/ }).first().click()
    await page.waitForFunction(() => document.activeElement?.id === 'field-breach-hours')
    await page.locator('.k-formfoot').getByRole('link', { name: 'Sikkerhedsniveau' }).click()
    await page.waitForFunction(() => document.activeElement?.id === 'field-security-level')
    await page.locator('main').click({ position: { x: 2, y: 2 } })
    await page.keyboard.press('?')
    await page.getByText('Gå til den næste oplysning, der mangler').waitFor()
    await close()
  })

  test('keeps an answer that a condition hides, says why, and lets it be taken out', async () => {
    const { page, check, close } = await open('/', { as: 'jurist', title: 'Overblik' })
    await draft(page)
    await page.getByLabel('tilladt på et oplyst grundlag').check()
    await page.getByLabel('Grundlag for overførslen').fill('EU-Kommissionens standardkontrakt')
    await page.getByLabel('Grundlag for overførslen').blur()
    await saved(page)
    await page.getByLabel('ikke tilladt').check()
    const unused = page.locator('.k-unused')
    await unused.getByText('EU-Kommissionens standardkontrakt').waitFor()
    expect(await unused.innerText()).toContain('Bruges kun, når »Overførsel til tredjelande« er »tilladt på et oplyst grundlag«.')
    await saved(page)
    await unused.evaluate((e) => e.scrollIntoView({ block: 'center' }))
    await page.screenshot({ path: `${shots}/form-unused-1280.png` })
    await check()
    await unused.getByRole('button', { name: /Tag svaret ud/ }).click()
    await unused.waitFor({ state: 'detached' })
    await page.getByLabel('tilladt på et oplyst grundlag').check()
    expect(await page.getByLabel('Grundlag for overførslen').inputValue()).toBe('')
    await close()
  })

  test('says that a number it cannot read is not saved, at the field, in the index and at the foot', async () => {
    const { page, check, close } = await open('/', { as: 'jurist', title: 'Overblik' })
    await draft(page)
    const days = page.getByLabel('Varsel ved nye underdatabehandlere', { exact: true })
    await days.fill('5')
    await days.blur()
    await saved(page)
    await days.fill('-3')
    await days.blur()
    const field = page.locator('[data-path="subprocessors.notice_days"]')
    await field.getByText('Ikke gemt. 5 dage gælder stadig.').waitFor()
    expect(await field.innerText()).not.toMatch(/Gemt \d/)
    await page.locator('.k-index__group', { hasText: 'Underdatabehandlere' }).getByText('1 fejl').waitFor({ state: 'attached' })
    await page.locator('.k-formfoot').getByText('1 svar er ikke gemt').waitFor()
    await check('form-refused')
    await days.fill('30')
    await days.blur()
    await saved(page)
    await page.locator('.k-formfoot').getByText('1 svar er ikke gemt').waitFor({ state: 'detached' })
    await close()
  })

  test('says at the field what the document cannot show, and what is too long', async () => {
    const { page, check, close } = await open('/', { as: 'jurist', title: 'Overblik' })
    const { agreement } = await draft(page)
    const contact = page.getByLabel('Leverandørens døgnkontakt ved brud')
    await contact.fill('🐻 שלום Vagten')
    await contact.blur()
    await page.getByText(/har ikke disse tegn: .*🐻/).waitFor()
    const long = page.getByRole('textbox', { name: 'De registrerede' })
    await long.fill('x'.repeat(401))
    await long.blur()
    await page.getByText('1 tegn for meget').waitFor()
    await page.locator('#field-locations').getByRole('button', { name: 'Tilføj række' }).click()
    await page.locator('#field-locations-0-0').fill('y'.repeat(405))
    await page.locator('#field-locations-0-0').blur()
    await page.getByText(/Række 1: Sted er 5 tegn for lang/).waitFor()
    await contact.evaluate((e) => e.scrollIntoView({ block: 'center' }))
    await page.screenshot({ path: `${shots}/form-glyph-1280.png` })
    await page.goto(`${url()}/agreements/${agreement.id}/release`)
    await page.getByText(/Dokumentets skrifttyper har ikke disse tegn/).waitFor()
    await check('release-glyph')
    await close()
  })

  test('is two steps on a telephone', async () => {
    const { page, close } = await open('/', { as: 'jurist', title: 'Overblik', width: 390 })
    await draft(page)
    const text = page.locator('#text-pane')
    expect(await text.isVisible()).toBe(false)
    await page.screenshot({ path: `${shots}/form-390.png` })
    await page.getByRole('button', { name: 'Teksten', exact: true }).click()
    await text.waitFor()
    expect(await page.getByLabel('Formålet med behandlingen').isVisible()).toBe(false)
    await page.screenshot({ path: `${shots}/form-text-390.png` })
    await text.getByRole('link', { name: /^mangler: Formålet/ }).first().click()
    await page.waitForFunction(() => document.activeElement?.id === 'field-service-purpose')
    await close()
  })
})

describe('two lawyers', () => {
  test('comment on a field, and one approves what the other wrote, until somebody answers', async () => {
    const { page, check, close } = await open('/', { as: 'jurist', title: 'Overblik' })
    const { agreement } = await draft(page)
    const under = page.locator('[data-path="breach.hours"] .k-comments')
    await under.locator('summary').click()
    await under.getByRole('textbox').fill('Hvorfor 24 timer?')
    await under.getByRole('button', { name: 'Gem bemærkningen' }).click()
    await under.getByText('1 åben bemærkning').waitFor()
    await page.getByText('Bed en anden jurist om at se udkastet', { exact: true }).click()
    await page.getByRole('button', { name: 'Bed om gennemgang' }).click()
    await page.getByText('Venter på en anden jurist').waitFor()
    expect(await page.getByRole('button', { name: 'Godkend teksten, som den står' }).count(), 'not by who asked').toBe(0)
    await page.getByRole('heading', { name: 'En anden jurists øjne' }).evaluate((e) => e.scrollIntoView())
    await page.screenshot({ path: `${shots}/form-review-1280.png` })
    await check('form-comments')
    await close()

    const second = await open('/', { as: 'jurist-2', title: 'Overblik' })
    await second.page.locator('.k-task', { hasText: 'Udkast, der venter på din gennemgang' }).filter({ hasText: agreement.title }).getByRole('link').click()
    await second.page.locator('.k-act__checks').getByText('1 åben bemærkning').waitFor()
    await second.page.getByRole('button', { name: 'Godkend teksten, som den står' }).click()
    await second.page.getByText('Godkendt, som teksten står nu').first().waitFor()
    await second.page.getByLabel('Formålet med behandlingen', { exact: true }).fill('Noget andet')
    await second.page.getByText('Godkendelsen gælder ikke længere').waitFor()
    await second.page.goto(`${url()}/agreements/${agreement.id}/release`)
    await second.page.getByText('Ingen anden jurist har godkendt teksten, som den står nu.').waitFor()
    await second.page.locator('.k-act__checks').getByText('1 åben bemærkning').waitFor()
    await second.page.getByRole('link', { name: 'Se bemærkningerne' }).click()
    await second.page.waitForFunction(() => document.activeElement?.id === 'comments')
    await second.close()
  })
})
