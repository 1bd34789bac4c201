import { useQuery, useQueryClient } from '@tanstack/react-query'
import { Link, useParams } from '@tanstack/react-router'
import { useState } from 'react'
import { api, unwrap, type Schemas } from '../../api/client'
import { useFormat, useWords } from '../../i18n'
import { useMay } from '../../session'
import { Said, useSeen, Verdict } from '../../ui/Advice'
import { Facts } from '../../ui/Facts'
import { History } from '../../ui/History'
import { PageHeading } from '../../ui/PageHeading'
import { ErrorState, Loaded } from '../../ui/states'
import { Tag, type Tone } from '../../ui/Tag'
import { useAct } from '../../ui/useAct'
import { Due } from './Due'
import { AnswerForm, AskForm, GiveForm } from './forms'
import { todoHistory, todoQuery, type Todo } from './queries'

const tones: Record<Todo['state'], Tone> = { open: 'attention', done: 'ok', withdrawn: 'none' }

export default function TaskPage() {
  const { id } = useParams({ from: '/inside/tasks/$id' })
  const query = useQuery(todoQuery(Number(id)))
  return <Loaded key={id} query={query}>{(detail) => <Page detail={detail} />}</Loaded>
}

function Page({ detail }: { detail: Schemas['TodoDetail'] }) {
  const { t } = useWords()
  const f = useFormat()
  const may = useMay()
  const client = useQueryClient()
  const x = detail.task
  const history = useQuery({ ...todoHistory(x.id), enabled: may('getTaskHistory') })
  const changed = async (task: Todo) => {
    client.setQueryData(todoQuery(x.id).queryKey, { ...detail, task })
    await Promise.all([client.invalidateQueries({ queryKey: ['tasks'] }), client.invalidateQueries({ queryKey: ['desk'] })])
  }
  useSeen(x)
  const open = x.state === 'open'
  const waits = x.asked !== undefined && x.asked.verdict === undefined
  const mine = waits && x.asked?.who.me === true && may('answerTask') // I am the one who was asked
  const look = mine ? 'button button-secondary' : 'button button-primary'
  return (
    <>
      <PageHeading
        kicker={<Link to="/tasks">{t('tasks.title')}</Link>}
        title={x.title}
        lead={<><Tag tone={open && x.days < 0 ? 'overdue' : tones[x.state]}>{t(`tasks.state.${x.state}`)}</Tag><span>{t('tasks.lead', { when: f.date(x.since) })}</span></>}
        actions={x.thing === 'accession'
          ? may('getAccession') && <Link to="/accessions/$id" params={{ id: String(x.target) }} className={look}>{t(x.kind === 'amendment' ? 'tasks.openAmendment' : 'tasks.open.accession')}</Link>
          : may('getHearing') && <Link to="/hearings/$id" params={{ id: String(x.target) }} className={look}>{t('tasks.open.hearing')}</Link>}
      />
      <Facts items={[
        { label: t('tasks.what'), value: t(x.kind === 'amendment' ? 'tasks.thingAmendment' : `tasks.thing.${x.thing}`) },
        { label: t('tasks.due'), value: <Due due={x.due} days={x.days} open={open} /> },
        {
          label: t('tasks.responsible'),
          value: x.responsible
            ? <>{x.responsible.me ? t('tasks.me', { name: x.responsible.name }) : x.responsible.name}{x.why && <span className="k-quiet">{`, ${t(`tasks.why.${x.why}`)}`}</span>}</>
            : <Tag tone="attention">{t('tasks.nobody')}</Tag>,
        },
        x.done !== undefined && { label: t(`tasks.state.${x.state}`), value: x.doneBy ? t('tasks.doneBy', { who: x.doneBy, when: f.date(x.done) }) : f.date(x.done) },
      ]} />
      {mine && open && <AnswerForm todo={x} done={changed} />}
      {x.asked && !mine && <Advice todo={x} earlier={detail.earlier} changed={changed} />}
      {open && may('askAboutTask') && (
        <div className="k-two k-section">
          {!waits && <AskForm todo={x} owners={detail.colleagues.filter((c) => c.owner)} done={changed} />}
          <GiveForm todo={x} people={detail.colleagues.filter((c) => c.id !== x.responsible?.id)} done={changed} />
        </div>
      )}
      {may('getTaskHistory') && <History query={history} />}
    </>
  )
}

/** Who was asked, and what came of it; whoever answered may say otherwise until it is decided. */
function Advice({ todo: x, earlier, changed }: { todo: Todo; earlier: Schemas['TaskSaid'][]; changed: (task: Todo) => Promise<void> }) {
  const { t } = useWords()
  const may = useMay()
  const act = useAct()
  const [correcting, setCorrecting] = useState(false)
  const asked = x.asked
  if (!asked) return null
  const said = asked.verdict !== undefined && asked.who.me && x.state === 'open' && may('correctTaskAnswer')
  if (said && correcting) return <AnswerForm todo={x} done={async (task) => { await changed(task); setCorrecting(false) }} back={() => setCorrecting(false)} />
  const takeBack = () => act.run(async () => changed(await unwrap(api.DELETE('/api/v1/tasks/{id}/question', { params: { path: { id: x.id } } }))))
  return (
    <section className="k-section" aria-labelledby="advice">
      <h2 id="advice">{t('tasks.advice')}</h2>
      <Said asked={asked} />
      {act.error && <ErrorState error={act.error} />}
      {asked.verdict === undefined && x.state === 'open' && may('takeBackQuestion') && (
        <button type="button" className="button button-secondary" aria-disabled={act.sending} onClick={() => void takeBack()}>{t('tasks.takeBack')}</button>
      )}
      {said && (
        <>
          <button type="button" className="button button-secondary" onClick={() => setCorrecting(true)}>{t('tasks.correct')}</button>
          <p className="k-quiet">{t('tasks.correctHelp')}</p>
        </>
      )}
      {earlier.length > 0 && <Earlier said={earlier} />}
    </section>
  )
}

/** What was answered before the answer that stands. */
function Earlier({ said }: { said: Schemas['TaskSaid'][] }) {
  const { t } = useWords()
  const f = useFormat()
  return (
    <>
      <h3>{t('tasks.earlier')}</h3>
      <ul className="k-plain">
        {said.map((x) => (
          <li key={x.answered}>
            <p><Verdict verdict={x.verdict} /> <span className="k-quiet">{t('tasks.answeredLine', { name: x.who.name, when: f.dateTime(x.answered) })}</span></p>
            {x.answer && <blockquote className="k-said" dir="auto">{x.answer}</blockquote>}
          </li>
        ))}
      </ul>
    </>
  )
}
