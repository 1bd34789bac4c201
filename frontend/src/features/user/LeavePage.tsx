import { useQuery, useQueryClient } from '@tanstack/react-query'
import { Link, useNavigate, useParams } from '@tanstack/react-router'
import { useState } from 'react'
import { api, unwrap, type Schemas } from '../../api/client'
import { useWords } from '../../i18n'
import { ErrorSummary, Field, type Mistake } from '../../ui/form'
import { Icon } from '../../ui/Icon'
import { PageHeading } from '../../ui/PageHeading'
import { ErrorState, Loaded } from '../../ui/states'
import { useAct } from '../../ui/useAct'
import { leaveQuery, personQuery } from './queries'

type Work = Schemas['OpenWork']

/** An act has its own page: what ends, what moves to whom, what cannot be undone. */
export default function LeavePage() {
  const { t } = useWords()
  const id = Number(useParams({ from: '/inside/users/$id/leave' }).id)
  const person = useQuery(personQuery(id))
  const check = useQuery(leaveQuery(id))
  return (
    <Loaded query={person}>
      {(p) => (
        <div className="k-act">
          <PageHeading kicker={<Link to="/users/$id" params={{ id: String(id) }}>{p.name}</Link>} title={t('people.leaveTitle', { name: p.name })} lead={t('people.leaveLead')} />
          <Loaded query={check}>{({ work }) => <Act person={p} work={work} />}</Loaded>
        </div>
      )}
    </Loaded>
  )
}

const keyOf = (w: Work) => String(w.organisation?.id ?? 0)

function Act({ person: p, work }: { person: Schemas['Person']; work: Work[] }) {
  const { t } = useWords()
  const navigate = useNavigate()
  const client = useQueryClient()
  const act = useAct()
  const [to, setTo] = useState<Record<string, string>>({})
  const [tried, setTried] = useState(0)
  const where = (w: Work) => w.organisation?.name ?? t('people.secretariat')
  const missing = (w: Work) => (tried > 0 && w.moves && !to[keyOf(w)] ? t('people.leaveToMissing') : undefined)
  const mistakes = work.flatMap((w): Mistake[] => {
    const message = missing(w)
    return message ? [{ field: `to-${keyOf(w)}`, message: `${where(w)}: ${message}` }] : []
  })
  const send = async () => {
    setTried((n) => n + 1)
    if (work.some((w) => w.moves && !to[keyOf(w)])) return
    const moves = work.flatMap((w) => (w.moves && w.organisation ? [{ organisation: w.organisation.id, to: Number(to[keyOf(w)]) }] : []))
    await act.run(async () => {
      const left = await unwrap(api.POST('/api/v1/users/{id}/leave', { params: { path: { id: p.id } }, body: { moves } }))
      client.setQueryData(personQuery(p.id).queryKey, left)
      void client.invalidateQueries({ queryKey: ['users'] })
      void client.invalidateQueries({ queryKey: ['systems'] })
      await navigate({ to: '/users/$id', params: { id: String(p.id) } })
    })
  }
  const facts = (w: Work): string[] => [
    w.owned > 0 && t('people.leaveOwned', { count: w.owned }),
    w.responsible > 0 && t('people.leaveResponsible', { count: w.responsible }),
    w.settings > 0 && t('people.leaveSettings'),
    w.keys > 0 && t('people.leaveKeys', { count: w.keys }),
  ].flatMap((x) => (x === false ? [] : [x]))
  return (
    <>
      <ul className="k-act__checks">
        {work.map((w) => (
          <li key={keyOf(w)}>
            <Icon name="person" />
            <div>
              <p><strong>{where(w)}: {t('people.leaveRoles', { count: w.roles })}</strong></p>
              {w.moves ? (
                <>
                  <ul>{facts(w).map((x) => <li key={x}>{x}</li>)}</ul>
                  <Field id={`to-${keyOf(w)}`} label={t('people.leaveTo', { organisation: where(w) })} error={missing(w)}>
                    {(props) => (
                      <select {...props} className="form-select" value={to[keyOf(w)] ?? ''} onChange={(event) => setTo((old) => ({ ...old, [keyOf(w)]: event.target.value }))}>
                        <option value="">{t('agreement.field.choose')}</option>
                        {w.colleagues?.map((c) => <option key={c.id} value={c.id}>{c.name}</option>)}
                      </select>
                    )}
                  </Field>
                </>
              ) : (
                <p>{t('people.leaveNothing')}</p>
              )}
            </div>
          </li>
        ))}
        <li>
          <Icon name="lock" className="k-act__warn" />
          <div>
            <p><strong>{t('people.leaveGone')}</strong></p>
            <p>{t('people.leaveKept')} {t('people.leaveAnonymised')}</p>
          </div>
        </li>
      </ul>
      <ErrorSummary mistakes={mistakes} attempt={tried} />
      {act.error && <ErrorState error={act.error} />}
      <div className="k-actions">
        <button type="button" className="button button-primary" aria-disabled={act.sending} onClick={() => void send()}>{t('people.leaveButton')}</button>
        <Link to="/users/$id" params={{ id: String(p.id) }}>{t('common.back')}</Link>
      </div>
    </>
  )
}
