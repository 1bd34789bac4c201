import { lazy, Suspense, useState } from 'react'
import { useWords } from '../../i18n'
import { Icon } from '../../ui/Icon'

const SearchBox = lazy(() => import('./SearchBox'))

/** The search box; its list of hits is fetched when a person first goes into it. */
export function Search() {
  const { t } = useWords()
  const [entered, setEntered] = useState(false)
  const [text, setText] = useState('')
  const plain = (
    <div className="k-header__search k-search">
      <label className="sr-only" htmlFor="search">{t('frame.search.label')}</label>
      <div className="k-search__box">
        <Icon name="search" />
        <input
          id="search"
          type="search"
          value={text}
          onChange={(event) => setText(event.target.value)}
          onFocus={() => setEntered(true)}
          placeholder={t('frame.search.placeholder')}
          maxLength={200}
          autoComplete="off"
        />
        <kbd aria-hidden="true">/</kbd>
      </div>
    </div>
  )
  return entered ? <Suspense fallback={plain}><SearchBox start={text} /></Suspense> : plain
}
