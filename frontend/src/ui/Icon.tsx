import sprite from '@dkfds/img/all-svg-icons.svg?url'

export type IconName =
  | 'account' | 'arrow-back' | 'arrow-forward' | 'business' | 'check' | 'chevron-down' | 'chevron-right' | 'close' | 'copy' | 'document'
  | 'download' | 'edit' | 'error' | 'file-excel' | 'file-pdf' | 'file-word' | 'help' | 'home' | 'hourglass' | 'info' | 'language'
  | 'list-check' | 'lock' | 'menu' | 'minus' | 'more-vert' | 'open-in-new' | 'person' | 'plus' | 'refresh' | 'search' | 'send' | 'settings'
  | 'sort-table-ascending' | 'sort-table-descending' | 'sort-table-none' | 'success' | 'sync' | 'time' | 'tune' | 'view-in-list' | 'warning'

/** A sign beside a word; it says nothing of its own to a screen reader. */
export function Icon({ name, className = '' }: { name: IconName; className?: string }) {
  return (
    <svg className={`icon-svg ${className}`} focusable="false" aria-hidden="true">
      <use href={`${sprite}#${name}`} />
    </svg>
  )
}
