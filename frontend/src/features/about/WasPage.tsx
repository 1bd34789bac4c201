import { useFormat, useWords } from '../../i18n'
import { PageHeading } from '../../ui/PageHeading'

/** The day this statement was last read through by a person; change it when you do. */
const reviewed = '2026-11-23'

export default function WasPage() {
  const { t } = useWords()
  const f = useFormat()
  return (
    <article className="k-act">
      <PageHeading title={t('was.title')} lead={t('was.lead')} />
      <h2>{t('was.statusTitle')}</h2>
      <p>{t('was.status')}</p>
      <h2 className="k-section">{t('was.knownTitle')}</h2>
      <ul>
        <li>{t('was.known1')}</li>
        <li>{t('was.known2')}</li>
        <li>{t('was.known3')}</li>
        <li>{t('was.known4')}</li>
      </ul>
      <h2 className="k-section">{t('was.unknownTitle')}</h2>
      <ul>
        <li>{t('was.unknown1')}</li>
        <li>{t('was.unknown2')}</li>
        <li>{t('was.unknown3')}</li>
        <li>{t('was.unknown4')}</li>
      </ul>
      <h2 className="k-section">{t('was.contactTitle')}</h2>
      <p>{t('was.contact')}</p>
      <h2 className="k-section">{t('was.complaintTitle')}</h2>
      <p>{t('was.complaint')}</p>
      <h2 className="k-section">{t('was.reviewedTitle')}</h2>
      <p>{t('was.reviewed', { when: f.date(reviewed) })}</p>
    </article>
  )
}
