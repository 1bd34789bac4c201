import { accession, batch, mandate, release } from './accession'
import { matrix } from './matrix'
import { form } from './form'
import { hearing } from './hearing'
import { stage } from './stage'

export const agreementPages = { release, batch, accession, mandate, form, hearing, matrix, stage }
