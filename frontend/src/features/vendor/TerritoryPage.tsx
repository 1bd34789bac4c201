import { useQuery, useQueryClient } from '@tanstack/react-query'
import { Link, useNavigate, useSearch } from '@tanstack/react-router'
import { useRef, useState } from 'react'
import { fileHref, type Schemas } from '../../api/client'
import { useFormat, useWords } from '../../i18n'
import { compare } from '../../i18n/format'
import { useMay } from '../../session'
import { Alert } from '../../ui/Alert'
import { DataTable, type Column } from '../../ui/DataTable'
import { Excel } from '../../ui/Download'
import { Icon } from '../../ui/Icon'
import { PageHeading } from '../../ui/PageHeading'
import { Loaded } from '../../ui/states'
import { Tag } from '../../ui/Tag'
import { usePlace } from './places'
import { territoriesQuery } from './queries'
import { TerritoryForm } from './TerritoryForm'

type Territory = Schemas['Territory']

export default function TerritoryPage() {
  const query = useQuery(territoriesQuery)
  return <Loaded query={query}>{(all) => <Page rows={all.items} />}</Loaded>
}

function Page({ rows }: { rows: Territory[] }) {
  const { t } = useWords()
  const f = useFormat()
  const may = useMay()
  const place = usePlace()
  const client = useQueryClient()
  const { show } = useSearch({ from: '/inside/territories' })
  const navigate = useNavigate({ from: '/territories' })
  const [open, setOpen] = useState<Territory | 'new'>()
  const [saved, setSaved] = useState(false)
  const lead = useRef<HTMLDivElement>(null)
  const canWrite = may('createTerritory')
  const begin = (row: Territory | 'new') => {
    setSaved(false)
    setOpen(row)
  }
  const done = (said = false) => {
    setOpen(undefined)
    setSaved(said)
    lead.current?.focus({ preventScroll: true })
    void client.invalidateQueries({ queryKey: ['territories'] })
    void client.invalidateQueries({ queryKey: ['vendors'] })
  }
  const shown = rows.filter((r) => show === 'all' || (show === 'eea' ? r.kind === 'eea' : r.kind === 'adequacy'))
    .sort((a, b) => compare(place(a.code), place(b.code), f.lang) || b.from.localeCompare(a.from))
  const columns: Column<Territory>[] = [
    { id: 'place', head: t('territory.place'), main: true, cell: (r) => <span className="k-whole">{place(r.code)}</span> },
    {
      id: 'kind', head: t('territory.kind'),
      cell: (r) => <span className="k-whole">{t(`territory.kindName.${r.kind}`)}{r.scope !== 'all' && <span className="k-tier__service">{t(`territory.scopeName.${r.scope}`)}</span>}</span>,
    },
    { id: 'decision', head: t('territory.decision'), cell: (r) => <span className="k-whole">{r.decision || '–'}{r.note && <span className="k-tier__service">{r.note}</span>}</span> },
    { id: 'period', head: t('territory.period'), cell: (r) => <span className="k-whole">{r.to ? t('vendorPage.period', { from: f.date(r.from), to: f.date(r.to) }) : t('vendorPage.since', { from: f.date(r.from) })}</span> },
    { id: 'source', head: t('territory.source'), cell: (r) => <span className="k-whole">{r.source}{r.checkedOn && <span className="k-tier__service">{`${t('territory.checked')} ${f.date(r.checkedOn)}`}</span>}</span> },
    { id: 'state', head: t('territory.state'), cell: (r) => (r.unconfirmed ? <Tag tone="attention">{t('territory.unconfirmed')}</Tag> : <Tag tone="ok">{t('territory.confirmed')}</Tag>) },
    ...(canWrite ? [{
      id: 'act', head: t('territory.act'),
      cell: (r: Territory) => <button type="button" className="k-textbutton k-textbutton--row" aria-label={t('territory.editNamed', { place: place(r.code) })} onClick={() => begin(r)}>{t('territory.edit')}</button>,
    }] : []),
  ]
  return (
    <>
      <PageHeading
        kicker={<Link to="/vendors">{t('vendor.listTitle')}</Link>}
        title={t('territory.title')}
        lead={t('territory.lead')}
        actions={canWrite && <button type="button" className="button button-primary" onClick={() => begin('new')}><Icon name="plus" />{t('territory.add')}</button>}
      />
      <div ref={lead} tabIndex={-1} className="k-focusless">
        {saved && <Alert kind="success" role="status"><p>{t('territory.saved')}</p></Alert>}
      </div>
      {open && <TerritoryForm key={open === 'new' ? 0 : open.id} row={open === 'new' ? undefined : open} done={done} />}
      <div className="k-toolbar">
        <div className="k-control k-control--wide">
          <label htmlFor="show">{t('territory.show')}</label>
          <select id="show" className="form-select" value={show ?? ''} onChange={(event) => void navigate({ search: event.target.value === '' ? {} : { show: event.target.value as 'eea' | 'all' }, replace: true, resetScroll: false })}>
            <option value="">{t('territory.showAdequacy')}</option>
            <option value="eea">{t('territory.showEEA')}</option>
            <option value="all">{t('territory.showAll')}</option>
          </select>
        </div>
        {may('exportTerritories') && (
          <div className="k-toolbar__end">
            <Excel href={fileHref('/api/v1/territories/export', { kind: show === 'all' ? undefined : (show ?? 'adequacy') })} />
          </div>
        )}
      </div>
      <DataTable caption={t('territory.caption')} columns={columns} rows={shown} rowKey={(r) => r.id} />
    </>
  )
}
