import { useQueryClient } from '@tanstack/react-query'
import { Link, useParams } from '@tanstack/react-router'
import { useEffect, useRef, useState } from 'react'
import { api, unwrap } from '../../api/client'
import { useFormat, useWords } from '../../i18n'
import { problemSentence } from '../../i18n/problems'
import { isOffice, useMay, useMe } from '../../session'
import { Alert } from '../../ui/Alert'
import { Icon } from '../../ui/Icon'
import { PageHeading } from '../../ui/PageHeading'
import { ErrorState, Loaded } from '../../ui/states'
import { Tag } from '../../ui/Tag'
import { Columns, ours } from './Columns'
import { Folder } from './Folder'
import { Lines } from './Lines'
import { outcomes, outcomeTones, stateTones, works, type Import } from './queries'
import { useImport } from './useImport'

/** The workbench of one list: columns, what becomes of each line, and on to the act. */
export default function ImportPage() {
  const { id } = useParams({ from: '/inside/imports/$id' })
  const query = useImport(Number(id))
  return <Loaded key={id} query={query}>{(it) => <Page it={it} />}</Loaded>
}

const stepOf: Record<Import['state'], number> = { reading: 0, failed: 0, mapping: 1, checking: 2, ready: 2, applied: 3, cancelled: 0 }
const steps = ['file', 'columns', 'check', 'apply'] as const

function Page({ it }: { it: Import }) {
  const { t } = useWords()
  const f = useFormat()
  const may = useMay()
  const office = isOffice(useMe())
  const client = useQueryClient()
  const [error, setError] = useState<unknown>()
  const result = useRef<HTMLDivElement>(null)
  const before = useRef(it.state)
  // The work ended, or the button that was pressed is gone: what came of it takes the focus.
  useEffect(() => {
    if (before.current !== it.state && document.activeElement === document.body) result.current?.focus({ preventScroll: true })
    before.current = it.state
  }, [it.state])
  const cancel = async () => {
    setError(undefined)
    try {
      client.setQueryData(['imports', it.id], await unwrap(api.POST('/api/v1/imports/{id}/cancel', { params: { path: { id: it.id } } })))
    } catch (refusal) {
      setError(refusal)
    }
  }
  const canAct = may('acceptImport')
  const waits = it.state === 'mapping' || it.state === 'ready'
  const write = it.counts.added + it.counts.changed
  return (
    <>
      <PageHeading
        kicker={<Link to="/imports">{t('list.imports')}</Link>}
        title={it.fileName || t('intake.forgottenFile', { id: it.id })}
        lead={
          <>
            <Tag tone={stateTones[it.state]}>{t(`intake.state.${it.state}`)}</Tag>
            <span>{it.format ? t('intake.lead', { kind: t(`intake.kindName.${it.kind}`), format: it.format }) : t(`intake.kindName.${it.kind}`)}</span>
            {it.total > 0 && <span>{t('intake.linesCount', { count: it.total, formatted: f.number(it.total) })}</span>}
          </>
        }
        actions={
          <>
            {canAct && it.state === 'ready' && write > 0 && (
              <Link to="/imports/$id/accept" params={{ id: String(it.id) }} className="button button-primary">{t('intake.toAccept', { count: write, formatted: f.number(write) })}</Link>
            )}
            {canAct && (waits || works(it.state)) && <button type="button" className="button button-secondary" onClick={() => void cancel()}>{t('intake.cancel')}</button>}
            {canAct && !waits && !works(it.state) && <Link to="/imports/new" search={{ kind: it.kind }} className="button button-secondary">{t('intake.again')}</Link>}
          </>
        }
      />
      <ol className="k-steps" aria-label={t('intake.steps')}>
        {steps.map((s, n) => (
          <li key={s} aria-current={n === stepOf[it.state] ? 'step' : undefined}>{`${n + 1}. ${t(`intake.step.${s}`)}`}</li>
        ))}
      </ol>
      {error !== undefined && <ErrorState error={error} />}
      <div ref={result} tabIndex={-1} className="k-result">
        {works(it.state) && <Progress it={it} />}
        {it.state === 'failed' && <Alert kind="error" role="alert"><p>{problemSentence(it.problem ?? 'internal')}</p></Alert>}
        {it.state === 'cancelled' && <Alert kind="info"><p>{t('intake.cancelledBody')}</p></Alert>}
        {it.state === 'applied' && it.applied && (
          <Alert kind="success" heading={t('intake.doneTitle')} role="status">
            <p>{t('intake.done', { count: it.counts.added, added: f.number(it.counts.added), changed: f.number(it.counts.changed), when: f.dateTime(it.applied), who: it.appliedBy ?? '–' })}</p>
            {it.counts.refused > 0 && <p>{t('intake.left', { count: it.counts.refused, formatted: f.number(it.counts.refused) })}</p>}
          </Alert>
        )}
        {it.forgotten && <Alert kind="info"><p>{t('intake.forgotten')}</p></Alert>}
        {!it.forgotten && (it.state === 'ready' || it.state === 'applied') && <Counts it={it} />}
        {it.state === 'ready' && write === 0 && <Alert kind="info"><p>{t('intake.nothing')}</p></Alert>}
      </div>
      {it.notices.map((n) => (
        <Alert key={n.code} kind="info"><p>{t(`intake.notice.${n.code}`, { count: n.count, cells: f.number(n.count), at: n.at })}</p></Alert>
      ))}
      {!it.forgotten && it.counts.refused > 0 && (it.state === 'ready' || it.state === 'applied') && <Mend it={it} />}
      {it.state === 'mapping' && (
        <section className="k-section" aria-labelledby="columns">
          <h2 id="columns">{t('intake.columnsTitle')}</h2>
          <p>{t('intake.columnsDoubt')}</p>
          {canAct && <Columns key={it.version} it={it} />}
        </section>
      )}
      {it.kind === 'own_agreements' && !it.forgotten && (it.state === 'ready' || (it.state === 'applied' && !office)) && canAct && <Folder key={it.version} it={it} />}
      {!it.forgotten && (it.state === 'ready' || it.state === 'applied') && <Lines it={it} />}
      {it.state === 'ready' && canAct && <Mapped it={it} />}
    </>
  )
}

function Progress({ it }: { it: Import }) {
  const { t } = useWords()
  const f = useFormat()
  return (
    <section className="k-progress" aria-label={t('intake.progressLabel')}>
      <p className="k-progress__words" role="status">
        {it.state === 'reading' ? t('intake.reading', { done: f.number(it.done) }) : t('intake.checking', { done: f.number(it.done), total: f.number(it.total) })}
      </p>
      <progress className="k-progress__bar" {...(it.total > 0 && { max: it.total, value: it.done })} aria-label={t('intake.progressLabel')} />
      <p className="k-quiet">{t('intake.leave')}</p>
    </section>
  )
}

function Counts({ it }: { it: Import }) {
  const { t } = useWords()
  const f = useFormat()
  return (
    <ul className="k-counts" aria-label={t('intake.outcomes')}>
      {outcomes.map((o) => (
        <li key={o}>
          <Link to="/imports/$id" params={{ id: String(it.id) }} search={{ outcome: o }} replace resetScroll={false}>
            <strong>{f.number(it.counts[o])}</strong>
            <Tag tone={it.counts[o] === 0 ? 'none' : outcomeTones[o]}>{t(`intake.outcome.${o}`)}</Tag>
          </Link>
        </li>
      ))}
    </ul>
  )
}

function Mend({ it }: { it: Import }) {
  const { t } = useWords()
  const f = useFormat()
  return (
    <Alert kind="warning" heading={t('intake.errorsTitle', { count: it.counts.refused, formatted: f.number(it.counts.refused) })}>
      <p>{t('intake.errorsHelp')}</p>
      <p className="k-actions">
        <a className="button button-secondary" href={`/api/v1/imports/${it.id}/errors`} download><Icon name="file-excel" />{t('intake.errorsGet')}</a>
        <Link to="/imports/new" search={{ kind: it.kind }}>{t('intake.sendMended')}</Link>
      </p>
    </Alert>
  )
}

function Mapped({ it }: { it: Import }) {
  const { t } = useWords()
  const unused = it.columns.filter((c) => c.field === '' && !ours(c.heading)).map((c) => c.heading)
  return (
    <section className="k-section" aria-labelledby="columns">
      <h2 id="columns">{t('intake.columnsTitle')}</h2>
      <p>{it.remembered ? t('intake.columnsRemembered') : t('intake.columnsKnown')}</p>
      {unused.length > 0 && <p>{t('intake.columnsUnused', { columns: unused.join(', ') })}</p>}
      <details>
        <summary className="k-textbutton">{t('intake.columnsChange')}</summary>
        <Columns key={it.version} it={it} />
      </details>
    </section>
  )
}
