import { useQueryClient } from '@tanstack/react-query'
import { useCallback } from 'react'
import { api, unwrap, type Schemas } from '../../api/client'
import { useWords } from '../../i18n'
import { useMay } from '../../session'
import { AnswerField } from '../../ui/answer/AnswerField'
import { usePrint } from '../../ui/answer/usePrint'
import { Tag } from '../../ui/Tag'
import { concluded } from './concluded'

type Detail = Schemas['AccessionDetail']

/** What the organisation says for itself: asked while it can still change, told from then on. */
export function OwnFacts({ detail, office }: { detail: Detail; office: boolean }) {
  const { t } = useWords()
  const may = useMay()
  const client = useQueryClient()
  const id = detail.accession.id
  const saved = useCallback(
    (answer: Schemas['Answer']) => {
      client.setQueryData<Detail>(['accessions', id], (old) => old && { ...old, answers: [...old.answers.filter((x) => x.path !== answer.path), { ...answer, source: 'member' }] })
      void client.invalidateQueries({ queryKey: ['accessions', id], exact: true })
    },
    [client, id],
  )
  if (detail.fields.length === 0) return null
  const answers = new Map(detail.answers.map((a) => [a.path, a]))
  const change = detail.editable && may('answerAccession')
  const send = (path: string, base: number, value: unknown) =>
    unwrap(api.PATCH('/api/v1/accessions/{id}/answers', { params: { path: { id } }, body: { path, base, value } }))
  return (
    <section aria-labelledby="facts">
      <div className="k-progressline">
        <h2 id="facts">{t(office ? 'accession.factsOffice' : 'accession.facts')}</h2>
        <span role="status">{t('agreement.progress', { done: detail.fields.length - detail.accession.missing.length, total: detail.fields.length })}</span>
      </div>
      <p className="k-quiet">{change ? t('accession.factsHelp') : detail.editable ? t('accession.factsTheirs') : t(concluded(detail) ? 'accession.factsLocked' : 'accession.factsStopped')}</p>
      {change ? detail.fields.map((field) => (
        <div key={field.path} className="k-own">
          <AnswerField record={`accession.${id}`} field={field} answer={answers.get(field.path)} rules={[]} send={send} onSaved={saved} />
          {answers.get(field.path)?.source === 'register' && <p className="k-quiet">{t('accession.fromRegister')}</p>}
          {answers.get(field.path)?.source === 'base' && <p className="k-quiet">{t('amendment.fromBase')}</p>}
        </div>
      )) : <Told detail={detail} answers={answers} />}
    </section>
  )
}

function Told({ detail, answers }: { detail: Detail; answers: Map<string, Schemas['OwnAnswer']> }) {
  const { t } = useWords()
  const print = usePrint()
  return (
    <dl className="k-answers">
      {detail.fields.map((field) => (
        <div key={field.path}>
          <dt>{field.label}</dt>
          <dd>{detail.accession.missing.includes(field.path) ? <Tag tone="attention">{t('accession.factMissing')}</Tag> : print(field, answers.get(field.path)?.value)}</dd>
        </div>
      ))}
    </dl>
  )
}
