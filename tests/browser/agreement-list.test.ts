import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { known, open, post, settled, shots, start, stop, url } from './browser.ts'

// The joint agreements by how far they have come and for how long, for the secretariat and for a municipality.

beforeAll(start)
afterAll(stop)

interface Count { total: number; stages: { stage: string; count: number }[] }

describe('the list of joint agreements', () => {
  test('counts by stage, narrows by one, and says what each waits for', async () => {
    const { page, context, check, close } = await open('/', { as: 'jurist', title: 'Overblik' })
    const { vendor, system } = await known()
    const template = ((await (await context.request.get(`${url()}/api/v1/templates`)).json()) as { items: { id: number; family: string }[] }).items.find((x) => x.family === 'eksempel')
    const made = Date.now()
    const make = async (title: string) => (await post<{ agreement: { id: number } }>(context, '/api/v1/agreements', { vendor, systems: [system], template: template?.id, title: `${title} ${made}` })).agreement.id
    const [, heard, reviewed] = [await make('Udkast'), await make('Hørt'), await make('Gennemset')]
    const randers = ((await (await context.request.get(`${url()}/api/v1/organisations?q=Randers`)).json()) as { items: { id: number }[] }).items[0]?.id
    const deadline = new Date(Date.now() + 14 * 864e5).toISOString().slice(0, 10)
    await post(context, `/api/v1/agreements/${heard}/hearings`, { question: 'Passer teksten?', deadline, organisations: [randers] })
    await post(context, `/api/v1/agreements/${reviewed}/reviews`, { note: '' })

    await page.goto(`${url()}/agreements`)
    await page.getByRole('heading', { level: 1, name: 'Fælles databehandleraftaler' }).waitFor()
    await settled(page)
    const count = (await (await context.request.get(`${url()}/api/v1/agreements/count`)).json()) as Count
    const chips = page.getByRole('list', { name: 'Hvor langt aftalerne er' })
    const of = (stage: string) => String(count.stages.find((x) => x.stage === stage)?.count)
    for (const [stage, name] of [['draft', 'Udkast'], ['hearing', 'I høring'], ['review', 'Venter på anden jurist'], ['released', 'Frigivet til kommunerne']] as const) {
      await chips.getByRole('button', { name: `${of(stage)} ${name}` }).waitFor()
    }
    expect(count.stages.reduce((sum, x) => sum + x.count, 0)).toBe(count.total)
    await check('agreements-stages')

    await chips.getByRole('button', { name: /I høring/ }).press('Enter')
    await page.waitForURL(/stage=hearing/)
    await settled(page)
    const row = page.getByRole('row', { name: new RegExp(`Hørt ${made}`) })
    await row.getByText(/^Svarfrist \d+\. /).waitFor()
    await row.getByText(/felter mangler$/).waitFor()
    await row.locator('time', { hasText: 'I dag' }).waitFor()
    expect(await page.getByRole('row', { name: new RegExp(`Gennemset ${made}`) }).count()).toBe(0)
    const [file] = await Promise.all([page.waitForEvent('download'), page.getByRole('link', { name: 'Hent Excel' }).click()])
    expect(file.suggestedFilename()).toBe('klausul-fælles aftaler.xlsx')
    await chips.getByRole('button', { name: /I høring/ }).press('Enter')
    await page.waitForURL((now) => !now.search.includes('stage'))

    // What has stood longest comes first; what began today has no place under "at least 30 days".
    await page.getByRole('columnheader', { name: 'Siden' }).getByRole('button').click()
    await page.waitForURL(/sort=since/)
    await settled(page)
    const days = await page.locator('tbody time').evaluateAll((all) => all.map((it) => it.getAttribute('datetime') ?? ''))
    expect(days.length).toBeGreaterThan(3)
    expect(days).toEqual([...days].sort())
    await page.getByRole('combobox', { name: 'Alder' }).selectOption('30')
    await page.waitForURL(/older=30/)
    await settled(page)
    expect(await page.getByRole('link', { name: `Udkast ${made}`, exact: true }).count()).toBe(0)
    await page.getByText(/^\d+ af \d+$/).first().waitFor()
    await page.screenshot({ path: `${shots}/agreements-old-1280.png` })
    await close()
  })

  test('tells a municipality of its own agreement and what to do', async () => {
    const { page, check, close } = await open('/agreements', { as: 'kontakt-viborg', title: 'Fælles databehandleraftaler' })
    await settled(page)
    expect(await page.getByRole('list', { name: 'Hvor langt aftalerne er' }).count()).toBe(0)
    await check('agreements-own')
    await page.getByRole('link', { name: /^(Tag stilling|Registrér ikrafttræden): / }).first().press('Enter')
    await page.waitForURL(/\/accessions\/\d+/)
    await close()
  })
})

describe('a joint agreement that is only released', () => {
  test('does not count as in order, and the secretariat is not told to conclude it', async () => {
    const { page, context, check, close } = await open('/our-systems?agreement=offered', { as: 'jurist', title: 'Kommunernes systemer' })
    await settled(page)
    const counted = (await (await context.request.get(`${url()}/api/v1/usages/count?agreement=offered`)).json()) as { total: number; states: { state: string; count: number }[] }
    const of = (...states: string[]) => counted.states.filter((x) => states.includes(x.state)).reduce((sum, x) => sum + x.count, 0)
    expect(of('offered')).toBe(counted.total)
    expect(counted.total).toBeGreaterThan(0)
    const settledNow = of('joint', 'own', 'kl_kombit', 'not_needed').toLocaleString('da-DK')
    await page.getByText(new RegExp(`^${settledNow} af `)).waitFor()
    await page.getByRole('button', { name: /Frigivet, ikke indgået/ }).waitFor()
    await page.locator('[data-column="agreement"]').filter({ hasText: 'Frigivet, ikke indgået' }).first().getByRole('link', { name: /^DBA-\d+ v\d+$/ }).waitFor()
    expect(await page.getByRole('link', { name: /^Indgå / }).count(), 'the secretariat concludes for nobody').toBe(0)
    await check('our-systems-offered')
    await close()
  })
})
