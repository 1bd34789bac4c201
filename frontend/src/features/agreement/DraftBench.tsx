import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { useCallback, useMemo } from 'react'
import { api, unwrap, type Schemas } from '../../api/client'
import { useWords } from '../../i18n'
import { useMay } from '../../session'
import { Alert } from '../../ui/Alert'
import { fieldId, type Clause } from '../../ui/ClauseText'
import { CommentsAt } from '../../ui/Comments'
import { AnswerField } from '../../ui/answer/AnswerField'
import { useRefused } from '../../ui/answer/useRefused'
import { Local } from './Answers'
import { FormFoot, FormIndex } from './FormIndex'
import { formState, nextMissing } from './formState'
import { TextPane } from './TextPane'
import { Unused } from './Unused'
import { copySourcesQuery } from './queries'
import { usePanes, type Pane } from './usePanes'

interface Props {
  detail: Schemas['AgreementDetail']
  onSaved: (answer: Schemas['Answer']) => void
}

/** A draft being written: the groups, the questions, and the text that follows the cursor. */
export function DraftBench({ detail, onSaved }: Props) {
  const { t } = useWords()
  const { refused, note } = useRefused()
  const state = useMemo(() => formState(detail, refused), [detail, refused])
  const answers = useMemo(() => new Map(detail.answers.map((x) => [x.path, x])), [detail.answers])
  const next = useCallback((from: string | undefined) => {
    const field = nextMissing(state, from)
    return field && fieldId(field.path)
  }, [state])
  const { pane, setPane, at, entered, toField, toMissing } = usePanes(next)
  const id = detail.agreement.id
  const send = (path: string, base: number, value: unknown) => unwrap(api.PATCH('/api/v1/agreements/{id}/answers', { params: { path: { id } }, body: { path, base, value } }))
  // Annex B.1 begins with the chain that the register knows; later changes of it are dated in the register.
  const chain = useMemo(() => ({
    label: t('form.rows.takeChain'),
    load: async () => (await unwrap(api.GET('/api/v1/agreements/{id}/subprocessors', { params: { path: { id } } }))).items,
  }), [id, t])
  const copying = useQuery({ ...copySourcesQuery(id), enabled: useMay()('listCopySources') })
  const origin = (path: string) => {
    const from = copying.data?.copied.find((x) => x.path === path && x.version === answers.get(path)?.version)
    return from && t('copy.from', { source: t('copy.source', from.source) })
  }
  const commented = useCallback((c: Clause) => (c.number === '' ? null : <CommentsAt agreement={id} place={{ clause: c.key }} label={c.number} />), [id])
  return (
    <>
      <Panes pane={pane} setPane={setPane} />
      <div className="k-bench k-bench--draft" data-pane={pane}>
        <FormIndex state={state} go={toField} next={toMissing} />
        <section className="k-bench__form" aria-labelledby="answers" onFocus={(event) => entered(event.target)}>
          <h2 id="answers" tabIndex={-1}>{t('agreement.answers')}</h2>
          <p className="k-quiet">{t('agreement.answersLead')}</p>
          {copying.data && copying.data.items.length > 0 && <CopyLead id={id} empty={detail.answers.length === 0} sources={copying.data.items.length} />}
          {state.groups.map((group) => (
            <div key={group.name} className="k-group" role="group" aria-labelledby={group.id}>
              <h3 id={group.id} tabIndex={-1}>{group.name || t('agreement.answers')}</h3>
              {group.fields.map((field) => (
                <AnswerField key={field.path} record={`agreement.${id}`} send={send} field={field} answer={answers.get(field.path)} rules={state.rules.filter((r) => r.path === field.path)} onSaved={onSaved} onRefused={note}
                  origin={origin(field.path)}
                  source={field.path === 'subprocessors.list' && field.type === 'rows' ? chain : undefined}
                  under={<CommentsAt agreement={id} place={{ path: field.path }} label={field.label} />} />
              ))}
              {group.unused.map((field) => {
                const answer = answers.get(field.path)
                return answer && <Unused key={field.path} agreement={id} field={field} fields={detail.fields} answer={answer} onSaved={onSaved} />
              })}
            </div>
          ))}
          <Local names={detail.fields.filter((x) => x.local).map((x) => x.label)} />
          <FormFoot state={state} go={toField} />
        </section>
        <TextPane detail={detail} at={at} toField={toField} after={commented} />
      </div>
    </>
  )
}

/** The vendor has other agreements: their answers need not be written again. */
function CopyLead({ id, empty, sources }: { id: number; empty: boolean; sources: number }) {
  const { t } = useWords()
  const link = <Link to="/agreements/$id/copy" params={{ id: String(id) }}>{t('copy.link')}</Link>
  return empty ? <Alert kind="info"><p>{t('copy.begin', { count: sources })} {link}</p></Alert> : <p>{link}</p>
}

/** Where there is no room for both: the questions or the text. */
function Panes({ pane, setPane }: { pane: Pane; setPane: (to: Pane) => void }) {
  const { t } = useWords()
  return (
    <div className="k-panes" role="group" aria-label={t('form.panes')}>
      {(['form', 'text'] as const).map((to) => (
        <button key={to} type="button" className="k-panes__tab" aria-pressed={pane === to} onClick={() => setPane(to)}>{t(`form.pane.${to}`)}</button>
      ))}
    </div>
  )
}
