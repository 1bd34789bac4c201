import { readFile } from 'node:fs/promises'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { answerAll, as, open, start, stop, url } from './browser.ts'

// A task goes its way: given out by a release, asked about, answered, given on, and
// followed by the secretariat.

const title = `Opgave ${new Date().toISOString().slice(0, 19)}`
let task = 0

beforeAll(async () => {
  await start()
  await release()
}, 120_000)
afterAll(stop)

/** One agreement on a system that Viborg's system owner owns, released to all. */
async function release(): Promise<void> {
  const owner = await as('systemejer-viborg')
  const used = (await owner<{ items: { system: { number: number }; vendor: { number: number } }[] }>('GET', '/api/v1/usages?limit=50')).items[0]
  if (!used) throw new Error('the system owner owns nothing')
  const lawyer = await as('jurist')
  const made = await lawyer<{ agreement: { id: number } }>('POST', '/api/v1/agreements', { vendor: used.vendor.number, systems: [used.system.number], template: 1, title })
  const at = `/api/v1/agreements/${made.agreement.id}`
  await answerAll(lawyer, made.agreement.id)
  const { version } = await lawyer<{ version: number }>('GET', `${at}/release-check`)
  const batch = await lawyer<{ id: number }>('POST', `${at}/release`, { audience: 'members' }, { 'If-Match': `"${version}"` })
  for (let i = 0; i < 400; i++) {
    const now = await lawyer<{ done: number; failed: number; total: number }>('GET', `/api/v1/batches/${batch.id}`)
    if (now.done + now.failed === now.total) break
    await new Promise((wait) => setTimeout(wait, 250))
  }
  const contact = await as('kontakt-viborg')
  const mine = await contact<{ items: { id: number; title: string }[] }>('GET', `/api/v1/tasks?state=open&q=${encodeURIComponent(title)}`)
  task = mine.items[0]?.id ?? 0
  expect(task, 'the release gave Viborg a task').toBeGreaterThan(0)
}

describe('a task', () => {
  test('is asked about by the contact person', async () => {
    const { page, check, close } = await open('/', { as: 'kontakt-viborg', title: 'Overblik' })
    await page.getByText('Din opgave', { exact: false }).first().waitFor()
    await page.getByRole('link', { name: /^Mine opgaver/ }).click()
    await page.getByRole('heading', { level: 1, name: 'Mine opgaver' }).waitFor()
    await page.getByRole('link', { name: title }).waitFor()
    await page.getByText('Mail er ikke sat op i denne installation').waitFor()
    await check('tasks')
    await page.getByLabel('Tilstand').selectOption('done')
    await page.getByRole('button', { name: 'Ryd filtre' }).first().waitFor()
    expect(page.url()).toContain('state=done')
    await page.goBack()
    await page.getByRole('link', { name: title }).click()
    await page.getByRole('heading', { level: 1, name: title }).waitFor()
    await check('task')
    await page.getByLabel('Hvad vil du vide?').fill('Bruger I stadig systemet?')
    await page.getByRole('button', { name: 'Send spørgsmålet' }).click()
    await page.getByText('Afventer svar').waitFor()
    await page.getByRole('button', { name: 'Tag spørgsmålet tilbage' }).click()
    await page.getByLabel('Hvad vil du vide?').waitFor()
    await page.getByLabel('Hvad vil du vide?').fill('Bruger I stadig systemet til sårpleje?')
    await page.getByRole('button', { name: 'Send spørgsmålet' }).click()
    await page.getByText('Afventer svar').waitFor()
    await check('task-asked')
    await close()
  })

  test('is what the system owner lands on after signing in, and answers', async () => {
    const { page, check, close } = await open('/sign-in', { title: 'Log ind', expects: /^422 \/api\/v1\/tasks\/\d+\/answer/ })
    await page.getByRole('button', { name: /^Systemejer/ }).first().click()
    await page.getByRole('heading', { level: 1, name: title }).waitFor()
    expect(new URL(page.url()).pathname).toBe(`/tasks/${task}`)
    await page.getByText('Bruger I stadig systemet til sårpleje?').waitFor()
    await check('task-answer')
    await page.getByRole('button', { name: 'Send vurderingen' }).click()
    await page.getByRole('alert').getByText('Vælg en vurdering').waitFor()
    await page.getByLabel('Fraråder').check()
    await page.getByRole('button', { name: 'Send vurderingen' }).click()
    await page.getByRole('alert').getByText('Skriv, hvorfor du fraråder.', { exact: false }).click()
    expect(await page.getByLabel('Begrundelse').evaluate((e) => e === document.activeElement), 'the summary leads to the field').toBe(true)
    expect(await page.getByLabel('Begrundelse').getAttribute('aria-invalid')).toBe('true')
    await check('task-answer-reason')
    await page.getByLabel('Begrundelse').fill('Systemet er for dyrt.')
    await page.getByRole('button', { name: 'Send vurderingen' }).click()
    await page.getByText(/svarede/).waitFor()
    await page.getByRole('button', { name: 'Ret vurderingen' }).click()
    expect(await page.getByLabel('Fraråder').isChecked(), 'it begins with what was said').toBe(true)
    await page.getByLabel('Begrundelse').fill('Vi går over til et andet system til foråret.')
    await page.getByRole('button', { name: 'Gem rettelsen' }).click()
    await page.getByRole('heading', { name: 'Tidligere svar' }).waitFor()
    await page.getByText('Systemet er for dyrt.').waitFor()
    await page.getByText('Systemejeren har rettet sit svar').waitFor()
    await check('task-corrected')
    await close()
    const again = await open('/begin', { as: 'systemejer-viborg' })
    expect(new URL(again.page.url()).pathname, 'nothing waits any more').toBe('/')
    await again.close()
  })

  test('shows the answer, and is given to a colleague', async () => {
    const { page, check, close } = await open('/', { as: 'kontakt-viborg', title: 'Overblik' })
    await page.getByText('Systemejeren har svaret på dit spørgsmål', { exact: false }).first().waitFor()
    await page.goto(`${url()}/tasks`)
    await page.getByText('1 nyt svar på dine spørgsmål.', { exact: false }).waitFor()
    await page.locator('tr', { hasText: title }).getByText('Nyt svar').waitFor()
    await check('tasks-answer')
    await page.getByRole('link', { name: title }).click()
    await page.getByText('Svaret på spørgsmålet er set').waitFor()
    await page.getByText('Vi går over til et andet system til foråret.').waitFor()
    await page.getByText('Sara Bækhøj · Systemejer · Viborg Kommune').first().waitFor()
    await page.getByText('Systemet er for dyrt.').waitFor()
    expect(await page.getByRole('button', { name: 'Ret vurderingen' }).count(), 'it is not hers to correct').toBe(0)
    await check('task-answered')
    await page.getByLabel('Ny ansvarlig').selectOption({ index: 1 })
    const name = await page.getByLabel('Ny ansvarlig').locator('option:checked').textContent()
    await page.getByRole('button', { name: 'Giv videre' }).click()
    await page.getByText(`${name}, har fået opgaven af en kollega`).waitFor()
    await page.getByText('Opgaven givet videre').waitFor()
    await page.goto(`${url()}/tasks`)
    await page.getByRole('heading', { level: 1, name: 'Mine opgaver' }).waitFor()
    await page.locator('table tbody tr, .k-empty').first().waitFor()
    expect(await page.getByText('Nyt svar').count(), 'it is seen').toBe(0)
    await close()
  })

  test('is none of another municipality’s', async () => {
    const other = await open(`/tasks/${task}`, { as: 'kontakt-randers', title: 'Siden findes ikke', expects: /^404 \/api\/v1\/tasks/ })
    await other.close()
  })

  test('is followed by the secretariat', async () => {
    const { page, check, close } = await open('/tasks/all', { as: 'jurist', title: 'Opgaver til kommunerne' })
    await page.getByRole('link', { name: title }).waitFor()
    await check('tasks-all')
    await page.getByRole('link', { name: title }).click()
    await page.getByRole('heading', { level: 1, name: title }).waitFor()
    await page.getByRole('link', { name: 'Viborg Kommune' }).waitFor()
    await check('task-overview')
    expect(await page.getByText('andet system til foråret').count(), 'what was said stays in Viborg').toBe(0)
    const [file] = await Promise.all([page.waitForEvent('download'), page.getByRole('link', { name: /Excel/ }).click()])
    expect(file.suggestedFilename()).toBe('klausul-opgave.xlsx')
    const path = await file.path()
    expect((await readFile(path)).subarray(0, 2).toString()).toBe('PK')
    await close()
  })

  test('shows how it went, and what is late', async () => {
    const { page, check, close } = await open('/tasks/all', { as: 'tilsyn', title: 'Opgaver til kommunerne' })
    // Days that this run has not lived through: only the numbers of the answer are others.
    await page.route(/\/task-overviews\/\d+$/, async (route) => {
      const answer = await route.fetch()
      const o = (await answer.json()) as Record<string, unknown>
      const points = [[3, 12], [5, 30], [8, 33], [9, 51], [20, 80]].map(([day, done]) => ({ day: new Date(Date.UTC(2026, 9, 1 + (day ?? 0))).toISOString().slice(0, 10), done }))
      await route.fulfill({ response: answer, json: { ...o, created: '2026-10-01T08:00:00Z', due: '2026-11-02', days: -24, done: 80, open: 18, overdue: 18, points } })
    })
    await page.getByRole('link', { name: title }).click()
    await page.getByText('80 af 98 har løst opgaven').waitFor()
    await page.getByText('24 dage over').waitFor()
    await page.locator('.recharts-line').waitFor()
    await check('task-course')
    await page.getByRole('button', { name: 'Vis som tabel' }).click()
    await page.getByRole('cell', { name: '51' }).waitFor()
    await close()
  })
})
