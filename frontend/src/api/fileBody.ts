/** A file as the body of a request: it is sent as it lies, and never read in the browser. */
export const fileBody = (file: File, type = 'application/octet-stream') => ({
  body: file as unknown as string,
  bodySerializer: (body: string) => body as unknown as BodyInit,
  headers: { 'Content-Type': type },
})
