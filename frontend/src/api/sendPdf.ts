import { api, unwrap } from './client'

/** Sends one PDF; it waits a day to be placed. */
export const sendPdf = (file: File, organisation?: number) =>
  unwrap(
    api.POST('/api/v1/uploads', {
      params: { query: { name: file.name, ...(organisation && { organisation }) } },
      body: file as unknown as string,
      bodySerializer: (body) => body as unknown as Blob,
      headers: { 'Content-Type': 'application/pdf' },
    }),
  )
