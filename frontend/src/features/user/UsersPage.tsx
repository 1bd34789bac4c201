import { useQuery } from '@tanstack/react-query'
import { Link, useNavigate, useSearch } from '@tanstack/react-router'
import { useMemo, useRef, useState } from 'react'
import { fileHref, type Schemas } from '../../api/client'
import { useList } from '../../api/list'
import { useWords } from '../../i18n'
import { useMay } from '../../session'
import type { Column } from '../../ui/DataTable'
import { Icon } from '../../ui/Icon'
import { ListPage } from '../../ui/ListPage'
import { Tag } from '../../ui/Tag'
import { mayLeave } from '../../ui/unsaved'
import { DisclosureByMail } from './Disclosure'
import { InviteForm } from './InviteForm'
import { userCount, userPage } from './queries'

type User = Schemas['User']

export default function UsersPage() {
  const { t } = useWords()
  const may = useMay()
  const search = useSearch({ from: '/inside/users' })
  const navigate = useNavigate({ from: '/users' })
  const { q, state, sort, pages } = search
  const list = useList(['users', { q, state, sort }], userPage({ q, state, sort }), pages)
  const count = useQuery(userCount({ q, state }))
  const [inviting, setInviting] = useState(false)
  const opener = useRef<HTMLButtonElement>(null)
  const columns = useMemo(
    (): Column<User>[] => [
      { id: 'name', head: t('users.name'), sort: 'name', main: true, cell: (u) => <Link to="/users/$id" params={{ id: String(u.id) }}>{u.name}</Link> },
      { id: 'email', head: t('users.email'), sort: 'email', cell: (u) => u.email },
      { id: 'roles', head: t('users.roles'), cell: (u) => u.roles.length === 0 ? t('people.noRole') : u.roles.map((r) => [t(`session.role.${r.role}`), r.organisation?.name].filter(Boolean).join(' · ')).join(', ') },
      { id: 'linked', head: t('users.linked'), cell: (u) => <Tag tone={u.linked ? 'ok' : 'waiting'}>{u.linked ? t('users.linkedYes') : t('users.linkedNo')}</Tag> },
    ],
    [t],
  )
  const close = () => {
    setInviting(false)
    opener.current?.focus()
  }
  return (
    <>
      <ListPage
        title={t('users.title')}
        caption={t('users.caption')}
        name="users"
        columns={columns}
        rowKey={(u) => u.id}
        list={list}
        count={count.data?.total}
        search={search}
        defaultSort="name"
        actions={may('inviteUser') && (
          <button ref={opener} type="button" className="button button-primary" aria-expanded={inviting} onClick={() => (inviting ? void mayLeave().then((yes) => { if (yes) close() }) : setInviting(true))}>
            <Icon name="plus" />
            {t('users.invite')}
          </button>
        )}
        under={inviting && <InviteForm close={close} />}
        filters={[{ key: 'state', label: t('people.state'), value: state, all: t('people.stateActive'), options: [{ value: 'left', label: t('people.stateLeft') }] }]}
        onSearch={(patch, replace) => void navigate({ search: (old) => ({ ...old, ...patch }), replace, resetScroll: false })}
        exportHref={may('exportUsers') ? fileHref('/api/v1/users/export', { q, state, sort }) : undefined}
        empty={{ why: t('users.empty'), help: t('users.emptyHelp') }}
      />
      {may('disclosePersonByMail') && <DisclosureByMail />}
    </>
  )
}
