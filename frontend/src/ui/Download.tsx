import type { ReactNode } from 'react'
import { useWords } from '../i18n'
import { Icon } from './Icon'

const icons = { pdf: 'file-pdf', docx: 'file-word', xlsx: 'file-excel' } as const
export type FileFormat = keyof typeof icons

interface Props {
  href: string
  format: FileFormat
  /** A line of text among others, unless it is a button. */
  look?: 'k-textbutton' | 'button button-primary' | 'button button-secondary'
  children: ReactNode
}

/** A link that fetches a file, with the sign of what it is. */
export function Download({ href, format, look = 'k-textbutton', children }: Props) {
  return (
    <a className={look} href={href} download>
      <Icon name={icons[format]} />
      {children}
    </a>
  )
}

/** A link that shows a document in a tab of its own, so that the work is still there behind it. */
export function Read({ href, look = 'k-textbutton', children }: Omit<Props, 'format'>) {
  return (
    <a className={look} href={href} target="_blank" rel="noopener">
      <Icon name="open-in-new" />
      {children}
    </a>
  )
}

/** "Hent Excel" of exactly what a list shows. */
export function Excel({ href }: { href: string }) {
  const { t } = useWords()
  return <Download href={href} format="xlsx">{t('list.excel')}</Download>
}

/** One document: the way to fetch it (its name alone for whom may not), and how it is kept. */
export function Document({ get, state, children }: { get: ReactNode; state: ReactNode; children?: ReactNode }) {
  return (
    <div className="k-doc">
      {get}
      <span className="k-doc__state">{state}</span>
      {children}
    </div>
  )
}
