import { Link } from '@tanstack/react-router'
import { api, unwrap } from '../../api/client'
import { useList } from '../../api/list'
import { useFormat, useWords } from '../../i18n'
import { useMay } from '../../session'
import { Icon } from '../../ui/Icon'
import { MoreButton } from '../../ui/states'
import { Tag } from '../../ui/Tag'
import { partyTone } from './hearingTone'

/** The rounds of one agreement, or all that the role sees: those that wait for an answer first. */
const useHearings = (agreement?: number) =>
  useList(['hearings', 'list', agreement ?? 'all', 'pages'], (cursor, signal) =>
    unwrap(api.GET('/api/v1/hearings', { params: { query: { agreement, cursor } }, signal })))

/** The rounds of hearing on one agreement, for the secretariat. */
export function Hearings({ agreement, draft }: { agreement: number; draft: boolean }) {
  const { t } = useWords()
  const f = useFormat()
  const may = useMay()
  const list = useHearings(agreement)
  const rows = list.rows ?? []
  const open = rows.some((h) => !h.closed)
  if (!draft && rows.length === 0) return null
  return (
    <section className="k-section" aria-labelledby="hearings">
      <h2 id="hearings">{t('hearing.listTitle')}</h2>
      {list.rows?.length === 0 && <p className="k-quiet">{t('hearing.listNone')}</p>}
      <ul className="k-plain k-hearings">
        {rows.map((h) => (
          <li key={h.id}>
            <Link to="/hearings/$id" params={{ id: String(h.id) }}>{t('hearing.roundNo', { no: h.no })}</Link>
            <Tag tone={h.over ? 'none' : 'waiting'}>{t(h.closed ? 'hearing.closed' : h.over ? 'hearing.over' : 'hearing.running')}</Tag>
            <span>{t('hearing.answered', { sent: f.number(h.sent ?? 0), asked: f.number(h.asked ?? 0) })}</span>
            <span className="k-quiet">{t(h.over ? 'hearing.deadlineWas' : 'hearing.deadlineIs', { day: f.date(h.deadline) })}</span>
          </li>
        ))}
      </ul>
      {list.hasMore && <div className="k-more"><MoreButton list={list} /></div>}
      {draft && !open && may('openHearing') && <Link to="/agreements/$id/hearing" params={{ id: String(agreement) }} className="button button-secondary"><Icon name="send" />{t(rows.length > 0 ? 'hearing.again' : 'hearing.toNew')}</Link>}
    </section>
  )
}

/** For a municipality: the hearings in which it is asked, those that wait first. */
export function OwnHearings() {
  const { t } = useWords()
  const f = useFormat()
  const list = useHearings()
  const rows = list.rows ?? []
  if (rows.length === 0) return null
  const waiting = rows.filter((h) => h.state === 'asked')
  return (
    <section className="k-section" aria-labelledby="hearings">
      <h2 id="hearings">{waiting.length > 0 ? t('hearing.waiting', { count: waiting.length }) : t('hearing.listTitle')}</h2>
      <ul className="k-plain k-hearings">
        {rows.map((h) => (
          <li key={h.id}>
            <Link to="/hearings/$id" params={{ id: String(h.id) }}>{h.title}</Link>
            {h.state && <Tag tone={partyTone[h.state]}>{t(`hearing.ownState.${h.state}`)}</Tag>}
            <span className="k-quiet">{t(h.over ? 'hearing.deadlineWas' : 'hearing.deadlineIs', { day: f.date(h.deadline) })}</span>
          </li>
        ))}
      </ul>
      {list.hasMore && <div className="k-more"><MoreButton list={list} /></div>}
    </section>
  )
}
