import { useQueryClient } from '@tanstack/react-query'
import { useCallback, useEffect, useMemo, useRef, useState } from 'react'
import { api, unwrap, type Schemas } from '../../api/client'
import { useFormat, useWords } from '../../i18n'
import { useMay } from '../../session'
import { Alert } from '../../ui/Alert'
import { ClauseText, fieldId } from '../../ui/ClauseText'
import { Icon } from '../../ui/Icon'
import { ErrorState } from '../../ui/states'
import { useAct } from '../../ui/useAct'
import { AnswerField } from '../../ui/answer/AnswerField'
import { usePrint } from '../../ui/answer/usePrint'
import { useRefused, type Refused } from '../../ui/answer/useRefused'
import { ErrorSummary, type Mistake } from '../../ui/form'
import { goTo } from '../../ui/goTo'

type Detail = Schemas['HearingDetail']
type Field = Schemas['Field']
type Answer = Schemas['Answer']

const nothing = (value: unknown): boolean => value === undefined || value === null
const onClause = 'clause.'

/** What one municipality says: saved as it is typed, sent once, taken back while there is time. */
export function HearingAnswer({ detail }: { detail: Detail }) {
  const { t } = useWords()
  const may = useMay()
  const client = useQueryClient()
  const id = detail.hearing.id
  const [wanted, setWanted] = useState<string[]>([]) // clauses that somebody began to remark on
  const answers = useMemo(() => new Map((detail.answers ?? []).map((x) => [x.path, x])), [detail.answers])
  const slots = useMemo(() => new Map(detail.slots.map((x) => [x.path, x])), [detail.slots])
  const { note, now } = useRefused()
  const saved = useCallback((answer: Answer) => client.setQueryData<Detail>(['hearings', id], (old) => old && { ...old, answers: [...(old.answers ?? []).filter((x) => x.path !== answer.path), answer] }), [client, id])
  const canWrite = may('answerHearing') && !detail.hearing.over && detail.hearing.state === 'asked'
  const facts: Field[] = [
    { path: 'persons', type: 'integer', label: t('hearing.persons'), help: t('hearing.personsHelp'), required: false, local: false, minimum: 0, maximum: 10_000_000 },
    ...(detail.choices.length > 0 ? [{ path: 'categories', type: 'choices' as const, label: t('hearing.categories'), help: t('hearing.categoriesHelp'), required: false, local: false, choices: detail.choices }] : []),
    { path: 'remark', type: 'long_text', label: t('hearing.remark'), help: t('hearing.remarkHelp'), required: false, local: false, maxLength: 4000 },
  ]
  const field = (f: Field) => <AnswerField key={f.path} record={`hearing.${id}`} field={f} answer={answers.get(f.path)} rules={[]} onSaved={saved} onRefused={note} send={send(id)} />
  const clause = (c: Schemas['Clause']) => {
    const path = onClause + c.key
    const said = answers.get(path)?.value
    if (c.level === 1 && c.blocks.length === 0) return null
    if (!canWrite) return nothing(said) ? null : <p className="k-remark" dir="auto">{String(said)}</p>
    if (nothing(said) && !wanted.includes(c.key)) {
      return (
        <button type="button" className="k-textbutton k-remark__add" onClick={() => {
          setWanted([...wanted, c.key])
          requestAnimationFrame(() => goTo(fieldId(path)))
        }}><Icon name="edit" />{t('hearing.addRemark')}<span className="sr-only"> {c.number} {c.heading}</span></button>
      )
    }
    return <div className="k-remark">{field({ path, type: 'long_text', label: t('hearing.remarkOn', { clause: [c.number, c.heading].filter(Boolean).join(' ') }), required: false, local: false, maxLength: 4000 })}</div>
  }
  return (
    <div className="k-bench">
      <section aria-labelledby="own">
        <h2 id="own">{t('hearing.own')}</h2>
        <Standing detail={detail} said={[...answers.values()].some((x) => !nothing(x.value))} />
        {canWrite ? facts.map(field) : <Said fields={facts} answers={answers} />}
        <Remarked clauses={detail.clauses} answers={answers} />
        {canWrite && <Send detail={detail} refused={now} />}
      </section>
      <section className="k-bench__text k-bench__text--whole" aria-labelledby="text">
        <div className="k-bench__head"><h2 id="text">{t('hearing.text')}</h2><p>{t('hearing.textHelp')}</p></div>
        <ClauseText clauses={detail.clauses} slots={slots} after={clause} />
      </section>
    </div>
  )
}

const send = (id: number) => (path: string, base: number, value: unknown) => unwrap(api.PATCH('/api/v1/hearings/{id}/answers', { params: { path: { id } }, body: { path, base, value } }))

/** Where the answer stands, and what can still be done. */
function Standing({ detail, said }: { detail: Detail; said: boolean }) {
  const { t } = useWords()
  const f = useFormat()
  const may = useMay()
  const client = useQueryClient()
  const act = useAct()
  const box = useRef<HTMLDivElement>(null)
  const own = detail.parties[0]
  const h = detail.hearing
  const sent = own?.sent
  const [was] = useState(sent)
  useEffect(() => {
    if (sent !== undefined && sent !== was) box.current?.focus() // the button that was pressed is gone
  }, [sent, was])
  if (sent) {
    const reopen = () => act.run(async () => { client.setQueryData(['hearings', h.id], await unwrap(api.POST('/api/v1/hearings/{id}/reopen', { params: { path: { id: h.id } } }))) })
    return (
      <Alert kind="success" role="status" ref={box} tabIndex={-1} heading={t(own.noRemarks ? 'hearing.sentNone' : 'hearing.sentSome')}>
        <p>{t('hearing.sentLine', { when: f.dateTime(sent), who: own.sentBy ?? '' })}</p>
        {may('reopenHearing') && !h.over && <p><button type="button" className="k-textbutton" aria-disabled={act.sending} onClick={() => void reopen()}>{t('hearing.reopen')}</button></p>}
        {act.error && <ErrorState error={act.error} />}
      </Alert>
    )
  }
  if (h.over) return <Alert kind="warning" heading={t('hearing.silent')}><p>{t(said ? 'hearing.silentWritten' : 'hearing.silentHelp', { day: f.date(h.deadline) })}</p></Alert>
  return <p className="k-quiet">{may('answerHearing') ? t('hearing.lead') : t('hearing.readOnly')}</p>
}

/** What was said, to be read. */
function Said({ fields, answers }: { fields: Field[]; answers: Map<string, Answer> }) {
  const print = usePrint()
  return (
    <dl className="k-answers">
      {fields.map((x) => <div key={x.path}><dt>{x.label}</dt><dd dir="auto">{print(x, answers.get(x.path)?.value)}</dd></div>)}
    </dl>
  )
}

/** The clauses that there is a remark on, as links to it. */
function Remarked({ clauses, answers }: { clauses: Schemas['Clause'][]; answers: Map<string, Answer> }) {
  const { t } = useWords()
  const with_ = clauses.filter((c) => !nothing(answers.get(onClause + c.key)?.value))
  return (
    <div className="k-group">
      <h3>{t('hearing.remarks', { count: with_.length })}</h3>
      {with_.length === 0 ? <p className="k-quiet">{t('hearing.remarksNone')}</p> : (
        <ul>{with_.map((c) => <li key={c.key}><a href={`#clause-${c.key}`} onClick={(event) => { event.preventDefault(); document.getElementById(`clause-${c.key}`)?.scrollIntoView(); goTo(fieldId(onClause + c.key)) }}>{[c.number, c.heading].filter(Boolean).join(' ')}</a></li>)}</ul>
      )}
    </div>
  )
}

/** One button sends what is written, the other that there is nothing to say. Neither sends past a field that is not saved. */
function Send({ detail, refused }: { detail: Detail; refused: () => Refused }) {
  const { t } = useWords()
  const f = useFormat()
  const client = useQueryClient()
  const act = useAct()
  const h = detail.hearing
  const [mistakes, setMistakes] = useState<Mistake[]>([])
  const [tried, setTried] = useState(0)
  const give = (noRemarks: boolean) => act.run(async () => {
    if (document.activeElement instanceof HTMLElement) document.activeElement.blur() // what is still being typed is saved first
    await saving()
    const wrong = [...refused()].map(([path, message]) => ({ field: fieldId(path), message }))
    setMistakes(wrong)
    setTried((n) => n + 1)
    if (wrong.length > 0) return
    client.setQueryData(['hearings', h.id], await unwrap(api.POST('/api/v1/hearings/{id}/send', { params: { path: { id: h.id } }, body: { noRemarks } })))
    void client.invalidateQueries({ queryKey: ['hearings', 'list'] })
  })
  return (
    <div className="k-formfoot">
      <p>{t('hearing.sendHelp', { day: f.date(h.deadline) })}</p>
      <ErrorSummary mistakes={mistakes} attempt={tried} />
      {act.error && <ErrorState error={act.error} focus />}
      <div className="k-actions">
        <button type="button" className="button button-primary" aria-disabled={act.sending} onClick={() => void give(false)}><Icon name="send" />{t('hearing.sendAnswer')}</button>
        <button type="button" className="button button-secondary" aria-disabled={act.sending} onClick={() => void give(true)}>{t('hearing.sendNone')}</button>
      </div>
    </div>
  )
}

/** Waits until no field on the page is on its way, for five seconds at most. */
async function saving(): Promise<void> {
  for (let i = 0; i < 50; i++) {
    await new Promise((done) => setTimeout(done, 100))
    if (document.querySelector('[data-saving]') === null) return
  }
}
