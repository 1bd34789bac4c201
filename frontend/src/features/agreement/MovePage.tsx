import { useQuery, useQueryClient } from '@tanstack/react-query'
import { Link, useNavigate, useParams, useSearch } from '@tanstack/react-router'
import { useState } from 'react'
import { agreementQuery } from '../../api/agreements'
import { api, unwrap, type Schemas } from '../../api/client'
import { useWords } from '../../i18n'
import { Alert } from '../../ui/Alert'
import { PageHeading } from '../../ui/PageHeading'
import { Icon } from '../../ui/Icon'
import { RedClause } from '../../ui/Redline'
import { Empty, ErrorState, Loaded } from '../../ui/states'
import { Stale } from '../../ui/Stale'
import { Tag, type Tone } from '../../ui/Tag'
import { useAct } from '../../ui/useAct'
import { otherTemplates } from './queries'

type Plan = Schemas['AgreementMove']

const fates = ['new', 'lost', 'open', 'back', 'kept'] as const
const fateTone: Record<(typeof fates)[number], Tone> = { new: 'attention', lost: 'overdue', open: 'waiting', back: 'ok', kept: 'ok' }

/** An act of its own: what moving an agreement to another version of the template changes, and the button that does it. */
export default function MovePage() {
  const { t } = useWords()
  const { id } = useParams({ from: '/inside/agreements/$id/move' })
  const query = useQuery(agreementQuery(Number(id)))
  return (
    <Loaded key={id} query={query}>
      {(detail) => (
        <>
          <PageHeading kicker={<Link to="/agreements/$id" params={{ id }}>{detail.agreement.title}</Link>} title={t('templates.moveTitle')} />
          <Targets detail={detail} />
        </>
      )}
    </Loaded>
  )
}

function Targets({ detail }: { detail: Schemas['AgreementDetail'] }) {
  const { t } = useWords()
  const navigate = useNavigate()
  const { template } = useSearch({ from: '/inside/agreements/$id/move' })
  const templates = useQuery(otherTemplates(detail.template))
  const others = templates.data ?? []
  const listed = template === undefined || others.some((x) => x.id === template)
  if (templates.data && others.length === 0 && template === undefined) return <Empty why={t('templates.moveNowhere')} />
  return (
    <>
      {listed && (
        <div className="k-toolbar"><div className="k-control">
          <label htmlFor="move-to">{t('templates.moveChoose')}</label>
          <select id="move-to" className="form-select" value={template ?? ''} onChange={(event) => void navigate({ to: '/agreements/$id/move', params: { id: String(detail.agreement.id) }, search: { template: Number(event.target.value) || undefined } })}>
            <option value="" />
            {others.map((x) => <option key={x.id} value={x.id}>{`${x.name}, ${t('templates.version', { version: x.version })}`}</option>)}
          </select>
        </div></div>
      )}
      {template !== undefined && <Planned key={template} agreement={detail.agreement.id} template={template} fields={detail.fields} />}
    </>
  )
}

function Planned({ agreement, template, fields }: { agreement: number; template: number; fields: Schemas['Field'][] }) {
  const query = useQuery({
    queryKey: ['agreements', agreement, 'move', template],
    queryFn: ({ signal }) => unwrap(api.GET('/api/v1/agreements/{id}/move-plan', { params: { path: { id: agreement }, query: { template } }, signal })),
  })
  const label = (path: string) => fields.find((f) => f.path === path)?.label ?? path
  return <Loaded query={query}>{(plan) => <PlanView plan={plan} agreement={agreement} template={template} label={label} />}</Loaded>
}

function PlanView({ plan, agreement, template, label }: { plan: Plan; agreement: number; template: number; label: (path: string) => string }) {
  const { t } = useWords()
  const client = useQueryClient()
  const navigate = useNavigate()
  const act = useAct()
  const [sure, setSure] = useState(false)
  const [asked, setAsked] = useState(false)
  const draft = plan.state === 'draft'
  const names = { from: plan.from.version, to: plan.to.version }
  const send = async () => {
    setAsked(true)
    if (!sure) return
    const done = await act.run(async () => {
      await unwrap(api.POST('/api/v1/agreements/{id}/move', { params: { path: { id: agreement }, header: { 'If-Match': `"${plan.version}"` } }, body: { template } }))
    })
    if (!done) return
    await client.invalidateQueries({ queryKey: ['agreements'] })
    await navigate({ to: '/agreements/$id', params: { id: String(agreement) } })
  }
  const changes = plan.clauses.filter((c) => c.template.kind !== 'same' || c.agreement.kind !== 'same' || c.adrift)
  return (
    <>
      <Alert kind="info"><p>{draft ? t('templates.moveDraft', names) : t('templates.moveOffered', names)}</p></Alert>
      {plan.answers.length > 0 && <h2>{t('templates.moveAnswers')}</h2>}
      {fates.map((fate) => {
        const answers = plan.answers.filter((a) => a.kind === fate)
        if (answers.length === 0) return null
        const list = <ul className="k-problems">{answers.map((a) => <li key={a.path}>{a.label}{a.value && `: ${a.value}`}</li>)}</ul>
        const head = <Tag tone={fateTone[fate]}>{t('templates.fateCount', { label: t(`templates.fate.${fate}`), count: answers.length })}</Tag>
        return fate === 'kept' || fate === 'open' ? <details key={fate}><summary>{head}</summary>{list}</details> : <section key={fate}><h3>{head}</h3>{list}</section>
      })}
      <h2>{t('templates.moveClauses')}</h2>
      {changes.length === 0 && <p>{t('templates.moveSame')}</p>}
      {changes.map((c) => (
        <section key={c.template.key}>
          <h3>{[c.template.after ?? c.template.before, (c.template.heading.filter((s) => s.op !== 'delete')).map((s) => s.text).join('')].filter(Boolean).join(' ')} <Tag tone="attention">{t(`templates.change.${c.adrift || c.template.kind === 'same' ? c.agreement.kind : c.template.kind}`)}</Tag></h3>
          {c.adrift && <p><Icon name="warning" /> {t('templates.moveAdrift')}</p>}
          <div className="k-red__pair">
            <div><h4>{t('templates.moveTemplate')}</h4><RedClause change={c.template} label={label} headless /></div>
            <div><h4>{t('templates.moveOwn')}</h4><RedClause change={c.agreement} label={label} headless /></div>
          </div>
        </section>
      ))}
      {act.stale && <Stale detail={act.stale} reload={() => void client.invalidateQueries({ queryKey: ['agreements', agreement] })} />}
      {act.error && <ErrorState error={act.error} />}
      <form className="k-form" onSubmit={(event) => { event.preventDefault(); void send() }}>
        {asked && !sure && <span className="form-error-message" id="sure-error">{t('templates.moveConfirmRequired')}</span>}
        <label className="k-check"><input type="checkbox" checked={sure} aria-invalid={asked && !sure ? true : undefined} aria-describedby={asked && !sure ? 'sure-error' : undefined} onChange={(event) => setSure(event.target.checked)} /> {t('templates.moveConfirm')}</label>
        <button type="submit" className="button button-primary" aria-disabled={act.sending}>{t(draft ? 'templates.moveDo' : 'templates.moveDoOffered', names)}</button>
      </form>
    </>
  )
}
