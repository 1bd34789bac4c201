import { usage as da } from '../../i18n/da/usage'
import { usage as en } from '../../i18n/en/usage'
import { states, type State } from './queries'

const words = Object.fromEntries(states.map((s) => [s, [da.state[s], en.state[s]]])) as Record<State, string[]>

/** The words of the states in both languages: a spreadsheet may come from a colleague who reads the other one. */
export const useStateWords = (): Record<State, string[]> => words
