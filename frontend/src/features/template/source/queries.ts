import { queryOptions } from '@tanstack/react-query'
import { api, unwrap, type Schemas } from '../../../api/client'
import { fileBody } from '../../../api/fileBody'

export type Detail = Schemas['TemplateSourceDetail']
export type Item = Schemas['SourceParagraph']
export type Text = Schemas['SourceText']
export type Span = Schemas['SourceSpan']
export type Class = Schemas['SourceClass']
export type Kind = Span['kind']

export const maxSize = 25 * 1024 * 1024

export const sourcesQuery = queryOptions({
  queryKey: ['template-sources', 'list'],
  queryFn: ({ signal }) => unwrap(api.GET('/api/v1/template-sources', { signal })),
})

export const sourceQuery = (id: number) =>
  queryOptions({
    queryKey: ['template-sources', id],
    queryFn: ({ signal }) => unwrap(api.GET('/api/v1/template-sources/{id}', { params: { path: { id } }, signal })),
  })

export const sourceComparisonQuery = (id: number) =>
  queryOptions({
    queryKey: ['template-sources', id, 'comparison'],
    queryFn: ({ signal }) => unwrap(api.GET('/api/v1/template-sources/{id}/comparison', { params: { path: { id } }, signal })),
  })

export interface Intake {
  family: string
  provenance: 'authority' | 'secretariat'
  declaredBy?: string
  declaredOn?: string
  language?: 'da' | 'en'
  convention?: Schemas['SourceConvention']
}

export const sendFile = (intake: Intake, file: File) =>
  unwrap(api.POST('/api/v1/template-sources', {
    params: { query: { ...intake, name: file.name } },
    ...fileBody(file),
  }))
