import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { known, open, post, start, stop, url, type Persona } from './browser.ts'

// Every page at least once, for a role it is made for.

let there: { vendor: number; system: number } = { vendor: 0, system: 0 }
beforeAll(async () => {
  await start()
  there = await known()
})
afterAll(stop)

const pages: { path: string; as?: Persona; title: string | RegExp; shot: string; expects?: RegExp }[] = [
  { path: '/sign-in', title: 'Log ind', shot: 'sign-in' },
  { path: '/sign-in?invitation=1', title: 'Indtast din invitationskode', shot: 'invitation' },
  { path: '/was', title: 'Tilgængelighedserklæring', shot: 'was' },
  { path: '/', as: 'jurist', title: 'Overblik', shot: 'desk-jurist' },
  { path: '/', as: 'kontakt-viborg', title: 'Overblik', shot: 'desk-kontakt' },
  { path: '/', as: 'bestyrelse', title: 'Overblik', shot: 'desk-bestyrelse' },
  { path: '/vendors', as: 'jurist', title: 'Leverandører', shot: 'vendors' },
  { path: '/vendors?q=zzzqqq', as: 'jurist', title: 'Leverandører', shot: 'vendors-none' },
  { path: '/vendors/{vendor}', as: 'jurist', title: /./, shot: 'vendor' },
  { path: '/vendors/{vendor}', as: 'kontakt-viborg', title: /./, shot: 'vendor-kontakt' },
  { path: '/vendors?part=stands_behind', as: 'jurist', title: 'Leverandører', shot: 'vendors-behind' },
  { path: '/vendors/new', as: 'jurist', title: 'Ny leverandør', shot: 'vendor-new' },
  { path: '/vendors/1001/edit', as: 'jurist', title: /^Ret /, shot: 'vendor-edit' },
  { path: '/vendors/1001?tab=chain', as: 'jurist', title: /./, shot: 'vendor-chain' },
  { path: '/vendors/1001?tab=chain&on=2024-01-01', as: 'kontakt-viborg', title: /./, shot: 'vendor-chain-kontakt' },
  { path: '/vendors/1001?tab=contacts', as: 'jurist', title: /./, shot: 'vendor-contacts' },
  { path: '/vendors/1045?tab=names', as: 'jurist', title: /./, shot: 'vendor-names' },
  { path: '/vendors/1001/paste', as: 'jurist', title: 'Indsæt underdatabehandlere', shot: 'vendor-paste' },
  { path: '/vendors/1045/behind', as: 'jurist', title: /^Hvem rammes/, shot: 'vendor-behind' },
  { path: '/vendors/1045/behind', as: 'kontakt-viborg', title: /^Hvem rammes/, shot: 'vendor-behind-kontakt' },
  { path: '/positions', as: 'jurist', title: 'Forhandlingspositioner', shot: 'positions' },
  { path: '/territories', as: 'admin', title: 'Lande og overførselsgrundlag', shot: 'territories' },
  { path: '/systems', as: 'jurist', title: 'Systemer', shot: 'systems' },
  { path: '/systems', as: 'systemejer-viborg', title: 'Systemer', shot: 'systems-systemejer' },
  { path: '/systems/{system}', as: 'jurist', title: /./, shot: 'system' },
  { path: '/systems?screened=none&criticality=high', as: 'jurist', title: 'Systemer', shot: 'systems-narrowed' },
  { path: '/systems/{system}/edit', as: 'jurist', title: /./, shot: 'system-edit' },
  { path: '/kle', as: 'jurist', title: /KLE/, shot: 'kle' },
  { path: '/own-agreements', as: 'jurist', title: 'Egne aftaler', shot: 'own-agreements-jurist' },
  { path: '/own-agreements/1', as: 'jurist', title: /^Databehandleraftale/, shot: 'own-agreement-jurist' },
  { path: '/own-agreements/new', as: 'jurist', title: 'Registrér en egen aftale', shot: 'own-new-jurist' },
  { path: '/our-systems', as: 'systemejer-viborg', title: 'Vores systemer', shot: 'our-systems-systemejer' },
  { path: '/our-systems?organisation=1', as: 'jurist', title: 'Kommunernes systemer', shot: 'our-systems-jurist' },
  { path: '/tasks', as: 'dpo-viborg', title: 'Mine opgaver', shot: 'tasks-dpo' },
  { path: '/tasks/all', as: 'tilsyn', title: 'Opgaver til kommunerne', shot: 'tasks-all-tilsyn' },
  { path: '/agreements', as: 'jurist', title: 'Fælles databehandleraftaler', shot: 'agreements' },
  { path: '/agreements/new', as: 'jurist', title: 'Ny fælles databehandleraftale', shot: 'agreement-new-empty' },
  { path: '/agreements/new?vendor={vendor}', as: 'jurist', title: 'Ny fælles databehandleraftale', shot: 'agreement-new' },
  { path: '/mandates', as: 'kontakt-viborg', title: 'Fuldmagter til sekretariatet', shot: 'mandates-kontakt' },
  { path: '/mandates', as: 'jurist', title: 'Fuldmagter til sekretariatet', shot: 'mandates-jurist' },
  { path: '/tasks', as: 'kontakt-viborg', title: 'Mine opgaver', shot: 'tasks-none' },
  { path: '/tasks/99999999', as: 'kontakt-viborg', title: 'Siden findes ikke', shot: 'task-not-found', expects: /404 \/api\/v1\/tasks/ },
  { path: '/accessions/99999999', as: 'kontakt-viborg', title: 'Siden findes ikke', shot: 'accession-not-found', expects: /404 \/api\/v1\/accessions/ },
  { path: '/hearings/99999999', as: 'kontakt-viborg', title: 'Siden findes ikke', shot: 'hearing-not-found', expects: /404 \/api\/v1\/hearings/ },
  { path: '/accessions', as: 'jurist', title: 'Kommunernes aftaler', shot: 'accessions-jurist' },
  { path: '/accessions', as: 'kontakt-viborg', title: 'Vores aftaler', shot: 'accessions-kontakt' },
  { path: '/accessions', as: 'dpo-viborg', title: 'Vores aftaler', shot: 'accessions-dpo' },
  { path: '/organisations', as: 'jurist', title: 'Kommuner og fællesskaber', shot: 'organisations' },
  { path: '/organisations?asOf=2024-12-31&membership=active', as: 'jurist', title: 'Kommuner og fællesskaber', shot: 'organisations-as-of' },
  { path: '/organisations/new', as: 'admin', title: 'Registrér organisation', shot: 'organisation-new' },
  { path: '/organisations/99', as: 'admin', title: /Æblesund/, shot: 'organisation-former' },
  { path: '/organisations?missingAddress=true', as: 'jurist', title: 'Kommuner og fællesskaber', shot: 'organisations-missing' },
  { path: '/templates', as: 'jurist', title: 'Skabeloner', shot: 'templates' },
  { path: '/templates', as: 'kontakt-viborg', title: 'Skabeloner', shot: 'templates-kontakt' },
  { path: '/templates/1', as: 'kontakt-viborg', title: /version/, shot: 'template-kontakt' },
  { path: '/templates/compare', as: 'jurist', title: 'Sammenlign versioner', shot: 'template-compare-none' },
  { path: '/templates/1/impact', as: 'tilsyn', title: 'Aftaler på skabelonen', shot: 'template-impact' },
  { path: '/imports', as: 'jurist', title: 'Indlæsninger', shot: 'imports-jurist' },
  { path: '/imports', as: 'dpo-viborg', title: 'Indlæsninger', shot: 'imports-dpo' },
  { path: '/imports/new', as: 'jurist', title: 'Indlæs en liste', shot: 'import-new-jurist' },
  { path: '/users', as: 'admin', title: 'Brugere', shot: 'users' },
  { path: '/users?state=left', as: 'admin', title: 'Brugere', shot: 'users-left' },
  { path: '/users/4', as: 'admin', title: 'Kirsten Ågesen Holm', shot: 'user' },
  { path: '/users/6/leave', as: 'kontakt-viborg', title: 'Stop adgang for Sara Bækhøj', shot: 'user-leave' },
  { path: '/access-reviews', as: 'admin', title: 'Adgangsgennemgang', shot: 'access-reviews' },
  { path: '/access-reviews/1', as: 'kontakt-viborg', title: /Adgangsgennemgang/, shot: 'access-review' },
  { path: '/erasures', as: 'admin', title: 'Sletning og anonymisering', shot: 'erasures' },
  { path: '/api-keys', as: 'kontakt-viborg', title: 'API-nøgler', shot: 'api-keys' },
  { path: '/scope', as: 'tilsyn', title: 'Hvad fører vi tilsyn med?', shot: 'scope' },
  { path: '/scope?list=unagreed&day=2024-01-01', as: 'admin', title: 'Hvad fører vi tilsyn med?', shot: 'scope-unagreed' },
  { path: '/scope?list=unused', as: 'tilsyn', title: 'Hvad fører vi tilsyn med?', shot: 'scope-unused' },
  { path: '/policy-numbers', as: 'kontakt-viborg', title: 'Regeltal', shot: 'policy-numbers-kontakt' },
  { path: '/policy-numbers/nothing', as: 'admin', title: 'Siden findes ikke', shot: 'policy-number-not-found' },
  { path: '/duplicates', as: 'jurist', title: 'Dubletter', shot: 'duplicates' },
  { path: '/duplicates?kind=system', as: 'tilsyn', title: 'Dubletter', shot: 'duplicates-systems' },
  { path: '/nothing-here', as: 'jurist', title: 'Siden findes ikke', shot: 'not-found' },
  { path: '/vendors/99999999', as: 'jurist', title: 'Siden findes ikke', shot: 'vendor-not-found', expects: /404 \/api\/v1\/vendors/ },
  { path: '/users', as: 'bestyrelse', title: 'Din rolle har ikke adgang', shot: 'no-right' },
]

describe('every page keeps the rules of the house', () => {
  for (const { path, as, title, shot, expects } of pages) {
    test(`${path} as ${as ?? 'nobody'}`, async () => {
      const { close } = await open(path.replace('{vendor}', String(there.vendor)).replace('{system}', String(there.system)), { as, title, shot, expects })
      await close()
    })
  }

  test('a person who is no user asks what we hold', async () => {
    const { page, check, close } = await open('/users', { as: 'admin', title: 'Brugere' })
    await page.locator('#disclose-email').fill('ingen@steder.example')
    await page.getByRole('button', { name: 'Hent indsigt' }).click()
    await page.getByText('Vi har intet om denne adresse').waitFor()
    await check('disclosure-nothing')
    const mail = (await (await page.request.get(`${url()}/api/v1/organisations/1`)).json() as { mail: string }).mail
    await page.locator('#disclose-email').fill(mail)
    const [file] = await Promise.all([page.waitForEvent('download'), page.getByRole('button', { name: 'Hent indsigt' }).click()])
    expect(file.suggestedFilename()).toMatch(/^indsigt-mail.*\.zip$/)
    await page.getByText('Filen er hentet', { exact: false }).waitFor()
    await close()
  })

  test('the template and its text', async () => {
    const { page, check, close } = await open('/templates', { as: 'jurist' })
    await page.locator('.k-families a', { hasText: 'Eksempel på databehandleraftale' }).first().click()
    await page.getByRole('heading', { name: 'Tekst', exact: true }).waitFor()
    await check('template')
    expect(await page.getByText('Teksten er et eksempel').count()).toBe(1)
    await close()
  })

  test('the next version of an agreement, and what else hangs on a draft', async () => {
    const { page, context, check, close } = await open('/', { as: 'jurist', title: 'Overblik' })
    const { items } = (await (await context.request.get(`${url()}/api/v1/templates`)).json()) as { items: { id: number; family: string }[] }
    const made = await post<{ agreement: { id: number } }>(context, '/api/v1/agreements', { vendor: there.vendor, systems: [there.system], template: items.find((x) => x.family === 'eksempel')?.id, title: 'Sider' })
    for (const [part, title] of [['renew', 'Ny version'], ['hearing', 'Send udkastet i høring'], ['release', 'Frigiv til kommunerne']] as const) {
      await page.goto(`${url()}/agreements/${made.agreement.id}/${part}`)
      await page.getByRole('heading', { level: 1, name: title }).waitFor()
      await check(`agreement-${part}`)
    }
    await close()
  })

  test("the municipality's own details", async () => {
    const { page, check, close } = await open('/', { as: 'kontakt-viborg' })
    await page.getByRole('link', { name: 'Vores oplysninger' }).click()
    await page.getByRole('heading', { level: 1, name: 'Viborg Kommune' }).waitFor()
    await check('organisation')
    await close()
  })
})

describe('what a page is served with', () => {
  test('a policy that forbids everything inline', async () => {
    const answer = await fetch(url())
    const policy = answer.headers.get('content-security-policy') ?? ''
    expect(policy).toContain("default-src 'self'")
    expect(policy).toContain("require-trusted-types-for 'script'")
    expect(policy).not.toMatch(/unsafe/)
  })
})
