import { useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { api, unwrap, type Schemas } from '../api/client'
import { useList } from '../api/list'
import { useFormat, useWords } from '../i18n'
import { useMay } from '../session'
import { Icon } from './Icon'
import { ErrorState } from './states'
import { useAct } from './useAct'

type Comment = Schemas['Comment']
/** What is commented on: a question, a clause, or neither for the whole. */
export interface Place {
  path?: string
  clause?: string
}

const at = (c: Place, place: Place) => c.path === place.path && c.clause === place.clause

/** What the secretariat said of an agreement: all of its places share the pages that were read. */
export const useComments = (agreement: number) =>
  useList(['agreements', agreement, 'comments', 'list'], (cursor, signal) =>
    unwrap(api.GET('/api/v1/agreements/{id}/comments', { params: { path: { id: agreement }, query: { cursor, limit: 200 } }, signal })))

/** What the secretariat says of one question or clause, folded until somebody looks; while it
    negotiates, a comment can go out to the vendor. */
export function CommentsAt({ agreement, place, label, toVendor = false }: { agreement: number; place: Place; label: string; toVendor?: boolean }) {
  const { t } = useWords()
  const may = useMay()
  const [shown, setShown] = useState(false) // a draft has a hundred places, and few are looked at
  const here = useComments(agreement).rows?.filter((c) => at(c, place)).reverse() ?? [] // told in the order in which it was said
  const open = here.filter((c) => !c.resolvedAt)
  return (
    <details className="k-comments" onToggle={(event) => setShown(event.currentTarget.open)}>
      <summary>
        <Icon name="edit" />{open.length > 0 ? t('form.comment.count', { count: open.length }) : t('form.comment.add')}<span className="sr-only">: {label}</span>
      </summary>
      {shown && <Lines comments={here} agreement={agreement} />}
      {shown && may('addComment') && <Write agreement={agreement} place={place} label={label} toVendor={toVendor} />}
    </details>
  )
}

function Lines({ comments, agreement }: { comments: Comment[]; agreement: number }) {
  const { t } = useWords()
  const f = useFormat()
  const may = useMay()
  const client = useQueryClient()
  const act = useAct()
  const settle = (c: Comment) => act.run(async () => {
    await unwrap(api.POST('/api/v1/comments/{id}/resolve', { params: { path: { id: c.id } }, body: { resolved: !c.resolvedAt } }))
    await client.invalidateQueries({ queryKey: ['agreements', agreement, 'comments'] })
  })
  return (
    <>
      <ul className="k-plain">
        {comments.map((c) => (
          <li key={c.id} className={c.resolvedAt ? 'k-comment k-comment--done' : 'k-comment'}>
            <p dir="auto">{c.text}</p>
            <p className="k-quiet">
              {t('agreement.field.byAt', { who: c.by, when: f.dateTime(c.at) })}
              {c.forVendor && ` · ${t('form.comment.forVendor')}`}
              {c.resolvedAt && ` · ${t('form.comment.resolved', { who: c.resolvedBy ?? '', when: f.dateTime(c.resolvedAt) })}`}
              {' '}{may('resolveComment') && <button type="button" className="k-textbutton" onClick={() => void settle(c)}>{t(c.resolvedAt ? 'form.comment.reopen' : 'form.comment.resolve')}<span className="sr-only">: {c.text.slice(0, 60)}</span></button>}
            </p>
          </li>
        ))}
      </ul>
      {act.error && <ErrorState error={act.error} />}
    </>
  )
}

function Write({ agreement, place, label, toVendor }: { agreement: number; place: Place; label: string; toVendor: boolean }) {
  const { t } = useWords()
  const client = useQueryClient()
  const act = useAct()
  const [text, setText] = useState('')
  const [forVendor, setForVendor] = useState(false) // internal, unless somebody says so
  const id = `comment-${(place.path ?? place.clause ?? 'whole').replace(/[^a-zA-Z0-9_-]/g, '-')}`
  const send = () => act.run(async () => {
    await unwrap(api.POST('/api/v1/agreements/{id}/comments', { params: { path: { id: agreement } }, body: { ...place, text, forVendor } }))
    setText('')
    setForVendor(false)
    await client.invalidateQueries({ queryKey: ['agreements', agreement, 'comments'] })
  })
  return (
    <form noValidate onSubmit={(event) => { event.preventDefault(); if (text.trim() !== '') void send() }}>
      <label htmlFor={id}>{t('form.comment.on', { label })}</label>
      <textarea id={id} className="form-input" rows={2} maxLength={4000} dir="auto" value={text} onChange={(event) => setText(event.target.value)} />
      {toVendor && <label className="k-check"><input type="checkbox" checked={forVendor} onChange={(event) => setForVendor(event.target.checked)} /> {t('form.comment.sendsAlong')}</label>}
      {act.error && <ErrorState error={act.error} />}
      <button type="submit" className="button button-secondary button-small" disabled={text.trim() === ''}>{t('form.comment.send')}</button>
    </form>
  )
}
