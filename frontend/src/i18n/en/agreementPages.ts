import { accession, batch, mandate, release } from './accession'
import { amendment } from './amendment'
import { copy } from './copy'
import { matrix } from './matrix'
import { form } from './form'
import { hearing } from './hearing'
import { negotiating } from './negotiating'
import { stage } from './stage'

export const agreementPages = { release, batch, accession, amendment, mandate, form, copy, hearing, matrix, negotiating, stage }
