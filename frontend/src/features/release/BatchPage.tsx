import { useQuery, useQueryClient } from '@tanstack/react-query'
import { Link, useParams } from '@tanstack/react-router'
import { lazy, Suspense, useEffect, useRef, useState } from 'react'
import { api, fileHref, unwrap } from '../../api/client'
import { useFormat, useWords } from '../../i18n'
import { useMay } from '../../session'
import { Icon } from '../../ui/Icon'
import { PageHeading } from '../../ui/PageHeading'
import { ErrorState, Loaded, Skeleton } from '../../ui/states'
import { Tag, type Tone } from '../../ui/Tag'
import { Again } from './Again'
import { BatchItems } from './BatchItems'
import { itemsQuery, type Batch } from './queries'
import { pace, useProgress } from './useProgress'

const Course = lazy(() => import('./Course'))
const tones: Record<Batch['state'], Tone> = { running: 'waiting', cancelled: 'attention', done: 'ok' }

/** Long work: count, rate and time left; can be left and found again; ends with the result, line by line. */
export default function BatchPage() {
  const { id } = useParams({ from: '/inside/batches/$id' })
  const { query, streaming } = useProgress(Number(id))
  return <Loaded key={id} query={query}>{(batch) => <Page batch={batch} streaming={streaming} />}</Loaded>
}

function Page({ batch, streaming }: { batch: Batch; streaming: boolean }) {
  const { t } = useWords()
  const may = useMay()
  const client = useQueryClient()
  const items = useQuery({ ...itemsQuery(batch.id), enabled: may('listBatchItems'), placeholderData: (old) => old })
  const [asked, setAsked] = useState(false)
  const [error, setError] = useState<unknown>()
  const [course, setCourse] = useState(false)
  const act = async (which: 'cancel' | 'resume') => {
    setError(undefined)
    if (which === 'cancel') setAsked(true)
    try {
      const path = { params: { path: { id: batch.id } } }
      const changed = await unwrap(which === 'cancel' ? api.POST('/api/v1/batches/{id}/cancel', path) : api.POST('/api/v1/batches/{id}/resume', path))
      client.setQueryData(['batches', batch.id], changed)
      void client.invalidateQueries({ queryKey: ['batches', batch.id] })
    } catch (refusal) {
      setError(refusal)
    }
    setAsked(false)
  }
  const canAct = may('cancelBatch')
  const again = batch.state === 'cancelled' || (batch.state === 'done' && batch.failed > 0)
  return (
    <>
      <PageHeading
        kicker={<Link to="/agreements/$id" params={{ id: String(batch.subject) }}>{t('batch.toAgreement')}</Link>}
        title={batch.kind === 'again' ? t('batch.titleAgain', { title: batch.title }) : t('batch.title', { title: batch.title })}
        lead={
          <>
            <Tag tone={batch.state === 'done' && batch.failed > 0 ? 'overdue' : tones[batch.state]}>{t(`batch.state.${batch.state}`)}</Tag>
            {batch.state === 'running' && <span>{streaming ? t('batch.live') : t('batch.polling')}</span>}
          </>
        }
        actions={
          <>
            {canAct && batch.state === 'running' && (
              <button type="button" className="button button-secondary" aria-disabled={asked} onClick={() => asked || void act('cancel')}>
                {asked ? t('batch.cancelling') : t('batch.cancel')}
              </button>
            )}
            {canAct && again && <button type="button" className="button button-primary" onClick={() => void act('resume')}>{t('batch.resume')}</button>}
            {batch.done > 0 && batch.state !== 'running' && may('zipBatch') && (
              <>
                <a className="button button-secondary" href={fileHref(`/api/v1/batches/${batch.id}/zip`, {})} download><Icon name="download" />{t('batch.zip')}</a>
                <a className="k-textbutton" href={fileHref(`/api/v1/batches/${batch.id}/zip`, { only: 'pdf' })} download>{t('batch.zipPdf')}</a>
              </>
            )}
            {batch.state === 'done' && <Link to="/accessions" search={{ agreement: batch.subject }} className="button button-secondary">{t('agreement.toAccessions')}</Link>}
          </>
        }
      />
      {error !== undefined && <ErrorState error={error} />}
      <Progress batch={batch} missing={items.data?.items.filter((x) => x.missingAddress).length ?? 0} />
      {items.data ? (
        <>
          <BatchItems items={items.data.items} />
          {batch.done > 1 && (
            <section className="k-section" aria-labelledby="course">
              <h2 id="course">{t('batch.course')}</h2>
              <button type="button" className="button button-secondary" aria-expanded={course} onClick={() => setCourse(!course)}>
                {course ? t('batch.courseHide') : t('batch.courseShow')}
              </button>
              {course && <Suspense fallback={<Skeleton lines={6} />}><Course batch={batch} items={items.data.items} /></Suspense>}
            </section>
          )}
        </>
      ) : items.error ? (
        <ErrorState error={items.error} retry={() => void items.refetch()} />
      ) : (
        <Skeleton lines={10} />
      )}
      {batch.state === 'done' && may('paperAgreementAgain') && <Again agreement={batch.subject} />}
    </>
  )
}

function useNow(running: boolean): number {
  const [now, setNow] = useState(() => Date.now())
  useEffect(() => {
    if (!running) return
    const timer = setInterval(() => setNow(Date.now()), 1_000)
    return () => clearInterval(timer)
  }, [running])
  return now
}

function Progress({ batch, missing }: { batch: Batch; missing: number }) {
  const { t } = useWords()
  const f = useFormat()
  const running = batch.state === 'running'
  const now = useNow(running)
  // The button that stopped or resumed the work is gone: what came of it takes the focus.
  const result = useRef<HTMLParagraphElement>(null)
  const before = useRef(batch.state)
  useEffect(() => {
    if (before.current !== batch.state && document.activeElement === document.body) result.current?.focus({ preventScroll: true })
    before.current = batch.state
  }, [batch.state])
  const going = running ? pace(batch, now) : undefined
  const counts = { done: f.number(batch.done), total: f.number(batch.total), failed: f.number(batch.failed) }
  const words =
    batch.state === 'done'
      ? batch.failed === 0
        ? t('batch.doneAll', { count: batch.total, formatted: counts.total })
        : t('batch.doneSome', counts)
      : t(`batch.${batch.state}`, counts)
  return (
    <section className="k-progress" aria-label={t('batch.progressLabel')}>
      <p className="k-progress__words" role="status" ref={result} tabIndex={-1}>{words}</p>
      <progress className="k-progress__bar" max={batch.total} value={batch.done + batch.failed} aria-label={t('batch.progressLabel')} />
      <div className="k-progress__facts">
        <span>{`${t('batch.started')} ${f.dateTime(batch.started)}`}</span>
        {batch.finished && <span>{t('batch.took', { took: f.duration((new Date(batch.finished).getTime() - new Date(batch.started).getTime()) / 1000) })}</span>}
        {going && <span>{t('batch.rate', { rate: f.number(Math.round(going.rate * 10) / 10) })}</span>}
        {going && <span>{t('batch.left', { left: f.duration(going.left) })}</span>}
        {batch.failed > 0 && <Tag tone="overdue">{t('batch.failed', { count: batch.failed })}</Tag>}
        {missing > 0 && <Tag tone="attention">{t('batch.missing', { count: missing })}</Tag>}
      </div>
      {running && <p className="k-quiet">{t('batch.leave')}</p>}
    </section>
  )
}
