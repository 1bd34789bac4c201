import type { intakePages as danish } from '../da/intakePages'
import type { Same } from '../same'
import { intake } from './intake'

export const intakePages: Same<typeof danish> = { intake }
