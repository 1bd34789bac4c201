// A table as Word, Excel or a web page puts it on the clipboard: as HTML, or as lines of cells between tabs.

/** Lines of cells; each line as long as the longest. */
export type Grid = string[][]

const tidy = (text: string): string => text.replace(/[\u00ad\u200b\ufeff]/g, '').replace(/\s+/g, ' ').trim()

function squared(lines: Grid): Grid {
  const width = Math.max(0, ...lines.map((x) => x.length))
  return lines.filter((x) => x.some((cell) => cell !== '')).map((x) => [...x, ...Array<string>(width - x.length).fill('')])
}

/** Text between tabs; a cell in quotes may hold line breaks, tabs and doubled quotes, as a spreadsheet writes it. */
export function readTabs(text: string): Grid {
  const lines: Grid = []
  const cell = /(?:"((?:[^"]|"")*)"(?=[\t\r\n]|$)|([^\t\r\n]*))(\t|\r\n|\r|\n|$)/y
  let line: string[] = []
  while (cell.lastIndex < text.length) {
    const [, quoted, plain, end] = cell.exec(text) ?? []
    line.push(tidy(quoted?.replaceAll('""', '"') ?? plain ?? ''))
    if (end !== '\t') {
      lines.push(line)
      line = []
    } else if (cell.lastIndex >= text.length) line.push('')
  }
  if (line.length > 0) lines.push(line)
  return squared(lines)
}

interface Policy { createHTML: (html: string) => string }

/** Read into a document of its own: nothing in it runs or is fetched, and nothing of it is shown but its text. */
function parsed(html: string): Document {
  const types = (globalThis as { trustedTypes?: { createPolicy: (name: string, rules: Policy) => Policy } }).trustedTypes
  policy ??= types?.createPolicy('klausul-clipboard', { createHTML: (x) => x }) ?? { createHTML: (x) => x }
  return new DOMParser().parseFromString(policy.createHTML(html), 'text/html')
}
let policy: Policy | undefined

/** The first table of the HTML; undefined when there is none. Cells that span columns leave the next ones empty. */
export function readHTML(html: string): Grid | undefined {
  const table = /<table/i.test(html) ? parsed(html).querySelector('table') : null
  if (!table) return undefined
  return squared([...table.rows].map((row) => [...row.cells].flatMap((cell) => [tidy(cell.textContent), ...Array<string>(Math.min(cell.colSpan, 20) - 1).fill('')])))
}

/** The table on the clipboard; undefined when what lies there is no table. */
export function tableOf(data: DataTransfer): Grid | undefined {
  const html = readHTML(data.getData('text/html'))
  if (html && html.length > 0) return html
  const text = data.getData('text/plain')
  return text.includes('\t') ? readTabs(text) : undefined
}

/** As text between tabs, a line a row. */
export const asTabs = (grid: Grid): string => grid.map((line) => line.join('\t')).join('\n')
