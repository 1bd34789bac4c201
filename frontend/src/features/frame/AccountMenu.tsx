import { useQuery } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { Button, Header, Menu, MenuItem, MenuSection, MenuTrigger, Popover, type Key } from 'react-aria-components'
import { useWords } from '../../i18n'
import { beginAt, isOffice, may, optionsQuery, useSessionActs, type Me } from '../../session'
import { Icon } from '../../ui/Icon'
import { letGo, mayLeave } from '../../ui/unsaved'
import { useRoleWords, Who } from './Who'

/** Roles, administration and, on trial, the persons to be. */
export default function AccountMenu({ me }: { me: Me }) {
  const { t } = useWords()
  const navigate = useNavigate()
  const acts = useSessionActs()
  const options = useQuery({ ...optionsQuery, enabled: me.demo === true })
  const roleWords = useRoleWords()
  const act = async (key: Key) => {
    const [kind, value = ''] = String(key).split(':')
    if (kind === 'imports') return navigate({ to: '/imports' })
    if (kind === 'users') return navigate({ to: '/users' })
    if (kind === 'reviews') return navigate({ to: '/access-reviews' })
    if (kind === 'erasures') return navigate({ to: '/erasures' })
    if (kind === 'policy') return navigate({ to: '/policy-numbers' })
    if (kind === 'keys') return navigate({ to: '/api-keys' })
    if (!(await mayLeave())) return
    if (kind === 'role') await acts.role(Number(value))
    else if (kind === 'persona') await acts.demo(value)
    else await acts.end()
    letGo()
    beginAt(kind === 'out' ? '/sign-in' : '/')
  }
  const personas = me.demo ? (options.data?.personas ?? []) : []
  return (
    <MenuTrigger defaultOpen>
      <Button className="k-account" autoFocus><Who me={me} /></Button>
      <Popover className="k-popover" placement="bottom end">
        <Menu onAction={(key) => void act(key)} aria-label={t('frame.account')}>
          {me.roles.length > 1 && (
            <MenuSection aria-label={t('frame.switchRole')}>
              <Header className="k-popover__head">{t('frame.switchRole')}</Header>
              {me.roles.map((grant) => (
                <MenuItem key={grant.id} id={`role:${grant.id}`} className="k-option" textValue={roleWords(grant)}>
                  <span>{roleWords(grant)}</span>
                  {grant.id === me.active.id && <Icon name="check" />}
                </MenuItem>
              ))}
            </MenuSection>
          )}
          {(may(me, 'listUsers') || may(me, 'listApiKeys') || may(me, 'listImports')) && (
            <MenuSection aria-label={t('frame.administration')}>
              <Header className="k-popover__head">{t('frame.administration')}</Header>
              {may(me, 'listImports') && <MenuItem id="imports" className="k-option">{t('list.imports')}</MenuItem>}
              {may(me, 'listUsers') && <MenuItem id="users" className="k-option">{t('frame.users')}</MenuItem>}
              {may(me, 'listAccessReviews') && <MenuItem id="reviews" className="k-option">{t('frame.reviews')}</MenuItem>}
              {may(me, 'listErasures') && <MenuItem id="erasures" className="k-option">{t('frame.erasures')}</MenuItem>}
              {isOffice(me) && may(me, 'listPolicyNumbers') && <MenuItem id="policy" className="k-option">{t('frame.policy')}</MenuItem>}
              {may(me, 'listApiKeys') && <MenuItem id="keys" className="k-option">{t('frame.apiKeys')}</MenuItem>}
            </MenuSection>
          )}
          {personas.length > 0 && (
            <MenuSection aria-label={t('frame.switchPersona')}>
              <Header className="k-popover__head">{t('frame.switchPersona')}</Header>
              {personas.map((p) => (
                <MenuItem key={p.key} id={`persona:${p.key}`} className="k-option" textValue={p.name}>
                  <span className="k-option__title">{p.name}</span>
                  <span className="k-option__hint">{[t(`session.role.${p.role}`), p.organisation].filter(Boolean).join(' · ')}</span>
                </MenuItem>
              ))}
            </MenuSection>
          )}
          <MenuItem id="out" className="k-option k-popover__rule">{t('session.signOut')}</MenuItem>
        </Menu>
      </Popover>
    </MenuTrigger>
  )
}
