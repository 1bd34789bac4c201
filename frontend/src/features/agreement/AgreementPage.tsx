import { useQuery, useQueryClient } from '@tanstack/react-query'
import { Link, useParams } from '@tanstack/react-router'
import { useCallback, useEffect } from 'react'
import { agreementQuery } from '../../api/agreements'
import type { Schemas } from '../../api/client'
import { useFormat, useWords } from '../../i18n'
import { isOffice, useMay, useMe } from '../../session'
import { Amendment } from '../../ui/Amendment'
import { fieldId } from '../../ui/ClauseText'
import { Facts } from '../../ui/Facts'
import { Hash } from '../../ui/Hash'
import { History } from '../../ui/History'
import { Icon } from '../../ui/Icon'
import { PageHeading } from '../../ui/PageHeading'
import { Loaded } from '../../ui/states'
import { Tag, type Tone } from '../../ui/Tag'
import { goTo } from '../../ui/goTo'
import { AnswerList } from './Answers'
import { Negotiation } from './Negotiation'
import { OpenComments } from './OpenComments'
import { DraftBench } from './DraftBench'
import { Eyes } from './Eyes'
import { Hearings } from './Hearings'
import { historyQuery, otherTemplates, textQuery } from './queries'
import { TextPane } from './TextPane'

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
  const movable = (useQuery({ ...otherTemplates(template), enabled: may('planAgreementMove') }).data ?? []).length > 0
  const changes = useQuery({ ...textQuery(id), enabled: a.kind === 'amendment' }).data?.changes
  const saved = useCallback(
    (answer: Schemas['Answer']) => {
      client.setQueryData<Detail>(['agreements', id], (old) => old && { ...old, answers: [...old.answers.filter((x) => x.path !== answer.path), answer] })
      // What the register knows about rows comes with the whole.
      if (Array.isArray(answer.value)) void client.invalidateQueries({ queryKey: ['agreements', id], exact: true })
      void client.invalidateQueries({ queryKey: ['agreements', id, 'text'] })
      void client.invalidateQueries({ queryKey: ['agreements', id, 'release-check'] })
      void client.invalidateQueries({ queryKey: ['agreements', id, 'reviews'] })
    },
    [client, id],
  )
  useEffect(() => {
    // The release page leads to a question, or to the comments, by its name in the address.
    const name = window.location.hash.slice(1)
    if (name.startsWith(fieldId('')) || name === 'comments') goTo(name)
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
            {!draft && may('releaseAgreementMore') && <Link to="/agreements/$id/release" params={params} className="button button-secondary">{t('release.more')}</Link>}
            {!draft && may('renewAgreement') && <Link to="/agreements/$id/renew" params={params} className="button button-secondary">{t('release.renew')}</Link>}
            <Negotiation agreement={id} draft={draft} />
            {detail.ownAccession !== undefined && <Link to="/accessions/$id" params={{ id: String(detail.ownAccession) }} className="button button-primary">{t('agreement.toOwn')}</Link>}
          </>
        }
      />
      <Amendment of={a} changes={changes} />
      <Facts items={[
        { label: t('agreement.number'), value: `${a.number} · ${t('agreement.version').toLowerCase()} ${a.versionNo}` },
        { label: t('agreement.template'), value: (
          <>
            {may('getTemplate') ? <Link to="/templates/$id" params={{ id: String(template.id) }}>{template.name}</Link> : template.name}
            {` · ${t(`template.provenanceName.${template.provenance}`)} `}
            {movable && <Link to="/agreements/$id/move" params={params}>{t('agreement.toMove')}</Link>}
          </>
        ) },
        { label: t('agreement.conformity'), value: <Tag tone={conformityTone[conformity]}>{t(`agreement.conformityName.${conformity}`)}</Tag> },
        { label: t('agreement.systems'), value: (
          <>
            {systems.map((s, i) => (
              <span key={s.number}>{i > 0 && ', '}<Link to="/systems/$number" params={{ number: String(s.number) }}>{s.name}</Link></span>
            ))}
            {draft && a.versionNo === 1 && may('setAgreementSystems') && <> · <Link to="/agreements/$id/systems" params={params}>{t('agreement.toSystems')}</Link></>}
          </>
        ) },
        office && a.accessions !== undefined && !draft && { label: t('agreement.accessions'), value: <Link to="/accessions" search={{ agreement: id }}>{f.number(a.accessions)}</Link> },
        !draft && { label: t('agreement.textHash'), value: detail.textHash ? <Hash value={detail.textHash} label={t('agreement.textHash')} /> : t('agreement.textHashNone') },
      ]} />
      {canWrite ? <DraftBench detail={detail} onSaved={saved} /> : (
        <div className="k-bench">
          <section aria-labelledby="answers">
            <h2 id="answers">{t('agreement.answers')}</h2>
            <AnswerList detail={detail} />
          </section>
          <TextPane detail={detail} />
        </div>
      )}
      {draft && office && may('getAgreementReviews') && <Eyes agreement={id} />}
      {office && may('listComments') && <OpenComments detail={detail} />}
      {office && may('listHearings') && <Hearings agreement={id} draft={draft} />}
      {may('getAgreementHistory') && <History query={history} />}
    </>
  )
}
