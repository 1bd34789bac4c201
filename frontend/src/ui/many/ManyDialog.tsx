import { useEffect, useId, useRef, useState } from 'react'
import { Dialog, Heading, Modal, ModalOverlay } from 'react-aria-components'
import { useFormat, useWords } from '../../i18n'
import { compare, parseDate } from '../../i18n/format'
import { Field } from '../form'
import { Icon } from '../Icon'
import { ErrorState } from '../states'
import { Told } from '../Told'
import { useAct } from '../useAct'
import { useManyWords, ways, type FieldName, type ManyField, type Outcome } from './useMany'

interface Props {
  list: keyof typeof ways
  fields: ManyField[]
  keys: number[]
  close: () => void
  onDone: (outcome: Outcome, value: string) => void
}

const start = (field: ManyField | undefined) => field?.options?.[0]?.value ?? ''

/** One field, one value, and what that does row by row. Nothing is written before it has been seen. */
export default function ManyDialog({ list, fields, keys, close, onDone }: Props) {
  const { t } = useWords()
  const f = useFormat()
  const id = useId()
  const words = useManyWords(fields)
  const [name, setName] = useState<FieldName | undefined>(fields[0]?.field)
  const field = fields.find((x) => x.field === name)
  const [typed, setTyped] = useState(start(field))
  const [wrong, setWrong] = useState<string>()
  const [told, setTold] = useState<{ outcome: Outcome; value: string }>()
  const look = useAct()
  const save = useAct()
  const heading = useRef<HTMLHeadingElement>(null)
  useEffect(() => heading.current?.focus(), [told])
  if (!field) return null
  const change = (next: string) => {
    setTyped(next)
    setTold(undefined)
    setWrong(undefined)
  }
  const show = () => {
    const value = field.kind === 'day' && typed.trim() !== '' ? parseDate(typed) : typed.trim()
    if (value === undefined) {
      setWrong(t('bulk.dayWrong'))
      return
    }
    setTold(undefined)
    void look.run(async () => setTold({ outcome: await ways[list].change({ field: field.field, value, dryRun: true, rows: keys.map((row) => ({ row })) }), value }))
  }
  // Each row from the value that was shown: what somebody changes meanwhile is not overwritten.
  const write = ({ outcome, value }: { outcome: Outcome; value: string }) =>
    void save.run(async () => onDone(await ways[list].change({ field: field.field, value, rows: outcome.cells.map((c) => ({ row: c.row, seen: c.before })) }), value))
  const cells = told?.outcome.cells.length ?? 0
  const refused = told ? words.left(told.outcome, false) : []
  const refusal = look.error ?? save.error
  return (
    <ModalOverlay className="k-overlay" isOpen onOpenChange={(open) => open || close()}>
      <Modal className="k-modal--wide">
        <Dialog className="k-dialog k-dialog--wide">
          <div className="k-dialog__head">
            <Heading slot="title" level={2}>{t('bulk.title')}</Heading>
            <button type="button" className="k-textbutton" onClick={close}><Icon name="close" />{t('common.close')}</button>
          </div>
          <p>{t('bulk.chosen', { count: keys.length, formatted: f.number(keys.length) })}</p>
          <form className="k-many__form" onSubmit={(event) => { event.preventDefault(); show() }}>
            <Field id={`${id}-field`} label={t('bulk.field')}>
              {(props) => (
                <select {...props} className="form-select" value={name} onChange={(event) => {
                  const next = fields.find((x) => x.field === event.target.value)
                  setName(next?.field)
                  change(start(next))
                }}>
                  {fields.map((x) => <option key={x.field} value={x.field}>{x.label}</option>)}
                </select>
              )}
            </Field>
            <Field id={`${id}-value`} label={field.kind === 'day' ? t('bulk.valueDay') : t('bulk.value')} error={wrong ?? look.says('value')}>
              {(props) => field.options ? (
                <select {...props} className="form-select" value={typed} onChange={(event) => change(event.target.value)}>
                  {field.options.map((x) => <option key={x.value} value={x.value}>{x.label}</option>)}
                </select>
              ) : (
                <input {...props} className="form-input" value={typed} maxLength={field.kind === 'day' ? 10 : (field.max ?? 200)} inputMode={field.kind ? 'numeric' : undefined} autoComplete="off" onChange={(event) => change(event.target.value)} />
              )}
            </Field>
            <button type="submit" className={told ? 'button button-secondary' : 'button button-primary'} aria-disabled={look.sending}>{t('bulk.show')}</button>
          </form>
          <p role="status" className={look.sending ? undefined : 'sr-only'}>{look.sending ? t('bulk.asking') : ''}</p>
          {refusal && look.says('value') === undefined && <ErrorState error={refusal} />}
          {told && (
            <section aria-labelledby={`${id}-will`}>
              <h3 id={`${id}-will`} ref={heading} tabIndex={-1}>{t('bulk.will')}</h3>
              <Told
                facts={told.outcome.unchanged > 0 ? [t('bulk.unchanged', { count: told.outcome.unchanged, formatted: f.number(told.outcome.unchanged) })] : []}
                refused={refused}
                heading={t('bulk.cannot', { count: refused.length, formatted: f.number(refused.length) })}
                caption={t('bulk.caption')}
                name={t('bulk.row')}
                rows={told.outcome.cells.map((c) => ({ key: `${c.row}`, name: words.named(c), before: words.shown(field.field, c.before), after: words.shown(field.field, c.after) })).sort((a, b) => compare(a.name, b.name, f.lang))}
                nothing={t('bulk.nothing')}
              />
              {cells > 0 && (
                <button type="button" className="button button-primary" aria-disabled={save.sending} onClick={() => write(told)}>
                  {t('bulk.save', { count: cells, formatted: f.number(cells) })}
                </button>
              )}
            </section>
          )}
        </Dialog>
      </Modal>
    </ModalOverlay>
  )
}
