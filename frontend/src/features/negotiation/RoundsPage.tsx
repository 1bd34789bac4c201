import { useQuery } from '@tanstack/react-query'
import { Link, useNavigate, useParams, useSearch } from '@tanstack/react-router'
import { fileHref } from '../../api/client'
import { useFormat, useWords } from '../../i18n'
import { useMay } from '../../session'
import { Download } from '../../ui/Download'
import { Hash } from '../../ui/Hash'
import { PageHeading } from '../../ui/PageHeading'
import { Empty, Loaded } from '../../ui/states'
import { Tag } from '../../ui/Tag'
import { Compared } from './Compared'
import { comparisonQuery, negotiationQuery, type Detail } from './queries'
import { Counted, StageTag, TurnTag } from './states'

/** What was sent and what came, newest first; any two compared. */
export default function RoundsPage() {
  const { id } = useParams({ from: '/inside/negotiations/$id/rounds' })
  const query = useQuery(negotiationQuery(Number(id)))
  return <Loaded key={id} query={query}>{(detail) => <Page detail={detail} />}</Loaded>
}

function Page({ detail }: { detail: Detail }) {
  const { t } = useWords()
  const f = useFormat()
  const may = useMay()
  const { id, title } = detail.negotiation
  return (
    <>
      <PageHeading kicker={<Link to="/negotiations/$id" params={{ id: String(id) }}>{t('negotiation.of', { title })}</Link>} title={t('negotiation.rounds')} />
      {detail.rounds.length === 0 && <Empty why={t('negotiation.notSent')} />}
      <ol className="k-plain k-rounds">
        {detail.rounds.map((r) => (
          <li key={r.no}>
            <div className="k-change__head">
              <h2>{t(r.direction === 'out' ? 'negotiation.roundOut' : 'negotiation.roundIn', { no: r.no })}</h2>
              <Tag tone={r.direction === 'out' ? 'waiting' : 'attention'} icon={r.direction === 'out' ? 'send' : 'download'}>{t(`negotiation.direction.${r.direction}`)}</Tag>
            </div>
            <p>{[f.dateTime(r.madeAt), r.madeBy].filter(Boolean).join(', ')}</p>
            {r.note !== '' && <p className="k-said__text" dir="auto">{r.note}</p>}
            {r.direction === 'in' && <p><Counted {...r} /></p>}
            <p className="k-actions">
              {may('downloadRound') ? <Download href={fileHref(`/api/v1/negotiations/${id}/rounds/${r.no}/file`)} format="docx">{r.fileName}</Download> : r.fileName}
              {may('redlineRound') && <Download href={fileHref(`/api/v1/negotiations/${id}/rounds/${r.no}/redline`)} format="pdf">{t('negotiation.redlined', { no: r.no })}</Download>}
              <Hash value={r.sha256} label={t('negotiation.fileHash')} />
            </p>
          </li>
        ))}
      </ol>
      <Course steps={detail.steps} />
      {detail.rounds.length > 1 && may('compareRounds') && <Comparing detail={detail} />}
    </>
  )
}

/** Where it stood from when, the days of each step as bars against the longest. */
function Course({ steps }: { steps: Detail['steps'] }) {
  const { t } = useWords()
  const f = useFormat()
  const most = Math.max(...steps.map((s) => s.days), 1)
  return (
    <section className="k-section" aria-labelledby="course">
      <h2 id="course">{t('negotiation.course')}</h2>
      <table className="k-table k-table--compact">
        <thead><tr><th scope="col">{t('negotiation.courseFrom')}</th><th scope="col">{t('negotiation.stage')}</th><th scope="col">{t('negotiation.turn')}</th><th scope="col">{t('negotiation.courseDays')}</th></tr></thead>
        <tbody>
          {steps.map((s) => (
            <tr key={s.from}>
              <th scope="row">{f.dateTime(s.from)}{s.by && <span className="k-quiet"> {s.by}</span>}</th>
              <td data-label={t('negotiation.stage')}><StageTag stage={s.stage} /></td>
              <td data-label={t('negotiation.turn')}>{s.turn && <TurnTag turn={s.turn} />}</td>
              <td data-label={t('negotiation.courseDays')}><span className="k-took"><span className="k-waited__track" aria-hidden="true"><span className={`k-waited__bar k-waited__bar--${s.turn ?? 'office'}`} style={{ width: `${(100 * s.days) / most}%` }} /></span>{t('negotiation.days', { count: s.days, formatted: f.number(s.days) })}</span></td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  )
}

function Comparing({ detail }: { detail: Detail }) {
  const { t } = useWords()
  const navigate = useNavigate({ from: '/negotiations/$id/rounds' })
  const search = useSearch({ from: '/inside/negotiations/$id/rounds' })
  // The two that came last, until others are chosen.
  const from = search.from ?? detail.rounds[1]?.no
  const to = search.to ?? detail.rounds[0]?.no
  const chosen = { from, to }
  return (
    <section className="k-section" aria-labelledby="compare">
      <h2 id="compare">{t('negotiation.compare')}</h2>
      <div className="k-toolbar k-noprint" role="group" aria-labelledby="compare">
        {(['from', 'to'] as const).map((side) => (
          <div key={side} className="k-control">
            <label htmlFor={`compare-${side}`}>{t(`negotiation.compareSide.${side}`)}</label>
            <select id={`compare-${side}`} className="form-select" value={chosen[side] ?? ''} onChange={(event) => void navigate({ search: { ...search, from, to, [side]: Number(event.target.value) }, replace: true, resetScroll: false })}>
              {detail.rounds.map((r) => <option key={r.no} value={r.no}>{t(`negotiation.roundOption.${r.direction}`, { no: r.no })}</option>)}
            </select>
          </div>
        ))}
      </div>
      {from !== undefined && to !== undefined && <Pair key={`${from}-${to}`} id={detail.negotiation.id} from={from} to={to} all={search.all === 1} setAll={(all) => void navigate({ search: { ...search, all: all ? 1 : undefined }, replace: true, resetScroll: false })} />}
    </section>
  )
}

function Pair({ id, from, to, all, setAll }: { id: number; from: number; to: number; all: boolean; setAll: (all: boolean) => void }) {
  return <Loaded query={useQuery(comparisonQuery(id, from, to))}>{(comparison) => <Compared comparison={comparison} all={all} setAll={setAll} />}</Loaded>
}
