import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import type { ReactNode } from 'react'
import { api, unwrap, type Schemas } from '../../api/client'
import { useFormat, useWords } from '../../i18n'
import { useMe } from '../../session'
import { PageHeading } from '../../ui/PageHeading'
import { Empty, Loaded } from '../../ui/states'
import { Tag } from '../../ui/Tag'

type Task = Schemas['DeskTask']
type Move = Schemas['DeskMove']
type Figure = Schemas['Figure']

/** What needs me today, then what moved, then figures. A board sees figures only. */
export default function DeskPage() {
  const { t } = useWords()
  const me = useMe()
  const query = useQuery({
    queryKey: ['desk'],
    queryFn: ({ signal }) => unwrap(api.GET('/api/v1/desk', { signal })),
    refetchInterval: 30_000,
  })
  const board = me.active.role === 'board'
  return (
    <>
      <PageHeading title={t('desk.title')} lead={me.active.organisation?.name} />
      <Loaded query={query}>
        {(desk) =>
          board ? (
            <Figures figures={desk.figures} />
          ) : (
            <div className="k-desk">
              <Tasks tasks={desk.tasks} />
              <div>
                <Moved moved={desk.moved} />
                <Figures figures={desk.figures} />
              </div>
            </div>
          )
        }
      </Loaded>
    </>
  )
}

function Tasks({ tasks }: { tasks: Task[] }) {
  const { t } = useWords()
  const f = useFormat()
  // A task that may stand for many things has no title: its words come from the count.
  const taskName = (task: Task): string => {
    if (task.title) return task.title
    if (task.kind === 'missing_address') return t('desk.missingAddress', { count: task.count, formatted: f.number(task.count) })
    if (task.kind === 'missing_agreements') return t('desk.missingAgreements', { count: task.count, formatted: f.number(task.count) })
    return t(`desk.task.${task.kind}`)
  }
  return (
    <section aria-labelledby="tasks">
      <h2 id="tasks">{t('desk.tasks')}</h2>
      {tasks.length === 0 ? (
        <Empty why={t('desk.tasksEmpty')} help={t('desk.tasksEmptyHelp')} />
      ) : (
        <ul className="k-rows">
          {tasks.map((task, i) => (
            <li key={`${task.kind}${task.subject}${i}`}>
              <div className="k-task">
                <TaskLink task={task}>{taskName(task)}</TaskLink>
                <span className="k-task__kind">
                  {task.kind === 'access_review'
                    ? [t('desk.roles', { count: task.count, formatted: f.number(task.count) }), task.at && t('desk.due', { when: f.date(task.at) })].filter(Boolean).join(' · ')
                    : task.title || (task.kind !== 'missing_address' && task.kind !== 'missing_agreements')
                    ? [
                      task.title && t(`desk.task.${task.kind}`),
                      (task.count > 1 || !task.title) && t('desk.taskCount', { count: task.count, formatted: f.number(task.count) }),
                      task.at && (task.kind === 'task' || task.kind === 'task_asked' || task.kind === 'task_answered' ? t('desk.due', { when: f.date(task.at) }) : f.date(task.at)),
                    ].filter(Boolean).join(' · ')
                    : t(task.kind === 'missing_address' ? 'desk.missingAddressHelp' : 'desk.missingAgreementsHelp')}
                </span>
              </div>
              <Tag tone={task.state}>{task.state === 'overdue' && task.kind.startsWith('access_review') ? t('desk.reviewOverdue') : t(`desk.state.${task.state}`)}</Tag>
            </li>
          ))}
        </ul>
      )}
    </section>
  )
}

function TaskLink({ task, children }: { task: Task; children: ReactNode }) {
  const id = task.subject === undefined ? undefined : String(task.subject)
  switch (task.kind) {
    case 'template_draft':
    case 'template_review':
    case 'template_publish':
      return <Link to="/templates/$id" params={{ id: id ?? '' }}>{children}</Link>
    case 'draft':
      return id ? <Link to="/agreements/$id" params={{ id }}>{children}</Link> : <Link to="/agreements" search={{ state: 'draft' }}>{children}</Link>
    case 'agreement_review':
      return <Link to="/agreements/$id" params={{ id: id ?? '' }} hash="review">{children}</Link>
    case 'batch_running':
    case 'batch_stopped':
    case 'batch_failed':
      return id ? <Link to="/batches/$id" params={{ id }}>{children}</Link> : <>{children}</>
    case 'missing_address':
      return id ? <Link to="/organisations/$id" params={{ id }}>{children}</Link> : <Link to="/organisations" search={{ missingAddress: true, membership: 'active' }}>{children}</Link>
    case 'missing_agreements':
      return <Link to="/our-systems" search={{ agreement: 'missing' }}>{children}</Link>
    case 'access_review':
      return id ? <Link to="/access-reviews/$id" params={{ id }}>{children}</Link> : <Link to="/access-reviews">{children}</Link>
    case 'access_reviews_late':
      return <Link to="/access-reviews" search={{ state: 'overdue' }}>{children}</Link>
    case 'task':
    case 'task_asked':
    case 'task_answered':
      return <Link to="/tasks/$id" params={{ id: id ?? '' }}>{children}</Link>
  }
}

function Moved({ moved }: { moved: Move[] }) {
  const { t } = useWords()
  const f = useFormat()
  return (
    <section aria-labelledby="moved">
      <h2 id="moved">{t('desk.moved')}</h2>
      {moved.length === 0 ? (
        <p className="k-quiet">{t('desk.movedEmpty')}</p>
      ) : (
        <ul className="k-rows">
          {moved.map((move, i) => (
            <li key={`${move.kind}${move.at}${i}`}>
              <div className="k-task">
                <MoveLink move={move} />
                <span className="k-task__kind">
                  {t(`desk.move.${move.kind}`)}
                  {move.kind === 'agreement_offered' && move.count !== undefined && ` ${t('desk.moveCount', { count: move.count })}`}
                  {` · ${f.dateTime(move.at)}`}
                </span>
              </div>
            </li>
          ))}
        </ul>
      )}
    </section>
  )
}

function MoveLink({ move }: { move: Move }) {
  if (move.subject === undefined) return <>{move.title}</>
  const id = String(move.subject)
  return move.kind === 'agreement_offered' ? (
    <Link to="/agreements/$id" params={{ id }}>{move.title}</Link>
  ) : (
    <Link to="/accessions/$id" params={{ id }}>{move.title}</Link>
  )
}

function Figures({ figures }: { figures: Figure[] }) {
  const { t } = useWords()
  const f = useFormat()
  const newest = figures.map((x) => x.at).filter((at) => at !== '').sort().at(-1)
  return (
    <section className="k-section" aria-labelledby="figures">
      <h2 id="figures">{t('desk.figures')}</h2>
      <dl className="k-figures">
        {figures.map((figure) => (
          <div key={figure.key}>
            <dt>{t(`desk.figure.${figure.key}`)}</dt>
            <dd>{f.number(figure.value)}</dd>
          </div>
        ))}
      </dl>
      {newest && <p className="k-quiet">{t('desk.figureAt', { when: f.dateTime(newest) })}</p>}
    </section>
  )
}
