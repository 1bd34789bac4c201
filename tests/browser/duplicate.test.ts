import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { open, post, settled, start, stop, url } from './browser.ts'

// Two vendors of one name: compared, merged with a reason, found again, and undone.

beforeAll(start)
afterAll(stop)

const twin = 'Lærkesund Journaldata ApS'

describe('the lawyer', () => {
  test('merges two vendors and undoes it', async () => {
    const { page, context, check, close } = await open('/duplicates', { as: 'jurist', title: 'Dubletter' })
    const list = (await (await context.request.get(`${url()}/api/v1/vendors?q=${encodeURIComponent(twin)}`)).json()) as { items: { number: number; systems: number }[] }
    expect(list.items).toHaveLength(2)
    await page.getByRole('button', { name: 'Søg igen' }).click()
    const compare = page.getByRole('link', { name: `Sammenlign ${twin} og ${twin}` })
    await compare.click()
    await page.getByRole('heading', { level: 1, name: 'Læg to leverandører sammen' }).waitFor()
    await settled(page)
    const [winner, loser] = [/winner=(\d+)/, /loser=(\d+)/].map((at) => Number(at.exec(page.url())?.[1]))
    const systems = list.items.map((v) => v.systems).reduce((a, b) => a + b)

    // Two CVR numbers: not without a reason.
    await page.getByRole('button', { name: `Læg nr. ${loser} ind under nr. ${winner}` }).click()
    await page.getByText('Skriv, hvorfor de er den samme').waitFor()
    expect(await page.evaluate(() => document.activeElement?.id)).toBe('reason')
    await check('duplicate-compare')
    await page.getByLabel('Hvorfor er de den samme?').fill('Fusioneret 1/1/2025')
    await page.getByRole('button', { name: `Læg nr. ${loser} ind under nr. ${winner}` }).click()
    const done = page.getByRole('status').filter({ hasText: `${twin} (nr. ${loser}) er lagt sammen med ${twin} (nr. ${winner})` })
    await done.waitFor()
    // With numbers: a person sees that everything came along.
    await done.getByText(/^Fulgte med: .*Systemer: \d/).waitFor()
    await check('duplicate-merged')

    // The old number leads on, with everything that followed.
    await page.goto(`${url()}/vendors/${loser}`)
    await page.getByRole('heading', { level: 1, name: twin }).waitFor()
    await page.waitForURL(`**/vendors/${winner}`)
    const one = (await (await context.request.get(`${url()}/api/v1/vendors?q=${encodeURIComponent(twin)}`)).json()) as { items: { number: number; systems: number }[] }
    expect(one.items).toEqual([expect.objectContaining({ number: winner, systems })])

    await page.goto(`${url()}/duplicates`)
    // Undoing asks first; no gives the focus back, yes says what moved and has the focus.
    const undo = page.getByRole('button', { name: `Fortryd, at ${twin} (nr. ${loser}) er lagt sammen med ${twin} (nr. ${winner})` })
    const question = page.getByRole('alert').filter({ hasText: `Skil ${twin} (nr. ${loser}) og ${twin} (nr. ${winner}) ad igen?` })
    await undo.click()
    await question.getByText(/flyttes tilbage: .*Systemer: \d/).waitFor()
    await check('duplicate-undo')
    await question.getByRole('button', { name: 'Lad dem være lagt sammen' }).click()
    expect(await undo.evaluate((it) => it === document.activeElement)).toBe(true)
    await undo.press('Enter')
    await page.keyboard.press('Tab')
    await page.keyboard.press('Enter')
    const back = page.getByRole('status').filter({ hasText: 'er skilt ad igen' })
    await back.getByText(/^Flyttet tilbage: .*Systemer: \d/).waitFor()
    expect(await back.evaluate((it) => it === document.activeElement)).toBe(true)
    await page.getByText(/^Fortrudt .* af Johanne Lindekrog$/).waitFor()
    const two = (await (await context.request.get(`${url()}/api/v1/vendors?q=${encodeURIComponent(twin)}`)).json()) as typeof list
    expect(two).toEqual(list)
    await check('duplicate-undone')
    await close()
  })

  test('says that two are not the same, and that is remembered', async () => {
    const { page, close } = await open('/duplicates?kind=system', { as: 'jurist', title: 'Dubletter' })
    await page.getByRole('button', { name: 'Søg igen' }).click()
    await settled(page)
    const different = page.getByRole('button', { name: /er ikke den samme$/ }).first()
    const name = (await different.getAttribute('aria-label')) ?? ''
    await different.click()
    await page.getByRole('button', { name, exact: true }).waitFor({ state: 'detached' })
    await page.getByRole('link', { name: 'Par, der er markeret som forskellige' }).click()
    await page.getByRole('button', { name: name.replace('er ikke den samme', 'kan være den samme'), exact: true }).click()
    await page.getByText('Ingen par er markeret som forskellige.').waitFor()
    await close()
  })
})

describe('what more is suspected', () => {
  test('a KITOS uuid that another system bears', async () => {
    const { page, context, check, close } = await open('/', { as: 'jurist', title: 'Overblik', expects: /409 .*systems/ })
    const vendor = ((await (await context.request.get(`${url()}/api/v1/vendors?limit=1`)).json()) as { items: { number: number }[] }).items[0]?.number
    const kitos = '7d2b54b0-4bd5-4b27-9e05-6c6a52a38a77'
    const bears = await post<{ number: number }>(context, '/api/v1/systems', { vendor, name: 'Mågen Registrering', kitosUuid: kitos })
    const claims = await post<{ number: number }>(context, '/api/v1/systems', { vendor, name: 'Havkat Journal' })
    await page.goto(`${url()}/systems/${claims.number}/edit`)
    await page.getByLabel(/^UUID i KITOS/).fill(kitos)
    await page.getByRole('button', { name: 'Gem oplysningerne' }).click()
    await page.getByText('læg de to sammen under Dubletter').first().waitFor()
    await check('system-kitos-taken')
    await page.goto(`${url()}/duplicates?kind=system`)
    await page.getByRole('button', { name: 'Søg igen' }).click()
    await page.getByRole('row').filter({ hasText: 'Havkat Journal' }).getByText('KITOS-uuid').waitFor()
    await page.getByRole('link', { name: 'Sammenlign Mågen Registrering og Havkat Journal' }).click()
    await page.getByRole('row', { name: `KITOS-uuid, der er afvist Ikke oplyst ${kitos}` }).waitFor()
    await check('duplicate-kitos')
    await page.getByRole('button', { name: `Læg nr. ${claims.number} ind under nr. ${bears.number}` }).click()
    await page.getByRole('status').filter({ hasText: `Havkat Journal (nr. ${claims.number}) er lagt sammen med Mågen Registrering (nr. ${bears.number})` }).waitFor()
    await close()
  })

  test("a vendor's former name", async () => {
    const { page, context, close } = await open('/', { as: 'jurist', title: 'Overblik' })
    const make = (name: string, foreignNumber: string) =>
      post<{ number: number; version: number }>(context, '/api/v1/vendors', { name, country: 'SE', foreignNumber, commercial: true })
    const old = await make('Strandskade Arkiv AB', 'SE-771')
    const me = (await (await context.request.get(`${url()}/api/v1/me`)).json()) as { csrf: string }
    const renamed = await context.request.patch(`${url()}/api/v1/vendors/${old.number}`, {
      headers: { 'X-CSRF-Token': me.csrf, 'If-Match': `"${old.version}"` },
      data: { name: 'Kuling Tech AB', country: 'SE', foreignNumber: 'SE-771', commercial: true, nameFrom: '2024-01-01' },
    })
    expect(renamed.status()).toBe(200)
    await make('Strandskade Arkiv ApS', 'SE-772')
    await page.goto(`${url()}/duplicates`)
    await page.getByRole('button', { name: 'Søg igen' }).click()
    await page.getByRole('row').filter({ hasText: 'Kuling Tech AB' }).getByText('Tidligere navn ligner').waitFor()
    await page.getByRole('link', { name: 'Sammenlign Kuling Tech AB og Strandskade Arkiv ApS' }).click()
    await page.getByRole('row', { name: /^Tidligere navne/ }).getByText('Strandskade Arkiv AB', { exact: true }).waitFor()
    await close()
  })
})

describe('the search box', () => {
  test('finds compounds from the inside, by keyboard alone, and leads to pages', async () => {
    const { page, close } = await open('/', { as: 'jurist', title: 'Overblik' })
    await page.keyboard.press('/')
    await page.keyboard.type('behandleraft')
    await page.getByRole('listbox').getByText(/Databehandleraftale/).first().waitFor()
    await page.screenshot({ path: `${import.meta.dirname}/screenshots/search-1280.png` })
    await page.keyboard.press('Escape')
    await page.keyboard.press('ControlOrMeta+a')
    await page.keyboard.type('tilsyn med')
    await page.getByRole('option', { name: 'Hvad fører vi tilsyn med?' }).waitFor()
    await page.keyboard.press('Enter')
    await page.getByRole('heading', { level: 1, name: 'Hvad fører vi tilsyn med?' }).waitFor()
    await close()
  })

  test('forgives a slip of the finger, and says so', async () => {
    const { page, close } = await open('/', { as: 'kontakt-viborg', title: 'Overblik' })
    await page.keyboard.press('/')
    await page.keyboard.type('Åhavn Omsorgsystmer')
    await page.getByText('Intet passer helt. Dette ligner:').waitFor()
    await page.getByRole('option', { name: /^Åhavn Omsorgssystemer A\/S/ }).waitFor()
    await close()
  })
})
