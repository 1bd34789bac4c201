import { useWords } from '../../i18n'
import { fieldId } from '../../ui/ClauseText'
import { Icon } from '../../ui/Icon'
import type { FormState } from './formState'

interface Props {
  state: FormState
  go: (id: string) => void
  next: () => void
}

/** Beside the form: how far each group is, and what is missing in it. */
export function FormIndex({ state, go, next }: Props) {
  const { t } = useWords()
  const link = (id: string, words: string) => <a href={`#${id}`} onClick={(event) => { event.preventDefault(); go(id) }}>{words}</a>
  return (
    <nav className="k-index" aria-label={t('form.index')}>
      <p role="status">{t('agreement.progress', { done: state.answered, total: state.asked.length })}</p>
      <ol className="k-plain">
        {state.groups.map((g) => (
          <li key={g.id}>
            <span className="k-index__group">
              {link(g.id, g.name || t('agreement.answers'))}
              <span className="k-index__count">
                {g.stage === 'wrong' && <Icon name="error" className="k-act__stop" />}
                {g.stage === 'done' && <Icon name="check" className="k-act__ok" />}
                {t('form.countOf', { done: g.answered, total: g.fields.length })}
                {g.errors > 0 && <span className="sr-only"> {t('form.errors', { count: g.errors })}</span>}
              </span>
            </span>
            {g.stage === 'empty' && <span className="k-quiet">{t('common.optional')}</span>}
            {g.missing.length > 0 && <ul className="k-plain k-index__missing">{g.missing.map((x) => <li key={x.path}>{link(fieldId(x.path), x.label)}</li>)}</ul>}
          </li>
        ))}
      </ol>
      {state.missing.length > 0 && (
        <button type="button" className="button button-secondary button-small" onClick={next} aria-keyshortcuts="F8">{t('form.next')} <kbd>F8</kbd></button>
      )}
    </nav>
  )
}

/** At the foot of the form: what must still be answered, or that nothing is missing. */
export function FormFoot({ state, go }: Omit<Props, 'next'>) {
  const { t } = useWords()
  const wrong = state.rules.filter((r) => r.severity === 'error')
  const label = (path: string) => state.asked.find((x) => x.path === path)?.label ?? path
  const line = (path: string, words: string) => <li key={path}><a href={`#${fieldId(path)}`} onClick={(event) => { event.preventDefault(); go(fieldId(path)) }}>{words}</a></li>
  return (
    <div className="k-formfoot" role="status">
      {state.missing.length === 0 && wrong.length === 0 && state.refused.length === 0 && <p className="k-saved"><Icon name="check" />{t('form.complete')}</p>}
      {state.refused.length > 0 && (
        <>
          <p><strong>{t('form.refused', { count: state.refused.length })}</strong></p>
          <ul className="k-columns">{state.refused.map((x) => line(x.path, x.label))}</ul>
        </>
      )}
      {state.missing.length > 0 && (
        <>
          <p><strong>{t('form.missing', { count: state.missing.length })}</strong></p>
          <ul className="k-columns">{state.missing.map((x) => line(x.path, x.label))}</ul>
        </>
      )}
      {wrong.length > 0 && (
        <>
          <p><strong>{t('form.wrong', { count: wrong.length })}</strong></p>
          <ul className="k-columns">{wrong.map((r) => line(r.path, label(r.path)))}</ul>
        </>
      )}
    </div>
  )
}
