import { queryOptions } from '@tanstack/react-query'
import { api, unwrap, type Schemas } from '../api/client'
import { isNotFound } from '../api/problem'
import { useFormat, useWords } from '../i18n'
import { Tag } from './Tag'

type Answer = Schemas['Supervision']

/** Whether the secretariat supervises the system; null when it has not been counted. */
export const supervisionQuery = (number: number) =>
  queryOptions({
    queryKey: ['systems', number, 'supervision'],
    queryFn: async ({ signal }): Promise<Answer | null> => {
      try {
        return await unwrap(api.GET('/api/v1/systems/{number}/supervision', { params: { path: { number } }, signal }))
      } catch (error) {
        if (isNotFound(error)) return null
        throw error
      }
    },
  })

/** Yes or no, the numbers that say why, and when a job counted them. */
export function Supervision({ answer }: { answer: Answer }) {
  const { t } = useWords()
  const f = useFormat()
  const words = { agreed: answer.agreed, users: answer.users, threshold: answer.threshold ?? 0 }
  return (
    <>
      {answer.inScope ? t('scope.supervised', words) : t('scope.notSupervised', words)}{' '}
      {answer.unconfirmed && <Tag tone="attention">{t('scope.unconfirmed')}</Tag>}
      <span className="k-quiet k-below">{t('scope.counted', { when: f.dateTime(answer.counted) })}</span>
    </>
  )
}
