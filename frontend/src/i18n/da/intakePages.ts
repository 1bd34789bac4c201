import { intake } from './intake'

/** The words of the pages that take in lists. */
export const intakePages = { intake } as const
