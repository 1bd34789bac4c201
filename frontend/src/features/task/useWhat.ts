import { useWords } from '../../i18n'
import { useAmendmentName } from '../../ui/Amendment'
import type { Overview } from './queries'

/** What a task asks for: "Indgå tillægget · Tillæg til DBA-0007 v1" of an amendment. */
export function useWhat(): (x: Overview) => string {
  const { t } = useWords()
  const name = useAmendmentName()
  return (x) => {
    const amendment = x.number === undefined ? undefined : name({ number: x.number, amends: x.amends })
    return amendment === undefined ? t(`tasks.thing.${x.thing}`) : `${t('tasks.thingAmendment')} · ${amendment}`
  }
}
