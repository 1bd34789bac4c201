import { useEffect, useRef, useState } from 'react'
import { api, unwrap } from '../../../api/client'
import { useWords } from '../../../i18n'
import { useQueryClient } from '@tanstack/react-query'
import { Field } from '../../../ui/form'
import { FieldForm } from '../Fields'
import { sourceQuery, type Class, type Detail, type Item, type Kind, type Span, type Text } from './queries'
import { mark } from './spans'
import { classes, letters, gridClasses, onlySeen, placesOf } from './states'
import { inText, wordsOf } from './reclass'

const kinds: Kind[] = ['normative', 'fill_in', 'option', 'supplementary', 'guidance']

interface Props {
  detail: Detail
  item: Item
  editable: boolean
  setClass: (to: Class) => void
  /** Says of this paragraph alone what it is, from what it is when it is sent; nothing means as it was recognised. */
  set: (change: (now: Text) => Text | undefined) => void
}

/** What the chosen paragraph is, where it belongs, what its words are, and why it was taken for that. */
export function Chosen({ detail, item, editable, setClass, set }: Props) {
  const { t } = useWords()
  const [making, setMaking] = useState(false)
  const client = useQueryClient()
  const maker = useRef<HTMLButtonElement>(null)
  const shut = () => {
    setMaking(false)
    requestAnimationFrame(() => maker.current?.focus())
  }
  const { text, recognised } = item
  const was = recognised ?? text
  const choices = detail.fields.filter((f) => f.type === 'choice')
  const choice = choices.find((f) => f.path === text.choice)
  const hasPlace = inText.has(text.class)
  /** A field that was just made is what the one place without a field was waiting for. */
  const bindLast = (path: string) => {
    const waiting = (text.spans ?? []).filter((s) => s.kind === 'fill_in' && s.field === undefined)
    if (waiting.length === 1) set((now) => ({ ...now, spans: now.spans?.map((s) => (s.kind === 'fill_in' && s.field === undefined ? { ...s, field: path } : s)), seen: true }))
  }
  const put = (part: Partial<Text>) => set((now) => ({ ...now, ...part, seen: true }))
  const places = placesOf(detail)
  const place = text.section === undefined ? '' : text.clause === undefined ? text.section : `${text.section} ${text.clause}`
  return (
    <div className="k-said" role="group" aria-label={t('templates.beside')}>
      <fieldset className="k-choices" disabled={!editable}>
        <legend>{t('source.classLegend')}</legend>
        {(text.grid ? gridClasses : classes).map((c) => (
          <label key={c} className="k-check">
            <input type="radio" name={`class-${item.place}`} checked={text.class === c} onChange={() => setClass(c)} />
            <span>{t(`source.class.${c}`)}{letters[c] && <> <kbd>{letters[c]}</kbd></>}</span>
          </label>
        ))}
      </fieldset>
      {hasPlace && (
        <Field id="place" label={t('source.place')}>
          {(props) => (
            <select {...props} className="form-select" disabled={!editable} value={place} onChange={(event) => {
              const to = places.find((p) => p.value === event.target.value)
              put({ section: to?.section, clause: to?.clause })
            }}>
              {!places.some((p) => p.value === place) && <option value={place}>{place || t('source.placeNone')}</option>}
              {places.filter((p) => !p.missing).map((p) => <option key={p.value} value={p.value}>{p.label}</option>)}
              <optgroup label={t('source.placeMissing')}>{places.filter((p) => p.missing).map((p) => <option key={p.value} value={p.value}>{p.label}</option>)}</optgroup>
            </select>
          )}
        </Field>
      )}
      {text.class === 'option' && (
        <>
          <Field id="choice" label={t('source.choiceField')}>
            {(props) => (
              <select {...props} className="form-select" disabled={!editable} value={text.choice ?? ''} onChange={(event) => put({ choice: event.target.value, branch: undefined })}>
                {choice === undefined && <option value={text.choice ?? ''}>{text.choice ?? t('source.fieldNone')}</option>}
                {choices.map((f) => <option key={f.path} value={f.path}>{f.label}</option>)}
              </select>
            )}
          </Field>
          <Field id="branch" label={t('source.branch')}>
            {(props) => (
              <select {...props} className="form-select" disabled={!editable} value={text.branch ?? ''} onChange={(event) => put({ branch: event.target.value || undefined })}>
                <option value="">{t('source.branchNone')}</option>
                {choice?.choices?.map((c) => <option key={c.value} value={c.value}>{c.label}</option>)}
              </select>
            )}
          </Field>
        </>
      )}
      {text.grid && <p className="k-quiet">{t('source.table')}: {text.grid.collection ? t('source.tableRows', { collection: text.grid.collection }) : t('source.tableOwn')}</p>}
      {editable && !text.grid && hasPlace && <Words text={text} detail={detail} spans={(change) => set((now) => ({ ...now, spans: change(now.spans ?? []), seen: true }))} />}
      {editable && (making ? (
        <FieldForm fields={detail.fields} gone={['p']} save={async (_, next) => {
          if (!next) return
          client.setQueryData(sourceQuery(detail.source.id).queryKey, await unwrap(api.POST('/api/v1/template-sources/{id}/fields', { params: { path: { id: detail.source.id } }, body: next })))
          bindLast(next.path)
        }} cancel={shut} done={shut} />
      ) : hasPlace && <button ref={maker} type="button" className="k-textbutton" onClick={() => setMaking(true)}>{t('source.fieldNew')}</button>)}
      <Found text={text} />
      <p className="k-quiet">
        {t('source.recognised', { class: t(`source.class.${was.class}`), confidence: t(`source.confidence.${was.confidence ?? 'guess'}`) })}
        {(was.reasons ?? []).length > 0 && <>. {t('source.reasons')}: {(was.reasons ?? []).map((r) => t(`source.reason.${r}`)).join(', ')}.</>}
        {recognised && item.by && <> {t(onlySeen(item) ? 'source.seenDone' : 'source.correctedBy', { who: item.by })}.</>}
      </p>
      {editable && (
        <div className="k-actions">
          {!text.seen && <button type="button" className="button button-secondary" onClick={() => put({})}>{t('source.seen')} <kbd>g</kbd></button>}
          {recognised && <button type="button" className="k-textbutton" onClick={() => set(() => undefined)}>{t('source.back')}</button>}
        </div>
      )}
    </div>
  )
}

function Found({ text }: { text: Text }) {
  const { t } = useWords()
  if ((text.found ?? []).length === 0) return null
  return (
    <>
      <h3>{t('source.found')}</h3>
      <ul className="k-problems">
        {text.found?.map((f, i) => (
          <li key={i}>{t(`source.foundWhat.${f.what}`)}{f.by && ` (${f.by})`}{f.text && `: »${f.text}«`}</li>
        ))}
      </ul>
    </>
  )
}

/** The words, cut where they are something else: by selection, and one by one below. */
function Words({ text, detail, spans: put }: { text: Text; detail: Detail; spans: (change: (now: Span[]) => Span[]) => void }) {
  const { t } = useWords()
  const box = useRef<HTMLTextAreaElement>(null)
  const [asked, setAsked] = useState(false)
  const spans = text.spans ?? []
  const words = wordsOf(text)
  // The caret stands in it and selects; what is written is refused (a read-only one has no caret).
  useEffect(() => {
    const area = box.current
    const refuse = (event: Event) => event.preventDefault()
    area?.addEventListener('beforeinput', refuse)
    return () => area?.removeEventListener('beforeinput', refuse)
  }, [])
  const make = (kind: Kind) => {
    const { selectionStart: start, selectionEnd: end } = box.current ?? { selectionStart: 0, selectionEnd: 0 }
    const selected = words.slice(start, end)
    const from = start + selected.length - selected.trimStart().length // blanks at the ends are not meant
    const to = end - (selected.length - selected.trimEnd().length)
    setAsked(from >= to)
    if (from < to) put((now) => mark(now, from, to, kind))
  }
  const change = (at: number, part: Partial<(typeof spans)[number]>) => put((now) => now.map((s, i) => (i === at ? { kind: s.kind, text: s.text, ...(s.field !== undefined && { field: s.field }), ...part } : s)))
  return (
    <section aria-label={t('source.marks')}>
      <h3>{t('source.marks')}</h3>
      <p className="k-quiet" id="words-help">{t('source.marksHelp')}</p>
      <textarea className="form-input k-said__words" aria-readonly rows={Math.min(8, 2 + Math.floor(words.length / 45))} aria-label={t('source.words')} aria-describedby="words-help" defaultValue={words} ref={box} spellCheck={false} />
      <div className="k-said__kinds" role="group" aria-label={t('source.markAs')}>
        {kinds.map((kind) => <button key={kind} type="button" className="k-textbutton" onClick={() => make(kind)}>{t(`source.kind.${kind}`)}</button>)}
      </div>
      {asked && <p role="status">{t('source.markFirst')}</p>}
      <ul className="k-said__spans">
        {spans.map((s, i) => s.kind === 'normative' && spans.length > 1 && s.text.trim() === '' ? null : (
          <li key={i}>
            <span className="k-said__span">{s.text.length > 60 ? `${s.text.slice(0, 57)}…` : s.text}</span>
            <select className="form-select" aria-label={t('source.kindOf', { text: s.text.slice(0, 40) })} value={s.kind} onChange={(event) => change(i, { kind: kinds.find((k) => k === event.target.value) ?? 'normative', field: undefined })}>
              {kinds.map((k) => <option key={k} value={k}>{t(`source.kind.${k}`)}</option>)}
            </select>
            {(s.kind === 'fill_in' || s.kind === 'option') && (
              <select className="form-select" aria-label={t('source.fieldOf', { text: s.text.slice(0, 40) })} value={s.field ?? ''} onChange={(event) => change(i, { field: event.target.value || undefined })}>
                <option value="">{t('source.fieldNone')}</option>
                {detail.fields.map((f) => <option key={f.path} value={f.path}>{f.label}</option>)}
              </select>
            )}
          </li>
        ))}
      </ul>
    </section>
  )
}
