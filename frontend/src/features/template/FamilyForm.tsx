import { useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { api, unwrap, type Schemas } from '../../api/client'
import { useWords } from '../../i18n'
import { Field, sendOnCtrlEnter } from '../../ui/form'
import { ErrorState } from '../../ui/states'
import { Stale } from '../../ui/Stale'
import { useAct } from '../../ui/useAct'
import { useOpened } from '../../ui/useOpened'
import { useUnsaved } from '../../ui/unsaved'

type Family = Schemas['TemplateFamily']

const keys = /^[a-z0-9][a-z0-9_-]{0,59}$/

/** What a family is called, what it is for, and who reads it; a new one also gets its key. */
export function FamilyForm({ family, done }: { family?: Family; done: () => void }) {
  const { t } = useWords()
  const client = useQueryClient()
  const act = useAct()
  const [box, onEscape] = useOpened(done)
  const [first] = useState({ key: family?.key ?? '', name: family?.name.da ?? '', nameEn: family?.name.en ?? '', use: family?.useWhen.da ?? '', useEn: family?.useWhen.en ?? '', audience: family?.audience ?? 'members' })
  const [v, setV] = useState(first)
  const [wrong, setWrong] = useState(false)
  useUnsaved(JSON.stringify(v) !== JSON.stringify(first))
  const refresh = () => client.invalidateQueries({ queryKey: ['templates'] })
  const send = async () => {
    setWrong(!keys.test(v.key))
    if (!keys.test(v.key)) return
    const body = { name: { da: v.name, en: v.nameEn }, useWhen: { da: v.use, en: v.useEn }, audience: v.audience, base: family?.version ?? 0 }
    if (await act.run(async () => { await unwrap(api.PUT('/api/v1/template-families/{key}', { params: { path: { key: v.key } }, body })) })) {
      await refresh()
      done()
    }
  }
  const id = `family-${family?.key ?? 'new'}`
  const text = (key: 'name' | 'nameEn' | 'use' | 'useEn', label: string) => (
    <Field id={`${id}-${key}`} label={label}>
      {(props) => <input {...props} className="form-input" maxLength={1000} required={key === 'name' || key === 'use'} value={v[key]} onChange={(event) => setV({ ...v, [key]: event.target.value })} />}
    </Field>
  )
  return (
    <form ref={box} className="k-form" onSubmit={(event) => { event.preventDefault(); void send() }} onKeyDown={(event) => { sendOnCtrlEnter(event); onEscape(event) }}>
      {act.stale && <Stale detail={act.stale} reload={() => { void refresh(); done() }} />}
      {act.error && <ErrorState error={act.error} />}
      {!family && (
        <Field id={`${id}-key`} label={t('templates.familyKey')} hint={t('templates.familyKeyHint')} error={wrong ? t('templates.familyKeyInvalid') : undefined}>
          {(props) => <input {...props} className="form-input" maxLength={60} autoComplete="off" value={v.key} onChange={(event) => setV({ ...v, key: event.target.value })} />}
        </Field>
      )}
      {text('name', t('templates.familyName'))}
      {text('nameEn', t('templates.familyNameEn'))}
      {text('use', t('templates.useWhen'))}
      {text('useEn', t('templates.useWhenEn'))}
      <fieldset className="form-group k-choices">
        <legend className="form-label">{t('templates.whoReads')}</legend>
        <div className="k-radio">
          {(['members', 'all'] as const).map((audience) => (
            <label key={audience} className="k-check">
              <input type="radio" name={`${id}-audience`} checked={v.audience === audience} onChange={() => setV({ ...v, audience })} />
              <span>{t(`templates.audience.${audience}`)}</span>
            </label>
          ))}
        </div>
      </fieldset>
      <div className="k-actions">
        <button type="submit" className="button button-primary" aria-disabled={act.sending}>{t('templates.declareSave')}</button>
        <button type="button" className="button button-secondary" onClick={done}>{t('templates.cancel')}</button>
      </div>
    </form>
  )
}
