import { da } from '../../i18n/da'
import { en } from '../../i18n/en'
import { states, type State } from './queries'

const words = Object.fromEntries(states.map((s) => [s, [da.usage.state[s], en.usage.state[s]]])) as Record<State, string[]>

/** The words of the states in both languages: a spreadsheet may come from a colleague who reads the other one. */
export const useStateWords = (): Record<State, string[]> => words
