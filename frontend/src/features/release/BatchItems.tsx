import { Link, useNavigate, useSearch } from '@tanstack/react-router'
import { useMemo } from 'react'
import { useFormat, useWords } from '../../i18n'
import { problemSentence } from '../../i18n/problems'
import { DataTable, type Column } from '../../ui/DataTable'
import { Tag, type Tone } from '../../ui/Tag'
import type { BatchItem } from './queries'

const tones: Record<BatchItem['state'], Tone> = { pending: 'waiting', done: 'ok', failed: 'overdue' }
const states: BatchItem['state'][] = ['failed', 'pending', 'done']

/** What somebody must look at comes first. */
const rank = (x: BatchItem): number => (x.state === 'failed' ? 0 : x.missingAddress ? 1 : 2)

/** The result, one line for each organisation, with what went wrong and what lacks. */
export function BatchItems({ items }: { items: BatchItem[] }) {
  const { t } = useWords()
  const f = useFormat()
  const { state } = useSearch({ from: '/inside/batches/$id' })
  const navigate = useNavigate({ from: '/batches/$id' })
  const columns = useMemo(
    (): Column<BatchItem>[] => [
      { id: 'organisation', head: t('batch.organisation'), main: true, cell: (x) => <Link to="/organisations/$id" params={{ id: String(x.organisation.id) }}>{x.organisation.name}</Link> },
      { id: 'state', head: t('batch.itemState'), cell: (x) => <Tag tone={tones[x.state]}>{t(`batch.itemStateName.${x.state}`)}</Tag> },
      {
        id: 'note',
        head: t('batch.note'),
        cell: (x) => (
          <>
            {x.missingAddress && <Tag tone="attention">{t('batch.noAddress')}</Tag>}
            {x.code ? ` ${problemSentence(x.code)}` : !x.missingAddress && '–'}
          </>
        ),
      },
      {
        id: 'accession',
        head: t('batch.accession'),
        cell: (x) => x.accession === undefined ? '–' : (
          <Link to="/accessions/$id" params={{ id: String(x.accession) }} aria-label={t('batch.openAccession', { name: x.organisation.name })}>{t('batch.open')}</Link>
        ),
      },
      { id: 'at', head: t('batch.at'), cell: (x) => (x.at && x.state !== 'pending' ? f.time(x.at) : '–') },
    ],
    [f, t],
  )
  const shown = (state ? items.filter((x) => x.state === state) : items).toSorted((a, b) => rank(a) - rank(b))
  return (
    <section className="k-section" aria-labelledby="results">
      <h2 id="results">{t('batch.results')}</h2>
      <div className="k-toolbar">
        <div className="k-control">
          <label htmlFor="batch-state">{t('batch.filter')}</label>
          <select id="batch-state" className="form-select" value={state ?? ''} onChange={(event) => void navigate({ search: { state: states.find((s) => s === event.target.value) }, replace: true, resetScroll: false })}>
            <option value="">{`${t('batch.filterAll')} (${items.length})`}</option>
            {states.map((s) => <option key={s} value={s}>{`${t(`batch.itemStateName.${s}`)} (${items.filter((x) => x.state === s).length})`}</option>)}
          </select>
        </div>
      </div>
      {shown.length === 0 ? <p>{t('batch.none')}</p> : <DataTable caption={t('batch.caption')} columns={columns} rows={shown} rowKey={(x) => x.organisation.id} compact />}
    </section>
  )
}
