import { accession, batch, mandate, release } from './accession'

export const agreementPages = { release, batch, accession, mandate }
