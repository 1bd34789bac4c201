import { queryOptions, useQuery } from '@tanstack/react-query'
import { useNavigate, useSearch } from '@tanstack/react-router'
import { useMemo, type ReactNode } from 'react'
import { api, unwrap, type Schemas } from '../../api/client'
import { useFormat, useWords } from '../../i18n'
import { AgreementTabs } from '../../ui/AgreementTabs'
import { Excel } from '../../ui/Download'
import { Field } from '../../ui/form'
import { PageHeading } from '../../ui/PageHeading'
import { Empty, Loaded } from '../../ui/states'
import { Grid } from './Grid'
import { count, fits, standings, type Standing } from './standing'

const matrixQuery = queryOptions({ queryKey: ['matrix'], queryFn: ({ signal }) => unwrap(api.GET('/api/v1/matrix', { signal })), staleTime: 60_000 })

/** Vendors against municipalities: who has what with whom, and where an agreement is missing. */
export default function MatrixPage() {
  const { t } = useWords()
  const query = useQuery(matrixQuery)
  return (
    <>
      <AgreementTabs />
      <PageHeading title={t('matrix.title')} lead={t('matrix.lead')} actions={<Excel href="/api/v1/matrix/export" />} />
      <Loaded query={query}>{(m) => <Page matrix={m} />}</Loaded>
    </>
  )
}

function Page({ matrix }: { matrix: Schemas['Matrix'] }) {
  const { t } = useWords()
  const f = useFormat()
  const { q = '', standing } = useSearch({ from: '/inside/matrix' })
  const navigate = useNavigate({ from: '/matrix' })
  const change = (patch: { q?: string; standing?: Standing }) => void navigate({ search: (old) => ({ ...old, ...patch }), replace: true, resetScroll: false })
  const found = useMemo(() => matrix.rows.filter((r) => fits(r, q, undefined)), [matrix, q])
  // The legend counts what the search finds, whichever standing is picked: each tells what picking it would show.
  const totals = useMemo(() => count(found), [found])
  const rows = useMemo(() => found.filter((r) => fits(r, '', standing)), [found, standing])
  const legend = (s: Standing): ReactNode => (
    <li key={s}>
      <button type="button" className="k-matrix__key" aria-pressed={standing === s} onClick={() => change({ standing: standing === s ? undefined : s })}>
        <span className={`k-matrix__sign k-matrix__sign--${s}`} aria-hidden="true">{t(`matrix.sign.${s}`)}</span>
        {t(`matrix.standing.${s}`)} <span className="k-quiet">{f.number(totals[s])}</span>
      </button>
    </li>
  )
  if (matrix.rows.length === 0) return <Empty why={t('matrix.empty')} help={t('matrix.emptyHelp')} />
  return (
    <>
      <div className="k-matrix__tools">
        <Field id="matrix-q" label={t('matrix.find')}>
          {(props) => <input {...props} type="search" className="form-input" value={q} onChange={(event) => change({ q: event.target.value || undefined })} />}
        </Field>
        <ul className="k-matrix__legend" aria-label={t('matrix.legend')}>{standings.map(legend)}</ul>
      </div>
      <p className="k-quiet" role="status">{t('matrix.shown', { shown: f.number(rows.length), total: f.number(matrix.rows.length), municipalities: f.number(matrix.organisations.length) })}</p>
      {rows.length === 0 ? <Empty why={t('matrix.none')} action={<button type="button" className="button button-secondary" onClick={() => change({ q: undefined, standing: undefined })}>{t('matrix.clear')}</button>} /> : <Grid organisations={matrix.organisations} rows={rows} only={standing} />}
    </>
  )
}
