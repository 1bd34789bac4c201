import { useQuery, useQueryClient } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { useRef, useState } from 'react'
import { api, unwrap, type Schemas } from '../../api/client'
import { fileBody } from '../../api/fileBody'
import { useFormat, useWords } from '../../i18n'
import { useMay } from '../../session'
import { Alert } from '../../ui/Alert'
import { Facts } from '../../ui/Facts'
import { Field } from '../../ui/form'
import { PageHeading } from '../../ui/PageHeading'
import { ErrorState, Loaded } from '../../ui/states'
import { kleQuery } from './queries'

export default function KlePage() {
  const query = useQuery(kleQuery(''))
  return <Loaded query={query}>{(plan) => <Page issue={plan.issue} />}</Loaded>
}

function Page({ issue }: { issue?: Schemas['KleIssue'] }) {
  const { t } = useWords()
  const f = useFormat()
  const may = useMay()
  const client = useQueryClient()
  const input = useRef<HTMLInputElement>(null)
  const [busy, setBusy] = useState(false)
  const [wrong, setWrong] = useState<string>()
  const [error, setError] = useState<unknown>()
  const [done, setDone] = useState<Schemas['KleIssue']>()
  const send = async () => {
    const file = input.current?.files?.[0]
    setError(undefined)
    setDone(undefined)
    setWrong(file ? undefined : t('systemPage.kleFileRequired'))
    if (!file || busy) return
    setBusy(true)
    try {
      setDone(await unwrap(api.POST('/api/v1/kle', fileBody(file, 'application/xml'))))
      if (input.current) input.current.value = ''
      await client.invalidateQueries({ queryKey: ['kle'] })
    } catch (refusal) {
      setError(refusal)
    }
    setBusy(false)
  }
  return (
    <div className="k-form">
      <PageHeading kicker={<Link to="/systems">{t('system.listTitle')}</Link>} title={t('systemPage.kleTitle')} lead={t('systemPage.kleLead')} />
      {issue ? (
        <Facts items={[
          { label: t('systemPage.kleIssue'), value: f.date(issue.issued) },
          { label: t('systemPage.kleItems'), value: f.number(issue.items) },
          { label: t('systemPage.kleImported'), value: [f.dateTime(issue.imported), issue.by].filter(Boolean).join(' · ') },
        ]} />
      ) : (
        <p>{t('systemPage.kleNone')}</p>
      )}
      {may('importKle') && (
        <form noValidate onSubmit={(event) => { event.preventDefault(); void send() }}>
          {error !== undefined && <ErrorState error={error} />}
          {done && <Alert kind="success" role="status"><p>{t('systemPage.kleDone', { when: f.date(done.issued), formatted: f.number(done.items) })}</p></Alert>}
          <Field id="file" label={t('systemPage.kleFile')} hint={t('systemPage.kleKept')} error={wrong}>
            {(props) => <input {...props} ref={input} type="file" accept=".xml,application/xml,text/xml" className="k-file" />}
          </Field>
          <button type="submit" className="button button-primary" aria-disabled={busy}>{busy ? t('systemPage.kleSending') : t('systemPage.kleSend')}</button>
        </form>
      )}
    </div>
  )
}
