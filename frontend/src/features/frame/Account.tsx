import { lazy, Suspense, useState } from 'react'
import type { Me } from '../../session'
import { Who } from './Who'

const AccountMenu = lazy(() => import('./AccountMenu'))

/** Who I am and in which role; the menu to change it is fetched when it is first opened. */
export function Account({ me }: { me: Me }) {
  const [opened, setOpened] = useState(false)
  const plain = (
    <button type="button" className="k-account" aria-haspopup="menu" aria-expanded={false} onClick={() => setOpened(true)}>
      <Who me={me} />
    </button>
  )
  return opened ? <Suspense fallback={plain}><AccountMenu me={me} /></Suspense> : plain
}
