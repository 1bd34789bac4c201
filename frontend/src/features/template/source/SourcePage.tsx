import { useQuery, useQueryClient } from '@tanstack/react-query'
import { Link, useNavigate, useParams, useSearch } from '@tanstack/react-router'
import { useState } from 'react'
import { api, unwrap } from '../../../api/client'
import { useFormat, useWords } from '../../../i18n'
import { useMay } from '../../../session'
import { Alert } from '../../../ui/Alert'
import { Download } from '../../../ui/Download'
import { Facts } from '../../../ui/Facts'
import { Field, sendOnCtrlEnter } from '../../../ui/form'
import { Hash } from '../../../ui/Hash'
import { Icon } from '../../../ui/Icon'
import { PageHeading } from '../../../ui/PageHeading'
import { Stale } from '../../../ui/Stale'
import { ErrorState, Loaded } from '../../../ui/states'
import { useAct } from '../../../ui/useAct'
import { useUnsaved } from '../../../ui/unsaved'
import { familiesQuery } from '../queries'
import { useInLanguage } from '../states'
import { Provenance, useProvenance } from './Provenance'
import { sourceQuery, type Detail } from './queries'
import { wordsOf } from './reclass'
import { Workbench } from './Workbench'

export default function SourcePage() {
  const { id } = useParams({ from: '/inside/templates/sources/$id' })
  return <Loaded key={id} query={useQuery(sourceQuery(Number(id)))}>{(detail) => <Page detail={detail} />}</Loaded>
}

function Page({ detail }: { detail: Detail }) {
  const { t } = useWords()
  const inLanguage = useInLanguage()
  const f = useFormat()
  const may = useMay()
  const client = useQueryClient()
  const navigate = useNavigate()
  const search = useSearch({ from: '/inside/templates/sources/$id' })
  const act = useAct()
  const { source: s } = detail
  const families = useQuery(familiesQuery).data?.items
  const family = families?.find((x) => x.key === s.family)
  const blocks = detail.problems.filter((p) => p.blocks).length
  const write = may('correctTemplateSource')
  const editable = write && s.template === undefined && s.discardedAt === undefined
  const params = { path: { id: s.id } }
  const refresh = () => void client.invalidateQueries({ queryKey: ['template-sources'] })
  const does = (send: () => Promise<unknown>) => void act.run(async () => { await send() }).then((done) => {
    if (!done) return
    refresh()
    document.querySelector('h1')?.focus() // the button is another then
  })
  // The address counts from 1.
  const choose = (place: number | undefined) => void navigate({ to: '/templates/sources/$id', params: { id: String(s.id) }, search: { p: place === undefined ? undefined : place + 1 }, replace: true, resetScroll: false })
  return (
    <>
      {s.discardedAt !== undefined && <p className="k-band"><Icon name="hourglass" />{t('source.discardedBand')}</p>}
      {s.template !== undefined && <p className="k-band"><Icon name="check" />{t('source.draftedBand')}</p>}
      <PageHeading
        kicker={<Link to="/templates">{t('templates.title')}</Link>}
        title={s.fileName}
        lead={<span role="status">{blocks > 0 && `${t('source.blocks', { count: blocks })} · `}{s.open === 0 ? t('source.openNone') : t('source.open', { count: s.open })} · {t('source.count', { count: s.total })}</span>}
        actions={
          <>
            {editable && <a href="#make-draft" className="button button-primary" onClick={(event) => { event.preventDefault(); document.getElementById('draft-name')?.focus() }}>{t('source.makeDraft')}</a>}
            {s.template !== undefined && <Link to="/templates/$id" params={{ id: String(s.template) }} className="button button-primary">{t('source.toDraft')}</Link>}
            {s.previous !== undefined && <Link to="/templates/sources/$id/compare" params={{ id: String(s.id) }} className="button button-secondary">{t('source.compare')}</Link>}
            <Download href={`/api/v1/template-sources/${s.id}/file`} format="docx" look="button button-secondary">{t('source.getFile')}</Download>
            {write && s.discardedAt === undefined && s.template === undefined && <button type="button" className="button button-secondary" onClick={() => does(() => unwrap(api.POST('/api/v1/template-sources/{id}/discard', { params })))}>{t('source.discard')}</button>}
            {write && s.discardedAt !== undefined && <button type="button" className="button button-primary" onClick={() => does(() => unwrap(api.POST('/api/v1/template-sources/{id}/restore', { params })))}>{t('source.restore')}</button>}
          </>
        }
      />
      {act.error && <ErrorState error={act.error} />}
      <Facts items={[
        { label: t('source.facts.family'), value: family ? inLanguage(family.name) : s.family },
        { label: t('source.facts.declared'), value: s.provenance === 'authority' ? t('source.declaredText', { whose: t('source.whose.authority'), by: s.declaredBy ?? '', on: s.declaredOn ? f.date(s.declaredOn) : '' }) : t('source.whose.secretariat') },
        { label: t('source.facts.convention'), value: t(`source.conventionName.${s.convention}`) },
        { label: t('source.facts.hash'), value: <Hash value={s.sha256} label={t('source.facts.hash')} /> },
      ]} />
      {s.evidence.length > 0 && (
        <details>
          <summary>{t('source.evidenceTitle')}</summary>
          <ul className="k-problems">{s.evidence.map((e) => <li key={e.reason}>{t('source.evidence', { count: e.count, reason: t(`source.reason.${e.reason}`), example: e.example })}</li>)}</ul>
        </details>
      )}
      {editable && <Declare key={[s.provenance, s.declaredBy, s.declaredOn].join(' ')} detail={detail} />}
      <Problems detail={detail} choose={choose} />
      <Workbench detail={detail} editable={editable} chosen={search.p === undefined ? undefined : search.p - 1} choose={choose} />
      {editable && <MakeDraft detail={detail} />}
    </>
  )
}

function Declare({ detail }: { detail: Detail }) {
  const { t } = useWords()
  const client = useQueryClient()
  const act = useAct()
  const { source: s } = detail
  const p = useProvenance(s)
  useUnsaved(p.dirty)
  const send = () => {
    const said = p.read()
    if (!said) return
    void act.run(async () => {
      client.setQueryData(sourceQuery(s.id).queryKey, await unwrap(api.PUT('/api/v1/template-sources/{id}/declaration', { params: { path: { id: s.id }, header: { 'If-Match': `"${s.version}"` } }, body: said })))
    })
  }
  return (
    <details>
      <summary>{t('source.declare')}</summary>
      <form className="k-form" noValidate onSubmit={(event) => { event.preventDefault(); send() }} onKeyDown={sendOnCtrlEnter}>
        {act.stale && <Stale detail={act.stale} reload={() => void client.invalidateQueries({ queryKey: sourceQuery(s.id).queryKey })} />}
        {act.error && <ErrorState error={act.error} />}
        <Provenance form={p} />
        <button type="submit" className="button button-secondary" aria-disabled={act.sending}>{t('source.declareSave')}</button>
      </form>
    </details>
  )
}

/** What stands in the way; each line leads to its paragraph. */
function Problems({ detail, choose }: { detail: Detail; choose: (place: number) => void }) {
  const { t } = useWords()
  const words = (position: number): string => {
    const text = detail.paragraphs.find((x) => x.text.position === position)?.text
    return text ? wordsOf(text).slice(0, 120) : ''
  }
  const list = (problems: Detail['problems']) => (
    <ul className="k-problems">
      {problems.map((p, i) => {
        const place = p.position >= 0 ? detail.paragraphs.find((x) => x.text.position === p.position)?.place : undefined
        const label = detail.fields.find((f) => f.path === p.text)?.label
        const said = t(`source.problem.${p.code}`, { text: p.code === 'both_alternatives' || p.code === 'heading_missing' ? words(p.position) : (label ?? (p.text || words(p.position))) })
        return <li key={i}>{place === undefined ? said : <a href={`#p-${place}`} onClick={(event) => { event.preventDefault(); choose(place); requestAnimationFrame(() => document.getElementById(`p-${place}`)?.focus()) }}>{said}</a>}</li>
      })}
    </ul>
  )
  const blocking = detail.problems.filter((p) => p.blocks)
  const rest = detail.problems.filter((p) => !p.blocks)
  return (
    <>
      {blocking.length > 0 && <Alert kind="warning" heading={t('source.problems', { count: blocking.length })}>{list(blocking)}</Alert>}
      {rest.length > 0 && <details><summary>{t('source.warnings', { count: rest.length })}</summary>{list(rest)}</details>}
    </>
  )
}

function MakeDraft({ detail }: { detail: Detail }) {
  const { t } = useWords()
  const client = useQueryClient()
  const navigate = useNavigate()
  const act = useAct()
  const [name, setName] = useState('')
  const [version, setVersion] = useState('')
  useUnsaved(name !== '' || version !== '')
  const { source: s } = detail
  const blocking = detail.problems.filter((p) => p.blocks).length
  const send = () =>
    void act.run(async () => {
      const made = await unwrap(api.POST('/api/v1/template-sources/{id}/draft', { params: { path: { id: s.id }, header: { 'If-Match': `"${s.version}"` } }, body: { ...(name.trim() && { name: name.trim() }), ...(version.trim() && { version: version.trim() }) } }))
      await client.invalidateQueries({ queryKey: ['templates'] })
      await client.invalidateQueries({ queryKey: ['template-sources'] })
      await navigate({ to: '/templates/$id', params: { id: String(made.id) }, ignoreBlocker: true })
    })
  return (
    <section className="k-section" aria-labelledby="make-draft">
      <h2 id="make-draft">{t('source.makeDraft')}</h2>
      <form className="k-form" onSubmit={(event) => { event.preventDefault(); send() }} onKeyDown={sendOnCtrlEnter}>
        {act.stale && <Stale detail={act.stale} reload={() => void client.invalidateQueries({ queryKey: sourceQuery(s.id).queryKey })} />}
        {act.error && <ErrorState error={act.error} />}
        <p>{blocking === 0 ? t('source.draftClear') : t('source.draftBlocked', { count: blocking })}</p>
        <Field id="draft-name" label={t('source.draftName')} hint={t('source.draftNameHint')} optional>{(props) => <input {...props} className="form-input" maxLength={200} autoComplete="off" value={name} onChange={(event) => setName(event.target.value)} />}</Field>
        <Field id="draft-version" label={t('source.draftVersion')} hint={t('source.draftVersionHint')} optional>{(props) => <input {...props} className="form-input k-day" maxLength={40} autoComplete="off" value={version} onChange={(event) => setVersion(event.target.value)} />}</Field>
        <button type="submit" className="button button-primary" aria-disabled={act.sending}>{t('source.draftDo')}</button>
      </form>
    </section>
  )
}
