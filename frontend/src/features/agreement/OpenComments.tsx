import type { Schemas } from '../../api/client'
import { useWords } from '../../i18n'
import { fieldId } from '../../ui/ClauseText'
import { CommentsAt, useComments } from '../../ui/Comments'
import { goTo } from '../../ui/goTo'
import { MoreButton } from '../../ui/states'

/** All that is open, each with the way to its place; and the way to say something of the whole. */
export function OpenComments({ detail }: { detail: Schemas['AgreementDetail'] }) {
  const { t } = useWords()
  const id = detail.agreement.id
  const list = useComments(id)
  const open = list.rows?.filter((c) => !c.resolvedAt).reverse() ?? []
  const label = (c: Schemas['Comment']) => (c.path ? detail.fields.find((x) => x.path === c.path)?.label ?? c.path : c.clause)
  return (
    <section className="k-section" aria-labelledby="comments">
      <h2 id="comments" tabIndex={-1}>{t('form.comment.title')}</h2>
      <p className="k-quiet">{t('form.comment.lead')}</p>
      {open.length === 0 ? list.rows && <p>{t('form.comment.none')}</p> : (
        <ul className="k-plain k-hearings">
          {open.map((c) => {
            const to = c.path ? fieldId(c.path) : `clause-${c.clause}`
            return (
              <li key={c.id}>
                {c.path || c.clause ? <a href={`#${to}`} onClick={(event) => { event.preventDefault(); goTo(to) }}>{label(c)}</a> : <span>{t('form.comment.whole')}</span>}
                <span dir="auto">{c.text}</span>
                <span className="k-quiet">{c.by}</span>
              </li>
            )
          })}
        </ul>
      )}
      {list.hasMore && <div className="k-more"><MoreButton list={list} /></div>}
      <CommentsAt agreement={id} place={{}} label={t('form.comment.whole')} />
    </section>
  )
}
