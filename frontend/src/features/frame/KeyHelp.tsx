import { Dialog, Heading, Modal, ModalOverlay } from 'react-aria-components'
import { useWords } from '../../i18n'
import { Icon } from '../../ui/Icon'
import { setShortcuts, useShortcutsOn } from '../../ui/shortcuts'

/** The keys, and the switch that turns single-key shortcuts off. */
export default function KeyHelp({ close }: { close: () => void }) {
  const { t } = useWords()
  const on = useShortcutsOn()
  const rows: [string, string][] = [
    ['/', t('frame.keys.search')],
    ['j', t('frame.keys.down')],
    ['k', t('frame.keys.up')],
    [t('frame.keys.enter'), t('frame.keys.open')],
    [t('frame.keys.space'), t('frame.keys.choose')],
    [`${t('frame.keys.ctrl')} + ${t('frame.keys.enter')}`, t('frame.keys.save')],
    ['e', t('frame.keys.edit')],
    ['n', t('frame.keys.nextChange')],
    ['p', t('frame.keys.previousChange')],
    ['Esc', t('frame.keys.escape')],
    ['?', t('frame.keys.help')],
  ]
  return (
    <ModalOverlay className="k-overlay" isOpen isDismissable onOpenChange={(open) => open || close()}>
      <Modal>
        <Dialog className="k-dialog">
          <div className="k-dialog__head">
            <Heading slot="title" level={2}>{t('frame.keys.title')}</Heading>
            <button type="button" className="k-textbutton" onClick={close}>
              <Icon name="close" />
              {t('common.close')}
            </button>
          </div>
          <p>{t('frame.keys.lead')}</p>
          <table className="k-keys">
            <caption className="sr-only">{t('frame.keys.tableCaption')}</caption>
            <thead>
              <tr><th scope="col">{t('frame.keys.key')}</th><th scope="col">{t('frame.keys.does')}</th></tr>
            </thead>
            <tbody>
              {rows.map(([key, does]) => (
                <tr key={key}><td><kbd>{key}</kbd></td><td>{does}</td></tr>
              ))}
            </tbody>
          </table>
          <label className="k-check">
            <input type="checkbox" checked={on} onChange={(event) => setShortcuts(event.target.checked)} />
            <span>{t('frame.keys.on')}</span>
          </label>
        </Dialog>
      </Modal>
    </ModalOverlay>
  )
}
