import { Dialog, Heading, Modal, ModalOverlay } from 'react-aria-components'
import { useState } from 'react'
import { useWords } from '../i18n'
import { onlyCode } from './unsaved'

/** There is text that nobody has saved: stay with it, or leave it. */
export default function LeaveDialog({ answer }: { answer: (leave: boolean) => void }) {
  const { t } = useWords()
  const [code] = useState(onlyCode)
  return (
    <ModalOverlay className="k-overlay" isOpen onOpenChange={(open) => open || answer(false)}>
      <Modal>
        <Dialog className="k-dialog" role="alertdialog" aria-describedby="leave-why">
          <Heading slot="title" level={2}>{t(code ? 'common.uncopiedTitle' : 'common.unsavedTitle')}</Heading>
          <p id="leave-why">{t(code ? 'common.uncopiedBody' : 'common.unsavedBody')}</p>
          <div className="k-actions">
            {/* eslint-disable-next-line jsx-a11y/no-autofocus -- the answer that loses nothing */}
            <button type="button" className="button button-primary" autoFocus onClick={() => answer(false)}>{t('common.unsavedStay')}</button>
            <button type="button" className="button button-secondary" onClick={() => answer(true)}>{t(code ? 'common.uncopiedLeave' : 'common.unsavedLeave')}</button>
          </div>
        </Dialog>
      </Modal>
    </ModalOverlay>
  )
}
