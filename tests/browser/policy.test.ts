import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { open, start, stop } from './browser.ts'

// The numbers from law and policy: read by everybody, set by the administrator, with a day and a source.

beforeAll(start)
afterAll(stop)

describe('policy numbers', () => {
  test('are found by the administrator, who sets one ahead', async () => {
    const { page, check, close } = await open('/', { as: 'admin', title: 'Overblik', expects: /^409 \/api\/v1\/policy-numbers/ })
    await page.getByRole('button', { name: /Administrator/ }).first().click()
    await page.getByRole('menuitem', { name: 'Regeltal' }).click()
    await page.getByRole('heading', { level: 1, name: 'Regeltal' }).waitFor()
    await page.getByRole('row', { name: /Frist for at indgå aftalen.*30 dage/ }).waitFor()
    await page.getByRole('link', { name: 'Frist for at indgå aftalen' }).click()
    await page.getByRole('heading', { level: 1, name: 'Frist for at indgå aftalen' }).waitFor()
    await page.getByRole('button', { name: 'Sæt tallet' }).click()
    await page.getByRole('alert').getByText('Skriv et helt tal, 1–365').waitFor()
    await page.getByLabel('Værdi').fill('45')
    await page.getByLabel('Gælder fra').fill('1/1/2099')
    await page.getByLabel('Kilde eller begrundelse').fill('Bestyrelsens beslutning 4. november 2026')
    await check('policy-number-form')
    await page.getByRole('button', { name: 'Sæt tallet' }).click()
    await page.getByText('Sat: 45 dage fra 1. jan. 2099.').waitFor()
    const ahead = page.getByRole('row', { name: /1\. jan\. 2099/ })
    await ahead.getByText('Kommer').waitFor()
    await ahead.getByText('Ikke bekræftet').waitFor()
    await check('policy-number')
    await page.getByLabel('Værdi').fill('40')
    await page.getByLabel('Gælder fra').fill('1/1/2099')
    await page.getByLabel('Kilde eller begrundelse').fill('Igen')
    await page.getByRole('button', { name: 'Sæt tallet' }).click()
    await page.getByText('Der er allerede et tal fra den dag', { exact: false }).first().waitFor()
    for (const label of ['Værdi', 'Gælder fra', 'Kilde eller begrundelse']) await page.getByLabel(label).fill('')
    await page.getByRole('main').getByRole('link', { name: 'Regeltal' }).click()
    await page.getByText('45 dage fra 1. jan. 2099').waitFor()
    await check('policy-numbers')
    await close()
  })

  test('a yes or no is chosen, and holds from its day', async () => {
    const { page, check, close } = await open('/policy-numbers/agreement-second_eyes', { as: 'admin', title: 'En anden jurists øjne før frigivelse' })
    await page.getByText('Tallet har aldrig været sat.').waitFor()
    await page.getByLabel('Værdi').selectOption({ label: 'Nej' })
    await page.getByLabel('Gælder fra').fill('1/1/2026')
    await page.getByLabel('Kilde eller begrundelse').fill('Sekretariatets valg')
    await page.getByLabel('Jeg har set kilden', { exact: false }).check()
    await page.getByRole('button', { name: 'Sæt tallet' }).click()
    await page.getByText('Sat: Nej fra 1. jan. 2026.').waitFor()
    await page.getByRole('row', { name: /1\. jan\. 2026.*Nej.*Gælder/ }).waitFor()
    expect(await page.getByText('Ikke bekræftet').count()).toBe(0)
    await check('policy-number-eyes')
    await close()
  })

  test('are read by a contact person, and by the lawyer from the tasks', async () => {
    const contact = await open('/policy-numbers/task-accession_days', { as: 'kontakt-viborg', title: 'Frist for at indgå aftalen' })
    expect(await contact.page.getByRole('heading', { name: 'Sæt et nyt tal' }).count()).toBe(0)
    expect(await contact.page.getByText('Sat af').count(), 'who set it is the secretariat’s affair').toBe(0)
    await contact.close()
    const { page, close } = await open('/tasks/all', { as: 'jurist', title: 'Opgaver til kommunerne' })
    await page.getByRole('link', { name: 'Regeltal for frister og påmindelser' }).click()
    await page.getByRole('heading', { level: 1, name: 'Regeltal' }).waitFor()
    await close()
  })

  test('are none of the board’s', async () => {
    const { close } = await open('/policy-numbers', { as: 'bestyrelse', title: 'Din rolle har ikke adgang' })
    await close()
  })
})
