import { useQuery, useQueryClient } from '@tanstack/react-query'
import { useMemo, useRef, useState } from 'react'
import { api, unwrap } from '../../api/client'
import { useFormat, useWords } from '../../i18n'
import { problemSentence } from '../../i18n/problems'
import { Alert } from '../../ui/Alert'
import { DataTable, type Column } from '../../ui/DataTable'
import { Dropzone } from '../../ui/Dropzone'
import { Field } from '../../ui/form'
import { ErrorState, Loaded } from '../../ui/states'
import { Tag } from '../../ui/Tag'
import { useAct } from '../../ui/useAct'
import { dropped, folderQuery, waitedFor, type NamedFile } from './folder'
import type { Import } from './queries'
import { useFolder } from './useFolder'

const shownAtFirst = 50

/**
 * The PDFs of a list of own agreements: put the folder here, see what is still lacking.
 * After the list is taken in they come to the agreements that were registered without.
 */
export function Folder({ it }: { it: Import }) {
  const { t } = useWords()
  const f = useFormat()
  const client = useQueryClient()
  const query = useQuery(folderQuery(it.id))
  const act = useAct()
  const [placed, setPlaced] = useState(0)
  const said = useRef<HTMLDivElement>(null)
  const late = it.state === 'applied'
  const place = () => void act.run(async () => {
    const { total } = await unwrap(api.POST('/api/v1/imports/{id}/files', { params: { path: { id: it.id } } }))
    await client.invalidateQueries({ queryKey: folderQuery(it.id).queryKey })
    void client.invalidateQueries({ queryKey: ['own'] })
    if (total === 0) return
    setPlaced((n) => n + total)
    said.current?.focus()
  })
  return (
    <>
      <div ref={said} tabIndex={-1} className="k-result">
        {act.error && <ErrorState error={act.error} retry={place} />}
        {placed > 0 && <Alert kind="success" role="status"><p>{t('intake.folder.placed', { count: placed, formatted: f.number(placed) })}</p></Alert>}
      </div>
      <Loaded query={query}>{(named) => (waitedFor(named).length > 0 ? <Named it={it} all={named} place={late ? place : undefined} /> : null)}</Loaded>
    </>
  )
}

function Named({ it, all: files, place }: { it: Import; all: NamedFile[]; place: (() => void) | undefined }) {
  const { t } = useWords()
  const f = useFormat()
  const folder = useFolder(it.id, place)
  const [all, setAll] = useState(false)
  const named = useMemo(() => waitedFor(files), [files])
  const here = named.filter((n) => n.received).length
  const listed = named.filter((n) => n.named).length
  const agreements = named.reduce((n, x) => n + x.lines.length, 0)
  const lead = place ? 'after' : listed > 0 ? 'lead' : 'unlisted'
  const count = lead === 'lead' ? listed : agreements
  const states = folder.states
  const columns = useMemo(
    (): Column<NamedFile>[] => [
      { id: 'file', head: t('intake.file'), main: true, cell: (n) => n.name },
      { id: 'lines', head: t('intake.line'), cell: (n) => n.lines.map((l) => f.number(l)).join(', ') },
      {
        id: 'state',
        head: t('intake.stateHead'),
        cell: (n) => {
          const state = states.get(n.key)
          if (state === 'sending') return <Tag tone="waiting">{t('intake.folder.sending')}</Tag>
          if (state !== undefined) return <><Tag tone="overdue">{t('intake.folder.refused')}</Tag> {problemSentence(state)}</>
          return n.received ? <><Tag tone="ok">{t('intake.folder.here')}</Tag> <span className="k-quiet">{f.bytes(n.received.size)}</span></> : <Tag tone={n.named ? 'attention' : 'none'}>{t(n.named ? 'intake.folder.missing' : 'intake.folder.none')}</Tag>
        },
      },
    ],
    [f, t, states],
  )
  const faulty = (n: NamedFile) => t('intake.folder.faultyLine', { count: n.lines.length, lines: n.lines.map((l) => f.number(l)).join(', ') })
  const open = named.filter((n) => !n.received || states.has(n.key))
  const rows = all ? named : open.slice(0, shownAtFirst)
  return (
    <section className="k-section" aria-labelledby="folder">
      <h2 id="folder">{t('intake.folder.title')}</h2>
      <p>{t(`intake.folder.${lead}`, { count, formatted: f.number(count) })}</p>
      {files.length > named.length && <p>{t('intake.folder.faultyToo', { count: files.length - named.length, formatted: f.number(files.length - named.length) })}</p>}
      {listed < named.length && <p className="k-quiet">{t('intake.folder.byTitle')}</p>}
      <Dropzone label={t('intake.folder.title')} take={(given) => void dropped(given).then((taken) => folder.take(taken, files))}>
        <Field id="pdfs" label={t('intake.folder.choose')} hint={t('intake.folder.hint')}>
          {(props) => (
            <input {...props} type="file" multiple accept=".pdf,application/pdf" className="k-file" onChange={(event) => { folder.take([...(event.target.files ?? [])], files); event.target.value = '' }} />
          )}
        </Field>
      </Dropzone>
      <div className="k-progress">
        <p className="k-progress__words" role="status">
          {folder.left > 0 ? t('intake.folder.busy', { left: f.number(folder.left) }) : t('intake.folder.count', { count: named.length, here: f.number(here), all: f.number(named.length) })}
        </p>
        <progress className="k-progress__bar" max={named.length} value={here} aria-label={t('intake.folder.title')} />
      </div>
      {place && here > 0 && folder.left === 0 && <p className="k-actions"><button type="button" className="button button-primary" onClick={place}>{t('intake.folder.place', { count: here, formatted: f.number(here) })}</button></p>}
      {folder.refused.length > 0 && (
        <Alert kind="warning" heading={t('intake.folder.faulty', { count: folder.refused.length, formatted: f.number(folder.refused.length) })}>
          <ul>{folder.refused.slice(0, shownAtFirst).map((n) => <li key={n.key}>{n.name}: {faulty(n)}</li>)}</ul>
          {folder.refused.length > shownAtFirst && <p>{t('intake.folder.andMore', { more: f.number(folder.refused.length - shownAtFirst) })}</p>}
        </Alert>
      )}
      {folder.unnamed.length > 0 && (
        <Alert kind="warning" heading={t('intake.folder.unnamed', { count: folder.unnamed.length, formatted: f.number(folder.unnamed.length) })}>
          <p>{t('intake.folder.unnamedBody')}</p>
          <ul>{folder.unnamed.slice(0, shownAtFirst).map((name, n) => <li key={n}>{name}</li>)}</ul>
          {folder.unnamed.length > shownAtFirst && <p>{t('intake.folder.andMore', { more: f.number(folder.unnamed.length - shownAtFirst) })}</p>}
        </Alert>
      )}
      {rows.length > 0 && <DataTable caption={t('intake.folder.caption')} columns={columns} rows={rows} rowKey={(n) => n.key} compact />}
      {rows.length < named.length || all ? (
        <div className="k-more">
          <button type="button" className="button button-secondary" onClick={() => setAll(!all)}>
            {all ? t('intake.folder.showOpen') : t('intake.folder.showAll', { count: named.length, all: f.number(named.length) })}
          </button>
        </div>
      ) : null}
    </section>
  )
}
