import { erasures, people } from './people'
import { reviews } from './reviews'

export const peoplePages = { people, erasures, reviews }
