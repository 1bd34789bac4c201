import { useQuery } from '@tanstack/react-query'
import { Link, Outlet, useRouterState } from '@tanstack/react-router'
import { lazy, Suspense, useState, type ReactNode } from 'react'
import { api, unwrap } from '../../api/client'
import { importQuery } from '../../api/imports'
import { tasksQuery } from '../../api/tasks'
import { loadPageWords, useWords } from '../../i18n'
import { may, useMaybeMe, useSessionActs, type Me } from '../../session'
import { Icon } from '../../ui/Icon'
import { Leaving } from '../../ui/Leaving'
import { useShortcuts } from '../../ui/shortcuts'
import { Account } from './Account'
import { Notices } from './Notices'
import { sectionOf, type Section } from './pages'
import { Search } from './Search'

// Behaviour that most visits never use comes when it is asked for.
const KeyHelp = lazy(async () => (await Promise.all([import('./KeyHelp'), loadPageWords('keyHelp')]))[0])

/** Everything around a page: skip link, header, navigation, footer. */
export function Frame({ children }: { children?: ReactNode }) {
  const { t } = useWords()
  const me = useMaybeMe()
  const [help, setHelp] = useState(false)
  useShortcuts({
    '?': () => setHelp(true),
    '/': (event) => {
      const box = document.getElementById('search')
      if (!box) return
      event.preventDefault()
      box.focus()
    },
  })
  return (
    <div className="k-page">
      <a className="k-skip" href="#main">{t('frame.skip')}</a>
      <Notices />
      <Leaving />
      {me?.demo && <div className="k-demoband"><div className="k-wrap">{t('frame.demoBand')}</div></div>}
      <Header me={me} />
      <main id="main" tabIndex={-1} className="k-main-area">
        <div className="k-wrap">{children ?? <Outlet />}</div>
      </main>
      <footer className="k-footer">
        <div className="k-wrap">
          <p>{t('frame.footer')}</p>
          <p className="k-actions">
            <button type="button" className="k-textbutton" onClick={() => setHelp(true)}>{t('frame.help')}</button>
            <Link to="/was">{t('frame.was')}</Link>
          </p>
        </div>
      </footer>
      {help && (
        <Suspense fallback={null}>
          <KeyHelp close={() => setHelp(false)} />
        </Suspense>
      )}
    </div>
  )
}

function Header({ me }: { me: Me | null }) {
  const { t, i18n } = useWords()
  const acts = useSessionActs()
  const path = useRouterState({ select: (state) => state.location.pathname })
  const [openAt, setOpenAt] = useState<string>() // a menu opened on one page is closed on the next
  const open = openAt === path
  const other = i18n.language === 'da' ? 'en' : 'da'
  const language = (
    <button type="button" className="k-textbutton" lang={other} onClick={() => void acts.language(other)}>
      <Icon name="language" />
      {t('frame.language')}
    </button>
  )
  return (
    <header className="k-header">
      <div className="k-wrap k-header__top">
        <Link to="/" className="k-brand">
          <img src="/favicon.svg" alt="" width="28" height="28" />
          {t('common.product')}
        </Link>
        {me && may(me, 'search') && <Search />}
        <div className="k-header__end">
          {me && may(me, 'getDesk') && me.active.role !== 'board' && <Inbox me={me} />}
          <div className={me ? 'k-header__lang' : undefined}>{language}</div>
          {me && (
            <button type="button" className="k-textbutton k-menubutton" aria-expanded={open} aria-controls="menu" onClick={() => setOpenAt(open ? undefined : path)}>
              <Icon name={open ? 'close' : 'menu'} />
              {t('frame.menu')}
            </button>
          )}
        </div>
        {me && <div className="k-header__account"><Account me={me} /></div>}
      </div>
      {me && <Navigation me={me} open={open} language={language} />}
    </header>
  )
}

/** A member's own tasks with their number; the secretariat's lead to those it has set, and its count is what its desk shows. */
function Inbox({ me }: { me: Me }) {
  const { t } = useWords()
  const own = may(me, 'listTasks')
  const tasks = useQuery({ ...tasksQuery, enabled: own, refetchInterval: 60_000 })
  const desk = useQuery({
    queryKey: ['desk'],
    queryFn: ({ signal }) => unwrap(api.GET('/api/v1/desk', { signal })),
    staleTime: 30_000,
    enabled: !own,
  })
  const count = (own ? tasks.data?.mine : desk.data?.tasks.length) ?? 0
  const what = (
    <>
      <Icon name="list-check" />
      <span className="k-inbox__word">{t('frame.inbox')}</span>
      {count > 0 && (
        <>
          <span className="k-inbox__count" aria-hidden="true">{count}</span>
          <span className="sr-only">{t('frame.inboxCount', { count })}</span>
        </>
      )}
    </>
  )
  return own ? <Link to="/tasks" className="k-inbox">{what}</Link> : <Link to="/" hash="tasks" className="k-inbox">{what}</Link>
}

function Navigation({ me, open, language }: { me: Me; open: boolean; language: ReactNode }) {
  const { t } = useWords()
  const own = me.active.organisation
  const agreements = may(me, 'listAgreements')
  const place = useRouterState({ select: (state) => state.location.pathname })
  const named = useRouterState({ select: (state) => ('kind' in state.location.search ? state.location.search.kind : undefined) })
  // The page of one import does not say in its address what it takes in; what it has loaded does.
  const loaded = useQuery({ ...importQuery(Number(/^\/imports\/(\d+)/.exec(place)?.[1] ?? 0)), enabled: false }).data
  const section = sectionOf(place, named ?? loaded?.kind, own !== undefined)
  // A link marks its own pages; those that lie under it without being its own are marked here.
  const lies = (item: Section) => (section === item ? ({ 'data-status': 'active', 'aria-current': 'page' } as const) : {})
  return (
    <nav id="menu" className="k-nav" aria-label={t('frame.mainNav')} data-open={open}>
      <div className="k-wrap">
        <ul>
          <li><Link to="/" activeOptions={{ exact: true, includeHash: false }}>{t('frame.desk')}</Link></li>
          {own && may(me, 'listUsages') && <li><Link to="/our-systems" activeOptions={{ includeSearch: false }} {...lies('our-systems')}>{t('frame.ourSystems')}</Link></li>}
          {may(me, 'listVendors') && <li><Link to="/vendors" activeOptions={{ includeSearch: false }} {...lies('vendors')}>{t('frame.vendors')}</Link></li>}
          {may(me, 'listSystems') && <li><Link to="/systems" activeOptions={{ includeSearch: false }} {...lies('systems')}>{t('frame.systems')}</Link></li>}
          {(agreements || may(me, 'listAccessions')) && <li><Link to={own || !agreements ? '/accessions' : '/agreements'} {...lies('agreements')}>{t('frame.agreements')}</Link></li>}
          {may(me, 'listTemplates') && <li><Link to="/templates" activeOptions={{ includeSearch: false }} {...lies('templates')}>{t('frame.template')}</Link></li>}
          {own && may(me, 'getOrganisation') ? (
            <li><Link to="/organisations/$id" params={{ id: String(own.id) }}>{t('frame.ownOrganisation')}</Link></li>
          ) : (
            may(me, 'listOrganisations') && <li><Link to="/organisations" activeOptions={{ includeSearch: false }}>{t('frame.organisations')}</Link></li>
          )}
          <li className="k-narrow">{language}</li>
        </ul>
      </div>
    </nav>
  )
}
