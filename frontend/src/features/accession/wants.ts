import type { Schemas } from '../../api/client'

interface Detail { accession: Pick<Schemas['AccessionDetail']['accession'], 'missing' | 'missingAddress'> }

const concluding: Schemas['AccessionAct'][] = ['accept', 'enter_force']

/** Whether the act concludes the agreement, and so wants everything in it. */
export const concludes = (act: Schemas['AccessionAct']): boolean => concluding.includes(act)

/** What the organisation must still say before the act can be taken: facts by path, and its address. */
export function wants({ accession }: Detail, act: Schemas['AccessionAct']): { facts: string[]; address: boolean } {
  return concludes(act) ? { facts: accession.missing, address: accession.missingAddress } : { facts: [], address: false }
}
