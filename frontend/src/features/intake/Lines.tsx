import { useNavigate, useSearch } from '@tanstack/react-router'
import { useCallback, useMemo } from 'react'
import { useList } from '../../api/list'
import { useFormat, useWords } from '../../i18n'
import { problemSentence } from '../../i18n/problems'
import { DataTable, type Column } from '../../ui/DataTable'
import { ErrorState, MoreButton, Skeleton } from '../../ui/states'
import { Tag } from '../../ui/Tag'
import { useFieldName } from './Columns'
import { linePage, outcomes, outcomeTones, type Import, type Line } from './queries'

/** What becomes of each line, filtered by outcome; the filter is the URL. */
export function Lines({ it }: { it: Import }) {
  const { t } = useWords()
  const f = useFormat()
  const { outcome, pages } = useSearch({ from: '/inside/imports/$id' })
  const navigate = useNavigate({ from: '/imports/$id' })
  const chosen = outcome === 'all' ? undefined : (outcome ?? (it.counts.refused > 0 ? 'refused' : undefined))
  const list = useList(['imports', it.id, 'lines', it.version, chosen], linePage(it.id, chosen), pages)
  const fieldName = useFieldName(it.kind)
  const headings = useMemo(() => new Map(it.columns.map((c) => [c.field, c.heading])), [it.columns])
  const value = useCallback((v: string | undefined) => (v === undefined ? t('intake.empty0') : /^\d{4}-\d{2}-\d{2}$/.test(v) ? f.date(v) : v), [f, t])
  const columns = useMemo(
    (): Column<Line>[] => [
      { id: 'line', head: t('intake.line'), main: true, cell: (l) => f.number(l.line) },
      { id: 'label', head: t('intake.label'), cell: (l) => l.label || '–' },
      { id: 'outcome', head: t('intake.stateHead'), cell: (l) => (l.outcome ? <Tag tone={outcomeTones[l.outcome]}>{t(`intake.outcome.${l.outcome}`)}</Tag> : '–') },
      {
        id: 'what',
        head: t('intake.what'),
        cell: (l) => (
          <ul className="k-plain">
            {l.flaws.map((x, n) => (
              <li key={n}>
                {x.field !== 'line' && <strong>{headings.get(x.field) || fieldName(x.field)}:</strong>} {problemSentence(x.code)}
                {x.detail && <span className="k-quiet"> ({x.detail.startsWith('#') ? t('intake.lineRef', { n: x.detail.slice(1) }) : x.detail.replace(/\d{4}-\d{2}-\d{2}/g, (d) => f.date(d))})</span>}
              </li>
            ))}
            {l.differences.map((d) => (
              <li key={d.field} className={d.kept ? 'k-quiet' : undefined}>
                {d.kept
                  ? t('intake.kept', { field: fieldName(d.field), before: value(d.before) })
                  : l.outcome === 'added'
                    ? t('intake.addedField', { field: fieldName(d.field), after: value(d.after) })
                    : t('intake.changedField', { field: fieldName(d.field), before: value(d.before), after: value(d.after) })}
              </li>
            ))}
            {l.outcome === 'unchanged' && l.differences.length === 0 && <li className="k-quiet">{t('intake.nothingNew')}</li>}
            {l.outcome === 'repeated' && <li className="k-quiet">{t('intake.sameAsBefore')}</li>}
          </ul>
        ),
      },
    ],
    [f, t, fieldName, headings, value],
  )
  const choose = (o: typeof outcome) => void navigate({ search: { outcome: o }, replace: true, resetScroll: false })
  return (
    <section className="k-section k-lines" aria-labelledby="lines">
      <h2 id="lines">{t('intake.differences')}</h2>
      <div className="k-toolbar" role="group" aria-label={t('intake.outcomes')}>
        <div className="k-control">
          <label htmlFor="outcome">{t('intake.stateHead')}</label>
          <select id="outcome" className="form-select" value={chosen ?? 'all'} onChange={(event) => choose(event.target.value === 'all' ? 'all' : outcomes.find((o) => o === event.target.value))}>
            <option value="all">{`${t('intake.outcomeAll')} (${f.number(it.total)})`}</option>
            {outcomes.map((o) => <option key={o} value={o}>{`${t(`intake.outcome.${o}`)} (${f.number(it.counts[o])})`}</option>)}
          </select>
        </div>
      </div>
      {list.rows === undefined ? (
        list.error ? <ErrorState error={list.error} retry={() => void list.refetch()} /> : <Skeleton lines={8} />
      ) : list.rows.length === 0 ? (
        <p>{t('intake.noLines')}</p>
      ) : (
        <>
          <DataTable caption={t('intake.lineCaption')} columns={columns} rows={list.rows} rowKey={(l) => l.line} compact busy={list.outdated} />
          {list.hasMore && (
            <div className="k-more">
              <MoreButton list={list} onMore={() => void navigate({ search: (old) => ({ ...old, pages: (pages ?? 1) + 1 }), replace: true, resetScroll: false })} />
            </div>
          )}
        </>
      )}
    </section>
  )
}
