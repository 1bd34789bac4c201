const zone = 'Europe/Copenhagen'
const day = (at: Date): number => Date.parse(at.toLocaleDateString('sv-SE', { timeZone: zone }))

export interface Age { days: number; unit: 'today' | 'days' | 'months' | 'years'; count: number }

/** How long ago a moment is, in Danish days: as coarse as one would say it. */
export function age(since: string, now: Date): Age {
  const days = Math.max(0, Math.round((day(now) - day(new Date(since))) / 86_400_000))
  if (days === 0) return { days, unit: 'today', count: 0 }
  if (days < 60) return { days, unit: 'days', count: days }
  if (days < 730) return { days, unit: 'months', count: Math.floor(days / 30.44) }
  return { days, unit: 'years', count: Math.floor(days / 365.25) }
}
