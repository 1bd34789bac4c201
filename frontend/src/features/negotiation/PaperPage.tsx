import { useQuery, useQueryClient } from '@tanstack/react-query'
import { Link, useNavigate, useParams, useSearch } from '@tanstack/react-router'
import { useEffect, useRef, useState } from 'react'
import { useFormat, useWords } from '../../i18n'
import { Alert } from '../../ui/Alert'
import { Facts } from '../../ui/Facts'
import { goTo } from '../../ui/goTo'
import { Hash } from '../../ui/Hash'
import { PageHeading } from '../../ui/PageHeading'
import { Loaded } from '../../ui/states'
import { Tag } from '../../ui/Tag'
import { EntryCard } from './EntryCard'
import { PaperSections } from './PaperSections'
import { Progress } from './PapersPage'
import { paperQuery, papersQuery, type Paper } from './paperQueries'

/** One text of the vendor's own: the checklist to be assessed, and its sections beside ours. */
export default function PaperPage() {
  const { id, paper } = useParams({ from: '/inside/negotiations/$id/papers/$paper' })
  const query = useQuery(paperQuery(Number(id), Number(paper)))
  return <Loaded key={paper} query={query}>{(found) => <Page id={Number(id)} paper={found} />}</Loaded>
}

function Page({ id, paper }: { id: number; paper: Paper }) {
  const { t } = useWords()
  const f = useFormat()
  const client = useQueryClient()
  const navigate = useNavigate({ from: '/negotiations/$id/papers/$paper' })
  const search = useSearch({ from: '/inside/negotiations/$id/papers/$paper' })
  const [told, setTold] = useState('')
  const [open, setOpen] = useState<ReadonlySet<string>>(() => new Set(search.entry === undefined ? unsure(paper.entries) : [search.entry]))
  const begun = useRef(search.entry)
  useEffect(() => {
    if (begun.current) goTo(`entry-${begun.current}`) // only the way in leads there
  }, [])
  const saved = (now: Paper, what: string) => {
    client.setQueryData(paperQuery(id, now.head.id).queryKey, now)
    void client.invalidateQueries({ queryKey: papersQuery(id).queryKey, exact: true })
    setTold(t('paper.saved', { what }))
  }
  const { head } = paper
  const entries = search.open === 1 ? paper.entries.filter((e) => !e.assessment || e.key === search.entry) : paper.entries
  const allOpen = entries.every((e) => open.has(e.key))
  const fold = (key: string, opens: boolean) => setOpen((old) => {
    if (old.has(key) === opens) return old
    const now = new Set(old)
    if (opens) now.add(key)
    else now.delete(key)
    return now
  })
  return (
    <>
      <PageHeading kicker={<Link to="/negotiations/$id/papers" params={{ id: String(id) }}>{t('paper.title')}</Link>} title={t('paper.of', { file: head.fileName })}
        lead={<><Progress head={head} />{paper.unconfirmed && <Tag tone="attention">{t('paper.unconfirmed')}</Tag>}</>} />
      {!head.agreement && <Alert kind="warning" heading={t('paper.notAgreement')}><p>{t('paper.notAgreementHelp')}</p></Alert>}
      {paper.unread.length > 0 && <Alert kind="warning" heading={t('paper.unread', { count: paper.unread.length, pages: paper.unread.join(', ') })}><p>{t('paper.unreadHelp')}</p></Alert>}
      {paper.unconfirmed && <Alert kind="info" heading={t('paper.unconfirmedTitle')}><p>{t('paper.unconfirmedHelp')}</p></Alert>}
      <Facts items={[
        { label: t('paper.language'), value: <>{t(`paper.languageName.${paper.language}`)}{!paper.sameLanguage && <><br /><span className="k-quiet">{t('paper.otherLanguage')}</span></>}</> },
        { label: t('paper.source'), value: <>{paper.source}<br /><span className="k-quiet">{t('paper.checked', { day: f.date(paper.checked) })}</span></> },
        { label: t('paper.fileHash'), value: <Hash value={head.sha256} label={t('paper.fileHash')} /> },
      ]} />
      <div className="k-paper">
        <section aria-labelledby="checklist">
          <h2 id="checklist">{t('paper.checklist')}</h2>
          <p className="k-quiet">{t('paper.confidenceHelp')}</p>
          <div className="k-paper__bar k-noprint">
            <label className="k-check"><input type="checkbox" checked={search.open === 1} onChange={(event) => void navigate({ search: event.target.checked ? { open: 1 } : {}, replace: true, resetScroll: false })} /> {t('paper.onlyOpen')}</label>
            {entries.length > 0 && <button type="button" className="k-textbutton" onClick={() => setOpen(new Set(allOpen ? [] : entries.map((e) => e.key)))}>{t(allOpen ? 'paper.foldAll' : 'paper.unfoldAll')}</button>}
          </div>
          <p role="status" className="sr-only">{told}</p>
          {entries.length === 0 && <p>{t('paper.allAssessed')}</p>}
          {entries.map((entry) => <EntryCard key={entry.key} id={id} paper={paper} entry={entry} current={entry.key === search.entry} open={open.has(entry.key)} fold={(opens) => fold(entry.key, opens)} saved={saved} />)}
        </section>
        <PaperSections paper={paper} />
      </div>
    </>
  )
}

/** Those that are open from the start: not assessed, and not found clearly; else the first that is not assessed. */
function unsure(entries: Paper['entries']): string[] {
  const waits = entries.filter((e) => !e.assessment)
  const doubted = waits.filter((e) => e.confidence === 'not_found' || e.confidence === 'guess' || e.against || e.disagree)
  return (doubted.length > 0 ? doubted : waits.slice(0, 1)).map((e) => e.key)
}
