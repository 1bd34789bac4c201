import { useEffect, useRef, useState } from 'react'
import { useWords } from '../../../i18n'
import { errorSentence } from '../../../i18n/problems'
import { Alert } from '../../../ui/Alert'
import { Tag } from '../../../ui/Tag'
import { useShortcuts } from '../../../ui/shortcuts'
import { Legend } from '../TemplateText'
import { Chosen } from './Chosen'
import type { Class, Detail, Item, Text } from './queries'
import { reclass, toNumber, wordsOf } from './reclass'
import { classes, Flags, gridClasses, isBlank, isOpen, letters, Marked } from './states'
import { useCorrections, type Changes } from './useCorrections'

interface Props {
  detail: Detail
  editable: boolean
  chosen: number | undefined
  choose: (place: number | undefined) => void
}

/** The file's contents, its paragraphs, and what the chosen one is. Everything can be done by key. */
export function Workbench({ detail, editable, chosen, choose }: Props) {
  const { t } = useWords()
  const [onlyOpen, setOnlyOpen] = useState(false)
  const [anchor, setAnchor] = useState<number>() // the other end of a choice of several
  const { correct, undo, error, said } = useCorrections(detail.source.id)
  const [none, setNone] = useState(false)
  const beside = useRef<HTMLElement>(null)
  const blank = detail.paragraphs.filter(isBlank).length
  const blocked = new Set(detail.problems.filter((p) => p.blocks && p.position >= 0).map((p) => p.position))
  const wants = (p: Item) => isOpen(p) || blocked.has(p.text.position ?? -1)
  const open = detail.paragraphs.filter(wants)
  const shown = detail.paragraphs.filter((p) => !isBlank(p) && (!onlyOpen || wants(p) || p.place === chosen))
  const at = shown.findIndex((p) => p.place === chosen)
  const item = shown[at]
  const ends = item && anchor !== undefined ? [Math.min(anchor, item.place), Math.max(anchor, item.place)] : undefined
  const several = ends ? shown.filter((p) => p.place >= (ends[0] ?? 0) && p.place <= (ends[1] ?? 0)) : item ? [item] : []
  const focus = (place: number) => requestAnimationFrame(() => {
    const row = document.getElementById(`p-${place}`)
    row?.focus({ preventScroll: true })
    row?.scrollIntoView({ block: 'nearest' })
  })
  const go = (to: Item | undefined, extend = false) => {
    if (!to) return
    setNone(false)
    setAnchor(extend ? (anchor ?? chosen) : undefined)
    choose(to.place)
    focus(to.place)
  }
  const step = (by: 1 | -1, extend = false) => (event: KeyboardEvent) => {
    event.preventDefault()
    go(shown[at === -1 ? 0 : Math.min(shown.length - 1, Math.max(0, at + by))], extend)
  }
  const toOpen = (by: 1 | -1) => (event: KeyboardEvent) => {
    event.preventDefault()
    const list = by === 1 ? open : [...open].reverse()
    setNone(list.length === 0)
    go(list.find((p) => chosen === undefined || (by === 1 ? p.place > chosen : p.place < chosen)) ?? list[0])
  }
  const setClass = (to: Class) => {
    const places = several.map((p) => p.place)
    correct((now) => reclassed(now, places, to))
  }
  const seen = () => {
    const places = several.map((p) => p.place)
    correct((now) => new Map(now.paragraphs.filter((p) => places.includes(p.place)).map((p) => [p.place, { ...p.text, seen: true }])))
  }
  const byLetter = Object.fromEntries(classes.map((c) => [letters[c], (event: KeyboardEvent) => {
    if (!item) return
    event.preventDefault()
    setClass(c)
  }]))
  useShortcuts({
    j: step(1), k: step(-1), J: step(1, true), K: step(-1, true), n: toOpen(1), p: toOpen(-1),
    ...(editable && { ...byLetter, g: () => { if (item) seen() }, z: undo }),
    Enter: (event) => {
      if (!item || !(event.target instanceof HTMLElement) || event.target.id !== `p-${item.place}`) return
      event.preventDefault()
      beside.current?.querySelector<HTMLElement>('input:checked, select')?.focus()
    },
  })
  useEffect(() => {
    if (chosen !== undefined) document.getElementById(`p-${chosen}`)?.scrollIntoView({ block: 'nearest' })
  }, [chosen])
  useEffect(() => {
    const box = beside.current
    const leave = (event: KeyboardEvent) => {
      if (event.key === 'Escape' && !event.defaultPrevented && chosen !== undefined) document.getElementById(`p-${chosen}`)?.focus()
    }
    box?.addEventListener('keydown', leave)
    return () => box?.removeEventListener('keydown', leave)
  }, [chosen])
  return (
    <section className="k-section" aria-labelledby="paragraphs">
      <h2 id="paragraphs">{t('source.paragraphs')}</h2>
      <Legend />
      <details className="k-src__help">
        <summary>{t('source.help.title')}</summary>
        <p className="k-keysonly">{t('source.help.walk')} {t('source.help.act')}</p>
        <p>{t('source.help.touch')}</p>
      </details>
      {error && <Alert kind="error" role="alert"><p>{errorSentence(error)}</p></Alert>}
      <div className="k-src__bar">
        <label className="k-check"><input type="checkbox" checked={onlyOpen} onChange={(event) => setOnlyOpen(event.target.checked)} /> {t('source.onlyOpen', { count: open.length })}</label>
        {editable && <button type="button" className="k-textbutton" onClick={undo}>{t('source.undo')} <kbd>z</kbd></button>}
        <span role="status" className="k-quiet">
          {[none && t('source.noneOpen'), several.length > 1 && t('source.chosen', { count: several.length }), said && (said.what === 'said' ? (said.looked ? t('source.seenSaid') : t('source.said', { count: said.n })) : t(`source.${said.what}`))].filter(Boolean).join(' · ')}
        </span>
      </div>
      <div className="k-tpl k-src">
        <nav className="k-toc k-tpl__side" aria-label={t('source.contents')}>
          <ol>
            {detail.paragraphs.filter((p) => p.text.class === 'heading' && p.text.clause === undefined).map((p) => {
              const count = open.filter((x) => x.text.section === p.text.section).length
              return (
                <li key={p.place}>
                  <a href={`#p-${p.place}`} onClick={(event) => { event.preventDefault(); setOnlyOpen(false); go(p) }}>{[p.text.number, wordsOf(p.text)].filter(Boolean).join(' ')}</a>
                  {count > 0 && <span className="k-quiet"> ({t('source.open', { count })})</span>}
                </li>
              )
            })}
          </ol>
        </nav>
        <div className="k-text k-src__list" lang={detail.source.language}>
          {shown.length === 0 && <p className="k-quiet">{t('source.noneOpen')}</p>}
          {shown.map((p) => <Row key={p.place} item={p} chosen={p.place === chosen} marked={several.length > 1 && several.includes(p)} blocked={blocked.has(p.text.position ?? -1)} choose={() => go(p)} />)}
          {blank > 0 && <p className="k-quiet">{t('source.empties', { count: blank })}</p>}
        </div>
        <aside className="k-tpl__side" aria-label={t('templates.beside')} ref={beside}>
          {item ? (
            <Chosen key={item.place} detail={detail} item={item} editable={editable} setClass={setClass}
              set={(change) => correct((now) => {
                const text = now.paragraphs.find((p) => p.place === item.place)?.text
                return text ? new Map([[item.place, change(text)]]) : (new Map() as Changes)
              })} />
          ) : <p className="k-quiet">{t('source.pick')}</p>}
        </aside>
      </div>
    </section>
  )
}

/** Several paragraphs made one class, one after another, and what follows from it. */
function reclassed(detail: Detail, places: number[], to: Class): Changes {
  const all: Changes = new Map()
  const texts: Text[] = detail.paragraphs.map((p) => p.text)
  for (const place of places) {
    const at = detail.paragraphs.findIndex((p) => p.place === place)
    const chosen = texts[at]
    if (!chosen || (chosen.grid && !gridClasses.includes(to) && to !== 'text')) continue
    const changes = reclass(texts, at, chosen.grid && to === 'text' ? 'table' : to)
    changes.set(at, { ...(changes.get(at) ?? chosen), seen: true })
    for (const [i, text] of changes) {
      texts[i] = text
      const changed = detail.paragraphs[i]
      if (changed) all.set(changed.place, text)
    }
  }
  return all
}

function Row({ item, chosen, marked, blocked, choose }: { item: Item; chosen: boolean; marked: boolean; blocked: boolean; choose: () => void }) {
  const { t } = useWords()
  const { text } = item
  const head = text.class === 'heading'
  return (
    <div id={`p-${item.place}`} tabIndex={-1} role="group" aria-current={chosen || undefined} aria-label={t(`source.class.${text.class}`)}
      className={`k-src__row k-src__row--${text.class}${chosen ? ' k-src__row--chosen' : ''}${marked ? ' k-src__row--marked' : ''}`}>
      <button type="button" className="k-src__class" onClick={choose}>{t(`source.class.${text.class}`)}<span className="sr-only"> {wordsOf(text).slice(0, 60)}</span></button>
      <div className={head ? 'k-src__words k-src__words--head' : 'k-src__words'}>{text.number && text.number !== toNumber && <span className="k-src__number">{text.number} </span>}<Marked text={text} /></div>
      {blocked && text.class !== 'unplaced' ? <Tag tone="overdue">{t('source.flag.blocks')}</Tag> : <Flags item={item} />}
    </div>
  )
}
