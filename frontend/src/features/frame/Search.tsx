import { useState } from 'react'
import { useWords } from '../../i18n'
import { Icon } from '../../ui/Icon'
import { useLoaded } from './useLoaded'

const load = () => import('./SearchBox')

/** The search box; its list of hits is fetched when a person goes into it or the browser is idle. */
export function Search() {
  const { t } = useWords()
  const [text, setText] = useState('')
  const { loaded, standIn, fetchIt } = useLoaded<{ start: string; focus: boolean }, HTMLInputElement>(load, true)
  if (loaded) return <loaded.Component start={text} focus={loaded.takeFocus} />
  return (
    <div className="k-header__search k-search">
      <label className="sr-only" htmlFor="search">{t('frame.search.label')}</label>
      <div className="k-search__box">
        <Icon name="search" />
        <input
          id="search"
          type="search"
          ref={standIn}
          value={text}
          onChange={(event) => setText(event.target.value)}
          onFocus={fetchIt}
          placeholder={t('frame.search.placeholder')}
          maxLength={200}
          autoComplete="off"
        />
        <kbd aria-hidden="true">/</kbd>
      </div>
    </div>
  )
}
