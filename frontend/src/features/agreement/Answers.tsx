import { useMemo } from 'react'
import type { Schemas } from '../../api/client'
import { useFormat, useWords } from '../../i18n'
import { Tag } from '../../ui/Tag'
import { AnswerField } from './AnswerField'
import { groups, inForce, isShown } from '../../api/showIf'

type Detail = Schemas['AgreementDetail']

function useAnswers(detail: Detail) {
  return useMemo(() => {
    const answers = new Map(detail.answers.map((x) => [x.path, x]))
    const fields = new Map(detail.fields.map((x) => [x.path, x]))
    const asked = detail.fields.filter((x) => !x.local && isShown(x, fields, answers))
    const filled = asked.filter((x) => inForce(x, answers) !== undefined && inForce(x, answers) !== null).length
    return { answers, asked, filled, local: detail.fields.filter((x) => x.local) }
  }, [detail])
}

/** The questions of a draft, in the groups of the template. */
export function AnswerForm({ detail, onSaved }: { detail: Detail; onSaved: (answer: Schemas['Answer']) => void }) {
  const { t } = useWords()
  const { answers, asked, filled, local } = useAnswers(detail)
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
            <AnswerField key={field.path} agreement={detail.agreement.id} field={field} answer={answers.get(field.path)} onSaved={onSaved} />
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
  const f = useFormat()
  const { answers, asked, local } = useAnswers(detail)
  const print = (field: Schemas['Field']): string => {
    const value = inForce(field, answers)
    if (value === undefined || value === null || value === '') return t('common.notGiven')
    if (typeof value === 'boolean') return value ? t('common.yes') : t('common.no')
    if (field.type === 'date') return typeof value === 'string' ? f.date(value) : ''
    return field.choices?.find((c) => c.value === value)?.label ?? [typeof value === 'number' || typeof value === 'string' ? String(value) : '', field.unit].filter(Boolean).join(' ')
  }
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
                    {print(field)} {!answered && field.unconfirmed && <Tag tone="attention">{t('agreement.field.unconfirmed')}</Tag>}
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
