import { QueryClient } from '@tanstack/react-query'
import { createRootRouteWithContext, createRoute, createRouter, lazyRouteComponent, Outlet, redirect } from '@tanstack/react-router'
import { ApiError } from './api/problem'
import { tasksQuery } from './api/tasks'
import { Frame } from './features/frame/Frame'
import { loadPageWords } from './i18n'
import { may, meQuery } from './session'
import { day, given, listSearch, oneOf, text, upTo, whole, type SearchInput } from './ui/listSearch'
import { NotFoundPage, PageProblem, Skeleton } from './ui/states'

// The only file that knows all features.

interface Context {
  client: QueryClient
}

/** Asked once; after that the session keeps it up to date. */
const whoAmI = (context: Context) => context.client.query({ ...meQuery, staleTime: 'static' })

const usageSorts = [
  'name', '-name', 'vendor', '-vendor', 'agreement', '-agreement', 'persons', '-persons', 'from', '-from',
  'owner', '-owner', 'responsible', '-responsible', 'caseNumber', '-caseNumber',
] as const
const nameSorts = ['name', '-name', 'number', '-number'] as const

const root = createRootRouteWithContext<Context>()({
  component: () => <Frame><Outlet /></Frame>,
  notFoundComponent: NotFoundPage,
  errorComponent: ({ error, reset }) => <PageProblem error={error} retry={reset} />,
})

/** Lets only roles in that may call the operation the page begins with. */
function need(operation: string) {
  return async ({ context }: { context: Context }) => {
    const me = await whoAmI(context)
    if (!may(me, operation)) throw new ApiError(403, { code: 'forbidden' })
  }
}

const signIn = createRoute({
  getParentRoute: () => root,
  path: '/sign-in',
  validateSearch: (input: SearchInput) => given({ next: text(input.next, 400), problem: text(input.problem, 80), invitation: input.invitation === undefined ? undefined : 1 }),
  beforeLoad: async ({ context }) => {
    await whoAmI(context)
  },
  component: lazyRouteComponent(() => import('./features/signin/SignInPage')),
})

const was = createRoute({
  getParentRoute: () => root,
  path: '/was',
  beforeLoad: async ({ context }) => {
    await whoAmI(context)
  },
  component: lazyRouteComponent(() => import('./features/about/WasPage')),
})

const inside = createRoute({
  getParentRoute: () => root,
  id: 'inside',
  beforeLoad: async ({ context, location }) => {
    const me = await whoAmI(context)
    if (me) return
    const invitation = 'invitation' in location.search ? 1 : undefined
    redirect({ throw: true, to: '/sign-in', search: { next: location.pathname === '/' ? undefined : location.href, invitation } })
  },
})

const page = { getParentRoute: () => inside } as const
/** A page that speaks of templates: it comes with its words. */
const templatePage = { ...page, loader: async () => loadPageWords('templatePages') }
const agreementPage = { ...page, loader: async () => loadPageWords('agreementPages') }
/** An organisation's agreement also tells what the system owner was asked, and a task on an amendment what it amends. */
const accessionRoute = { ...page, loader: async () => Promise.all([loadPageWords('agreementPages'), loadPageWords('taskPages')]) }
/** A negotiation speaks of its agreement and its hearings too. */
const negotiationRoute = { ...page, loader: async () => Promise.all([loadPageWords('agreementPages'), loadPageWords('negotiationPages')]) }
/** The vendor's own paper is read within one. */
const paperRoute = { ...page, loader: async () => Promise.all([loadPageWords('negotiationPages'), loadPageWords('paperPages')]) }
/** The same for tasks. */
const taskPage = { ...page, loader: async () => loadPageWords('taskPages') }

const intakePage = { ...page, loader: async () => loadPageWords('intakePages') }
const peoplePage = { ...page, loader: async () => loadPageWords('peoplePages') }

const desk = createRoute({ ...page, path: '/', component: lazyRouteComponent(() => import('./features/desk/DeskPage')) })

const vendors = createRoute({
  ...page,
  path: '/vendors',
  validateSearch: (input: SearchInput) => given({ ...listSearch(input, nameSorts), country: text(input.country, 2), part: oneOf(input.part, ['delivers', 'stands_behind'] as const) }),
  beforeLoad: need('listVendors'),
  component: lazyRouteComponent(() => import('./features/vendor/VendorList')),
})
const transferStatuses = ['no_basis', 'unknown', 'safeguarded', 'adequate', 'eea'] as const
const vendor = createRoute({
  ...page,
  path: '/vendors/$number',
  validateSearch: (input: SearchInput) => given({ tab: oneOf(input.tab, ['chain', 'contacts', 'names'] as const), on: day(input.on), system: whole(input.system), status: oneOf(input.status, transferStatuses) }),
  beforeLoad: need('getVendor'),
  component: lazyRouteComponent(() => import('./features/vendor/VendorPage')),
})
const newVendor = createRoute({ ...page, path: '/vendors/new', beforeLoad: need('createVendor'), component: lazyRouteComponent(() => import('./features/vendor/VendorFormPage')) })
const editVendor = createRoute({ ...page, path: '/vendors/$number/edit', beforeLoad: need('updateVendor'), component: lazyRouteComponent(() => import('./features/vendor/VendorEditPage')) })
const pasteChain = createRoute({
  ...page,
  path: '/vendors/$number/paste',
  validateSearch: (input: SearchInput) => given({ system: whole(input.system) }),
  beforeLoad: need('pasteSubprocessors'),
  component: lazyRouteComponent(() => import('./features/vendor/PastePage')),
})
const behind = createRoute({
  ...page,
  path: '/vendors/$number/behind',
  validateSearch: (input: SearchInput) => given({ on: day(input.on), status: oneOf(input.status, transferStatuses), ...listSearch(input, ['name', '-name', 'vendor', '-vendor'] as const) }),
  beforeLoad: need('listBehind'),
  component: lazyRouteComponent(() => import('./features/vendor/BehindPage')),
})
const territories = createRoute({
  ...page,
  path: '/territories',
  validateSearch: (input: SearchInput) => given({ show: oneOf(input.show, ['eea', 'all'] as const) }),
  beforeLoad: need('listTerritories'),
  component: lazyRouteComponent(() => import('./features/vendor/TerritoryPage')),
})

const systems = createRoute({
  ...page,
  path: '/systems',
  validateSearch: (input: SearchInput) => given({ ...listSearch(input, nameSorts), vendor: whole(input.vendor), screened: oneOf(input.screened, ['none', 'personal_data', 'no_personal_data'] as const), criticality: text(input.criticality, 40) }),
  beforeLoad: need('listSystems'),
  component: lazyRouteComponent(() => import('./features/system/SystemList')),
})
const system = createRoute({ ...page, path: '/systems/$number', beforeLoad: need('getSystem'), component: lazyRouteComponent(() => import('./features/system/SystemPage')) })
const newSystem = createRoute({ ...page, path: '/systems/new', beforeLoad: need('createSystem'), component: lazyRouteComponent(() => import('./features/system/SystemFormPage'), 'NewSystemPage') })
const editSystem = createRoute({ ...page, path: '/systems/$number/edit', beforeLoad: need('updateSystem'), component: lazyRouteComponent(() => import('./features/system/SystemFormPage'), 'EditSystemPage') })
const moveSystem = createRoute({ ...page, path: '/systems/$number/move', beforeLoad: need('moveSystem'), component: lazyRouteComponent(() => import('./features/system/MovePage')) })
const screenSystem = createRoute({ ...page, path: '/systems/$number/screening', beforeLoad: need('screenSystem'), component: lazyRouteComponent(() => import('./features/system/ScreeningPage')) })
const ownAgreements = createRoute({
  ...page,
  path: '/own-agreements',
  validateSearch: (input: SearchInput) => given({
    ...listSearch(input, ['created', '-created', 'title', '-title', 'ends', '-ends'] as const),
    kind: oneOf(input.kind, ['own', 'kl_kombit'] as const),
    state: oneOf(input.state, ['proposed', 'registered'] as const),
  }),
  beforeLoad: need('listOwnAgreements'),
  component: lazyRouteComponent(() => import('./features/own/OwnList')),
})
const newOwn = createRoute({ ...page, path: '/own-agreements/new', beforeLoad: need('registerOwnAgreement'), component: lazyRouteComponent(() => import('./features/own/OwnFormPage'), 'NewOwnPage') })
const ownAgreement = createRoute({ ...page, path: '/own-agreements/$id', beforeLoad: need('getOwnAgreement'), component: lazyRouteComponent(() => import('./features/own/OwnPage')) })
const editOwn = createRoute({ ...page, path: '/own-agreements/$id/edit', beforeLoad: need('changeOwnAgreement'), component: lazyRouteComponent(() => import('./features/own/OwnFormPage'), 'EditOwnPage') })
const kle = createRoute({ ...page, path: '/kle', beforeLoad: need('importKle'), component: lazyRouteComponent(() => import('./features/system/KlePage')) })

const whom = (value: unknown): number | undefined => (value === 0 || value === '0' ? 0 : whole(value))
const ourSystems = createRoute({
  ...page,
  path: '/our-systems',
  validateSearch: (input: SearchInput) => given({
    ...listSearch(input, usageSorts),
    agreement: oneOf(input.agreement, ['joint', 'own', 'kl_kombit', 'not_needed', 'offered', 'missing'] as const),
    period: oneOf(input.period, ['ended', 'all'] as const),
    vendor: whole(input.vendor),
    owner: whom(input.owner),
    responsible: whom(input.responsible),
    organisation: whole(input.organisation),
    add: whole(input.add),
  }),
  beforeLoad: need('listUsages'),
  component: lazyRouteComponent(() => import('./features/usage/OurSystemsPage')),
})

const organisations = createRoute({
  ...page,
  path: '/organisations',
  validateSearch: (input: SearchInput) => given({
    ...listSearch(input, ['name', '-name'] as const),
    membership: oneOf(input.membership, ['active', 'ended'] as const),
    asOf: text(input.asOf, 10)?.match(/^\d{4}-\d{2}-\d{2}$/)?.[0],
    missingAddress: input.missingAddress === true || input.missingAddress === 'true' ? true : undefined,
  }),
  beforeLoad: need('listOrganisations'),
  component: lazyRouteComponent(() => import('./features/member/OrganisationList')),
})
const newOrganisation = createRoute({ ...page, path: '/organisations/new', beforeLoad: need('registerOrganisation'), component: lazyRouteComponent(() => import('./features/member/NewOrganisationPage')) })
const organisation = createRoute({ ...page, path: '/organisations/$id', beforeLoad: need('getOrganisation'), component: lazyRouteComponent(() => import('./features/member/OrganisationPage')) })

const agreements = createRoute({
  ...agreementPage,
  path: '/agreements',
  validateSearch: (input: SearchInput) => given({
    ...listSearch(input, ['number', '-number', 'title', '-title', 'since', '-since']),
    state: oneOf(input.state, ['draft', 'offered'] as const),
    stage: oneOf(input.stage, ['draft', 'hearing', 'review', 'returned', 'approved', 'released'] as const),
    older: upTo(whole(input.older), 3650),
    vendor: whole(input.vendor),
  }),
  beforeLoad: need('listAgreements'),
  component: lazyRouteComponent(() => import('./features/agreement/AgreementList')),
})
const newAgreement = createRoute({
  ...page,
  path: '/agreements/new',
  validateSearch: (input: SearchInput) => given({ vendor: whole(input.vendor) }),
  beforeLoad: need('createAgreement'),
  component: lazyRouteComponent(() => import('./features/agreement/NewAgreementPage')),
})
const agreement = createRoute({ ...agreementPage, path: '/agreements/$id', beforeLoad: need('getAgreement'), component: lazyRouteComponent(() => import('./features/agreement/AgreementPage')) })
const agreementSystems = createRoute({ ...agreementPage, path: '/agreements/$id/systems', beforeLoad: need('setAgreementSystems'), component: lazyRouteComponent(() => import('./features/agreement/SystemsPage')) })
const copyAgreement = createRoute({
  ...agreementPage,
  path: '/agreements/$id/copy',
  validateSearch: (input: SearchInput) => given({ from: whole(input.from) }),
  beforeLoad: need('planCopy'),
  component: lazyRouteComponent(() => import('./features/agreement/CopyPage')),
})
const newHearing = createRoute({ ...agreementPage, path: '/agreements/$id/hearing', beforeLoad: need('planHearing'), component: lazyRouteComponent(() => import('./features/agreement/NewHearingPage')) })
const hearing = createRoute({ ...agreementPage, path: '/hearings/$id', beforeLoad: need('getHearing'), component: lazyRouteComponent(() => import('./features/agreement/HearingPage')) })
const renew = createRoute({ ...agreementPage, path: '/agreements/$id/renew', beforeLoad: need('renewAgreement'), component: lazyRouteComponent(() => import('./features/release/RenewPage')) })
const release = createRoute({ ...agreementPage, path: '/agreements/$id/release', beforeLoad: need('checkRelease'), component: lazyRouteComponent(() => import('./features/release/ReleasePage')) })
const batch = createRoute({
  ...agreementPage,
  path: '/batches/$id',
  validateSearch: (input: SearchInput) => given({ state: oneOf(input.state, ['pending', 'done', 'failed'] as const) }),
  beforeLoad: need('getBatch'),
  component: lazyRouteComponent(() => import('./features/release/BatchPage')),
})

const negotiations = { list: createRoute({
  ...negotiationRoute,
  path: '/negotiations',
  validateSearch: (input: SearchInput) => given({
    ...listSearch(input, ['since', '-since', 'title', '-title', 'turn', '-turn'] as const),
    stage: oneOf(input.stage, ['preparing', 'running', 'agreed', 'paused', 'ended', 'taken_over'] as const),
    turn: oneOf(input.turn, ['office', 'vendor'] as const),
    agreement: whole(input.agreement),
  }),
  beforeLoad: need('listNegotiations'),
  component: lazyRouteComponent(() => import('./features/negotiation/NegotiationList')),
}), room: createRoute({
  ...negotiationRoute,
  path: '/negotiations/$id',
  validateSearch: (input: SearchInput) => given({ change: whole(input.change), clause: text(input.clause, 120) }),
  beforeLoad: need('getNegotiation'),
  component: lazyRouteComponent(() => import('./features/negotiation/RoomPage')),
}), rounds: createRoute({
  ...negotiationRoute,
  path: '/negotiations/$id/rounds',
  validateSearch: (input: SearchInput) => given({ from: whole(input.from), to: whole(input.to), all: input.all === undefined ? undefined : 1 }),
  beforeLoad: need('getNegotiation'),
  component: lazyRouteComponent(() => import('./features/negotiation/RoundsPage')),
}), preview: createRoute({ ...negotiationRoute, path: '/negotiations/$id/preview', beforeLoad: need('previewRound'), component: lazyRouteComponent(() => import('./features/negotiation/PreviewPage')) }), papers: createRoute({
  ...paperRoute,
  path: '/negotiations/$id/papers',
  beforeLoad: need('listVendorPapers'),
  component: lazyRouteComponent(() => import('./features/negotiation/PapersPage')),
}), paper: createRoute({
  ...paperRoute,
  path: '/negotiations/$id/papers/$paper',
  validateSearch: (input: SearchInput) => given({ entry: text(input.entry, 60), open: input.open === undefined ? undefined : 1 }),
  beforeLoad: need('getVendorPaper'),
  component: lazyRouteComponent(() => import('./features/negotiation/PaperPage')),
}) }

const accessions = createRoute({
  ...agreementPage,
  path: '/accessions',
  validateSearch: (input: SearchInput) => given({
    ...listSearch(input, ['offered', '-offered']),
    agreement: whole(input.agreement),
    organisation: whole(input.organisation),
    before: whole(input.before),
    state: oneOf(input.state, ['offered', 'on_hold', 'declined', 'accepted', 'in_force', 'superseded', 'terminated'] as const),
  }),
  beforeLoad: need('listAccessions'),
  component: lazyRouteComponent(() => import('./features/accession/AccessionList')),
})
const accession = createRoute({ ...accessionRoute, path: '/accessions/$id', beforeLoad: need('getAccession'), component: lazyRouteComponent(() => import('./features/accession/AccessionPage')) })
const accessionAct = createRoute({ ...accessionRoute, path: '/accessions/$id/act/$act', beforeLoad: need('actOnAccession'), component: lazyRouteComponent(() => import('./features/accession/ActPage')) })
const matrix = createRoute({
  ...agreementPage,
  path: '/matrix',
  validateSearch: (input: SearchInput) => given({ q: typeof input.q === 'string' && input.q !== '' ? input.q.slice(0, 200) : undefined, standing: oneOf(input.standing, ['F', 'A', 'O', 'H', 'E', 'D', 'M', 'X'] as const) }),
  beforeLoad: need('getMatrix'),
  component: lazyRouteComponent(() => import('./features/matrix/MatrixPage')),
})
const mandates = createRoute({ ...agreementPage, path: '/mandates', beforeLoad: need('listMandates'), component: lazyRouteComponent(() => import('./features/accession/MandatePage')) })

const positions = createRoute({
  ...templatePage,
  path: '/positions',
  validateSearch: (input: SearchInput) => given({ q: text(input.q), unconfirmed: input.unconfirmed === true ? (true as const) : undefined }),
  beforeLoad: need('listPositions'),
  component: lazyRouteComponent(() => import('./features/position/PositionsPage')),
})
const templates = createRoute({ ...templatePage, path: '/templates', beforeLoad: need('listTemplateFamilies'), component: lazyRouteComponent(() => import('./features/template/TemplateList')) })
const template = createRoute({
  ...templatePage,
  path: '/templates/$id',
  validateSearch: (input: SearchInput) => given({ clause: text(input.clause, 80) }),
  beforeLoad: need('getTemplateTree'),
  component: lazyRouteComponent(() => import('./features/template/TemplatePage')),
})
const sources = { new: createRoute({
  ...templatePage,
  path: '/templates/sources/new',
  validateSearch: (input: SearchInput) => given({ family: text(input.family, 60) }),
  beforeLoad: need('receiveTemplateSource'),
  component: lazyRouteComponent(() => import('./features/template/source/NewSourcePage')),
}), one: createRoute({
  ...templatePage,
  path: '/templates/sources/$id',
  validateSearch: (input: SearchInput) => given({ p: whole(input.p) }),
  beforeLoad: need('getTemplateSource'),
  component: lazyRouteComponent(() => import('./features/template/source/SourcePage')),
}), compare: createRoute({
  ...templatePage,
  path: '/templates/sources/$id/compare',
  validateSearch: (input: SearchInput) => given({ all: input.all === undefined ? undefined : 1 }),
  beforeLoad: need('compareTemplateSource'),
  component: lazyRouteComponent(() => import('./features/template/source/SourceComparePage')),
}) }
const compareTemplates = createRoute({
  ...templatePage,
  path: '/templates/compare',
  validateSearch: (input: SearchInput) => given({ from: whole(input.from), to: whole(input.to), all: input.all === undefined ? undefined : 1 }),
  beforeLoad: need('compareTemplates'),
  component: lazyRouteComponent(() => import('./features/template/ComparePage')),
})
const templateImpact = createRoute({
  ...templatePage,
  path: '/templates/$id/impact',
  validateSearch: (input: SearchInput) => given(listSearch(input, ['number'] as const)),
  beforeLoad: need('listTemplateImpact'),
  component: lazyRouteComponent(() => import('./features/template/ImpactPage')),
})
const moveAgreement = createRoute({
  ...templatePage,
  path: '/agreements/$id/move',
  validateSearch: (input: SearchInput) => given({ template: whole(input.template) }),
  beforeLoad: need('planAgreementMove'),
  component: lazyRouteComponent(() => import('./features/agreement/MovePage')),
})

const users = createRoute({
  ...peoplePage,
  path: '/users',
  validateSearch: (input: SearchInput) => given({ ...listSearch(input, ['name', '-name', 'email', '-email'] as const), state: oneOf(input.state, ['left'] as const) }),
  beforeLoad: need('listUsers'),
  component: lazyRouteComponent(() => import('./features/user/UsersPage')),
})
const user = createRoute({ ...peoplePage, path: '/users/$id', beforeLoad: need('getUser'), component: lazyRouteComponent(() => import('./features/user/PersonPage')) })
const leave = createRoute({ ...peoplePage, path: '/users/$id/leave', beforeLoad: need('leaveUser'), component: lazyRouteComponent(() => import('./features/user/LeavePage')) })
const reviews = createRoute({
  ...peoplePage,
  path: '/access-reviews',
  validateSearch: (input: SearchInput) => given({ ...listSearch(input, ['-number']), state: oneOf(input.state, ['open', 'overdue', 'done'] as const) }),
  beforeLoad: need('listAccessReviews'),
  component: lazyRouteComponent(() => import('./features/user/ReviewList')),
})
const review = createRoute({ ...peoplePage, path: '/access-reviews/$id', beforeLoad: need('getAccessReview'), component: lazyRouteComponent(() => import('./features/user/ReviewPage')) })
const erasures = createRoute({ ...peoplePage, path: '/erasures', beforeLoad: need('listErasures'), component: lazyRouteComponent(() => import('./features/user/ErasuresPage')) })
const apiKeys = createRoute({ ...page, path: '/api-keys', beforeLoad: need('listApiKeys'), component: lazyRouteComponent(() => import('./features/user/ApiKeysPage')) })

const scope = createRoute({
  ...page,
  path: '/scope',
  validateSearch: (input: SearchInput) => given({
    ...listSearch(input, ['name', '-name', 'users', '-users', 'agreed', '-agreed', 'lacking', '-lacking'] as const),
    list: oneOf(input.list, ['fallen', 'unagreed', 'unused'] as const),
    day: day(input.day),
    since: day(input.since),
  }),
  beforeLoad: need('listScope'),
  component: lazyRouteComponent(() => import('./features/scope/ScopePage')),
})
const policyPage = { ...page, loader: async () => loadPageWords('policyPages'), beforeLoad: need('listPolicyNumbers') }
const policyNumbers = createRoute({ ...policyPage, path: '/policy-numbers', component: lazyRouteComponent(() => import('./features/policy/PolicyList')) })
const policyNumber = createRoute({ ...policyPage, path: '/policy-numbers/$key', component: lazyRouteComponent(() => import('./features/policy/PolicyPage')) })
const duplicates = createRoute({
  ...page,
  path: '/duplicates',
  validateSearch: (input: SearchInput) => given({
    kind: oneOf(input.kind, ['system'] as const),
    dismissed: input.dismissed === true || input.dismissed === 'true' ? true : undefined,
    pages: listSearch(input, []).pages,
    merged: whole(input.merged),
  }),
  beforeLoad: need('listDuplicates'),
  component: lazyRouteComponent(() => import('./features/duplicate/DuplicatesPage')),
})
const compare = createRoute({
  ...page,
  path: '/duplicates/compare',
  validateSearch: (input: SearchInput) => ({ kind: oneOf(input.kind, ['system'] as const) ?? ('vendor' as const), winner: whole(input.winner) ?? 0, loser: whole(input.loser) ?? 0 }),
  beforeLoad: need('compareDuplicates'),
  component: lazyRouteComponent(() => import('./features/duplicate/ComparePage')),
})
const importKinds = ['vendors', 'systems', 'usages', 'own_agreements'] as const
const imports = createRoute({
  ...intakePage,
  path: '/imports',
  validateSearch: (input: SearchInput) => given({ ...listSearch(input, ['-id'] as const), kind: oneOf(input.kind, importKinds) }),
  beforeLoad: need('listImports'),
  component: lazyRouteComponent(() => import('./features/intake/ImportList')),
})
const newImport = createRoute({
  ...intakePage,
  path: '/imports/new',
  validateSearch: (input: SearchInput) => given({ kind: oneOf(input.kind, importKinds) }),
  beforeLoad: need('createImport'),
  component: lazyRouteComponent(() => import('./features/intake/NewImportPage')),
})
const importRoute = createRoute({
  ...intakePage,
  path: '/imports/$id',
  validateSearch: (input: SearchInput) => given({ outcome: oneOf(input.outcome, ['all', 'added', 'changed', 'unchanged', 'refused', 'repeated'] as const), pages: listSearch(input, []).pages }),
  beforeLoad: need('getImport'),
  component: lazyRouteComponent(() => import('./features/intake/ImportPage')),
})
const acceptImport = createRoute({ ...intakePage, path: '/imports/$id/accept', beforeLoad: need('acceptImport'), component: lazyRouteComponent(() => import('./features/intake/AcceptPage')) })

const todoStates = ['open', 'done', 'withdrawn'] as const
const tasks = { list: createRoute({
  ...taskPage,
  path: '/tasks',
  validateSearch: (input: SearchInput) => given({
    ...listSearch(input, ['due', '-due', 'done', '-done'] as const),
    whose: oneOf(input.whose, ['ours'] as const),
    state: oneOf(input.state, ['done', 'withdrawn'] as const),
  }),
  beforeLoad: need('listTasks'),
  component: lazyRouteComponent(() => import('./features/task/TaskList')),
}), one: createRoute({ ...taskPage, path: '/tasks/$id', beforeLoad: need('getTask'), component: lazyRouteComponent(() => import('./features/task/TaskPage')) }),
all: createRoute({
  ...accessionRoute,
  path: '/tasks/all',
  validateSearch: (input: SearchInput) => given({ ...listSearch(input, ['due', '-due', 'created', '-created'] as const), which: oneOf(input.which, ['all'] as const) }),
  beforeLoad: need('listTaskOverviews'),
  component: lazyRouteComponent(() => import('./features/task/OverviewList')),
}), overview: createRoute({
  ...accessionRoute,
  path: '/tasks/all/$id',
  validateSearch: (input: SearchInput) => given({ state: oneOf(input.state, todoStates) }),
  beforeLoad: need('getTaskOverview'),
  component: lazyRouteComponent(() => import('./features/task/OverviewPage')),
}) }
/** Where a person comes in who was bound for nowhere: a system owner at what was asked, everybody else at the desk. */
const begin = createRoute({
  ...page,
  path: '/begin',
  beforeLoad: async ({ context }) => {
    const me = await whoAmI(context)
    const waits = me?.active.role === 'system_owner' ? await context.client.query(tasksQuery) : undefined
    if (waits?.only !== undefined) redirect({ throw: true, to: '/tasks/$id', params: { id: String(waits.only) }, replace: true })
    redirect({ throw: true, to: waits && waits.mine > 0 ? '/tasks' : '/', replace: true })
  },
})

const tree = root.addChildren([
  signIn,
  was,
  inside.addChildren([
    desk, vendors, vendor, systems, system, ourSystems, organisations, newOrganisation, organisation,
    newSystem, editSystem, moveSystem, screenSystem, kle,
    ownAgreements, newOwn, ownAgreement, editOwn,
    newVendor, editVendor, pasteChain, behind, territories,
    agreements, newAgreement, agreement, agreementSystems, copyAgreement, newHearing, hearing, negotiations.list, negotiations.room, negotiations.rounds, negotiations.preview, negotiations.papers, negotiations.paper, release, renew, batch, accessions, accession, accessionAct, matrix, mandates,
    templates, template, sources.new, sources.one, sources.compare, positions, compareTemplates, templateImpact, moveAgreement, users, user, leave, reviews, review, erasures, apiKeys,
    scope, policyNumbers, policyNumber, duplicates, compare, begin, tasks.list, tasks.one, tasks.all, tasks.overview,
    imports, newImport, importRoute, acceptImport,
  ]),
])

export function makeRouter(client: QueryClient) {
  return createRouter({
    routeTree: tree,
    context: { client },
    scrollRestoration: true,
    defaultPreload: 'intent',
    defaultPendingMs: 200,
    defaultPendingComponent: () => <Skeleton lines={10} />,
    defaultErrorComponent: ({ error, reset }) => <PageProblem error={error} retry={reset} />,
  })
}

declare module '@tanstack/react-router' {
  interface Register {
    router: ReturnType<typeof makeRouter>
  }
}
