import { useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { api, unwrap } from '../../api/client'
import { useWords } from '../../i18n'
import { isOffice, useMe } from '../../session'
import { Alert } from '../../ui/Alert'
import { Icon } from '../../ui/Icon'
import { ErrorState } from '../../ui/states'
import { useAct } from '../../ui/useAct'

/** Everything held about a person, as a file. That it was made is kept, so it is an act and no link. */
export function Disclosure({ id }: { id: number }) {
  const { t } = useWords()
  const me = useMe()
  const client = useQueryClient()
  const act = useAct()
  const [done, setDone] = useState(false)
  const fetchFile = async () => {
    setDone(false)
    const good = await act.run(async () => {
      const file = await unwrap(api.POST('/api/v1/users/{id}/disclosure', { params: { path: { id } }, parseAs: 'blob' }))
      const link = document.createElement('a')
      link.href = URL.createObjectURL(file)
      link.download = `indsigt-bruger-${id}.zip`
      link.click()
      setTimeout(() => URL.revokeObjectURL(link.href), 60_000)
    })
    setDone(good)
    void client.invalidateQueries({ queryKey: ['users', id, 'history'] })
  }
  return (
    <section className="k-section" aria-labelledby="disclosure">
      <h2 id="disclosure">{t('people.discloseTitle')}</h2>
      <p className="k-quiet">{isOffice(me) ? t('people.discloseHelp') : t('people.discloseHelpOwn')}</p>
      {act.error && <ErrorState error={act.error} />}
      {done && <Alert kind="success" role="status"><p>{t('people.disclosed')}</p></Alert>}
      <button type="button" className="button button-secondary" aria-disabled={act.sending} onClick={() => void fetchFile()}>
        <Icon name="download" />
        {act.sending ? t('people.disclosing') : t('people.disclose')}
      </button>
    </section>
  )
}
