import { useQuery, useQueryClient } from '@tanstack/react-query'
import { Link, useNavigate, useSearch } from '@tanstack/react-router'
import { useMemo } from 'react'
import { api, unwrap } from '../../api/client'
import { useList } from '../../api/list'
import { tasksQuery } from '../../api/tasks'
import { useFormat, useWords } from '../../i18n'
import { useMay } from '../../session'
import { Verdict } from '../../ui/Advice'
import { Alert } from '../../ui/Alert'
import type { Column } from '../../ui/DataTable'
import { ListPage } from '../../ui/ListPage'
import { ErrorState } from '../../ui/states'
import { Tag } from '../../ui/Tag'
import { useAct } from '../../ui/useAct'
import { Due } from './Due'
import { mailQuery, todoCount, todoPage, type Todo } from './queries'

/** What waits for me, the most urgent first. */
export default function TaskList() {
  const { t } = useWords()
  const f = useFormat()
  const search = useSearch({ from: '/inside/tasks' })
  const navigate = useNavigate({ from: '/tasks' })
  const { q, whose, pages } = search
  const state: Todo['state'] = search.state ?? 'open'
  const usual = state === 'open' ? 'due' : '-done'
  const sort = search.sort ?? usual
  const filter = { q, state, ...(whose === undefined && { mine: true }) }
  const list = useList(['tasks', 'list', { ...filter, sort }], todoPage({ ...filter, sort }), pages)
  const count = useQuery(todoCount(filter))
  const answers = useQuery(tasksQuery).data?.answers ?? 0
  const columns = useMemo(
    (): Column<Todo>[] => [
      {
        id: 'title',
        head: t('tasks.name'),
        main: true,
        cell: (x) => (
          <span className="k-task">
            <Link to="/tasks/$id" params={{ id: String(x.id) }}>{x.title}</Link>
            <span className="k-task__kind">{t(x.kind === 'amendment' ? 'tasks.thingAmendment' : `tasks.thing.${x.thing}`)}</span>
          </span>
        ),
      },
      { id: 'due', head: t('tasks.due'), sort: 'due', cell: (x) => <Due due={x.due} days={x.days} open={x.state === 'open'} /> },
      {
        id: 'responsible',
        head: t('tasks.responsible'),
        cell: (x) => (x.responsible ? (x.responsible.me ? t('tasks.me', { name: x.responsible.name }) : x.responsible.name) : <Tag tone="attention">{t('tasks.nobody')}</Tag>),
      },
      { id: 'asked', head: t('tasks.asked'), cell: (x) => <Asked todo={x} /> },
      ...(state === 'open' ? [] : [{ id: 'done', head: t(`tasks.state.${state}`), sort: 'done', cell: (x: Todo) => (x.done ? f.date(x.done) : '–') }]),
    ],
    [f, t, state],
  )
  return (
    <>
      <ListPage
        title={t('tasks.title')}
        under={answers > 0 && <Alert kind="info"><p>{t('tasks.newAnswers', { count: answers })}</p></Alert>}
        caption={t('tasks.caption')}
        name="tasks"
        columns={columns}
        rowKey={(x) => x.id}
        list={list}
        count={count.data?.total}
        search={{ ...search, sort }}
        defaultSort={usual}
        filters={[
          { key: 'whose', label: t('tasks.show'), value: whose, all: t('tasks.mine'), options: [{ value: 'ours', label: t('tasks.ours') }] },
          { key: 'state', label: t('tasks.stateLabel'), value: search.state, all: t('tasks.states.open'), options: (['done', 'withdrawn'] as const).map((value) => ({ value, label: t(`tasks.states.${value}`) })) },
        ]}
        onSearch={(patch, replace) => void navigate({ search: (old) => ({ ...old, ...('state' in patch && { sort: undefined }), ...patch }), replace, resetScroll: false })}
        empty={whose === undefined ? { why: t('tasks.empty'), help: t('tasks.emptyHelp') } : { why: t('tasks.emptyOurs'), help: t('tasks.emptyOursHelp') }}
      />
      <Mail />
    </>
  )
}

export function Asked({ todo: x }: { todo: Todo }) {
  const { t } = useWords()
  if (!x.asked) return <>–</>
  const who = x.asked.who.me ? t('tasks.me', { name: x.asked.who.name }) : x.asked.who.name
  return <>{who} {x.asked.verdict ? <Verdict verdict={x.asked.verdict} /> : <Tag tone="waiting">{t('tasks.waiting')}</Tag>}{x.asked.unseen && <> <Tag tone="attention">{t('tasks.newAnswer')}</Tag></>}</>
}

/** The person's own wish; without a mail server there is nothing to wish for. */
function Mail() {
  const { t } = useWords()
  const may = useMay()
  const client = useQueryClient()
  const act = useAct()
  const mail = useQuery({ ...mailQuery, enabled: may('setTaskMail') })
  if (!mail.data) return null
  const set = (on: boolean) =>
    act.run(async () => {
      client.setQueryData(mailQuery.queryKey, await unwrap(api.PUT('/api/v1/tasks/mail', { body: { on } })))
    })
  return (
    <section className="k-section" aria-labelledby="mail">
      <h2 id="mail">{t('tasks.mail')}</h2>
      {act.error && <ErrorState error={act.error} />}
      {mail.data.server ? (
        <>
          <label className="k-check"><input type="checkbox" checked={mail.data.on} aria-describedby="mail-help" onChange={(event) => void set(event.target.checked)} /> {t('tasks.mailOn')}</label>
          <p id="mail-help" className="k-quiet">{t('tasks.mailHelp')}</p>
        </>
      ) : (
        <p className="k-quiet">{t('tasks.mailNone')}</p>
      )}
    </section>
  )
}
