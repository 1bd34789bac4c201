import { useWords } from '../../i18n'
import { isDoubted, sentIn } from './queries'

/** A file that was refused although it may be right can be taken in all the same. */
export function Anyway({ error, name, take }: { error: unknown; name: string; take: () => void }) {
  const { t } = useWords()
  const no = sentIn(error)
  if (!isDoubted(error)) return null
  return <p className="k-actions"><button type="button" className="button button-secondary" onClick={take}>{t('negotiation.receiveAnyway')}</button><span className="k-quiet">{no === undefined ? name : t('negotiation.sentIn', { file: name, no })}</span></p>
}
