import { Link, useNavigate, useSearch } from '@tanstack/react-router'
import { useMemo } from 'react'
import { fileHref, type Schemas } from '../../api/client'
import { useList } from '../../api/list'
import { useFormat, useWords } from '../../i18n'
import type { Column } from '../../ui/DataTable'
import { ListPage } from '../../ui/ListPage'
import { Tag } from '../../ui/Tag'
import { reviewPage } from './queries'

type Review = Schemas['AccessReview']

export function ReviewState({ review: r }: { review: Review }) {
  const { t } = useWords()
  const f = useFormat()
  if (r.done) return <Tag tone="ok">{t('reviews.done', { when: f.date(r.done) })}</Tag>
  return r.overdue ? <Tag tone="overdue">{t('desk.reviewOverdue')}</Tag> : <Tag tone="attention">{t('reviews.open', { count: r.open })}</Tag>
}

export default function ReviewList() {
  const { t } = useWords()
  const f = useFormat()
  const search = useSearch({ from: '/inside/access-reviews' })
  const navigate = useNavigate({ from: '/access-reviews' })
  const list = useList(['access-reviews', 'list', { state: search.state }], reviewPage({ state: search.state }), search.pages)
  const columns = useMemo(
    (): Column<Review>[] => [
      { id: 'organisation', head: t('reviews.organisation'), main: true, cell: (r) => <Link to="/access-reviews/$id" params={{ id: String(r.id) }}>{r.organisation?.name ?? t('people.secretariat')}, {f.date(r.opened)}</Link> },
      { id: 'due', head: t('reviews.due'), cell: (r) => f.date(r.due) },
      { id: 'state', head: t('reviews.state'), cell: (r) => <ReviewState review={r} /> },
      { id: 'by', head: t('reviews.by'), cell: (r) => r.doneBy ?? '–' },
    ],
    [f, t],
  )
  return (
    <ListPage
      title={t('reviews.title')}
      caption={t('reviews.caption')}
      name="access-reviews"
      columns={columns}
      rowKey={(r) => r.id}
      list={list}
      count={undefined}
      search={search}
      defaultSort="-number"
      searchable={false}
      filters={[{
        key: 'state', label: t('reviews.filter'), value: search.state, all: t('reviews.all'),
        options: [{ value: 'open', label: t('reviews.filterOpen') }, { value: 'overdue', label: t('reviews.filterOverdue') }, { value: 'done', label: t('reviews.filterDone') }],
      }]}
      onSearch={(patch, replace) => void navigate({ search: (old) => ({ ...old, ...patch }), replace, resetScroll: false })}
      exportHref={fileHref('/api/v1/access-reviews/export', { state: search.state })}
      empty={{ why: t('reviews.empty'), help: t('reviews.emptyHelp') }}
    />
  )
}
