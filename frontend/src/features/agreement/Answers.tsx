import { useMemo } from 'react'
import { api, unwrap, type Schemas } from '../../api/client'
import { useWords } from '../../i18n'
import { Tag } from '../../ui/Tag'
import { AnswerField } from '../../ui/answer/AnswerField'
import { groups, isAsked, speaking, valuesOf } from '../../api/showIf'
import { usePrint } from '../../ui/answer/usePrint'

type Detail = Schemas['AgreementDetail']

function useAnswers(detail: Detail) {
  return useMemo(() => {
    const answers = new Map(detail.answers.map((x) => [x.path, x]))
    const values = valuesOf(detail)
    const asked = detail.fields.filter((x) => isAsked(x, values))
    const filled = asked.filter((x) => values.get(x.path) !== undefined && values.get(x.path) !== null).length
    return { answers, values, asked, filled, rules: speaking(detail, values), local: detail.fields.filter((x) => x.local) }
  }, [detail])
}

/** The questions of a draft, in the groups of the template. */
export function AnswerForm({ detail, onSaved }: { detail: Detail; onSaved: (answer: Schemas['Answer']) => void }) {
  const { t } = useWords()
  const { answers, asked, filled, rules, local } = useAnswers(detail)
  const send = (path: string, base: number, value: unknown) =>
    unwrap(api.PATCH('/api/v1/agreements/{id}/answers', { params: { path: { id: detail.agreement.id } }, body: { path, base, value } }))
  return (
    <>
      <div className="k-progressline">
        <span className="k-quiet">{t('agreement.answersLead')}</span>
        <span role="status">{t('agreement.progress', { done: filled, total: asked.length })}</span>
      </div>
      {groups(asked).map(([group, fields]) => (
        <div key={group} className="k-group" role="group" aria-label={group || t('agreement.answers')}>
          {group && <h3>{group}</h3>}
          {fields.map((field) => (
            <AnswerField key={field.path} record={`agreement.${detail.agreement.id}`} send={send} field={field} answer={answers.get(field.path)} rules={rules.filter((r) => r.path === field.path)} onSaved={onSaved} />
          ))}
        </div>
      ))}
      <Local names={local.map((x) => x.label)} />
    </>
  )
}

/** The answers of a released agreement: to be read, not changed. */
export function AnswerList({ detail }: { detail: Detail }) {
  const { t } = useWords()
  const print = usePrint()
  const { answers, values, asked, local } = useAnswers(detail)
  return (
    <>
      {detail.agreement.state === 'offered' && <p className="k-quiet">{t('agreement.answersLocked')}</p>}
      {groups(asked).map(([group, fields]) => (
        <div key={group} className="k-group">
          {group && <h3>{group}</h3>}
          <dl className="k-answers">
            {fields.map((field) => {
              const answered = answers.get(field.path)?.value !== undefined && answers.get(field.path)?.value !== null
              return (
                <div key={field.path}>
                  <dt>{field.label}</dt>
                  <dd>
                    {print(field, values.get(field.path))} {!answered && field.unconfirmed && <Tag tone="attention">{t('agreement.field.unconfirmed')}</Tag>}
                  </dd>
                </div>
              )
            })}
          </dl>
        </div>
      ))}
      <Local names={local.map((x) => x.label)} />
    </>
  )
}

function Local({ names }: { names: string[] }) {
  const { t } = useWords()
  if (names.length === 0) return null
  return (
    <div className="k-group">
      <h3>{t('agreement.localTitle')}</h3>
      <p className="k-quiet">{t('agreement.localHelp')}</p>
      <ul>{names.map((name) => <li key={name}>{name}</li>)}</ul>
    </div>
  )
}
