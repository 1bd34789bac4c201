import { useQuery, useQueryClient } from '@tanstack/react-query'
import { Link, useNavigate, useSearch } from '@tanstack/react-router'
import { useRef, useState, type ReactNode } from 'react'
import { fileHref, type Schemas } from '../../api/client'
import { useFormat, useWords } from '../../i18n'
import { useMay } from '../../session'
import { Alert } from '../../ui/Alert'
import { DayFilter } from '../../ui/DayFilter'
import { Excel } from '../../ui/Download'
import { Icon } from '../../ui/Icon'
import { Choice } from '../../ui/ListPage'
import { Empty, ErrorState, Skeleton } from '../../ui/states'
import { Tag } from '../../ui/Tag'
import { ChainForm, EndForm } from './ChainForm'
import { statuses, statusTone, usePlace, useStatusFilter } from './places'
import { treeQuery } from './queries'

type Row = Schemas['Subprocessor']
type Act = { kind: 'add'; under?: Row } | { kind: 'edit'; row: Row } | { kind: 'end'; row: Row }

/** A vendor's sub-processors as of a day, each under the one it works for. */
export function Chain({ vendor }: { vendor: Schemas['VendorDetail'] }) {
  const { t } = useWords()
  const f = useFormat()
  const may = useMay()
  const client = useQueryClient()
  const { on, system, status } = useSearch({ from: '/inside/vendors/$number' })
  const navigate = useNavigate({ from: '/vendors/$number' })
  const query = useQuery(treeQuery(vendor.number, { on, system }))
  const [act, setAct] = useState<Act>()
  const [said, setSaid] = useState<string>()
  const heading = useRef<HTMLHeadingElement>(null)
  const canWrite = may('createSubprocessor')
  const begin = (next: Act) => {
    setSaid(undefined)
    setAct(next)
  }
  const done = (words?: string) => {
    setAct(undefined)
    setSaid(words)
    heading.current?.focus({ preventScroll: true })
    void client.invalidateQueries({ queryKey: ['vendors'] })
  }
  const narrow = (patch: { on?: string; system?: number; status?: Row['status'] }) => void navigate({ search: (old) => ({ ...old, ...patch }), replace: true, resetScroll: false })
  const rows = query.data?.items
  const shown = rows?.filter((r) => status === undefined || r.status === status) ?? []
  const statusFilter = useStatusFilter(status)
  return (
    <section aria-labelledby="chain">
      <h2 id="chain" ref={heading} tabIndex={-1} className="k-focusless">{t('chain.title')}</h2>
      <div className="k-toolbar">
        <DayFilter key={on ?? ''} label={t('chain.on')} value={on} onDay={(day) => narrow({ on: day })} />
        <div className="k-control">
          <label htmlFor="of-system">{t('chain.system')}</label>
          <select id="of-system" className="form-select" value={system ?? ''} onChange={(event) => narrow({ system: event.target.value === '' ? undefined : Number(event.target.value) })}>
            <option value="">{t('chain.systemAll')}</option>
            {vendor.systems.map((s) => <option key={s.number} value={s.number}>{s.name}</option>)}
          </select>
        </div>
        <Choice filter={statusFilter} onChange={(value) => narrow({ status: value as Row['status'] | undefined })} />
        {on && <button type="button" className="k-textbutton" onClick={() => narrow({ on: undefined })}>{t('chain.onToday')}</button>}
        <div className="k-toolbar__end">
          {canWrite && <Link to="/vendors/$number/paste" params={{ number: String(vendor.number) }} search={system ? { system } : {}} className="k-textbutton"><Icon name="copy" />{t('chain.paste')}</Link>}
          {may('exportSubprocessors') && <Excel href={fileHref(`/api/v1/vendors/${vendor.number}/subprocessors/export`, { on, system, status })} />}
          {canWrite && <button type="button" className="button button-secondary" onClick={() => begin({ kind: 'add' })}><Icon name="plus" />{t('chain.add')}</button>}
        </div>
      </div>
      {said && <Alert kind="success" role="status"><p>{said}</p></Alert>}
      {act && act.kind !== 'end' && (
        <ChainForm
          key={act.kind === 'edit' ? `edit-${act.row.id}` : `add-${String(act.under?.id)}`}
          vendor={vendor}
          system={system}
          row={act.kind === 'edit' ? act.row : undefined}
          under={act.kind === 'add' ? act.under : undefined}
          rows={rows ?? []}
          done={done}
        />
      )}
      {act?.kind === 'end' && <EndForm key={act.row.id} row={act.row} done={done} />}
      {rows === undefined ? (
        query.error ? <ErrorState error={query.error} retry={() => void query.refetch()} /> : <Skeleton lines={6} />
      ) : rows.length === 0 ? (
        <Empty why={t('chain.empty')} help={canWrite ? t('chain.emptyHelp') : t('chain.emptyRead')} />
      ) : (
        <>
          <Summary rows={rows} />
          {shown.length === 0 ? (
            <Empty why={t('chain.emptyStatus')} action={<button type="button" className="button button-secondary" onClick={() => narrow({ status: undefined })}>{t('list.clear')}</button>} />
          ) : <table role="table" className="table k-table k-chain" aria-busy={query.isPlaceholderData || undefined}>
            <caption className="sr-only">{t('chain.caption')}</caption>
            <thead role="rowgroup">
              <tr role="row">
                {[t('chain.name'), t('chain.storage'), t('chain.processing'), t('chain.remote'), t('chain.transfer'), t('chain.period'), t('chain.act')].map((head) => (
                  <th key={head} role="columnheader" scope="col">{head}</th>
                ))}
              </tr>
            </thead>
            <tbody role="rowgroup">
              {shown.map((row) => <ChainRow key={row.id} row={row} begin={canWrite ? begin : undefined} period={row.to ? t('vendorPage.period', { from: f.date(row.from), to: f.date(row.to) }) : t('vendorPage.since', { from: f.date(row.from) })} />)}
            </tbody>
          </table>}
        </>
      )}
    </section>
  )
}

/** How many, and how they stand, worst first. */
function Summary({ rows }: { rows: Row[] }) {
  const { t } = useWords()
  const f = useFormat()
  return (
    <p className="k-actions">
      {statuses.map((status) => {
        const count = rows.filter((r) => r.status === status).length
        return count > 0 && <Tag key={status} tone={statusTone[status]}>{`${f.number(count)} ${t(`chain.summary.${status}`)}`}</Tag>
      })}
    </p>
  )
}

function ChainRow({ row, begin, period }: { row: Row; begin?: (act: Act) => void; period: string }) {
  const { t } = useWords()
  const place = usePlace()
  const params = { number: String(row.processor.number) }
  const places = (codes: string[]) => <span className="k-whole">{codes.length > 0 ? codes.map(place).join(', ') : '–'}</span>
  const cell = (label: string, content: ReactNode) => <td role="cell" data-label={label}><div className="k-cell">{content}</div></td>
  return (
    <tr role="row">
      <th role="rowheader" scope="row" className={`k-main k-tier k-tier--${Math.min(row.tier, 6)}`}>
        <span className="k-tier__no">{t('chain.tier', { tier: row.tier })}</span>
        <Link to="/vendors/$number" params={params}>{row.processor.name}</Link>
        {row.service && <span className="k-tier__service">{row.service}</span>}
        {row.system && <span className="k-tier__service">{t('chain.forSystem', { name: row.system.name })}</span>}
      </th>
      {cell(t('chain.storage'), places(row.storage))}
      {cell(t('chain.processing'), places(row.processing))}
      {cell(t('chain.remote'), places(row.remote))}
      {cell(t('chain.transfer'), <Transfer row={row} />)}
      {cell(t('chain.period'), period)}
      {cell(t('chain.act'), (
        <div className="k-rowacts">
          <Link to="/vendors/$number/behind" params={params} aria-label={t('chain.affectedNamed', { name: row.processor.name })}>{t('vendorPage.whoAffected')}</Link>
          {begin && (
            <>
              <button type="button" className="k-textbutton k-textbutton--row" aria-label={t('chain.editNamed', { name: row.processor.name })} onClick={() => begin({ kind: 'edit', row })}>{t('chain.edit')}</button>
              {!row.to && <button type="button" className="k-textbutton k-textbutton--row" aria-label={t('chain.addUnderNamed', { name: row.processor.name })} onClick={() => begin({ kind: 'add', under: row })}>{t('chain.addUnder')}</button>}
              <button type="button" className="k-textbutton k-textbutton--row" aria-label={t(row.to ? 'chain.lastDayNamed' : 'chain.endNamed', { name: row.processor.name })} onClick={() => begin({ kind: 'end', row })}>{t(row.to ? 'chain.lastDayChange' : 'chain.end')}</button>
            </>
          )}
        </div>
      ))}
    </tr>
  )
}

/** What the transfer comes to, and what it rests on, place by place. */
function Transfer({ row }: { row: Row }) {
  const { t } = useWords()
  const place = usePlace()
  const outside = row.verdicts.filter((v) => v.status !== 'eea')
  return (
    <>
      <Tag tone={statusTone[row.status]}>{t(`chain.status.${row.status}`)}</Tag>
      {outside.map((v) => {
        const reach = v.status !== 'adequate' && v.scope && v.scope !== 'all' ? t(`chain.scopeReason.${v.scope}`) : undefined
        const why = v.status === 'safeguarded' ? t(`chain.basisName.${row.basis}`) : [v.decision, reach].filter(Boolean).join(' ')
        const unconfirmed = v.unconfirmed && v.status === 'adequate' ? ` (${t('chain.unconfirmed')})` : ''
        return <span key={v.place} className="k-tier__service">{why ? `${place(v.place)}: ${why}${unconfirmed}` : place(v.place)}</span>
      })}
      {row.note && <span className="k-tier__service">{row.note}</span>}
    </>
  )
}
