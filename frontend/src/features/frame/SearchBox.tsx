import { keepPreviousData, queryOptions, useQuery, useQueryClient } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { useCallback, useEffect, useRef, useState, type KeyboardEvent } from 'react'
import { ComboBox, Group, Input, Label, ListBox, ListBoxItem, Popover } from 'react-aria-components'
import { api, unwrap, type Schemas } from '../../api/client'
import { useWords } from '../../i18n'
import { cvr } from '../../i18n/format'
import { Icon } from '../../ui/Icon'

type Hit = Schemas['SearchHit']

const searchQuery = (q: string) =>
  queryOptions({
    queryKey: ['search', q],
    queryFn: ({ signal }) => unwrap(api.GET('/api/v1/search', { params: { query: { q } }, signal })),
    staleTime: 10_000,
  })

interface Props {
  /** What was typed before the box was there. */
  start: string
  /** Enter was pressed by then. */
  entered: boolean
  focus: boolean
}

/** One box for everything: type, arrow down, Enter. Enter with no row chosen opens the first hit, and waits for it when it must. */
export default function SearchBox({ start, entered, focus }: Props) {
  const { t } = useWords()
  const navigate = useNavigate()
  const [text, setText] = useState(start)
  const [q, setQ] = useState('')
  useEffect(() => {
    const timer = setTimeout(() => setQ(text.trim()), 180)
    return () => clearTimeout(timer)
  }, [text])
  const client = useQueryClient()
  const { data, error } = useQuery({ ...searchQuery(q), enabled: q.length >= 2, placeholderData: keepPreviousData })
  const hits = q.length >= 2 ? (data?.items ?? []) : []
  const go = useCallback((hit: Hit) => {
    setText('')
    setQ('')
    const number = String(hit.id)
    if (hit.kind === 'vendor') void navigate({ to: '/vendors/$number', params: { number } })
    else if (hit.kind === 'system') void navigate({ to: '/systems/$number', params: { number } })
    else if (hit.kind === 'agreement') void navigate({ to: '/agreements/$id', params: { id: number } })
    else if (hit.kind === 'accession') void navigate({ to: '/accessions/$id', params: { id: number } })
    else if (hit.kind === 'person') void navigate({ to: '/users', search: { q: hit.title } })
    else if (hit.kind === 'organisation') void navigate({ to: '/organisations/$id', params: { id: number } })
    else void navigate({ to: '/accessions' })
  }, [navigate])
  const wanted = useRef<string>(undefined)
  const openFirst = useCallback((words: string) => {
    wanted.current = words
    client.query({ ...searchQuery(words) }).then(
      ({ items }) => {
        if (items[0] && wanted.current === words) go(items[0])
      },
      () => undefined, // the list below the box tells why
    )
  }, [client, go])
  useEffect(() => {
    if (entered && start.trim().length >= 2) openFirst(start.trim())
  }, [entered, start, openFirst])
  const type = (typed: string) => {
    wanted.current = undefined
    setText(typed)
  }
  const enter = (event: KeyboardEvent<HTMLDivElement>) => {
    const chosen = event.target instanceof Element && event.target.hasAttribute('aria-activedescendant')
    const words = text.trim()
    if (event.key !== 'Enter' || event.nativeEvent.isComposing || chosen || words.length < 2) return
    event.preventDefault()
    event.stopPropagation() // the list stays open and says so when nothing is found
    setQ(words)
    openFirst(words)
  }
  return (
    <ComboBox
      className="k-header__search k-search"
      inputValue={text}
      onInputChange={type}
      items={hits}
      value={null}
      defaultFilter={() => true}
      menuTrigger="input"
      allowsEmptyCollection
      allowsCustomValue
    >
      <Label className="sr-only">{t('frame.search.label')}</Label>
      <div role="presentation" onKeyDownCapture={enter}>
        <Group className="k-search__box">
          <Icon name="search" />
          <Input id="search" autoFocus={focus} type="search" placeholder={t('frame.search.placeholder')} maxLength={200} autoComplete="off" />
          <kbd aria-hidden="true">/</kbd>
        </Group>
      </div>
      <Popover className="k-popover k-popover--search" offset={4}>
        <ListBox<Hit>
          renderEmptyState={() => (
            <div className="k-popover__none">
              {text.trim().length < 2 ? t('frame.search.short') : error ? t('error.heading') : data ? t('frame.search.none', { q: text.trim() }) : t('common.loading')}
            </div>
          )}
        >
          {(hit) => (
            <ListBoxItem id={id(hit)} textValue={hit.title} onAction={() => go(hit)} className="k-option">
              <span className="k-option__title">{hit.title}</span>
              <span className="k-option__hint">{[t(`frame.search.kind.${hit.kind}`), hit.hint && cvr(hit.hint), hit.was && t('frame.search.was', { name: hit.was })].filter(Boolean).join(' · ')}</span>
            </ListBoxItem>
          )}
        </ListBox>
      </Popover>
    </ComboBox>
  )
}

const id = (hit: Hit): string => `${hit.kind}-${hit.id}`
