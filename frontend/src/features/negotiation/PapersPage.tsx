import { useQuery, useQueryClient } from '@tanstack/react-query'
import { Link, useNavigate, useParams } from '@tanstack/react-router'
import { useState } from 'react'
import { ApiError } from '../../api/problem'
import { useFormat, useWords } from '../../i18n'
import { useMay } from '../../session'
import { Dropzone } from '../../ui/Dropzone'
import { Field } from '../../ui/form'
import { Hash } from '../../ui/Hash'
import { PageHeading } from '../../ui/PageHeading'
import { Empty, ErrorState, Loaded } from '../../ui/states'
import { Tag } from '../../ui/Tag'
import { papersQuery, paperQuery, takePaper, type Paper, type PaperHead } from './paperQueries'
import { maxSize, negotiationQuery } from './queries'

/** The agreements that the vendor wrote, and the place where another is put. */
export default function PapersPage() {
  const id = Number(useParams({ from: '/inside/negotiations/$id/papers' }).id)
  const { t } = useWords()
  const may = useMay()
  const client = useQueryClient()
  const navigate = useNavigate()
  const negotiation = useQuery(negotiationQuery(id))
  const query = useQuery(papersQuery(id))
  const taken = (paper: Paper) => {
    client.setQueryData(paperQuery(id, paper.head.id).queryKey, paper)
    void client.invalidateQueries({ queryKey: papersQuery(id).queryKey, exact: true })
    void navigate({ to: '/negotiations/$id/papers/$paper', params: { id: String(id), paper: String(paper.head.id) } })
  }
  return (
    <Loaded query={negotiation}>
      {(detail) => (
        <>
          <PageHeading kicker={<Link to="/negotiations/$id" params={{ id: String(id) }}>{t('negotiation.of', { title: detail.negotiation.title })}</Link>} title={t('paper.title')} />
          <p>{t('paper.lead')}</p>
          <Loaded query={query}>
            {(list) => {
              const takes = list.open && may('receiveVendorPaper')
              return (
                <>
                  {takes && <Take id={id} done={taken} />}
                  {list.items.length === 0 && <Empty why={t('paper.none')} help={t(takes ? 'paper.noneHelp' : 'paper.noneRead')} />}
                  <ol className="k-plain k-rounds">{list.items.map((head) => <Head key={head.id} id={id} head={head} />)}</ol>
                </>
              )
            }}
          </Loaded>
        </>
      )}
    </Loaded>
  )
}

function Head({ id, head }: { id: number; head: PaperHead }) {
  const { t } = useWords()
  const f = useFormat()
  return (
    <li>
      <div className="k-change__head">
        <h2><Link to="/negotiations/$id/papers/$paper" params={{ id: String(id), paper: String(head.id) }}>{head.fileName}</Link></h2>
        {!head.agreement && <Tag tone="attention">{t('paper.notAgreement')}</Tag>}
      </div>
      <p>{[f.dateTime(head.madeAt), head.madeBy].filter(Boolean).join(', ')}</p>
      <p><Progress head={head} /></p>
      <p className="k-actions"><Hash value={head.sha256} label={t('paper.fileHash')} /></p>
    </li>
  )
}

/** How far the lawyer is, and how much is not fulfilled. */
export function Progress({ head }: { head: PaperHead }) {
  const { t } = useWords()
  const f = useFormat()
  return (
    <>
      <Tag tone={head.assessed < head.entries ? 'attention' : 'ok'}>{t('paper.assessedOf', { count: head.assessed, all: f.number(head.entries) })}</Tag>
      {head.unmet > 0 && <>{' '}<Tag tone="overdue">{t('paper.unmet', { count: head.unmet })}</Tag></>}
    </>
  )
}

function Take({ id, done }: { id: number; done: (paper: Paper) => void }) {
  const { t } = useWords()
  const f = useFormat()
  const [file, setFile] = useState<File>()
  const [error, setError] = useState<unknown>()
  const take = async (chosen: File | undefined) => {
    if (!chosen || file) return
    setError(undefined)
    if (chosen.size > maxSize) return setError(new ApiError(413, { code: 'negotiation.file_too_large' }))
    setFile(chosen)
    try {
      done(await takePaper(id, chosen))
    } catch (refusal) {
      setError(refusal)
    } finally {
      setFile(undefined)
    }
  }
  const says = file && t('paper.reading', { file: file.name, size: f.bytes(file.size) })
  return (
    <section className="k-section k-receive" aria-labelledby="receive">
      <h2 id="receive">{t('paper.receive')}</h2>
      {error !== undefined && <ErrorState error={error} focus />}
      <Dropzone label={t('paper.receive')} take={(dropped) => void take(dropped.files[0])}>
        <Field id="paper" label={t('paper.file')} hint={t('paper.fileHint')}>
          {(props) => (
            <input {...props} type="file" disabled={file !== undefined} accept=".docx,.pdf,application/vnd.openxmlformats-officedocument.wordprocessingml.document,application/pdf" onChange={(event) => {
              const chosen = event.target.files?.[0]
              event.target.value = '' // the same file can be tried again
              void take(chosen)
            }} />
          )}
        </Field>
        <p role="status">{says && <><progress className="k-receive__bar" aria-label={says} /> {says}</>}</p>
      </Dropzone>
    </section>
  )
}
