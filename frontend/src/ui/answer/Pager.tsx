import { useWords } from '../../i18n'

interface Props {
  page: number
  pages: number
  go: (page: number) => void
  label: string
}

/** Rows that are too many for one page; nothing when they are not. */
export function Pager({ page, pages, go, label }: Props) {
  const { t } = useWords()
  if (pages < 2) return null
  return (
    <nav className="k-actions k-pager" aria-label={label}>
      <button type="button" className="button button-secondary button-small" aria-disabled={page === 0} onClick={() => go(Math.max(0, page - 1))}>{t('form.rows.before')}</button>
      <span role="status">{t('form.rows.pageOf', { page: page + 1, pages })}</span>
      <button type="button" className="button button-secondary button-small" aria-disabled={page === pages - 1} onClick={() => go(Math.min(pages - 1, page + 1))}>{t('form.rows.after')}</button>
    </nav>
  )
}
