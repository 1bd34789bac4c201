import { erasures, people } from './people'

export const peoplePages = { people, erasures }
