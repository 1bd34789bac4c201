import { useQuery } from '@tanstack/react-query'
import { Link, useParams } from '@tanstack/react-router'
import { useFormat, useWords } from '../../i18n'
import { Facts } from '../../ui/Facts'
import { PageHeading } from '../../ui/PageHeading'
import { Loaded } from '../../ui/states'
import { Supervision, supervisionQuery } from '../../ui/Supervision'
import { Tag } from '../../ui/Tag'
import { useStanding } from '../../ui/useStanding'
import { systemQuery } from './queries'

export default function SystemPage() {
  const { t } = useWords()
  const f = useFormat()
  const { number } = useParams({ from: '/inside/systems/$number' })
  const query = useQuery(systemQuery(Number(number)))
  const supervision = useQuery(supervisionQuery(Number(number)))
  useStanding('/systems/$number', number, query.data?.number)
  return (
    <Loaded key={number} query={query}>
      {(s) => (
        <>
          <PageHeading
            kicker={<Link to="/systems">{t('system.listTitle')}</Link>}
            title={s.name}
            lead={
              <>
                {t('system.kind', { number: s.number })}
                {s.ownUse !== undefined && <Tag tone={s.ownUse ? 'ok' : 'none'}>{s.ownUse ? t('system.ownUse') : t('system.ownUseNo')}</Tag>}
              </>
            }
          />
          <Facts items={[
            { label: t('system.vendor'), value: <Link to="/vendors/$number" params={{ number: String(s.vendor.number) }}>{s.vendor.name}</Link> },
            s.members !== undefined && { label: t('system.members'), value: t('system.membersCount', { count: s.members, formatted: f.number(s.members) }) },
            !!supervision.data && { label: t('scope.supervision'), value: <Supervision answer={supervision.data} /> },
            { label: t('system.uuid'), value: <code>{s.uuid}</code> },
            { label: t('system.kitos'), value: s.kitosUuid ? <code>{s.kitosUuid}</code> : t('common.notGiven') },
          ]} />
        </>
      )}
    </Loaded>
  )
}
