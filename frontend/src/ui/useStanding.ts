import { useNavigate } from '@tanstack/react-router'
import { useEffect } from 'react'

/** The number of what was merged into another leads on: the address then bears the number that stands. */
export function useStanding(to: '/vendors/$number' | '/systems/$number', asked: string, stands: number | undefined): void {
  const navigate = useNavigate()
  useEffect(() => {
    if (stands !== undefined && String(stands) !== asked) void navigate({ to, params: { number: String(stands) }, replace: true })
  }, [asked, navigate, stands, to])
}
