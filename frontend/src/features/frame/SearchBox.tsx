import { keepPreviousData, queryOptions, useQuery, useQueryClient } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { useCallback, useEffect, useRef, useState, type KeyboardEvent } from 'react'
import { Collection, ComboBox, Group, Header, Input, Label, ListBox, ListBoxItem, ListBoxSection, Popover } from 'react-aria-components'
import { api, unwrap, type Schemas } from '../../api/client'
import { useWords } from '../../i18n'
import { cvr } from '../../i18n/format'
import { useMaybeMe } from '../../session'
import { Icon } from '../../ui/Icon'
import { pagesThatFit, type PageHit } from './pages'

type Hit = Schemas['SearchHit'] | PageHit

interface Kind {
  kind: Hit['kind']
  hits: Hit[]
}

/** The hits by kind, in the order in which the server found them. */
function byKind(hits: Hit[]): Kind[] {
  const kinds: Kind[] = []
  for (const hit of hits) {
    const there = kinds.find((k) => k.kind === hit.kind)
    if (there) there.hits.push(hit)
    else kinds.push({ kind: hit.kind, hits: [hit] })
  }
  return kinds
}

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
  const me = useMaybeMe()
  const found = data?.items ?? []
  const pages = q.length >= 2 ? pagesThatFit(q, t, me) : []
  const hits = q.length >= 2 ? byKind(found.some((hit) => hit.similar) ? [...pages, ...found] : [...found, ...pages]) : []
  const similar = q.length >= 2 && pages.length === 0 && found.some((hit) => hit.similar)
  const go = useCallback((hit: Hit) => {
    setText('')
    setQ('')
    if (hit.kind === 'page') {
      void navigate({ to: hit.to })
      return
    }
    const number = String(hit.id)
    if (hit.kind === 'vendor') void navigate({ to: '/vendors/$number', params: { number } })
    else if (hit.kind === 'system') void navigate({ to: '/systems/$number', params: { number } })
    else if (hit.kind === 'agreement') void navigate({ to: '/agreements/$id', params: { id: number } })
    else if (hit.kind === 'accession') void navigate({ to: '/accessions/$id', params: { id: number } })
    else if (hit.kind === 'person') void navigate({ to: '/users', search: { q: hit.title } })
    else if (hit.kind === 'organisation') void navigate({ to: '/organisations/$id', params: { id: number } })
    else void navigate({ to: '/own-agreements/$id', params: { id: number } })
  }, [navigate])
  const wanted = useRef<string>(undefined)
  const openFirst = useCallback((words: string) => {
    wanted.current = words
    client.query({ ...searchQuery(words) }).then(
      ({ items }) => {
        const pages = pagesThatFit(words, t, me)
        const first = items[0]?.similar ? (pages[0] ?? items[0]) : (items[0] ?? pages[0])
        if (first && wanted.current === words) go(first)
      },
      () => undefined, // the list below the box tells why
    )
  }, [client, go, me, t])
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
        {similar && <p className="k-popover__none" role="status">{t('frame.search.similar')}</p>}
        <ListBox<Kind>
          renderEmptyState={() => (
            <div className="k-popover__none">
              {text.trim().length < 2 ? t('frame.search.short') : error ? t('error.heading') : data ? t('frame.search.none', { q: text.trim() }) : t('common.loading')}
            </div>
          )}
        >
          {(group) => (
            <ListBoxSection id={group.kind}>
              <Header className="k-popover__head">{t(`frame.search.kind.${group.kind}`)}</Header>
              <Collection items={group.hits}>
                {(hit) => (
                  <ListBoxItem id={id(hit)} textValue={hit.title} onAction={() => go(hit)} className="k-option">
                    <span className="k-option__title">{hit.title}</span>
                    {hit.kind !== 'page' && <span className="k-option__hint">{[hit.hint && cvr(hit.hint), hit.was && t('frame.search.was', { name: hit.was })].filter(Boolean).join(' · ')}</span>}
                  </ListBoxItem>
                )}
              </Collection>
            </ListBoxSection>
          )}
        </ListBox>
      </Popover>
    </ComboBox>
  )
}

const id = (hit: Hit): string => (hit.kind === 'page' ? hit.to : `${hit.kind}-${hit.id}`)
