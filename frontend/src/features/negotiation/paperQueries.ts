import { queryOptions } from '@tanstack/react-query'
import { api, unwrap, type Schemas } from '../../api/client'
import { fileBody } from '../../api/fileBody'

export type Paper = Schemas['VendorPaper']
export type PaperHead = Schemas['VendorPaperHead']
export type PaperEntry = Schemas['PaperEntry']
export type PaperSection = Schemas['PaperSection']
export type PaperValue = Schemas['PaperValue']
export type Assessment = Schemas['PaperAssessment']

export const papersQuery = (id: number) =>
  queryOptions({
    queryKey: ['negotiations', id, 'papers'],
    queryFn: ({ signal }) => unwrap(api.GET('/api/v1/negotiations/{id}/papers', { params: { path: { id } }, signal })),
  })

export const paperQuery = (id: number, paper: number) =>
  queryOptions({
    queryKey: ['negotiations', id, 'papers', paper],
    queryFn: ({ signal }) => unwrap(api.GET('/api/v1/negotiations/{id}/papers/{paper}', { params: { path: { id, paper } }, signal })),
  })

export const takePaper = (id: number, file: File) =>
  unwrap(api.POST('/api/v1/negotiations/{id}/papers', { params: { path: { id }, query: { name: file.name } }, ...fileBody(file) }))

/** Says something of an entry; without an assessment what was said is taken back. */
export const assess = (id: number, paper: number, entry: PaperEntry, assessment?: Assessment, note?: string) =>
  unwrap(api.PUT('/api/v1/negotiations/{id}/papers/{paper}/entries/{key}', { params: { path: { id, paper, key: entry.key } }, body: { base: entry.version, ...(assessment && { assessment }), ...(note && { note }) } }))

/** Whether an assessment wants a word with it. */
export const wantsNote = (entry: Pick<PaperEntry, 'confidence'>, assessment: Assessment): boolean =>
  assessment === 'insufficient' || (assessment === 'fulfilled' && entry.confidence === 'not_found')

/** How near two sections are, in a word. */
export const nearness = (score: number): 'much' | 'some' | 'little' => (score >= 0.75 ? 'much' : score >= 0.5 ? 'some' : 'little')
