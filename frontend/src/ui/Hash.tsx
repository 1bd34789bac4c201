import { useState } from 'react'
import { useWords } from '../i18n'
import { Icon } from './Icon'

/** A SHA-256 in groups that a person can compare, with a button that copies it. */
export function Hash({ value, label }: { value: string; label: string }) {
  const { t } = useWords()
  const [copied, setCopied] = useState(false)
  const copy = () => {
    void navigator.clipboard.writeText(value).then(() => setCopied(true))
  }
  return (
    <span className="k-hash">
      <code>{value.replace(/(.{8})(?=.)/g, '$1 ')}</code>
      <button type="button" className="k-iconbutton" onClick={copy} aria-label={`${t('common.copy')}: ${label}`}>
        <Icon name={copied ? 'check' : 'copy'} />
      </button>
      <span className="sr-only" role="status">{copied ? t('common.copied') : ''}</span>
    </span>
  )
}
