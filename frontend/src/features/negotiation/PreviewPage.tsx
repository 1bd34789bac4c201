import { useQuery } from '@tanstack/react-query'
import { Link, useParams } from '@tanstack/react-router'
import { useState } from 'react'
import { useWords } from '../../i18n'
import { PageHeading } from '../../ui/PageHeading'
import { Loaded } from '../../ui/states'
import { Compared } from './Compared'
import { negotiationQuery, previewQuery } from './queries'

/** The next round as it would be with what is decided by now, against what was sent last. */
export default function PreviewPage() {
  const { t } = useWords()
  const { id } = useParams({ from: '/inside/negotiations/$id/preview' })
  const detail = useQuery(negotiationQuery(Number(id)))
  const preview = useQuery(previewQuery(Number(id)))
  const [all, setAll] = useState(false)
  return (
    <Loaded query={detail}>
      {({ negotiation }) => (
        <>
          <PageHeading kicker={<Link to="/negotiations/$id" params={{ id }}>{t('negotiation.of', { title: negotiation.title })}</Link>} title={t('negotiation.preview')} lead={t('negotiation.previewLead')} />
          <Loaded query={preview}>{(comparison) => <Compared comparison={comparison} all={all} setAll={setAll} />}</Loaded>
        </>
      )}
    </Loaded>
  )
}
