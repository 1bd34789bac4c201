import { useFieldArray, useForm, useWatch } from 'react-hook-form'
import { api, unwrap, type Schemas } from '../../api/client'
import { useWords } from '../../i18n'
import { ErrorSummary, Field, sendOnCtrlEnter, type Mistake } from '../../ui/form'
import { Icon } from '../../ui/Icon'
import { Stale } from '../../ui/Stale'
import { ErrorState } from '../../ui/states'
import { useOpened } from '../../ui/useOpened'
import { useRefusal } from '../../ui/useRefusal'
import { useUnsaved } from '../../ui/unsaved'
import type { Subject } from './subjects'

interface Props {
  row?: Schemas['Position']
  family: string
  subjects: Subject[]
  fields: Schemas['Field'][]
  done: (saved: boolean) => void
}

const texts = ['preferred', 'acceptable', 'walkAway', 'escalate', 'note'] as const

/** A position: what it is about, the ladder from what is wanted to where it stops, and the range a rule checks. */
export function PositionForm({ row, family, subjects, fields, done }: Props) {
  const { t } = useWords()
  const refusal = useRefusal()
  const [box, onEscape] = useOpened(() => done(false))
  const form = useForm({
    defaultValues: {
      about: row ? `${row.kind} ${row.subject}` : '', issue: row?.issue ?? '', preferred: row?.preferred ?? '', acceptable: row?.acceptable ?? '', walkAway: row?.walkAway ?? '',
      escalate: row?.escalate ?? '', note: row?.note ?? '', minimum: row?.minimum?.toString() ?? '', maximum: row?.maximum?.toString() ?? '', allowed: row?.allowed ?? [],
      fallbacks: row?.fallbacks.map((x) => ({ wording: x.wording, when: x.when ?? '' })) ?? [], confirmed: row ? !row.unconfirmed : true,
    },
  })
  const falls = useFieldArray({ control: form.control, name: 'fallbacks' })
  const about = useWatch({ control: form.control, name: 'about' })
  const field = fields.find((x) => about === `field ${x.path}`)
  const send = form.handleSubmit(async (v) => {
    refusal.clear()
    const [kind, ...rest] = v.about.split(' ')
    const whole = (text: string) => (text.trim() === '' ? undefined : Number(text))
    const minimum = field?.type === 'integer' ? whole(v.minimum) : undefined
    const maximum = field?.type === 'integer' ? whole(v.maximum) : undefined
    const body: Schemas['PositionRequest'] = {
      family, kind: kind === 'field' ? 'field' : 'clause', subject: rest.join(' '), issue: v.issue, preferred: v.preferred, acceptable: v.acceptable, walkAway: v.walkAway,
      escalate: v.escalate, note: v.note, fallbacks: v.fallbacks, allowed: field?.choices ? v.allowed : [], unconfirmed: !v.confirmed,
      ...(minimum !== undefined && { minimum }), ...(maximum !== undefined && { maximum }),
    }
    try {
      if (row) await unwrap(api.PATCH('/api/v1/positions/{id}', { params: { path: { id: row.id }, header: { 'If-Match': `"${row.version}"` } }, body }))
      else await unwrap(api.POST('/api/v1/positions', { body }))
      done(true)
    } catch (error) {
      refusal.take(error)
    }
  })
  useUnsaved(form.formState.isDirty)
  const labels = { about: t('position.about'), issue: t('position.issue'), minimum: t('position.minimum'), maximum: t('position.maximum') }
  type Name = keyof typeof labels
  const says = (name: Name) => form.formState.errors[name]?.message ?? refusal.of(name === 'about' ? 'subject' : name)
  const mistakes = (Object.keys(labels) as Name[]).flatMap((name): Mistake[] => {
    const message = says(name)
    return message ? [{ field: `position-${name}`, message: `${labels[name]}: ${message}` }] : []
  })
  const needed = { validate: (v: string) => v.trim() !== '' || t('vendorForm.required') }
  const number = { validate: (v: string) => /^\s*\d{0,9}\s*$/.test(v) || t('agreement.field.integerInvalid') }
  const option = (s: Subject) => <option key={`${s.kind} ${s.key}`} value={`${s.kind} ${s.key}`}>{s.label}</option>
  return (
    <form ref={box} className="k-form k-inset" noValidate onSubmit={(event) => void send(event)} onKeyDown={(event) => { sendOnCtrlEnter(event); onEscape(event) }} aria-labelledby="position-form">
      <h2 id="position-form">{row ? t('position.formEdit') : t('position.formAdd')}</h2>
      {refusal.stale && <Stale detail={refusal.stale} reload={() => done(false)} />}
      {refusal.error && !refusal.stale && mistakes.length === 0 && <ErrorState error={refusal.error} />}
      <ErrorSummary mistakes={mistakes} attempt={form.formState.submitCount} />
      <Field id="position-about" label={labels.about} error={says('about')}>
        {(props) => (
          <select {...props} className="form-select" {...form.register('about', needed)}>
            <option value="">{t('agreement.field.choose')}</option>
            <optgroup label={t('position.clauses')}>{subjects.filter((s) => s.kind === 'clause').map(option)}</optgroup>
            <optgroup label={t('position.fields')}>{subjects.filter((s) => s.kind === 'field').map(option)}</optgroup>
          </select>
        )}
      </Field>
      <Field id="position-issue" label={labels.issue} error={says('issue')}>
        {(props) => <input {...props} className="form-input" maxLength={200} autoComplete="off" {...form.register('issue', needed)} />}
      </Field>
      {texts.map((name) => (
        <Field key={name} id={`position-${name}`} label={t(`position.${name}`)} optional>
          {(props) => <textarea {...props} className="form-input" rows={2} maxLength={4000} {...form.register(name)} />}
        </Field>
      ))}
      {field?.type === 'integer' && (
        <div className="k-form__row">
          {(['minimum', 'maximum'] as const).map((name) => (
            <Field key={name} id={`position-${name}`} label={labels[name]} hint={field.unit} error={says(name)} optional>
              {(props) => <input {...props} className="form-input" inputMode="numeric" autoComplete="off" {...form.register(name, number)} />}
            </Field>
          ))}
        </div>
      )}
      {field?.choices && (
        <fieldset className="k-choices">
          <legend>{t('position.allowed')}</legend>
          {field.choices.map((c) => <label key={c.value} className="k-check"><input type="checkbox" value={c.value} {...form.register('allowed')} /><span>{c.label}</span></label>)}
        </fieldset>
      )}
      <fieldset className="k-choices">
        <legend>{t('position.fallbacks')}</legend>
        {falls.fields.map((x, i) => (
          <div key={x.id} className="k-inset">
            <Field id={`position-when-${i}`} label={t('position.when')} optional>
              {(props) => <input {...props} className="form-input" maxLength={400} {...form.register(`fallbacks.${i}.when`)} />}
            </Field>
            <Field id={`position-wording-${i}`} label={t('position.wording', { n: i + 1 })}>
              {(props) => <textarea {...props} className="form-input" rows={3} maxLength={4000} {...form.register(`fallbacks.${i}.wording`)} />}
            </Field>
            <p className="k-actions">
              {i > 0 && <button type="button" className="k-textbutton" onClick={() => falls.move(i, i - 1)}>{t('position.up')}</button>}
              <button type="button" className="k-textbutton" onClick={() => falls.remove(i)}><Icon name="close" />{t('position.remove')}</button>
            </p>
          </div>
        ))}
        {falls.fields.length < 10 && <button type="button" className="button button-secondary button-small" onClick={() => falls.append({ wording: '', when: '' })}><Icon name="plus" />{t('position.addFallback')}</button>}
      </fieldset>
      <label className="k-check"><input type="checkbox" {...form.register('confirmed')} /><span>{t('position.confirm')}</span></label>
      <p className="k-actions">
        <button type="submit" className="button button-primary">{t('position.save')}</button>
        <button type="button" className="button button-secondary" onClick={() => done(false)}>{t('position.cancel')}</button>
      </p>
    </form>
  )
}
