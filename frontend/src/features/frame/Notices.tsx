import { Link, useRouterState } from '@tanstack/react-router'
import { useEffect, useState } from 'react'
import { useFormat, useWords } from '../../i18n'
import { useExpired, useMaybeMe, useSessionActs } from '../../session'

const warnBefore = 30 * 60_000

/** The session has ended, or will soon; the page and what is written on it stay. */
export function Notices() {
  const { t } = useWords()
  const f = useFormat()
  const me = useMaybeMe()
  const expired = useExpired()
  const acts = useSessionActs()
  const here = useRouterState({ select: (state) => state.location.href })
  const [now, setNow] = useState(() => Date.now())
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), 30_000)
    return () => clearInterval(timer)
  }, [])
  if (expired) {
    return (
      <div className="k-notice" role="alert">
        <div className="k-wrap">
          <p><strong>{t('session.expiredHeading')}.</strong> {t('session.expiredBody')}</p>
          <Link to="/sign-in" search={{ next: here }} reloadDocument className="button button-primary">{t('session.expiredAction')}</Link>
        </div>
      </div>
    )
  }
  const left = me ? new Date(me.expires).getTime() - now : Infinity
  if (!me || left > warnBefore || left <= 0) return null
  return (
    <div className="k-notice k-notice--soon" role="status">
      <div className="k-wrap">
        <p>{t('session.expiresSoon', { time: f.time(me.expires) })}</p>
        <button type="button" className="k-textbutton" onClick={() => void acts.refresh()}>{t('session.stay')}</button>
      </div>
    </div>
  )
}
