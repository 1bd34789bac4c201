import { queryOptions } from '@tanstack/react-query'
import { api, unwrap, type Schemas } from '../../api/client'

export type NamedFile = Schemas['ImportFile']

/** The files that the lines name, and which of them are here. */
export const folderQuery = (id: number) =>
  queryOptions({
    queryKey: ['imports', id, 'files'],
    queryFn: async ({ signal }) => (await unwrap(api.GET('/api/v1/imports/{id}/files', { params: { path: { id } }, signal }))).items,
  })

/** Files that a good line waits for; the others are named by lines with errors only. */
export const waitedFor = (named: NamedFile[]): NamedFile[] => named.filter((n) => !n.refused)

/** A file's name as the server compares it. */
export const fileKey = (name: string): string => name.normalize('NFC').toLowerCase().replace(/\s+/g, ' ').trim().replace(/\.pdf$/, '')

/** Which of the files on disk are named by a line or called as its agreement, which wait for a line to be mended, and which are not named; of two of one name the last is meant. */
export function sortOut(files: File[], named: NamedFile[]): { wanted: Map<string, File>; refused: NamedFile[]; unnamed: string[] } {
  const good = waitedFor(named)
  const keys = new Set(good.filter((n) => n.named).map((n) => n.key))
  const titles = new Set(good.filter((n) => !n.named).map((n) => n.key))
  const refused = new Set<NamedFile>()
  const wanted = new Map<string, File>()
  const unnamed: string[] = []
  for (const file of files) {
    const key = fileKey(file.name)
    const title = key.replace(/[^\p{L}\p{N}]/gu, '') // much of what stands in a title cannot stand in a file's name
    const faulty = named.find((n) => n.refused && n.key === key)
    if (keys.has(key)) wanted.set(key, file)
    else if (faulty) refused.add(faulty)
    else if (titles.has(title)) wanted.set(title, file)
    else if (!file.name.startsWith('.')) unnamed.push(file.name) // .DS_Store and its like come with every folder
  }
  return { wanted, refused: [...refused], unnamed }
}

const entriesOf = (folder: FileSystemDirectoryEntry): Promise<FileSystemEntry[]> => {
  const reader = folder.createReader()
  const more = async (): Promise<FileSystemEntry[]> => {
    const some = await new Promise<FileSystemEntry[]>((done, fail) => reader.readEntries(done, fail)) // at most a hundred at a time
    return some.length === 0 ? [] : [...some, ...(await more())]
  }
  return more()
}

const filesIn = async (entry: FileSystemEntry): Promise<File[]> => {
  if (entry.isFile) return [await new Promise<File>((done, fail) => (entry as FileSystemFileEntry).file(done, fail))]
  return (await Promise.all((await entriesOf(entry as FileSystemDirectoryEntry)).map(filesIn))).flat()
}

/** What was dropped, folders opened. The entries must be taken before the event is over. */
export function dropped(transfer: DataTransfer): Promise<File[]> {
  const entries = [...transfer.items].map((item) => item.webkitGetAsEntry()).filter((e) => e !== null)
  const loose = [...transfer.files]
  return entries.length === 0 ? Promise.resolve(loose) : Promise.all(entries.map(filesIn)).then((all) => all.flat())
}
