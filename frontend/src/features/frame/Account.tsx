import { useState } from 'react'
import type { Me } from '../../session'
import { useLoaded } from './useLoaded'
import { Who } from './Who'

const load = () => import('./AccountMenu')

/** Who I am and in which role; the menu to change it is fetched when it is first opened. */
export function Account({ me }: { me: Me }) {
  const [asked, setAsked] = useState(false)
  const { loaded, standIn, fetchIt } = useLoaded<{ me: Me }, HTMLButtonElement>(load, false)
  if (loaded) return <loaded.Component me={me} />
  return (
    <button
      type="button"
      className="k-account"
      ref={standIn}
      aria-haspopup="menu"
      aria-expanded={asked}
      onPointerEnter={() => void load()}
      onClick={() => {
        setAsked(true)
        fetchIt()
      }}
    >
      <Who me={me} />
    </button>
  )
}
