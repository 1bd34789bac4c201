import type { Schemas } from '../../api/client'

export type Recipient = Schemas['Recipient']

/** To whom a text is released; chosen are organisations by id. */
export interface Audience {
  kind: Schemas['AudienceKind']
  chosen: ReadonlySet<number>
}

export const isUser = (r: Recipient): boolean => r.member && r.systems.length > 0

/** Those that use a system, when there are any; else every member. */
export function firstAudience({ recipients }: Schemas['ReleaseCheck']): Audience {
  return { kind: recipients.some((r) => isUser(r) && !r.has) ? 'users' : 'members', chosen: new Set() }
}

/** Whom an audience reaches: never those that have this version already. */
export function reach(recipients: Recipient[], { kind, chosen }: Audience): Recipient[] {
  return recipients.filter((r) => !r.has && (kind === 'users' ? isUser(r) : kind === 'members' ? r.member : chosen.has(r.organisation.id)))
}
