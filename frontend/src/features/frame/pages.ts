import type { Words } from '../../i18n'
import { may, type Me } from '../../session'

/** A page of ours that the search box leads to. */
export interface PageHit {
  kind: 'page'
  title: string
  to: '/' | '/tasks' | '/tasks/all' | '/our-systems' | '/own-agreements' | '/imports' | '/territories' | '/positions' | '/vendors' | '/systems' | '/agreements' | '/accessions' | '/mandates' | '/matrix' | '/negotiations' | '/templates' | '/organisations' | '/users' | '/api-keys' | '/scope' | '/duplicates' | '/policy-numbers' | '/was'
  similar?: undefined
}

/** The pages that the role may see and whose name holds every word that was typed. */
export function pagesThatFit(typed: string, t: Words, me: Me | null): PageHit[] {
  const all: [to: PageHit['to'], operation: string | undefined, title: string, also?: string][] = [
    ['/', 'getDesk', t('desk.title')],
    ['/tasks', 'listTasks', t('frame.inbox')],
    ['/tasks/all', 'listTaskOverviews', t('frame.tasksAll')],
    ['/our-systems', 'listUsages', t('usage.title')],
    ['/own-agreements', 'listOwnAgreements', t('own.listTitle')],
    ['/imports', 'listImports', t('list.imports')],
    ['/vendors', 'listVendors', t('vendor.listTitle')],
    ['/systems', 'listSystems', t('system.listTitle')],
    ['/agreements', 'listAgreements', t('agreement.listTitle')],
    ['/accessions', 'listAccessions', me?.active.organisation ? t('agreement.tabOwn') : t('agreement.tabOffice')],
    ['/matrix', 'getMatrix', t('agreement.matrix'), t('agreement.accessions')],
    ['/negotiations', 'listNegotiations', t('agreement.negotiations')],
    ['/mandates', 'listMandates', t('agreement.mandates')],
    ['/templates', 'listTemplates', t('template.listTitle')],
    ['/positions', 'listPositions', t('template.positions')],
    ['/organisations', 'exportOrganisations', t('organisation.listTitle')],
    ['/scope', 'listScope', t('scope.title'), t('scope.short')],
    ['/territories', 'listTerritories', t('territory.title')],
    ['/duplicates', 'listDuplicates', t('duplicate.title')],
    ['/users', 'listUsers', t('users.title')],
    ['/api-keys', 'listApiKeys', t('apiKeys.title')],
    ['/policy-numbers', 'listPolicyNumbers', t('frame.policy')],
    ['/was', undefined, t('was.title')],
  ]
  const words = typed.toLowerCase().split(/\s+/)
  return all
    .filter(([, operation, title, also]) => (operation === undefined || may(me, operation)) && words.every((w) => `${title} ${also ?? ''}`.toLowerCase().includes(w)))
    .map(([to, , title]) => ({ kind: 'page' as const, title, to }))
}

/** The items of the main navigation, by the first part of their address. */
export type Section = 'our-systems' | 'vendors' | 'systems' | 'agreements' | 'templates'

const under: Record<string, Section> = {
  agreements: 'agreements', accessions: 'agreements', 'own-agreements': 'agreements', mandates: 'agreements', matrix: 'agreements', negotiations: 'agreements', hearings: 'agreements', batches: 'agreements',
  scope: 'systems', kle: 'systems', territories: 'vendors', positions: 'templates',
}

/** The item under which a page lies that has none of its own: where its way begins. */
export function sectionOf(pathname: string, kind: unknown, own: boolean): Section | undefined {
  const first = pathname.split('/')[1] ?? ''
  switch (first) {
    case 'duplicates': return kind === 'system' ? 'systems' : 'vendors'
    case 'imports': return kind === 'systems' ? 'systems' : kind === 'own_agreements' ? 'agreements' : own ? 'our-systems' : 'vendors'
    case 'tasks': return own ? undefined : 'agreements'
    default: return under[first]
  }
}
