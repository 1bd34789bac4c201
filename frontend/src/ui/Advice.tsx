import { queryOptions, useQuery, useQueryClient } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { useEffect } from 'react'
import { api, unwrap, type Schemas } from '../api/client'
import { useFormat, useWords } from '../i18n'
import { useMay } from '../session'
import { Icon } from './Icon'
import { Tag } from './Tag'

type Todo = Schemas['Todo']
type Asked = Schemas['TaskAsked']

/** The task that an agreement of ours gave us; under the key of all tasks, so that it is read anew with them. */
const taskOf = (accession: number) =>
  queryOptions({
    queryKey: ['tasks', 'of', 'accession', accession],
    queryFn: ({ signal }) => unwrap(api.GET('/api/v1/tasks', { params: { query: { thing: 'accession', target: accession, limit: 1 } }, signal })),
  })

/** What our task on this agreement says; nothing for the secretariat, whom it does not concern. */
function useTaskOf(accession: number): Todo | undefined {
  const may = useMay()
  return useQuery({ ...taskOf(accession), enabled: may('listTasks') }).data?.items[0]
}

/** Whoever asked and has the answer on the screen is told of it no more. A failure is no harm: it is said again the next time. */
export function useSeen(todo: Todo | undefined): void {
  const may = useMay()
  const client = useQueryClient()
  const id = todo?.id
  const question = todo?.asked?.unseen && may('seeTaskAnswer') ? todo.asked.id : undefined
  useEffect(() => {
    if (id === undefined || question === undefined) return
    void api.PUT('/api/v1/tasks/{id}/answer/seen', { params: { path: { id } }, body: { question } }).then(() => {
      for (const key of ['tasks', 'desk']) void client.invalidateQueries({ queryKey: [key] })
    }, () => undefined)
  }, [client, id, question])
}

export function Verdict({ verdict }: { verdict: NonNullable<Asked['verdict']> }) {
  const { t } = useWords()
  return <Tag tone={verdict === 'recommend' ? 'ok' : verdict === 'advise_against' ? 'overdue' : 'none'}>{t(`tasks.verdict.${verdict}`)}</Tag>
}

/** What the one who was asked said, in full: the verdict, the words, who and when. */
export function Said({ asked }: { asked: Asked }) {
  const { t } = useWords()
  const f = useFormat()
  return (
    <>
      <p>{asked.verdict ? <Verdict verdict={asked.verdict} /> : <Tag tone="waiting">{t('tasks.waiting')}</Tag>}</p>
      {asked.answer && <blockquote className="k-said" dir="auto">{asked.answer}</blockquote>}
      {asked.answered && <p className="k-quiet">{t('tasks.answeredLine', { name: asked.who.name, when: f.dateTime(asked.answered) })}</p>}
      <p className="k-quiet">{t('tasks.askedLine', { name: asked.who.name, when: f.dateTime(asked.at), by: asked.by })}</p>
      {asked.note && <blockquote className="k-said" dir="auto">{asked.note}</blockquote>}
    </>
  )
}

const signs = { recommend: ['success', 'ok'], advise_against: ['warning', 'stop'], neutral: ['info', 'info'] } as const

interface Props {
  accession: number
  /** A list of its own, where it is not one line among what is checked. */
  alone?: boolean
}

/** In short, for who is about to decide: what the system owner says, that the answer is awaited, or the way to ask. */
export function Advice({ accession, alone }: Props) {
  const { t } = useWords()
  const f = useFormat()
  const may = useMay()
  const todo = useTaskOf(accession)
  useSeen(todo)
  if (!todo) return null
  const { asked } = todo
  if (!asked && (todo.state !== 'open' || !may('askAboutTask'))) return null
  const [icon, tone] = asked?.verdict ? signs[asked.verdict] : (['info', 'info'] as const)
  const line = (
    <li>
      <Icon name={icon} className={`k-act__${tone}`} />
      <div>
        <p><strong>{!asked ? t('tasks.nobodyAsked') : asked.verdict ? t(`tasks.ownerSays.${asked.verdict}`) : t('tasks.ownerWaits')}</strong></p>
        {asked?.answer && <blockquote className="k-said" dir="auto">{asked.answer}</blockquote>}
        <p>
          {asked && (
            <span className="k-quiet">
              {asked.answered ? t('tasks.answeredLine', { name: asked.who.name, when: f.dateTime(asked.answered) }) : t('tasks.askedLine', { name: asked.who.name, when: f.dateTime(asked.at), by: asked.by })}
              {'\u00a0· '}
            </span>
          )}
          <Link to="/tasks/$id" params={{ id: String(todo.id) }}>{asked ? t('tasks.toTask') : t('tasks.ask')}</Link>
        </p>
      </div>
    </li>
  )
  return alone ? <ul className="k-act__checks">{line}</ul> : line
}
