import { erasures, people } from './people'

/** The words of the pages on people, but for what the overview says of reviews. */
export const peoplePages = { people, erasures } as const
