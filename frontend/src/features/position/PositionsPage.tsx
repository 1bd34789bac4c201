import { useQuery, useQueryClient } from '@tanstack/react-query'
import { useNavigate, useSearch } from '@tanstack/react-router'
import { useRef, useState } from 'react'
import { api, unwrap, type Schemas } from '../../api/client'
import { useFormat, useWords } from '../../i18n'
import { useMay } from '../../session'
import { Alert } from '../../ui/Alert'
import { Icon } from '../../ui/Icon'
import { PageHeading } from '../../ui/PageHeading'
import { Empty, ErrorState, Loaded } from '../../ui/states'
import { Tag } from '../../ui/Tag'
import { PositionForm } from './PositionForm'
import { positionsQuery, subjectsQuery } from './queries'
import { subjectLabel, subjectsOf, type Subject } from './subjects'

type Position = Schemas['Position']

export default function PositionsPage() {
  const query = useQuery(positionsQuery)
  return <Loaded query={query}>{({ items }) => <Page rows={items} />}</Loaded>
}

function Page({ rows }: { rows: Position[] }) {
  const { t } = useWords()
  const may = useMay()
  const client = useQueryClient()
  const navigate = useNavigate({ from: '/positions' })
  const { q, unconfirmed } = useSearch({ from: '/inside/positions' })
  const { data: template } = useQuery(subjectsQuery)
  const subjects = subjectsOf(template)
  const [open, setOpen] = useState<number | 'new'>()
  const [told, setTold] = useState<{ kind: 'saved' } | { kind: 'removed'; row: Position }>()
  const [error, setError] = useState<unknown>()
  const lead = useRef<HTMLDivElement>(null)
  const canWrite = may('createPosition')
  const again = () => client.invalidateQueries({ queryKey: ['positions'], exact: true })
  const done = (saved: boolean) => {
    setOpen(undefined)
    setTold(saved ? { kind: 'saved' } : undefined)
    lead.current?.focus({ preventScroll: !saved })
    void again()
  }
  const act = async (row: Position, back: boolean) => {
    setError(undefined)
    try {
      if (back) await unwrap(api.POST('/api/v1/positions/{id}/restore', { params: { path: { id: row.id } } }))
      else await unwrap(api.DELETE('/api/v1/positions/{id}', { params: { path: { id: row.id } } }))
      setTold(back ? undefined : { kind: 'removed', row })
      lead.current?.focus()
      await again()
    } catch (refusal) {
      setError(refusal)
    }
  }
  const wanted = (q ?? '').toLocaleLowerCase('da')
  const order = new Map(subjects.map((s, i) => [`${s.kind} ${s.key}`, i]))
  const at = (p: Position) => order.get(`${p.kind} ${p.subject}`) ?? order.size
  const shown = rows
    .filter((p) => (!unconfirmed || p.unconfirmed) && [p.issue, subjectLabel(subjects, p), p.preferred, p.acceptable, p.walkAway, p.note].join(' ').toLocaleLowerCase('da').includes(wanted))
    .sort((a, b) => at(a) - at(b))
  const search = (next: { q?: string; unconfirmed?: true }) => void navigate({ search: next, replace: true, resetScroll: false })
  return (
    <>
      <PageHeading title={t('position.title')} lead={t('position.lead')}
        actions={canWrite && <button type="button" className="button button-primary" onClick={() => { setTold(undefined); setOpen('new') }}><Icon name="plus" />{t('position.add')}</button>} />
      <div ref={lead} tabIndex={-1} className="k-focusless">
        {told?.kind === 'saved' && <Alert kind="success" role="status"><p>{t('position.saved')}</p></Alert>}
        {told?.kind === 'removed' && (
          <Alert kind="success" role="status">
            <p>{t('position.removed', { issue: told.row.issue })} <button type="button" className="k-textbutton" onClick={() => void act(told.row, true)}>{t('position.undo')}</button></p>
          </Alert>
        )}
        {error !== undefined && <ErrorState error={error} />}
      </div>
      {open === 'new' && <PositionForm family={template?.template.family ?? ''} subjects={subjects} fields={template?.fields ?? []} done={done} />}
      <div className="k-toolbar">
        <div className="k-control k-control--search">
          <label htmlFor="q">{t('position.search')}</label>
          <input id="q" type="search" className="form-input" value={q ?? ''} onChange={(event) => search({ ...(event.target.value && { q: event.target.value }), ...(unconfirmed && { unconfirmed }) })} />
        </div>
        <label className="k-check"><input type="checkbox" checked={unconfirmed ?? false} onChange={(event) => search({ ...(q && { q }), ...(event.target.checked && { unconfirmed: true as const }) })} /><span>{t('position.onlyUnconfirmed')}</span></label>
        <p className="k-toolbar__end" role="status">{t('position.count', { count: shown.length })}</p>
      </div>
      {shown.length === 0 && <Empty why={rows.length === 0 ? t('position.none') : t('position.noneFound')} help={t('position.noneHelp')} />}
      {shown.map((p) =>
        open === p.id ? (
          <PositionForm key={p.id} row={p} family={p.family} subjects={subjects} fields={template?.fields ?? []} done={done} />
        ) : (
          <Card key={p.id} position={p} subjects={subjects} fields={template?.fields ?? []}
            {...(canWrite && { edit: () => { setTold(undefined); setOpen(p.id) }, remove: () => void act(p, false) })} />
        ),
      )}
    </>
  )
}

interface CardProps {
  position: Position
  subjects: Subject[]
  fields: Schemas['Field'][]
  edit?: () => void
  remove?: () => void
}

function Card({ position: p, subjects, fields, edit, remove }: CardProps) {
  const { t } = useWords()
  const f = useFormat()
  const field = fields.find((x) => p.kind === 'field' && x.path === p.subject)
  const unit = field?.unit ? ` ${field.unit}` : ''
  const allowed = p.allowed.map((v) => field?.choices?.find((c) => c.value === v)?.label ?? v).join(', ')
  const ends = [p.minimum !== undefined && t('position.atLeast', { n: `${f.number(p.minimum)}${unit}` }), p.maximum !== undefined && t('position.atMost', { n: `${f.number(p.maximum)}${unit}` })].filter(Boolean).join(', ')
  const line = (label: string, text: string | undefined) => text && <div><dt>{label}</dt><dd>{text}</dd></div>
  return (
    <article className="k-position" id={`position-${p.id}`} aria-labelledby={`issue-${p.id}`}>
      <div className="k-position__head">
        <h2 id={`issue-${p.id}`}>{p.issue}</h2>
        <p className="k-quiet">{subjectLabel(subjects, p)}</p>
        {p.unconfirmed && <Tag tone="attention">{t('position.unconfirmed')}</Tag>}
        {edit && remove && (
          <div className="k-position__acts">
            <button type="button" className="k-textbutton" onClick={edit} aria-label={t('position.editNamed', { issue: p.issue })}><Icon name="edit" />{t('position.edit')}</button>
            <button type="button" className="k-textbutton" onClick={remove} aria-label={t('position.removeNamed', { issue: p.issue })}><Icon name="close" />{t('position.remove')}</button>
          </div>
        )}
      </div>
      <dl className="k-position__ladder">
        {line(t('position.preferred'), p.preferred)}
        {line(t('position.acceptable'), [p.acceptable, ends || allowed ? t('position.checked', { range: ends || allowed }) : ''].filter(Boolean).join(' · '))}
        {p.fallbacks.length > 0 && (
          <div>
            <dt>{t('position.fallbacks')}</dt>
            <dd>
              <ol className="k-position__falls">
                {p.fallbacks.map((x, i) => <li key={i}>{x.when && <p className="k-quiet">{x.when}</p>}<blockquote>{x.wording}</blockquote></li>)}
              </ol>
            </dd>
          </div>
        )}
        {line(t('position.walkAway'), p.walkAway)}
        {line(t('position.escalate'), p.escalate)}
        {line(t('position.note'), p.note)}
      </dl>
      {p.changedBy && <p className="k-quiet">{t('position.by', { who: p.changedBy, when: f.dateTime(p.changedAt) })}</p>}
    </article>
  )
}
