import { fileHref } from '../../api/client'
import { useWords } from '../../i18n'
import { isOffice, useMe } from '../../session'
import { Icon } from '../../ui/Icon'
import { kindsFor } from './queries'

/** How to do it, and a file to begin from. */
export function How() {
  const { t } = useWords()
  const me = useMe()
  return (
    <section className="k-section" aria-labelledby="how">
      <h2 id="how">{t('intake.howTitle')}</h2>
      <ol>
        <li>{t('intake.how1')}</li>
        <li>{t('intake.how2')}</li>
        <li>{t('intake.how3')}</li>
      </ol>
      <h3>{t('intake.templates')}</h3>
      <ul className="k-files">
        {kindsFor(isOffice(me)).map((kind) => (
          <li key={kind}>
            <a href={fileHref('/api/v1/imports/template', { kind })} download>
              <Icon name="file-excel" /> {t('intake.templateFor', { kind: t(`intake.kindName.${kind}`).toLowerCase() })}
            </a>
          </li>
        ))}
      </ul>
    </section>
  )
}
