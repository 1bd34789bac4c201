import { useState } from 'react'
import { useWords } from '../i18n'
import { Icon } from './Icon'

/** A secret that is shown once, with a button that copies it and says so. */
export function Secret({ value, label, onCopied }: { value: string; label: string; onCopied?: () => void }) {
  const { t } = useWords()
  const [copied, setCopied] = useState(false)
  const copy = () => {
    void navigator.clipboard.writeText(value).then(() => {
      setCopied(true)
      onCopied?.()
    })
  }
  return (
    <div className="k-secretline">
      <span className="k-secret">{value}</span>
      <button type="button" className="k-textbutton" onClick={copy} aria-label={`${t('common.copy')}: ${label}`}>
        <Icon name={copied ? 'check' : 'copy'} />
        <span role="status">{copied ? t('common.copied') : t('common.copy')}</span>
      </button>
    </div>
  )
}
