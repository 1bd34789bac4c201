import { useState } from 'react'
import { api, unwrap, type Schemas } from '../../api/client'
import { useWords } from '../../i18n'
import { errorSentence } from '../../i18n/problems'
import { Tag } from '../../ui/Tag'
import { useConditionWords } from './useConditionWords'
import { usePrint } from '../../ui/answer/usePrint'

interface Props {
  agreement: number
  field: Schemas['Field']
  fields: Schemas['Field'][]
  answer: Schemas['Answer']
  onSaved: (answer: Schemas['Answer']) => void
}

/** An answer to a question that is no longer asked: it is kept until a person takes it out. */
export function Unused({ agreement, field, fields, answer, onSaved }: Props) {
  const { t } = useWords()
  const print = usePrint()
  const say = useConditionWords(fields)
  const [error, setError] = useState<unknown>()
  const takeOut = async () => {
    setError(undefined)
    try {
      onSaved(await unwrap(api.PATCH('/api/v1/agreements/{id}/answers', { params: { path: { id: agreement } }, body: { path: field.path, base: answer.version, value: null } })))
    } catch (refusal) {
      setError(refusal)
    }
  }
  return (
    <div className="k-unused">
      <p><strong>{field.label}</strong> <Tag tone="none">{t('form.unused')}</Tag></p>
      <div dir="auto">{print(field, answer.value)}</div>
      <p className="k-quiet">{field.showIf && t('form.unusedWhy', { when: say(field.showIf) })} {t('form.unusedKept')}</p>
      <button type="button" className="k-textbutton" onClick={() => void takeOut()}>{t('form.takeOut')}<span className="sr-only">: {field.label}</span></button>
      {error !== undefined && <p role="alert" className="k-unsaved">{errorSentence(error)}</p>}
    </div>
  )
}
