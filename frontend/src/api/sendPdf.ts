import { api, unwrap } from './client'
import { fileBody } from './fileBody'

/** Sends one PDF; it waits a day to be placed. */
export const sendPdf = (file: File, organisation?: number) =>
  unwrap(
    api.POST('/api/v1/uploads', {
      params: { query: { name: file.name, ...(organisation && { organisation }) } },
      ...fileBody(file, 'application/pdf'),
    }),
  )
