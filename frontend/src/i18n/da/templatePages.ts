import { form } from './form'
import { hearing } from './hearing'
import { position } from './position'
import { source } from './source'
import { templates } from './template'

/** The words of the pages on templates and drafts: they are many, and most people never open one. */
export const templatePages = { templates, position, source, form, hearing } as const
