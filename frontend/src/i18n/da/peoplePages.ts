import { erasures, people } from './people'
import { reviews } from './reviews'

/** The words of the pages on people and on reviews of their roles. */
export const peoplePages = { people, erasures, reviews } as const
