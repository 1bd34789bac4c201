import { useState } from 'react'
import { useWords } from '../../i18n'
import { Icon } from '../../ui/Icon'
import { useLoaded } from './useLoaded'

const load = () => import('./SearchBox')

/** The search box; its list of hits is fetched when a person goes into it or the browser is idle. */
export function Search() {
  const { t } = useWords()
  const [text, setText] = useState('')
  const [entered, setEntered] = useState(false)
  const { loaded, standIn, fetchIt } = useLoaded<{ start: string; entered: boolean; focus: boolean }, HTMLInputElement>(load, true)
  if (loaded) return <loaded.Component start={text} entered={entered} focus={loaded.takeFocus} />
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
          onChange={(event) => {
            setText(event.target.value)
            setEntered(false)
          }}
          onKeyDown={(event) => {
            if (event.key === 'Enter') setEntered(true)
          }}
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
