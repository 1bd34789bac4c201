import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { gzipSync } from 'node:zlib'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'

interface Chunk {
  file: string
  isEntry?: boolean
  imports?: string[]
}

const root = resolve(import.meta.dirname, '../..')
const out = mkdtempSync(join(tmpdir(), 'klausul-dist-'))
let manifest: Record<string, Chunk> = {}

beforeAll(() => {
  // In a process of its own: here NODE_ENV is "test", and React would be built for developers.
  execFileSync(process.execPath, [join(root, 'node_modules/vite/bin/vite.js'), 'build', '--logLevel', 'error', '--emptyOutDir', '--outDir', out], {
    cwd: root,
    env: { ...process.env, NODE_ENV: 'production' },
  })
  manifest = JSON.parse(readFileSync(join(out, '.vite/manifest.json'), 'utf8')) as Record<string, Chunk>
}, 120_000)
afterAll(() => rmSync(out, { recursive: true, force: true }))

/** Everything a page loads before it shows itself: its own file and all it imports at once. */
function files(keys: string[], seen = new Set<string>()): Set<string> {
  for (const key of keys) {
    const chunk = manifest[key]
    if (!chunk || seen.has(chunk.file)) continue
    seen.add(chunk.file)
    files(chunk.imports ?? [], seen)
  }
  return seen
}

describe('the built pages', () => {
  test.each(['src/features/signin/SignInPage.tsx', 'src/features/desk/DeskPage.tsx', 'src/features/vendor/VendorList.tsx'])('%s loads less than 200 kB of JavaScript', (page) => {
    expect(manifest[page], 'is split off').toBeDefined()
    const entry = Object.keys(manifest).filter((key) => manifest[key]?.isEntry)
    expect(manifest['src/i18n/da/index.ts'], 'the words are split off').toBeDefined()
    const bytes = [...files([...entry, 'src/i18n/da/index.ts', page])].filter((f) => f.endsWith('.js')).map((f) => gzipSync(readFileSync(join(out, f))).length)
    const total = bytes.reduce((sum, n) => sum + n, 0)
    expect(total).toBeGreaterThan(50_000)
    expect(total).toBeLessThan(200_000)
  })

  test('the curve and its library come only when asked for', () => {
    const entry = Object.keys(manifest).filter((key) => manifest[key]?.isEntry)
    const batch = [...files([...entry, 'src/features/release/BatchPage.tsx'])]
    const course = manifest['src/features/release/Course.tsx']?.file
    expect(course).toBeDefined()
    expect(batch).not.toContain(course)
  })

  test('nothing stands inline in the page, and the folder stays in the repository', () => {
    const html = readFileSync(join(out, 'index.html'), 'utf8')
    expect(html).not.toMatch(/<style|style=|<script(?![^>]*src=)|javascript:/)
    expect(readFileSync(join(out, '.gitkeep'))).toBeDefined()
  })

  test('no style brings a data: address', () => {
    for (const chunk of Object.values(manifest)) {
      if (chunk.file.endsWith('.css')) expect(readFileSync(join(out, chunk.file), 'utf8')).not.toMatch(/url\(["']?data:/)
    }
    const css = Object.values(manifest).flatMap((c) => (c as Chunk & { css?: string[] }).css ?? [])
    expect(css.length).toBeGreaterThan(0)
    for (const file of css) expect(readFileSync(join(out, file), 'utf8')).not.toMatch(/url\(["']?data:font/)
  })
})
