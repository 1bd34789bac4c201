import { useWords } from '../../i18n'
import type { Me } from '../../session'
import { Icon } from '../../ui/Icon'

/** `Kontaktperson · Viborg Kommune` */
export function useRoleWords(): (grant: Me['active']) => string {
  const { t } = useWords()
  return (grant) =>
    [t(`session.role.${grant.role}`), grant.organisation?.name ?? (grant.role === 'board' ? t('session.overall') : t('session.office'))].join(' · ')
}

/** The active role and organisation, always in words, and the name. */
export function Who({ me }: { me: Me }) {
  const words = useRoleWords()
  return (
    <>
      <Icon name="person" />
      <span className="k-who">
        <strong>{words(me.active)}</strong>
        <span>{me.name}</span>
      </span>
      <Icon name="chevron-down" />
    </>
  )
}
