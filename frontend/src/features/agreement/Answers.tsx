import { useMemo } from 'react'
import type { Schemas } from '../../api/client'
import { useWords } from '../../i18n'
import { Tag } from '../../ui/Tag'
import { groups, isAsked, valuesOf } from '../../api/showIf'
import { usePrint } from '../../ui/answer/usePrint'

type Detail = Schemas['AgreementDetail']

function useAnswers(detail: Detail) {
  return useMemo(() => {
    const answers = new Map(detail.answers.map((x) => [x.path, x]))
    const values = valuesOf(detail)
    const asked = detail.fields.filter((x) => isAsked(x, values))
    return { answers, values, asked, local: detail.fields.filter((x) => x.local) }
  }, [detail])
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
                  <dd dir="auto">
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

/** What each organisation's own facts fill in. */
export function Local({ names }: { names: string[] }) {
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
