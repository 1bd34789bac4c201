import { useQuery, useQueryClient } from '@tanstack/react-query'
import { Link, useParams } from '@tanstack/react-router'
import { useCallback, useEffect, useMemo } from 'react'
import { fileHref, type Schemas } from '../../api/client'
import { useFormat, useWords } from '../../i18n'
import { isOffice, useMay, useMe } from '../../session'
import { ClauseText, fieldId } from '../../ui/ClauseText'
import { Facts } from '../../ui/Facts'
import { Hash } from '../../ui/Hash'
import { History } from '../../ui/History'
import { Download, Read } from '../../ui/Download'
import { Icon } from '../../ui/Icon'
import { PageHeading } from '../../ui/PageHeading'
import { Scrolled } from '../../ui/Scrolled'
import { ErrorState, Loaded, Skeleton } from '../../ui/states'
import { Tag, type Tone } from '../../ui/Tag'
import { AnswerForm, AnswerList } from './Answers'
import { agreementQuery, historyQuery, textQuery } from './queries'

type Detail = Schemas['AgreementDetail']

const conformityTone: Record<Detail['conformity'], Tone> = { unchanged: 'ok', deviates: 'attention', not_authority: 'attention' }

export default function AgreementPage() {
  const { id } = useParams({ from: '/inside/agreements/$id' })
  const query = useQuery(agreementQuery(Number(id)))
  return <Loaded key={id} query={query}>{(detail) => <Page detail={detail} />}</Loaded>
}

function Page({ detail }: { detail: Detail }) {
  const { t } = useWords()
  const f = useFormat()
  const may = useMay()
  const office = isOffice(useMe())
  const client = useQueryClient()
  const { agreement: a, template, systems, conformity } = detail
  const id = a.id
  const params = { id: String(id) }
  const draft = a.state === 'draft'
  const canWrite = draft && may('answerAgreement')
  const history = useQuery({ ...historyQuery(id), enabled: may('getAgreementHistory') })
  const saved = useCallback(
    (answer: Schemas['Answer']) => {
      client.setQueryData<Detail>(['agreements', id], (old) => old && { ...old, answers: [...old.answers.filter((x) => x.path !== answer.path), answer] })
      // What the register knows about rows comes with the whole.
      if (Array.isArray(answer.value)) void client.invalidateQueries({ queryKey: ['agreements', id], exact: true })
      void client.invalidateQueries({ queryKey: ['agreements', id, 'text'] })
      void client.invalidateQueries({ queryKey: ['agreements', id, 'release-check'] })
    },
    [client, id],
  )
  useEffect(() => {
    // The release page leads to a question by its name in the address.
    const name = window.location.hash.slice(1)
    if (name.startsWith(fieldId(''))) goTo(name)
  }, [])
  return (
    <>
      {draft && <p className="k-band"><Icon name="edit" />{t('agreement.draftBand')}</p>}
      <PageHeading
        kicker={<Link to="/vendors/$number" params={{ number: String(a.vendor.number) }}>{a.vendor.name}</Link>}
        title={a.title}
        lead={
          <>
            <Tag tone={draft ? 'attention' : 'ok'}>{t(`agreement.stateName.${a.state}`)}</Tag>
            {!draft && a.offered && <span>{t('agreement.offeredLine', { when: f.dateTime(a.offered) })}</span>}
          </>
        }
        actions={
          <>
            {draft && may('releaseAgreement') && <Link to="/agreements/$id/release" params={params} className="button button-primary"><Icon name="send" />{t('agreement.toRelease')}</Link>}
            {detail.batch && may('getBatch') && <Link to="/batches/$id" params={{ id: String(detail.batch.id) }} className={`button ${detail.batch.state === 'done' ? 'button-secondary' : 'button-primary'}`}>{t('agreement.toBatch')}</Link>}
            {!draft && may('releaseAgreementMore') && <Link to="/agreements/$id/release" params={params} className="button button-secondary">{t('agreement.more')}</Link>}
            {!draft && may('renewAgreement') && <Link to="/agreements/$id/renew" params={params} className="button button-secondary">{t('agreement.renew')}</Link>}
            {detail.ownAccession !== undefined && <Link to="/accessions/$id" params={{ id: String(detail.ownAccession) }} className="button button-primary">{t('agreement.toOwn')}</Link>}
          </>
        }
      />
      <Facts items={[
        { label: t('agreement.number'), value: `${a.number} · ${t('agreement.version').toLowerCase()} ${a.versionNo}` },
        { label: t('agreement.template'), value: (
          <>
            {may('getTemplate') ? <Link to="/templates/$id" params={{ id: String(template.id) }}>{template.name}</Link> : template.name}
            {` · ${t(`template.provenanceName.${template.provenance}`)} `}
            {may('planAgreementMove') && <Link to="/agreements/$id/move" params={params}>{t('agreement.toMove')}</Link>}
          </>
        ) },
        { label: t('agreement.conformity'), value: <Tag tone={conformityTone[conformity]}>{t(`agreement.conformityName.${conformity}`)}</Tag> },
        { label: t('agreement.systems'), value: systems.map((s, i) => (
          <span key={s.number}>{i > 0 && ', '}<Link to="/systems/$number" params={{ number: String(s.number) }}>{s.name}</Link></span>
        )) },
        office && a.accessions !== undefined && !draft && { label: t('agreement.accessions'), value: <Link to="/accessions" search={{ agreement: id }}>{f.number(a.accessions)}</Link> },
        !draft && { label: t('agreement.textHash'), value: detail.textHash ? <Hash value={detail.textHash} label={t('agreement.textHash')} /> : t('agreement.textHashNone') },
      ]} />
      <div className="k-bench">
        <section aria-labelledby="answers">
          <h2 id="answers">{t('agreement.answers')}</h2>
          {canWrite ? <AnswerForm detail={detail} onSaved={saved} /> : <AnswerList detail={detail} />}
        </section>
        <TextPane detail={detail} follow={canWrite} />
      </div>
      {may('getAgreementHistory') && <History query={history} />}
    </>
  )
}

function goTo(id: string) {
  const control = document.getElementById(id)
  control?.scrollIntoView({ block: 'center' })
  control?.focus({ preventScroll: true })
}

function TextPane({ detail, follow }: { detail: Detail; follow: boolean }) {
  const { t } = useWords()
  const may = useMay()
  const id = detail.agreement.id
  const draft = detail.agreement.state === 'draft'
  const text = useQuery(textQuery(id))
  const slots = useMemo(() => new Map(detail.fields.map((x) => [x.path, { label: x.label, local: x.local }])), [detail.fields])
  const toField = (path: string) => goTo(fieldId(path))
  return (
    <Scrolled as="section" className="k-bench__text" aria-labelledby="text">
      <div className="k-bench__head">
        <div className="k-progressline">
          <h2 id="text">{t('agreement.preview')}</h2>
          {may('previewAgreement') && (
            <div className="k-actions">
              <Read href={fileHref(`/api/v1/agreements/${id}/preview`, { format: 'html' })}>{t('agreement.html')}</Read>
              {(['pdf', 'docx'] as const).map((format) => (
                <Download key={format} href={fileHref(`/api/v1/agreements/${id}/preview`, { format })} format={format}>{draft ? t(`agreement.${format}`) : t(`agreement.${format}Offered`)}</Download>
              ))}
            </div>
          )}
        </div>
        <ul className="k-legend" aria-label={t('agreement.legend.label')}>
          <li><span className="k-fill">{t('agreement.legend.filled')}</span></li>
          {draft && <li><span className="k-hole">{t('agreement.legend.missing')}</span></li>}
          <li><span className="k-hole k-hole--local">{t('agreement.legend.local')}</span></li>
        </ul>
      </div>
      {text.data ? (
        <ClauseText clauses={text.data.clauses} slots={slots} onHole={follow ? toField : undefined} />
      ) : text.error ? (
        <ErrorState error={text.error} retry={() => void text.refetch()} />
      ) : (
        <div className="k-text"><Skeleton lines={12} /></div>
      )}
    </Scrolled>
  )
}
