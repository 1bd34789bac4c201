import type { Schemas } from '../../api/client'

export type Recipient = Schemas['Recipient']

/** To whom a text is released; chosen are organisations by id. */
export interface Audience {
  kind: Schemas['AudienceKind']
  chosen: ReadonlySet<number>
}

export const isUser = (r: Recipient): boolean => r.member && r.systems.length > 0

/** Nobody gets a version twice, and an amendment only those that have in force what it amends. */
export const reachable = (r: Recipient): boolean => r.based && !r.has

/** Those that use a system, when there are any; else every member; else, when all of them have it, whom one chooses. */
export function firstAudience({ recipients }: Schemas['ReleaseCheck']): Audience {
  const kind = recipients.some((r) => isUser(r) && reachable(r)) ? 'users' : membersHave(recipients) ? 'chosen' : 'members'
  return { kind, chosen: new Set() }
}

/** Every member has the version. */
export const membersHave = (recipients: Recipient[]): boolean => recipients.some((r) => r.member) && recipients.every((r) => !r.member || r.has)

const within = ({ kind, chosen }: Audience) => (r: Recipient) => (kind === 'users' ? isUser(r) : kind === 'members' ? r.member : chosen.has(r.organisation.id))

/** Whom an audience reaches. */
export const reach = (recipients: Recipient[], audience: Audience): Recipient[] => recipients.filter(within(audience)).filter(reachable)

/** Those of an audience that an amendment passes by, because nothing is in force there that it could change. */
export const passedBy = (recipients: Recipient[], audience: Audience): Recipient[] => recipients.filter(within(audience)).filter((r) => !r.has && !r.based)
