import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'

const folder = import.meta.dirname

test('a block is styled in one sheet, so that no page changes the look of another', () => {
  const rooms = new Map<string, string[]>()
  for (const sheet of readdirSync(folder).filter((f) => f.endsWith('.css') && !['index.css', 'modes.css'].includes(f))) {
    const css = readFileSync(join(folder, sheet), 'utf8').replace(/\/\*[\s\S]*?\*\//g, '')
    for (const block of new Set([...css.matchAll(/(?:^|[{},])\s*\.(k-[a-z0-9]+(?:-[a-z0-9]+)*)\s*(?=[{,])/g)].map((m) => m[1] ?? ''))) rooms.set(block, [...(rooms.get(block) ?? []), sheet])
  }
  expect(rooms.size).toBeGreaterThan(100)
  expect([...rooms].filter(([, sheets]) => sheets.length > 1)).toEqual([])
})
