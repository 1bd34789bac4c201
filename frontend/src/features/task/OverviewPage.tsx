import { useQuery } from '@tanstack/react-query'
import { Link, useNavigate, useParams, useSearch } from '@tanstack/react-router'
import { lazy, Suspense, useMemo } from 'react'
import { fileHref } from '../../api/client'
import { useFormat, useWords } from '../../i18n'
import { useMay } from '../../session'
import { DataTable, type Column } from '../../ui/DataTable'
import { Excel } from '../../ui/Download'
import { PageHeading } from '../../ui/PageHeading'
import { ErrorState, Loaded, Skeleton } from '../../ui/states'
import { Tag, type Tone } from '../../ui/Tag'
import { Due } from './Due'
import { useWhat } from './useWhat'
import { linesQuery, overviewQuery, type Line, type Overview } from './queries'

const Course = lazy(() => import('./Course'))
const tones: Record<Line['state'], Tone> = { open: 'waiting', done: 'ok', withdrawn: 'none' }
const states: Line['state'][] = ['open', 'done', 'withdrawn']

/** One task as the secretariat follows it: how many have done it, when, and who has not. */
export default function OverviewPage() {
  const { id } = useParams({ from: '/inside/tasks/all/$id' })
  const query = useQuery(overviewQuery(Number(id)))
  return <Loaded key={id} query={query}>{(overview) => <Page overview={overview} />}</Loaded>
}

function Page({ overview: x }: { overview: Overview }) {
  const { t } = useWords()
  const f = useFormat()
  const what = useWhat()
  const lines = useQuery(linesQuery(x.id))
  return (
    <>
      <PageHeading
        kicker={<Link to="/tasks/all">{t('tasks.all')}</Link>}
        title={x.title}
        lead={<><span>{what(x)}</span><span><Due due={x.due} days={x.days} open={x.open > 0} /></span><Link to="/policy-numbers">{t('tasks.policy')}</Link></>}
        actions={x.agreement !== undefined && <Link to="/agreements/$id" params={{ id: String(x.agreement) }} className="button button-secondary">{t('tasks.toAgreement')}</Link>}
      />
      <dl className="k-figures">
        <div><dt>{t('tasks.figureTotal')}</dt><dd>{f.number(x.total)}</dd></div>
        <div><dt>{t('tasks.figureDone')}</dt><dd>{f.number(x.done)}</dd></div>
        <div><dt>{t('tasks.figureOpen')}</dt><dd>{f.number(x.open)}</dd></div>
        <div><dt>{t('tasks.overdue')}</dt><dd>{f.number(x.overdue)}</dd></div>
        <div><dt>{t('tasks.figureNobody')}</dt><dd>{f.number(x.nobody)}</dd></div>
      </dl>
      {x.done > 0 && (
        <section className="k-section" aria-labelledby="course">
          <h2 id="course">{t('tasks.course')}</h2>
          <Suspense fallback={<Skeleton lines={6} />}><Course overview={x} /></Suspense>
        </section>
      )}
      {lines.data ? <Lines overview={x} lines={lines.data.items} /> : lines.error ? <ErrorState error={lines.error} retry={() => void lines.refetch()} /> : <Skeleton lines={10} />}
    </>
  )
}

function Lines({ overview, lines }: { overview: Overview; lines: Line[] }) {
  const { t } = useWords()
  const f = useFormat()
  const may = useMay()
  const { state } = useSearch({ from: '/inside/tasks/all/$id' })
  const navigate = useNavigate({ from: '/tasks/all/$id' })
  const columns = useMemo(
    (): Column<Line>[] => [
      { id: 'organisation', head: t('tasks.organisation'), main: true, cell: (l) => <Link to="/organisations/$id" params={{ id: String(l.organisation.id) }}>{l.organisation.name}</Link> },
      { id: 'state', head: t('tasks.stateLabel'), cell: (l) => <Tag tone={l.state === 'open' && overview.days < 0 ? 'overdue' : tones[l.state]}>{t(`tasks.state.${l.state}`)}</Tag> },
      { id: 'responsible', head: t('tasks.responsible'), cell: (l) => l.responsible ?? (l.state === 'open' ? <Tag tone="attention">{t('tasks.nobody')}</Tag> : '–') },
      { id: 'done', head: t('tasks.doneAt'), cell: (l) => (l.state === 'done' && l.done ? f.date(l.done) : '–') },
      { id: 'mail', head: t('tasks.lastMail'), cell: (l) => (l.mailed && l.mail ? `${f.date(l.mailed)}, ${t(`tasks.mailState.${l.mail}`)}` : '–') },
    ],
    [f, t, overview.days],
  )
  const shown = state ? lines.filter((l) => l.state === state) : lines
  return (
    <section className="k-section" aria-labelledby="lines">
      <h2 id="lines">{t('tasks.lines')}</h2>
      <div className="k-toolbar">
        <div className="k-control">
          <label htmlFor="line-state">{t('tasks.stateLabel')}</label>
          <select id="line-state" className="form-select" value={state ?? ''} onChange={(event) => void navigate({ search: { state: states.find((s) => s === event.target.value) }, replace: true, resetScroll: false })}>
            <option value="">{`${t('tasks.everything')} (${lines.length})`}</option>
            {states.map((s) => <option key={s} value={s}>{`${t(`tasks.state.${s}`)} (${lines.filter((l) => l.state === s).length})`}</option>)}
          </select>
        </div>
        <div className="k-toolbar__end">{may('exportTaskLines') && <Excel href={fileHref(`/api/v1/task-overviews/${overview.id}/export`, { state })} />}</div>
      </div>
      {shown.length === 0 ? <p>{t('tasks.noLines')}</p> : <DataTable caption={t('tasks.lines')} columns={columns} rows={shown} rowKey={(l) => l.organisation.id} compact />}
    </section>
  )
}
