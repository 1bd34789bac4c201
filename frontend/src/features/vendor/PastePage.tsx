import { useQuery, useQueryClient } from '@tanstack/react-query'
import { Link, useParams, useSearch } from '@tanstack/react-router'
import { useState, type ClipboardEvent, type SyntheticEvent } from 'react'
import { api, unwrap, type Schemas } from '../../api/client'
import { useFormat, useWords } from '../../i18n'
import { fieldSentence } from '../../i18n/problems'
import { Alert } from '../../ui/Alert'
import { asTabs, readTabs, tableOf } from '../../ui/clipboard'
import { Field, sendOnCtrlEnter } from '../../ui/form'
import { PageHeading } from '../../ui/PageHeading'
import { Empty, ErrorState, Loaded } from '../../ui/states'
import { Tag } from '../../ui/Tag'
import { useUnsaved } from '../../ui/unsaved'
import { usePlace } from './places'
import { vendorQuery } from './queries'

type Line = Schemas['PastedLine']

export default function PastePage() {
  const { number } = useParams({ from: '/inside/vendors/$number/paste' })
  const query = useQuery(vendorQuery(Number(number)))
  return <Loaded key={number} query={query}>{(vendor) => <Paste vendor={vendor} />}</Loaded>
}

/** The table without some of its lines; the headings they were read by stay. */
function without(text: string, lines: Line[]): string {
  const gone = new Set(lines.map((l) => l.line))
  return asTabs(readTabs(text).filter((_, i) => !gone.has(i + 1)))
}

function Paste({ vendor }: { vendor: Schemas['VendorDetail'] }) {
  const { t } = useWords()
  const client = useQueryClient()
  const search = useSearch({ from: '/inside/vendors/$number/paste' })
  const [system, setSystem] = useState(search.system)
  const [text, setText] = useState('')
  const [read, setRead] = useState<{ text: string; lines: Line[] }>()
  const [added, setAdded] = useState<number>()
  const [error, setError] = useState<unknown>()
  const [busy, setBusy] = useState(false)
  const path = { number: vendor.number }
  const attempt = async (act: () => Promise<void>) => {
    if (busy) return
    setBusy(true)
    setError(undefined)
    try {
      await act()
    } catch (refusal) {
      setError(refusal)
    } finally {
      setBusy(false)
    }
  }
  /** Reads a table, and shows it as it was read: a line a row, so that the numbers of the lines are those of the field. */
  const look = async (what: string) => {
    setText(what)
    const { items } = await unwrap(api.POST('/api/v1/vendors/{number}/subprocessors/preview', { params: { path }, body: { text: what } }))
    setRead({ text: what, lines: items })
  }
  const preview = (event: SyntheticEvent) => {
    event.preventDefault()
    setAdded(undefined)
    void attempt(() => look(asTabs(readTabs(text))))
  }
  const pasted = (event: ClipboardEvent<HTMLTextAreaElement>) => {
    const table = tableOf(event.clipboardData)
    if (!table) return
    event.preventDefault()
    const { value, selectionStart, selectionEnd } = event.currentTarget
    setText(value.slice(0, selectionStart) + asTabs(table) + value.slice(selectionEnd))
  }
  const good = read?.lines.filter((l) => l.faults.length === 0) ?? []
  const bad = read?.lines.filter((l) => l.faults.length > 0) ?? []
  const send = () => attempt(async () => {
    if (!read) return
    const { total } = await unwrap(api.POST('/api/v1/vendors/{number}/subprocessors/paste', { params: { path }, body: { text: without(read.text, bad), ...(system && { system }) } }))
    const left = bad.length > 0 ? without(read.text, good) : ''
    setAdded(total)
    setText(left)
    setRead(undefined)
    void client.invalidateQueries({ queryKey: ['vendors'] })
    if (left) await look(left)
  })
  useUnsaved(text.trim() !== '')
  const outdated = read !== undefined && read.text !== text
  return (
    <>
      <PageHeading
        kicker={<Link to="/vendors/$number" params={{ number: String(vendor.number) }} search={{ tab: 'chain' }}>{vendor.name}</Link>}
        title={t('paste.title')}
        lead={t('paste.lead')}
      />
      {added !== undefined && (
        <Alert kind="success" role="status">
          <p>{t('paste.added', { count: added })} {text !== '' && t('paste.left')}</p>
          <Link to="/vendors/$number" params={{ number: String(vendor.number) }} search={{ tab: 'chain' }}>{t('paste.toChain')}</Link>
        </Alert>
      )}
      {error !== undefined && <ErrorState error={error} />}
      <form onSubmit={preview} onKeyDown={sendOnCtrlEnter}>
        {vendor.systems.length > 0 && (
          <Field id="paste-system" label={t('paste.forSystem')}>
            {(props) => (
              <select {...props} className="form-select" value={system ?? ''} onChange={(event) => setSystem(event.target.value === '' ? undefined : Number(event.target.value))}>
                <option value="">{t('chain.systemAll')}</option>
                {vendor.systems.map((s) => <option key={s.number} value={s.number}>{s.name}</option>)}
              </select>
            )}
          </Field>
        )}
        <div className="form-group k-field k-field--wide">
          <label className="form-label" htmlFor="paste-text">{t('paste.text')}</label>
          <span className="form-hint" id="paste-hint">{t('paste.textHint', { columns: t('paste.columns') })}</span>
          <textarea id="paste-text" className="form-input k-paste" aria-describedby="paste-hint" rows={8} maxLength={400_000} wrap="off" spellCheck={false} value={text} onChange={(event) => setText(event.target.value)} onPaste={pasted} />
        </div>
        <p className="k-actions"><button type="submit" className={`button ${read && !outdated ? 'button-secondary' : 'button-primary'}`} aria-disabled={busy}>{t('paste.read')}</button></p>
      </form>
      {read && (
        <section className="k-section" aria-labelledby="preview">
          <h2 id="preview">{t('paste.preview')}</h2>
          {read.lines.length === 0 ? <Empty why={t('paste.none')} /> : (
            <>
              <p className="k-actions" role="status">
                {good.length > 0 && <Tag tone="ok">{t('paste.goodCount', { count: good.length })}</Tag>}
                {bad.length > 0 && <Tag tone="overdue">{t('paste.badCount', { count: bad.length })}</Tag>}
              </p>
              <Lines lines={read.lines} />
              {good.length > 0 && !outdated && (
                <p className="k-section"><button type="button" className="button button-primary" aria-disabled={busy} onClick={() => void send()}>{t('paste.send', { count: good.length })}</button></p>
              )}
            </>
          )}
        </section>
      )}
    </>
  )
}

function Lines({ lines }: { lines: Line[] }) {
  const { t } = useWords()
  const f = useFormat()
  const place = usePlace()
  const columns: Record<string, string> = t('paste.column', { returnObjects: true })
  const heads = [t('paste.line'), t('chain.name'), t('chain.service'), t('chain.places'), t('chain.basis'), t('chain.from'), t('paste.state')]
  const where = (l: Line) => [...new Set([...l.storage, ...l.processing, ...l.remote])].map(place).join(', ') || '–'
  const known = (l: Line) => (l.vendor
    ? <Link to="/vendors/$number" params={{ number: String(l.vendor.number) }} target="_blank">{`${l.vendor.name} · ${t('paste.known', { number: l.vendor.number })}`}</Link>
    : t('paste.newVendor'))
  return (
    <table role="table" className="table k-table k-table--compact">
      <caption className="sr-only">{t('paste.previewCaption')}</caption>
      <thead role="rowgroup"><tr role="row">{heads.map((h) => <th key={h} role="columnheader" scope="col">{h}</th>)}</tr></thead>
      <tbody role="rowgroup">
        {lines.map((l) => (
          <tr key={l.line} role="row">
            <td role="cell" data-label={heads[0]}><div className="k-cell">{l.line}</div></td>
            <th role="rowheader" scope="row" className={`k-main k-tier k-tier--${Math.min(l.tier, 6)}`}>
              <span className="k-tier__no">{t('chain.tier', { tier: l.tier })}</span>
              {l.name || l.vendor?.name || '–'}
              <span className="k-tier__service">{known(l)}</span>
            </th>
            <td role="cell" data-label={heads[2]}><div className="k-cell">{l.service || '–'}</div></td>
            <td role="cell" data-label={heads[3]}><div className="k-cell">{where(l)}</div></td>
            <td role="cell" data-label={heads[4]}><div className="k-cell">{t(`chain.basisName.${l.basis}`)}</div></td>
            <td role="cell" data-label={heads[5]}><div className="k-cell">{f.date(l.from)}</div></td>
            <td role="cell" data-label={heads[6]}>
              <div className="k-cell">
                {l.faults.length === 0 ? <Tag tone="ok">{t('paste.good')}</Tag> : (
                  <>
                    <Tag tone="overdue">{t('paste.bad')}</Tag>
                    <ul className="k-faults">
                      {l.faults.map((x) => <li key={x.pointer + x.code + (x.message ?? '')}>{`${columns[x.pointer] ?? x.pointer}${x.message ? ` »${x.message}«` : ''}: ${fieldSentence(x.code)}`}</li>)}
                    </ul>
                  </>
                )}
              </div>
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  )
}
