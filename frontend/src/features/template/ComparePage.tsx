import { useQuery } from '@tanstack/react-query'
import { Link, useNavigate, useSearch } from '@tanstack/react-router'
import { useWords } from '../../i18n'
import { PageHeading } from '../../ui/PageHeading'
import { Empty, Loaded } from '../../ui/states'
import { Comparison } from './Comparison'
import { compareQuery, familiesQuery } from './queries'
import { useVersionName } from './states'

export default function ComparePage() {
  const { t } = useWords()
  const { from, to } = useSearch({ from: '/inside/templates/compare' })
  return (
    <>
      {from === undefined || to === undefined ? (
        <>
          <PageHeading title={t('templates.compareTitle')} kicker={<Link to="/templates">{t('templates.title')}</Link>} />
          <Pickers />
          <Empty why={t('templates.comparePick')} />
        </>
      ) : <Compared key={`${from}-${to}`} from={from} to={to} />}
    </>
  )
}

/** Which two versions: the address holds them. */
function Pickers() {
  const { t } = useWords()
  const navigate = useNavigate()
  const search = useSearch({ from: '/inside/templates/compare' })
  const name = useVersionName()
  const { data } = useQuery(familiesQuery)
  return (
    <div className="k-toolbar k-noprint" role="group" aria-label={t('templates.compareTitle')}>
      {(['from', 'to'] as const).map((side) => (
        <div key={side} className="k-control">
          <label htmlFor={`compare-${side}`}>{t(`templates.${side}`)}</label>
          <select id={`compare-${side}`} className="form-select" value={search[side] ?? ''} onChange={(event) => void navigate({ to: '/templates/compare', search: { ...search, [side]: Number(event.target.value) || undefined } })}>
            <option value="" />
            {data?.items.filter((f) => f.versions.length > 0).map((f) => (
              <optgroup key={f.key} label={f.name.da}>{f.versions.map((v) => <option key={v.id} value={v.id}>{name(v)}</option>)}</optgroup>
            ))}
          </select>
        </div>
      ))}
    </div>
  )
}

function Compared({ from, to }: { from: number; to: number }) {
  const { t } = useWords()
  const navigate = useNavigate()
  const search = useSearch({ from: '/inside/templates/compare' })
  const name = useVersionName()
  return (
    <Loaded query={useQuery(compareQuery(from, to))}>
      {(c) => (
        <Comparison comparison={c} kicker={<Link to="/templates/$id" params={{ id: String(c.to.id) }}>{c.to.name}</Link>} title={`${t('templates.compareTitle')}: ${name(c.from)} → ${name(c.to)}`}
          all={search.all === 1} setAll={(all) => void navigate({ to: '/templates/compare', search: { ...search, all: all ? 1 : undefined }, replace: true, resetScroll: false })}>
          <Pickers />
        </Comparison>
      )}
    </Loaded>
  )
}
