import { useQuery, useQueryClient } from '@tanstack/react-query'
import { Link, useNavigate, useParams, useSearch } from '@tanstack/react-router'
import { useCallback, useState } from 'react'
import { api, unwrap, type Schemas } from '../../api/client'
import { useFormat, useWords } from '../../i18n'
import { useMay } from '../../session'
import { Alert } from '../../ui/Alert'
import { Facts } from '../../ui/Facts'
import { Hash } from '../../ui/Hash'
import { History } from '../../ui/History'
import { Icon } from '../../ui/Icon'
import { PageHeading } from '../../ui/PageHeading'
import { Stale } from '../../ui/Stale'
import { ErrorState, Loaded } from '../../ui/states'
import { Tag } from '../../ui/Tag'
import { useAct } from '../../ui/useAct'
import { FieldList } from './Fields'
import { historyQuery, treeQuery } from './queries'
import { RuleList } from './Rules'
import { ReviewBar } from './ReviewBar'
import { StateTag, useInLanguage, useVersionName } from './states'
import { Versions } from './Versions'
import { Workbench } from './Workbench'

type Tree = Schemas['TemplateTree']

export default function TemplatePage() {
  const { id } = useParams({ from: '/inside/templates/$id' })
  const query = useQuery(treeQuery(Number(id)))
  return <Loaded key={id} query={query}>{(tree) => <Page tree={tree} />}</Loaded>
}

function Page({ tree }: { tree: Tree }) {
  const { t } = useWords()
  const inLanguage = useInLanguage()
  const f = useFormat()
  const may = useMay()
  const client = useQueryClient()
  const navigate = useNavigate()
  const search = useSearch({ from: '/inside/templates/$id' })
  const name = useVersionName()
  const draft = useAct()
  const [published, setPublished] = useState(false)
  const told = useCallback((box: HTMLDivElement | null) => box?.focus(), [])
  const { version: v, family } = tree
  const discarded = v.discardedAt !== undefined
  const editable = v.state === 'draft' && !discarded && may('editTemplateClause')
  const history = useQuery({ ...historyQuery(v.id), enabled: may('getTemplateHistory') })
  const refresh = () => void client.invalidateQueries({ queryKey: ['templates'] })
  const open = tree.siblings.find((x) => (x.state === 'draft' || x.state === 'reviewed') && x.id !== v.id)
  const makeDraft = () =>
    draft.run(async () => {
      const made = await unwrap(api.POST('/api/v1/templates/{id}/drafts', { params: { path: { id: v.id } }, body: {} }))
      refresh()
      await navigate({ to: '/templates/$id', params: { id: String(made.id) } })
    })
  const put = (path: '/api/v1/templates/{id}/discard' | '/api/v1/templates/{id}/restore') =>
    draft.run(async () => { await unwrap(api.POST(path, { params: { path: { id: v.id }, header: { 'If-Match': `"${v.revision}"` } } })) }).then(refresh)
  return (
    <>
      {v.state !== 'published' && <p className="k-band"><Icon name={v.state === 'draft' ? 'edit' : 'hourglass'} />{t(discarded ? 'templates.discardedBand' : `templates.${v.state}Band`)}</p>}
      <PageHeading
        kicker={<Link to="/templates">{inLanguage(family.name)}</Link>}
        title={`${v.name}, ${name(v)}`}
        lead={<><StateTag version={v} /><Tag tone={v.provenance === 'authority' ? 'ok' : 'attention'}>{t(`template.provenanceName.${v.provenance}`)}</Tag></>}
        actions={
          <>
            {may('createTemplateDraft') && v.state !== 'draft' && v.state !== 'reviewed' && (open ? (
              <Link to="/templates/$id" params={{ id: String(open.id) }} className="button button-primary">{t('templates.openDraft')}</Link>
            ) : (
              <button type="button" className="button button-primary" aria-disabled={draft.sending} onClick={() => void makeDraft()}><Icon name="edit" />{t('templates.newDraft')}</button>
            ))}
            {v.basedOn !== undefined && tree.siblings.some((x) => x.id === v.basedOn) && (
              <Link to="/templates/compare" search={{ from: v.basedOn, to: v.id }} className="button button-secondary">{t('templates.compareWith', { version: tree.siblings.find((x) => x.id === v.basedOn)?.version ?? '' })}</Link>
            )}
            {may('listTemplateImpact') && <Link to="/templates/$id/impact" params={{ id: String(v.id) }} className="button button-secondary">{t('templates.impact')}</Link>}
            {tree.source !== undefined && <Link to="/templates/sources/$id" params={{ id: String(tree.source) }} className="button button-secondary">{t('source.toSource')}</Link>}
            {v.state === 'draft' && may('discardTemplate') && (discarded
              ? <button type="button" className="button button-primary" onClick={() => void put('/api/v1/templates/{id}/restore')}>{t('templates.restoreDraft')}</button>
              : <button type="button" className="button button-secondary" onClick={() => void put('/api/v1/templates/{id}/discard')}>{t('templates.discard')}</button>)}
            <button type="button" className="button button-secondary" onClick={() => window.print()}>{t('templates.print')}</button>
          </>
        }
      />
      {published && v.state === 'published' && <Alert kind="success" role="status" ref={told} tabIndex={-1}><p>{t('templates.publishDone', { version: v.version })}</p></Alert>}
      {draft.stale && <Stale detail={draft.stale} reload={refresh} />}
      {draft.error && <ErrorState error={draft.error} />}
      {v.provenance === 'sample' && <Alert kind="warning"><p>{t('template.provenanceLong.sample')}</p></Alert>}
      <Facts items={[
        { label: t('templates.useWhen'), value: inLanguage(family.useWhen) || '–' },
        { label: t('template.language'), value: t(`template.lang.${v.language}`) },
        { label: t('template.clauses'), value: f.number(tree.clauses.filter((c) => c.level > 1).length) },
        v.textHash !== undefined && { label: t('template.hash'), value: <Hash value={v.textHash} label={t('template.hash')} /> },
      ]} />
      {may('reviewTemplate') && !discarded && (v.state === 'draft' || v.state === 'reviewed') && <ReviewBar key={`${v.id} ${v.state}`} tree={tree} refresh={refresh} published={() => setPublished(true)} />}
      <Workbench tree={tree} editable={editable} chosen={search.clause} choose={(key) => void navigate({ to: '/templates/$id', params: { id: String(v.id) }, search: { clause: key }, replace: true, resetScroll: false })} refresh={refresh} />
      <FieldList tree={tree} editable={editable} refresh={refresh} />
      <RuleList tree={tree} editable={editable} refresh={refresh} />
      <Versions tree={tree} />
      {may('getTemplateHistory') && <History query={history} />}
    </>
  )
}
