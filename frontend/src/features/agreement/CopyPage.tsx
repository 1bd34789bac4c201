import { useQuery, useQueryClient } from '@tanstack/react-query'
import { Link, useNavigate, useParams, useSearch } from '@tanstack/react-router'
import { useEffect, useRef, useState } from 'react'
import { api, unwrap, type Schemas } from '../../api/client'
import { agreementQuery } from '../../api/agreements'
import { useFormat, useWords } from '../../i18n'
import { Alert } from '../../ui/Alert'
import { MoreExist } from '../../ui/MoreExist'
import { PageHeading } from '../../ui/PageHeading'
import { Empty, ErrorState, Loaded } from '../../ui/states'
import { useAct } from '../../ui/useAct'
import { CopyPlan } from './CopyPlan'
import { copyPlanQuery, copySourcesQuery } from './queries'

type Source = Schemas['CopySource']

/** What a copying, or undoing one, came to. */
interface Outcome {
  kind: 'done' | 'undone'
  result: Schemas['CopyResult']
  source: string
}

/** An act of its own: which answers of another of the vendor's agreements a draft takes over. */
export default function CopyPage() {
  const { id } = useParams({ from: '/inside/agreements/$id/copy' })
  const query = useQuery(agreementQuery(Number(id)))
  return <Loaded key={id} query={query}>{(detail) => <Page agreement={detail.agreement} />}</Loaded>
}

function Page({ agreement: a }: { agreement: Schemas['Agreement'] }) {
  const { t } = useWords()
  const query = useQuery(copySourcesQuery(a.id))
  const params = { id: String(a.id) }
  const back = <Link to="/agreements/$id" params={params} className="button button-secondary">{t('copy.back')}</Link>
  return (
    <>
      <PageHeading kicker={<Link to="/agreements/$id" params={params}>{a.title}</Link>} title={t('copy.title')} lead={t('copy.lead', { vendor: a.vendor.name })} />
      {a.state !== 'draft' ? <Alert kind="info"><p>{t('copy.fixed')}</p></Alert> : (
        <Loaded query={query}>
          {(sources) => (sources.items.length === 0 ? <Empty why={t('copy.none')} help={t('copy.noneHelp')} action={back} /> : <Sources agreement={a.id} sources={sources} />)}
        </Loaded>
      )}
    </>
  )
}

function Sources({ agreement, sources }: { agreement: number; sources: Schemas['CopySources'] }) {
  const { t } = useWords()
  const f = useFormat()
  const client = useQueryClient()
  const navigate = useNavigate()
  const act = useAct()
  const [outcome, setOutcome] = useState<Outcome>()
  const asked = useSearch({ from: '/inside/agreements/$id/copy' }).from
  const from = asked ?? (sources.items.length === 1 ? sources.items[0]?.version : undefined)
  const name = (s: Source) => t('copy.source', { number: s.number, no: s.no })
  const option = (s: Source) => {
    const state = s.offered ? t('copy.sourceState.offered', { when: f.date(s.offered) }) : t('copy.sourceState.draft')
    return `${s.title} (${name(s)}) · ${state} · ${t('copy.answers', { count: s.answers })}`
  }
  const run = async (kind: Outcome['kind'], source: string, send: () => Promise<Schemas['CopyResult']>) => {
    setOutcome(undefined)
    await act.run(async () => {
      const result = await send()
      await client.invalidateQueries({ queryKey: ['agreements'] })
      setOutcome({ kind, result, source })
    })
  }
  const undo = (copying: number, source: string) =>
    void run('undone', source, () => unwrap(api.POST('/api/v1/agreements/{id}/copy/undo', { params: { path: { id: agreement } }, body: { act: copying } })))
  const copy = (source: Source, answers: Schemas['CopyPick'][]) =>
    void run('done', name(source), () => unwrap(api.POST('/api/v1/agreements/{id}/copy', { params: { path: { id: agreement } }, body: { from: source.version, answers } })))
  const before = acts(sources.copied).filter((x) => outcome?.kind !== 'done' || x.act !== outcome.result.act)
  return (
    <>
      {act.error && <ErrorState error={act.error} focus />}
      {outcome && <Told key={`${outcome.kind}-${outcome.result.act}`} agreement={agreement} outcome={outcome} undo={undo} />}
      {before.length > 0 && (
        <section aria-labelledby="copied-before">
          <h2 id="copied-before">{t('copy.standing')}</h2>
          <ul className="k-plain">
            {before.map((x) => (
              <li key={x.act}>
                {t('copy.standingLine', { count: x.count, source: name(x.source) })}{' '}
                <button type="button" className="k-textbutton" onClick={() => undo(x.act, name(x.source))}>{t('copy.undo')}<span className="sr-only">: {t('copy.undoOf', { source: name(x.source) })}</span></button>
              </li>
            ))}
          </ul>
        </section>
      )}
      <div className="k-field">
        <label className="form-label" htmlFor="copy-from">{t('copy.choose')}</label>
        <select id="copy-from" className="form-select" value={from ?? ''}
          onChange={(event) => { setOutcome(undefined); void navigate({ to: '/agreements/$id/copy', params: { id: String(agreement) }, search: { from: Number(event.target.value) || undefined }, replace: asked !== undefined }) }}>
          <option value="">{t('copy.pick')}</option>
          {sources.items.map((s) => <option key={s.version} value={s.version}>{option(s)}</option>)}
        </select>
        <MoreExist shown={sources.items.length} more={sources.more} />
      </div>
      {from !== undefined && <Planned key={from} agreement={agreement} from={from} name={name} sending={act.sending} copy={copy} />}
    </>
  )
}

interface PlannedProps {
  agreement: number
  from: number
  name: (source: Source) => string
  sending: boolean
  copy: (source: Source, answers: Schemas['CopyPick'][]) => void
}

function Planned({ agreement, from, name, sending, copy }: PlannedProps) {
  const { t } = useWords()
  const query = useQuery(copyPlanQuery(agreement, from))
  return (
    <Loaded query={query}>
      {(plan) => (plan.lines.length === 0 ? <p>{t('copy.nothing')}</p> : (
        // What stands here is another thing after an act: the choice begins anew.
        <CopyPlan key={plan.lines.map((x) => `${x.fit}${x.base}.${x.seen}`).join()} lines={plan.lines} source={name(plan.source)} sending={sending} send={(answers) => copy(plan.source, answers)} />
      ))}
    </Loaded>
  )
}

/** The copyings whose answers stand, the latest first, with how many each. */
function acts(copied: Schemas['CopiedAnswer'][]): { act: number; source: Source; count: number }[] {
  const found = new Map<number, { act: number; source: Source; count: number }>()
  for (const x of copied) found.set(x.act, { act: x.act, source: x.source, count: (found.get(x.act)?.count ?? 0) + 1 })
  return [...found.values()]
}

/** What was done, what was not touched and why, and the way back. It takes the focus. */
function Told({ agreement, outcome, undo }: { agreement: number; outcome: Outcome; undo: (act: number, source: string) => void }) {
  const { t } = useWords()
  const box = useRef<HTMLDivElement>(null)
  useEffect(() => box.current?.focus(), [])
  const { kind, result, source } = outcome
  const said = () => {
    if (kind === 'done') return result.count === 0 ? t('copy.doneNone') : t('copy.done', { count: result.count, source })
    return result.count === 0 ? t('copy.undoneNone') : t('copy.undone', { count: result.count })
  }
  const why = (x: Schemas['CopyPassed']) => (x.why === 'changed' && !x.by ? t('copy.passedWhy.changedNobody') : t(`copy.passedWhy.${x.why}`, { who: x.by ?? '' }))
  const copying = result.act
  return (
    <Alert kind={result.passed.length > 0 ? 'warning' : 'success'} role="status" ref={box} tabIndex={-1}>
      <p>{said()}</p>
      {result.passed.length > 0 && (
        <>
          <p>{t('copy.passed')}</p>
          <ul>{result.passed.map((x) => <li key={x.path}><strong>{x.label || x.path}</strong>{`: ${why(x)}`}</li>)}</ul>
        </>
      )}
      <p className="k-actions">
        {kind === 'done' && copying !== undefined && <button type="button" className="button button-secondary button-small" onClick={() => undo(copying, source)}>{t('copy.undo')}</button>}
        <Link to="/agreements/$id" params={{ id: String(agreement) }}>{t('copy.back')}</Link>
      </p>
    </Alert>
  )
}
