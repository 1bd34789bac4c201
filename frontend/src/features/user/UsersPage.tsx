import { Link, useNavigate, useSearch } from '@tanstack/react-router'
import { useMemo } from 'react'
import type { Schemas } from '../../api/client'
import { useList } from '../../api/list'
import { useWords } from '../../i18n'
import { useMay } from '../../session'
import type { Column } from '../../ui/DataTable'
import { ListPage } from '../../ui/ListPage'
import { Tag } from '../../ui/Tag'
import { DisclosureByMail } from './Disclosure'
import { InviteForm } from './InviteForm'
import { userPage } from './queries'

type User = Schemas['User']

export default function UsersPage() {
  const { t } = useWords()
  const may = useMay()
  const search = useSearch({ from: '/inside/users' })
  const navigate = useNavigate({ from: '/users' })
  const list = useList(['users', { q: search.q, state: search.state }], userPage({ q: search.q, state: search.state }), search.pages)
  const columns = useMemo(
    (): Column<User>[] => [
      { id: 'name', head: t('users.name'), main: true, cell: (u) => <Link to="/users/$id" params={{ id: String(u.id) }}>{u.name}</Link> },
      { id: 'email', head: t('users.email'), cell: (u) => u.email },
      { id: 'roles', head: t('users.roles'), cell: (u) => u.roles.length === 0 ? t('people.noRole') : u.roles.map((r) => [t(`session.role.${r.role}`), r.organisation?.name].filter(Boolean).join(' · ')).join(', ') },
      { id: 'linked', head: t('users.linked'), cell: (u) => <Tag tone={u.linked ? 'ok' : 'waiting'}>{u.linked ? t('users.linkedYes') : t('users.linkedNo')}</Tag> },
    ],
    [t],
  )
  return (
    <>
      <ListPage
        title={t('users.title')}
        caption={t('users.caption')}
        name="users"
        columns={columns}
        rowKey={(u) => u.id}
        list={list}
        count={undefined}
        search={search}
        defaultSort="name"
        filters={[{ key: 'state', label: t('people.state'), value: search.state, all: t('people.stateActive'), options: [{ value: 'left', label: t('people.stateLeft') }] }]}
        onSearch={(patch, replace) => void navigate({ search: (old) => ({ ...old, ...patch }), replace, resetScroll: false })}
        empty={{ why: t('users.empty'), help: t('users.emptyHelp') }}
      />
      {may('inviteUser') && <InviteForm />}
      {may('disclosePersonByMail') && <DisclosureByMail />}
    </>
  )
}
