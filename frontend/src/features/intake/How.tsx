import { fileHref } from '../../api/client'
import { useWords } from '../../i18n'
import { isOffice, useMe } from '../../session'
import { Icon } from '../../ui/Icon'
import { kindsFor, type Kind } from './queries'

/** How to do it, and a file to begin from. */
export function How({ kind }: { kind?: Kind }) {
  const { t } = useWords()
  const office = isOffice(useMe())
  const folder = kind === 'own_agreements'
  return (
    <section className="k-section" aria-labelledby="how">
      <h2 id="how">{folder ? t('intake.templates') : t('intake.howTitle')}</h2>
      {!folder && (
        <>
          <ol>
            <li>{t('intake.how1')}</li>
            <li>{t('intake.how2')}</li>
            <li>{t('intake.how3')}</li>
          </ol>
          <h3>{t('intake.templates')}</h3>
        </>
      )}
      <ul className="k-files">
        {(folder ? [kind] : kindsFor(office)).map((k) => (
          <li key={k}>
            <a href={fileHref('/api/v1/imports/template', { kind: k })} download>
              <Icon name="file-excel" /> {t('intake.templateFor', { kind: t(`intake.kindName.${k}`).toLowerCase() })}
            </a>
          </li>
        ))}
      </ul>
    </section>
  )
}

/** Own agreements come in two steps, and the second is the folder: it is said before the first. */
export function FolderSteps() {
  const { t } = useWords()
  const office = isOffice(useMe())
  return (
    <section aria-labelledby="folder-steps">
      <h2 id="folder-steps">{t('intake.howTitle')}</h2>
      <ol>
        <li><strong>{t('intake.folderStep1')}</strong> {t(office ? 'intake.folderStep1Office' : 'intake.folderStep1Body')}</li>
        <li><strong>{t('intake.folderStep2')}</strong> {t('intake.folderStep2Body')}</li>
        <li><strong>{t('intake.folderStep3')}</strong> {t(office ? 'intake.folderStep3Office' : 'intake.folderStep3Body')}</li>
      </ol>
    </section>
  )
}
