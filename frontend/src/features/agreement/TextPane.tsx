import { useQuery } from '@tanstack/react-query'
import { useEffect, useMemo, type ReactNode } from 'react'
import { fileHref, type Schemas } from '../../api/client'
import { useWords } from '../../i18n'
import { useMay } from '../../session'
import { ClauseText, fieldId, type Clause } from '../../ui/ClauseText'
import { Download, Read } from '../../ui/Download'
import { Scrolled } from '../../ui/Scrolled'
import { ErrorState, Skeleton } from '../../ui/states'
import { textQuery } from './queries'

interface Props {
  detail: Schemas['AgreementDetail']
  /** The question that is being answered: its place in the text is marked and brought into sight. */
  at?: string
  /** Leads to a question; a text that is not written has none. */
  toField?: (id: string) => void
  /** What is said of a clause. */
  after?: (clause: Clause) => ReactNode
}

/** The text as it stands, beside the answers. */
export function TextPane({ detail, at, toField, after }: Props) {
  const { t } = useWords()
  const may = useMay()
  const id = detail.agreement.id
  const draft = detail.agreement.state === 'draft'
  const text = useQuery(textQuery(id))
  const slots = useMemo(() => new Map(detail.fields.map((x) => [x.path, { label: x.label, local: x.local }])), [detail.fields])
  const places = useMemo(() => new Map(text.data?.places.map((x) => [x.clause, x.paths])), [text.data])
  const clauses = text.data?.clauses
  const amendment = detail.agreement.kind === 'amendment'
  const marked = useMemo(() => amendment && text.data ? { clauses: new Set(text.data.changes.map((x) => x.key)), word: t('amendment.mark') } : undefined, [amendment, text.data, t])
  useEffect(() => {
    if (at === undefined || !clauses) return
    reveal(at, [...places].filter(([, paths]) => paths.includes(at)).map(([clause]) => `clause-${clause}`))
  }, [at, clauses, places])
  useEffect(() => {
    if (!toField) return
    const pane = document.getElementById('text-pane')
    const click = (event: MouseEvent) => {
      const target = event.target
      if (!(target instanceof Element) || target.closest('a, button, table, details, .k-bench__head') || window.getSelection()?.isCollapsed === false) return
      const clause = target.closest('.k-clause')?.id.replace('clause-', '')
      const path = clause === undefined ? undefined : places.get(clause)?.find((x) => document.getElementById(fieldId(x)) !== null)
      if (path !== undefined) toField(fieldId(path))
    }
    pane?.addEventListener('click', click)
    return () => pane?.removeEventListener('click', click)
  }, [places, toField])
  return (
    <Scrolled as="section" id="text-pane" className="k-bench__text" aria-labelledby="text">
      <div className="k-bench__head">
        <div className="k-progressline">
          <h2 id="text">{t('agreement.preview')}</h2>
          {may('previewAgreement') && (
            <div className="k-actions">
              <Read href={fileHref(`/api/v1/agreements/${id}/preview`, { format: 'html' })}>{t('agreement.html')}</Read>
              {(['pdf', 'docx'] as const).map((format) => (
                <Download key={format} href={fileHref(`/api/v1/agreements/${id}/preview`, { format })} format={format}>{draft ? t(`agreement.${format}`) : t(`agreement.${format}Offered`)}</Download>
              ))}
            </div>
          )}
        </div>
        {amendment && <p className="k-quiet">{t('amendment.draft')}</p>}
        <ul className="k-legend" aria-label={t('agreement.legend.label')}>
          <li><span className="k-fill">{t('agreement.legend.filled')}</span></li>
          {draft && <li><span className="k-hole">{t('agreement.legend.missing')}</span></li>}
          <li><span className="k-hole k-hole--local">{t('agreement.legend.local')}</span></li>
        </ul>
      </div>
      {text.data ? (
        <ClauseText clauses={text.data.clauses} slots={slots} onHole={toField && ((path) => toField(fieldId(path)))} after={after} marked={marked} />
      ) : text.error ? (
        <ErrorState error={text.error} retry={() => void text.refetch()} />
      ) : (
        <div className="k-text"><Skeleton lines={12} /></div>
      )}
    </Scrolled>
  )
}

/** Marks where an answer stands, and scrolls the text to it, never the page. */
function reveal(path: string, clauses: string[]): void {
  const pane = document.getElementById('text-pane')
  if (!pane) return
  for (const old of pane.querySelectorAll('.k-at')) old.classList.remove('k-at')
  const slots = [...pane.querySelectorAll<HTMLElement>('[data-field]')].filter((x) => x.dataset.field === path)
  const whole = clauses.map((x) => document.getElementById(x)).filter((x) => x !== null)
  for (const x of [...slots, ...whole]) x.classList.add('k-at')
  const first = slots[0]?.closest<HTMLElement>('.k-clause') ?? slots[0] ?? whole[0]
  const head = pane.querySelector('.k-bench__head')?.getBoundingClientRect().height ?? 0
  if (first) pane.scrollTop += first.getBoundingClientRect().top - pane.getBoundingClientRect().top - head - 24
}
