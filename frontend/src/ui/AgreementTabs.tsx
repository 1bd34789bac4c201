import { Link } from '@tanstack/react-router'
import { useWords } from '../i18n'
import { isOffice, may, useMe } from '../session'

/** The two lists of agreements: the shared texts, and each municipality's own. */
export function AgreementTabs() {
  const { t } = useWords()
  const me = useMe()
  if (!may(me, 'listAgreements') || !may(me, 'listAccessions')) return null
  const office = isOffice(me)
  const joint = <li key="joint"><Link to="/agreements" activeOptions={{ exact: true, includeSearch: false }}>{t('agreement.tabJoint')}</Link></li>
  const own = <li key="own"><Link to="/accessions" activeOptions={{ exact: true, includeSearch: false }}>{office ? t('agreement.tabOffice') : t('agreement.tabOwn')}</Link></li>
  return (
    <nav className="k-subnav" aria-label={t('agreement.subnav')}>
      <ul>
        {office ? [joint, own] : [own, joint]}
        {may(me, 'listNegotiations') && <li><Link to="/negotiations" activeOptions={{ includeSearch: false }}>{t('agreement.negotiations')}</Link></li>}
        {may(me, 'listTaskOverviews') && <li><Link to="/tasks/all" activeOptions={{ exact: true, includeSearch: false }}>{t('frame.tasksAll')}</Link></li>}
        {may(me, 'listOwnAgreements') && <li><Link to="/own-agreements" activeOptions={{ exact: true, includeSearch: false }}>{t('own.tab')}</Link></li>}
        {may(me, 'getMatrix') && <li><Link to="/matrix" activeOptions={{ exact: true, includeSearch: false }}>{t('agreement.matrix')}</Link></li>}
        {may(me, 'listMandates') && <li><Link to="/mandates" activeOptions={{ exact: true, includeSearch: false }}>{t('agreement.mandates')}</Link></li>}
      </ul>
    </nav>
  )
}
