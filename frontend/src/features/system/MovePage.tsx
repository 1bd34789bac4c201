import { useQuery, useQueryClient } from '@tanstack/react-query'
import { Link, useNavigate, useParams } from '@tanstack/react-router'
import { useState } from 'react'
import { api, unwrap, type Schemas } from '../../api/client'
import { findVendors } from '../../api/findVendors'
import { ApiError, type StaleDetail } from '../../api/problem'
import { useFormat, useWords } from '../../i18n'
import { parseDate } from '../../i18n/format'
import { ErrorSummary, Field, type Mistake } from '../../ui/form'
import { PageHeading } from '../../ui/PageHeading'
import { Pick, type Option } from '../../ui/Pick'
import { Stale } from '../../ui/Stale'
import { ErrorState, Loaded } from '../../ui/states'
import { useUnsaved } from '../../ui/unsaved'
import { Periods } from './Periods'
import { systemQuery } from './queries'

export default function MovePage() {
  const { number } = useParams({ from: '/inside/systems/$number/move' })
  const query = useQuery(systemQuery(Number(number)))
  return <Loaded key={number} query={query}>{(s) => <Page system={s} />}</Loaded>
}

interface Plan {
  vendor: Option
  from: string
  vendors: Schemas['VendorPeriod'][]
}

/** An act in two steps: to whom and when, then exactly what follows and one button that names it. */
function Page({ system: s }: { system: Schemas['SystemDetail'] }) {
  const { t } = useWords()
  const f = useFormat()
  const client = useQueryClient()
  const navigate = useNavigate()
  const [vendor, setVendor] = useState<Option[]>([])
  const [from, setFrom] = useState('')
  const [attempt, setAttempt] = useState(0)
  const [plan, setPlan] = useState<Plan>()
  const [version, setVersion] = useState(s.version)
  const [busy, setBusy] = useState(false)
  const [stale, setStale] = useState<StaleDetail>()
  const [error, setError] = useState<unknown>()
  useUnsaved(vendor.length > 0 || from.trim() !== '')
  const day = parseDate(from)
  const params = { number: String(s.number) }
  const mistakes: Mistake[] = attempt === 0 ? [] : [
    ...(vendor.length === 0 ? [{ field: 'vendor', message: t('systemPage.vendorRequired') }] : []),
    ...(day === undefined ? [{ field: 'from', message: t('systemPage.moveFromInvalid') }] : []),
  ]
  const act = async (what: () => Promise<void>) => {
    if (busy) return
    setBusy(true)
    setStale(undefined)
    setError(undefined)
    try {
      await what()
    } catch (refusal) {
      if (refusal instanceof ApiError && refusal.stale) setStale(refusal.stale)
      else setError(refusal)
    }
    setBusy(false)
  }
  const check = () => act(async () => {
    setAttempt((n) => n + 1)
    setPlan(undefined)
    const to = vendor[0]
    if (!to || !day) return
    const { vendors } = await unwrap(api.GET('/api/v1/systems/{number}/move-check', { params: { path: { number: s.number }, query: { vendor: Number(to.key), from: day } } }))
    setPlan({ vendor: to, from: day, vendors })
  })
  const move = (p: Plan) => act(async () => {
    const moved = await unwrap(
      api.POST('/api/v1/systems/{number}/move', {
        params: { path: { number: s.number }, header: { 'If-Match': `"${version}"` } },
        body: { vendor: Number(p.vendor.key), from: p.from },
      }),
    )
    client.setQueryData(['systems', s.number], moved)
    void client.invalidateQueries({ queryKey: ['systems'] })
    void client.invalidateQueries({ queryKey: ['vendors'] })
    await navigate({ to: '/systems/$number', params, ignoreBlocker: true })
  })
  const reload = async () => {
    const fresh = await client.query({ ...systemQuery(s.number), staleTime: 0 })
    setVersion(fresh.version)
    setStale(undefined)
    setPlan(undefined)
  }
  const covering = s.agreements.length + s.ownAgreements.length
  const ahead = plan && plan.from > new Date().toISOString().slice(0, 10)
  return (
    <div className="k-act">
      <PageHeading kicker={<Link to="/systems/$number" params={params}>{s.name}</Link>} title={t('systemPage.moveTitle')} lead={t('systemPage.moveLead')} />
      {stale && <Stale detail={stale} reload={() => void reload()} fieldName={(path) => (path === 'vendor' ? t('system.vendor') : path === 'screening' ? t('systemPage.screening') : t('systemPage.profile'))} />}
      {error !== undefined && <ErrorState error={error} />}
      <form noValidate onSubmit={(event) => { event.preventDefault(); void check() }}>
        <ErrorSummary mistakes={mistakes} attempt={attempt} />
        <Pick id="vendor" label={t('systemPage.moveTo')} hint={t('systemPage.vendorHint')} error={mistakes.find((m) => m.field === 'vendor')?.message} value={vendor} onChange={(v) => { setVendor(v); setPlan(undefined) }} name={['vendors']} search={findVendors} />
        <Field id="from" label={t('systemPage.moveFrom')} hint={t('systemPage.moveFromHint')} error={mistakes.find((m) => m.field === 'from')?.message}>
          {(props) => <input {...props} className="form-input k-field--short" inputMode="numeric" maxLength={10} autoComplete="off" value={from} onChange={(event) => { setFrom(event.target.value); setPlan(undefined) }} />}
        </Field>
        {!plan && <button type="submit" className="button button-primary" aria-disabled={busy}>{t('systemPage.moveCheck')}</button>}
      </form>
      {plan && (
        <section aria-labelledby="becomes" className="k-section">
          <h2 id="becomes">{t('systemPage.moveBecomes')}</h2>
          <Periods rows={plan.vendors} />
          <h2>{t('systemPage.moveWhat')}</h2>
          <ul>
            <li>{covering === 0 ? t('systemPage.moveAgreementsNone') : t('systemPage.moveAgreements', { count: covering, formatted: f.number(covering) })}</li>
            <li>{s.members ? t('systemPage.moveMembers', { count: s.members, formatted: f.number(s.members) }) : t('systemPage.moveMembersNone')}</li>
            {ahead && <li>{t('systemPage.moveAhead')}</li>}
            <li>{t('systemPage.moveUndo')}</li>
          </ul>
          <button type="button" className="button button-primary" aria-disabled={busy} onClick={() => void move(plan)}>{t('systemPage.moveAct', { vendor: plan.vendor.label })}</button>
        </section>
      )}
    </div>
  )
}
