import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { known, open, post, start, stop } from './browser.ts'

// A template from draft to published: written by one lawyer, reviewed by another, read by
// a municipality, compared, and an agreement that moves to it.

let there: { vendor: number; system: number } = { vendor: 0, system: 0 }
beforeAll(async () => {
  await start()
  there = await known()
})
afterAll(stop)

describe('versions of a template', () => {
  let agreement = 0
  let draft = ''

  test('a lawyer writes a draft, clause by clause', async () => {
    const { page, context, check, close } = await open('/templates/1', { as: 'jurist', shot: 'template' })
    agreement = (await post<{ agreement: { id: number } }>(context, '/api/v1/agreements', { vendor: there.vendor, systems: [there.system], template: 1, title: 'Flyttes' })).agreement.id
    await page.getByRole('button', { name: 'Ny kladde' }).click()
    await page.getByText('Kladde: kan ikke bruges').waitFor()
    draft = page.url().replace(/^.*\/templates\/(\d+).*$/, '$1')
    await page.keyboard.press('j')
    await page.keyboard.press('j')
    await page.getByRole('button', { name: 'Ret', exact: true }).first().waitFor()
    await page.keyboard.press('e')
    const text = page.getByLabel('Afsnit 1')
    await text.fill(`${await text.inputValue()} ((Sekretariatets tilføjelse.)) [[hjælp`)
    await page.getByText('Et tegn er ikke lukket').waitFor()
    await page.locator('nav#menu').getByRole('link', { name: 'Overblik' }).click()
    await page.getByRole('alertdialog', { name: 'Du har ikke gemt' }).getByRole('button', { name: 'Bliv' }).click()
    await text.fill(`${(await text.inputValue()).replace(' [[hjælp', '')} [[Ny hjælp]]`)
    await check('template-editor')
    await page.getByRole('button', { name: 'Gem bestemmelsen' }).click()
    await page.locator('.k-tplclause .k-mark--supplementary', { hasText: 'Sekretariatets tilføjelse.' }).waitFor()
    await page.locator('.k-tpl__side', { hasText: 'Ny hjælp' }).waitFor()
    await page.getByRole('button', { name: 'Ny bestemmelse efter' }).click()
    await page.getByLabel('Afsnit 1').fill('Her står {findes.ikke}.')
    await page.getByText('ukendt felt: findes.ikke').waitFor()
    await page.getByLabel('Afsnit 1').fill('Her står leverandøren {processor.name}.')
    await page.getByRole('button', { name: 'Gem bestemmelsen' }).click()
    await page.locator('.k-tplclause', { hasText: 'Her står leverandøren' }).waitFor()
    await page.locator('.k-tplclause--chosen').getByRole('button', { name: 'Fjern' }).click()
    await page.getByRole('button', { name: 'Læg tilbage' }).click()
    await page.locator('.k-tplclause', { hasText: 'Her står leverandøren' }).waitFor()
    expect(await page.getByText('En anden jurist skal gennemgå den').count()).toBe(1)

    await page.locator('.k-tplclause', { hasText: 'Her står leverandøren' }).locator('.k-tplclause__pick').click()
    await page.locator('.k-tplclause--chosen').getByRole('button', { name: 'Ret', exact: true }).click()
    await page.getByRole('button', { name: 'Kun på visse svar' }).first().click()
    await page.getByLabel('Vælg felt').selectOption('subprocessors.authorisation')
    await page.getByLabel('Vælg svar').selectOption('general')
    await page.getByRole('button', { name: 'Gem bestemmelsen' }).click()
    await page.locator('.k-tplclause--chosen .k-when').waitFor()

    await page.getByRole('button', { name: 'Ny regel' }).click()
    await page.getByRole('button', { name: 'Gem reglen' }).click()
    await page.getByRole('link', { name: 'Skriv, hvornår reglen gælder' }).waitFor()
    await page.getByLabel('Ved hvilket felt?').selectOption('breach.hours')
    await page.getByRole('button', { name: 'Kun på visse svar' }).last().click()
    await page.getByLabel('Vælg felt').selectOption('breach.hours')
    await page.getByLabel('Vælg svar').fill('36')
    await page.getByLabel('Sætning på dansk').fill('Over halvanden dag.')
    await page.getByLabel('Sætning på engelsk').fill('More than a day and a half.')
    await page.getByLabel('Kilde', { exact: true }).fill('Prøve')
    await check()
    await page.getByRole('button', { name: 'Gem reglen' }).click()
    await page.getByText('Over halvanden dag.').first().waitFor()
    await check('template-draft')
    await close()
  })

  test('another lawyer reviews and publishes it', async () => {
    const { page, check, close } = await open(`/templates/${draft}`, { as: 'jurist-2' })
    await page.getByRole('button', { name: 'Godkend teksten' }).click()
    await page.getByText('Gennemgået: venter').waitFor()
    await page.getByLabel('Jeg har set, hvad der ændres, og hvem').check()
    await page.getByRole('button', { name: /^Offentliggør version/ }).click()
    await page.getByText('Gælder').first().waitFor()
    await page.getByRole('link', { name: /^Sammenlign med/ }).click()
    await page.getByRole('heading', { name: /^Sammenlign versioner/ }).waitFor()
    await page.locator('ins', { hasText: 'Sekretariatets tilføjelse.' }).waitFor()
    await page.keyboard.press('n')
    expect(await page.evaluate(() => document.activeElement?.id)).toMatch(/^change-/)
    await check('template-compare')
    await close()
  })

  test('an agreement moves to it only when somebody says so', async () => {
    const { page, check, close } = await open(`/templates/${draft}/impact`, { as: 'jurist' })
    await page.getByRole('row', { name: /Flyttes/ }).getByRole('link', { name: /^Flyt til/ }).click()
    await page.getByRole('heading', { name: 'Teksten', exact: true }).waitFor()
    await page.getByText('Sekretariatets tilføjelse.').first().waitFor()
    await check('agreement-move')
    await page.getByRole('button', { name: /^Flyt til version/ }).click()
    await page.getByText('Bekræft, at du har set').waitFor()
    await page.getByLabel('Jeg har set, hvad der ændres').check()
    await page.getByRole('button', { name: /^Flyt til version/ }).click()
    await page.getByRole('heading', { level: 1, name: 'Flyttes' }).waitFor()
    expect(page.url()).toContain(`/agreements/${agreement}`)
    await close()
  })

  test('a municipality reads what is published', async () => {
    const { page, close } = await open(`/templates/${draft}`, { as: 'kontakt-viborg', shot: 'template-published-kontakt' })
    expect(await page.getByText('Sekretariatets tilføjelse.').count()).toBe(1)
    expect(await page.getByRole('button', { name: 'Ny kladde' }).count()).toBe(0)
    await close()
  })
})
