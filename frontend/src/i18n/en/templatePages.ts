import type { templatePages as danish } from '../da/templatePages'
import type { Same } from '../same'
import { form } from './form'
import { hearing } from './hearing'
import { position } from './position'
import { source } from './source'
import { templates } from './template'

export const templatePages: Same<typeof danish> = { templates, position, source, form, hearing }
