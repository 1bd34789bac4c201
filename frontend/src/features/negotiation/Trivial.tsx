import { useState } from 'react'
import { Dialog, Heading, Modal, ModalOverlay } from 'react-aria-components'
import { useFormat, useWords } from '../../i18n'
import { Alert } from '../../ui/Alert'
import { Icon } from '../../ui/Icon'
import { Told } from '../../ui/Told'
import type { Change, Said } from './queries'

interface Props {
  /** Those that can be accepted together. */
  changes: Change[]
  label: (change: Change) => string
  save: (said: Said[]) => Promise<boolean>
  now: () => Change[]
}

/** Changes that say nothing new are accepted together, after a look, and can be taken back together. */
export function Trivial({ changes, label, save, now }: Props) {
  const { t } = useWords()
  const f = useFormat()
  const [open, setOpen] = useState(false)
  const [done, setDone] = useState<Change[]>()
  const [sending, setSending] = useState(false)
  const accept = async () => {
    if (sending) return
    setSending(true)
    const ok = await save(changes.map((c) => ({ no: c.no, base: c.version, decision: 'accept' })))
    setSending(false)
    setOpen(false)
    if (ok) setDone(changes)
  }
  const undo = async (before: Change[]) => {
    const versions = new Map(now().map((c) => [c.no, c.version]))
    const ok = await save(before.map((c) => ({ no: c.no, base: versions.get(c.no) ?? c.version, ...(c.decision && { decision: c.decision }), ...(c.reason !== '' && { reason: c.reason }) })))
    if (ok) setDone(undefined)
  }
  const count = (n: number) => ({ count: n, formatted: f.number(n) })
  return (
    <>
      {done && (
        <Alert kind="success" role="status">
          <p>{t('negotiation.trivialDone', count(done.length))} <button type="button" className="k-textbutton" onClick={() => void undo(done)}>{t('negotiation.takeBack')}</button></p>
        </Alert>
      )}
      {changes.length > 0 && <p><button type="button" className="button button-secondary" onClick={() => setOpen(true)}><Icon name="check" />{t('negotiation.trivialAll', count(changes.length))}</button></p>}
      {open && (
        <ModalOverlay className="k-overlay" isOpen onOpenChange={setOpen}>
          <Modal className="k-modal--wide">
            <Dialog className="k-dialog k-dialog--wide">
              <div className="k-dialog__head">
                <Heading slot="title" level={2}>{t('negotiation.trivialAll', count(changes.length))}</Heading>
                <button type="button" className="k-textbutton" onClick={() => setOpen(false)}><Icon name="close" />{t('common.close')}</button>
              </div>
              <Told facts={[t('negotiation.trivialHelp')]} refused={[]} heading="" caption={t('negotiation.trivialCaption')} name={t('negotiation.clause')}
                rows={changes.map((c) => ({ key: String(c.no), name: label(c), before: c.before, after: c.after }))} />
              <div className="k-actions">
                <button type="button" className="button button-primary" aria-disabled={sending} onClick={() => void accept()}>{t('negotiation.trivialSave', count(changes.length))}</button>
                <button type="button" className="button button-secondary" onClick={() => setOpen(false)}>{t('negotiation.cancel')}</button>
              </div>
            </Dialog>
          </Modal>
        </ModalOverlay>
      )}
    </>
  )
}
