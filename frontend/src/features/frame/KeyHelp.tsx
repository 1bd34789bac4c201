import { useRouterState } from '@tanstack/react-router'
import { useSyncExternalStore } from 'react'
import { Dialog, Heading, Modal, ModalOverlay } from 'react-aria-components'
import { useWords } from '../../i18n'
import { useMay } from '../../session'
import { Icon } from '../../ui/Icon'
import { setShortcuts, useShortcutsOn } from '../../ui/shortcuts'

type Keys = [key: string, does: string][]

// A narrow page is a phone, or a large screen that somebody has zoomed: the keys fold away and stay in reach.
const small = window.matchMedia('(max-width: 767px)')
const whenResized = (listener: () => void) => {
  small.addEventListener('change', listener)
  return () => small.removeEventListener('change', listener)
}

/** The keys of the page and of all pages, the switch that turns single-key shortcuts off, and what a finger can do instead. */
export default function KeyHelp({ close }: { close: () => void }) {
  const { t } = useWords()
  const on = useShortcutsOn()
  const narrow = useSyncExternalStore(whenResized, () => small.matches)
  const inGrid = useRouterState({ select: (state) => state.location.pathname }) === '/our-systems'
  const inDraft = useRouterState({ select: (state) => /^\/agreements\/\d+$/.test(state.location.pathname) })
  const inRoom = useRouterState({ select: (state) => /^\/negotiations\/\d+$/.test(state.location.pathname) })
  const decides = useMay()('decideChanges')
  const ctrl = (key: string) => `${t('keys.ctrl')} + ${key}`
  const grid: Keys = [
    ['← → ↑ ↓', t('keys.gridMove')],
    [[t('keys.home'), t('keys.end')].join(' / '), t('keys.gridEnds')],
    [`${t('keys.enter')} / F2`, t('keys.gridOpen')],
    [t('keys.letters'), t('keys.gridType')],
    ...(['own', 'kl_kombit', 'not_needed', 'missing'] as const).map((s): Keys[number] => [t(`usage.letter.${s}`), t('keys.gridState', { state: t(`usage.state.${s}`) })]),
    ['Tab', t('keys.gridTab')],
    ['Delete', t('keys.gridEmpty')],
    ['Esc', t('keys.gridEscape')],
    [t('keys.space'), t('keys.gridChoose')],
    [`${t('keys.shift')} + ↑ ↓`, t('keys.gridRange')],
    [ctrl('C'), t('keys.gridCopy')],
    [ctrl('V'), t('keys.gridPaste')],
    [ctrl('Z'), t('keys.gridUndo')],
  ]
  const room: Keys = decides ? [
    ['j', t('negotiation.keys.next')],
    ['k', t('negotiation.keys.previous')],
    ...(['a accept', 'r reject', 'c counter', 'p park', 'e escalate'] as const).map((x): Keys[number] => [x.slice(0, 1), t(`negotiation.act.${x.slice(2) as 'accept'}`)]),
    ['1–9', t('negotiation.keys.fallback')],
    ['u', t('negotiation.keys.undo')],
  ] : [['j', t('negotiation.nextAny')], ['k', t('negotiation.previousAny')]]
  const everywhere: Keys = [
    ...(inDraft ? [['F8 / m', t('keys.nextMissing')], ['F9 / t', t('keys.swapPanes')]] satisfies Keys : []),
    ['/', t('keys.search')],
    ['j', t('keys.down')],
    ['k', t('keys.up')],
    [t('keys.enter'), t('keys.open')],
    [t('keys.space'), t('keys.choose')],
    [ctrl(t('keys.enter')), t('keys.save')],
    ['e', t('keys.edit')],
    ['n', t('keys.nextChange')],
    ['p', t('keys.previousChange')],
    ['Esc', t('keys.escape')],
    ['?', t('keys.help')],
  ]
  const keys = (
    <>
      <p>{t('keys.lead')}</p>
      {inGrid && <Table caption={t('keys.gridCaption', { page: t('usage.title') })} keys={grid} />}
      {inRoom && <Table caption={t('negotiation.keys.caption')} keys={room} />}
      <Table caption={inGrid || inRoom ? t('keys.everywhere') : t('keys.tableCaption')} quiet={!inGrid && !inRoom} keys={everywhere} />
      <label className="k-check">
        <input type="checkbox" checked={on} onChange={(event) => setShortcuts(event.target.checked)} />
        <span>{t('keys.on')}</span>
      </label>
    </>
  )
  return (
    <ModalOverlay className="k-overlay" isOpen isDismissable onOpenChange={(open) => open || close()}>
      <Modal>
        <Dialog className="k-dialog">
          <div className="k-dialog__head">
            <Heading slot="title" level={2}>{narrow ? t('keys.helpTitle') : t('keys.title')}</Heading>
            <button type="button" className="k-textbutton" onClick={close}>
              <Icon name="close" />
              {t('common.close')}
            </button>
          </div>
          <div className="k-bytouch">
            <h3>{t('keys.touchTitle')}</h3>
            <ul>
              {inGrid && <li>{t('keys.touchGrid')}</li>}
              {inGrid && <li>{t('keys.touchMany')}</li>}
              <li>{t('keys.touchSearch')}</li>
              <li>{t('keys.touchMenu')}</li>
              <li>{t('keys.touchOpen')}</li>
            </ul>
          </div>
          {narrow ? (
            <details className="k-bykey">
              <summary>{t('keys.withKeys')}</summary>
              {keys}
            </details>
          ) : <div className="k-bykey">{keys}</div>}
        </Dialog>
      </Modal>
    </ModalOverlay>
  )
}

function Table({ caption, quiet, keys }: { caption: string; quiet?: boolean; keys: Keys }) {
  const { t } = useWords()
  return (
    <table className="k-keys">
      <caption className={quiet ? 'sr-only' : undefined}>{caption}</caption>
      <thead>
        <tr><th scope="col">{t('keys.key')}</th><th scope="col">{t('keys.does')}</th></tr>
      </thead>
      <tbody>
        {keys.map(([key, does]) => (
          <tr key={key}><td><kbd>{key}</kbd></td><td>{does}</td></tr>
        ))}
      </tbody>
    </table>
  )
}
