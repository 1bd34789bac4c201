import { useQuery, useQueryClient } from '@tanstack/react-query'
import { Link, useNavigate, useParams } from '@tanstack/react-router'
import { useState } from 'react'
import { api, unwrap } from '../../api/client'
import { ApiError, type StaleDetail } from '../../api/problem'
import { useFormat, useWords } from '../../i18n'
import { isOffice, useMe } from '../../session'
import { Alert } from '../../ui/Alert'
import { ErrorSummary, type Mistake } from '../../ui/form'
import { Icon } from '../../ui/Icon'
import { PageHeading } from '../../ui/PageHeading'
import { Stale } from '../../ui/Stale'
import { ErrorState, Loaded } from '../../ui/states'
import { folderQuery, waitedFor } from './folder'
import { importQuery, type Import } from './queries'

/** The act: exactly how many lines are written, and what becomes of those with errors. */
export default function AcceptPage() {
  const { id } = useParams({ from: '/inside/imports/$id/accept' })
  const query = useQuery(importQuery(Number(id)))
  return <Loaded key={id} query={query}>{(it) => <Page it={it} />}</Loaded>
}

function Page({ it }: { it: Import }) {
  const { t } = useWords()
  const f = useFormat()
  const navigate = useNavigate()
  const client = useQueryClient()
  const office = isOffice(useMe())
  // What is left out is chosen by a person, never by the page.
  const [partial, setPartial] = useState<boolean>()
  const [attempt, setAttempt] = useState(0)
  const [sending, setSending] = useState(false)
  const [stale, setStale] = useState<StaleDetail>()
  const [error, setError] = useState<unknown>()
  const write = it.counts.added + it.counts.changed
  const count = { count: write, formatted: f.number(write) }
  const back = <Link to="/imports/$id" params={{ id: String(it.id) }}>{t('intake.backTo')}</Link>
  const { data: files = [] } = useQuery({ ...folderQuery(it.id), enabled: it.kind === 'own_agreements' && it.state === 'ready' })
  const named = waitedFor(files)
  const missing = named.filter((n) => !n.received).length
  const [withoutFiles, setWithoutFiles] = useState<boolean>()
  const lacks = missing > 0 && withoutFiles === false
  const held = (it.counts.refused > 0 && partial === false) || lacks
  const unsaid: Mistake[] = [
    ...(it.counts.refused > 0 && partial === undefined ? [{ field: 'mode-partial', message: t('intake.acceptModeUnsaid') }] : []),
    ...(missing > 0 && withoutFiles === undefined ? [{ field: 'files-without', message: t('intake.folder.acceptUnsaid') }] : []),
  ]
  const mistakes = attempt > 0 ? unsaid : []
  const accept = async () => {
    if (sending || held) return
    setAttempt((n) => n + 1)
    if (unsaid.length > 0) return
    setSending(true)
    setStale(undefined)
    setError(undefined)
    try {
      const now = await unwrap(api.POST('/api/v1/imports/{id}/accept', { params: { path: { id: it.id }, header: { 'If-Match': `"${it.version}"` } }, body: { partial: it.counts.refused > 0, withoutFiles: missing > 0 } }))
      client.setQueryData(['imports', it.id], now)
      void client.invalidateQueries({ predicate: (q) => q.queryKey[0] !== 'me' && !(q.queryKey[0] === 'imports' && q.queryKey[1] === it.id) })
      await navigate({ to: '/imports/$id', params: { id: String(it.id) } })
    } catch (refusal) {
      if (refusal instanceof ApiError && refusal.stale) setStale(refusal.stale)
      else setError(refusal)
      setSending(false)
    }
  }
  const heading = <PageHeading kicker={<Link to="/imports/$id" params={{ id: String(it.id) }}>{it.fileName}</Link>} title={t('intake.acceptTitle')} lead={t(`intake.kindName.${it.kind}`)} />
  if (it.state !== 'ready' || write === 0) {
    return (
      <div className="k-act">
        {heading}
        <Alert kind="info"><p>{t(`intake.state.${it.state}`)}</p><p>{back}</p></Alert>
      </div>
    )
  }
  return (
    <div className="k-act">
      {heading}
      <p className="k-act__number">{t('intake.acceptNumber', count)}</p>
      <ul>
        {it.counts.added > 0 && <li>{t('intake.acceptAdded', { n: f.number(it.counts.added) })}</li>}
        {it.counts.changed > 0 && <li>{t('intake.acceptChanged', { n: f.number(it.counts.changed) })}</li>}
        {it.counts.unchanged > 0 && <li>{t('intake.acceptUnchanged', { n: f.number(it.counts.unchanged) })}</li>}
        {named.length > missing && <li>{t('intake.folder.accepted', { count: named.length - missing, here: f.number(named.length - missing) })}</li>}
        <li>{t('intake.acceptOnce')}</li>
      </ul>
      {it.counts.refused > 0 && (
        <fieldset className="k-choices">
          <legend>{t('intake.acceptMode')}</legend>
          <label className="k-check"><input id="mode-partial" type="radio" name="mode" checked={partial === true} onChange={() => setPartial(true)} /> <span>{t('intake.acceptPartial', { n: f.number(it.counts.refused) })}</span></label>
          <label className="k-check"><input type="radio" name="mode" checked={partial === false} onChange={() => setPartial(false)} /> <span>{t('intake.acceptAll')}</span></label>
        </fieldset>
      )}
      {missing > 0 && (
        <fieldset className="k-choices">
          <legend>{t('intake.folder.acceptMode')}</legend>
          <p><Link to="/imports/$id" params={{ id: String(it.id) }} hash="folder">{t('intake.folder.acceptPut')}</Link></p>
          <label className="k-check"><input id="files-without" type="radio" name="files" checked={withoutFiles === true} onChange={() => setWithoutFiles(true)} /> <span>{t(office ? 'intake.folder.acceptWithoutOffice' : 'intake.folder.acceptWithout', { count: missing, formatted: f.number(missing) })}</span></label>
          <label className="k-check"><input type="radio" name="files" checked={withoutFiles === false} onChange={() => setWithoutFiles(false)} /> <span>{t('intake.folder.acceptWaits')}</span></label>
        </fieldset>
      )}
      <ul className="k-act__checks">
        <li>
          <Icon name="lock" className="k-act__warn" />
          <div><p><strong>{t('intake.acceptUndo')}</strong></p><p>{t('intake.acceptUndoBody')}</p></div>
        </li>
      </ul>
      {stale && <Stale detail={stale} reload={() => { setStale(undefined); void client.refetchQueries({ queryKey: ['imports', it.id] }) }} fieldName={(path) => path} />}
      {error !== undefined && <ErrorState error={error} />}
      <ErrorSummary mistakes={mistakes} attempt={attempt} />
      {held && <p id="held">{lacks ? t('intake.folder.acceptWait') : t('intake.acceptWait')}</p>}
      <div className="k-actions">
        <button type="button" className="button button-primary" disabled={held} aria-disabled={sending} aria-describedby={held ? 'held' : undefined} onClick={() => void accept()}>
          {sending ? t('intake.accepting') : t('intake.acceptButton', count)}
        </button>
        {back}
      </div>
      {sending && <p role="status" className="k-quiet">{t('intake.acceptLeave')}</p>}
    </div>
  )
}
