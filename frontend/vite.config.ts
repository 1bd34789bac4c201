import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import react from '@vitejs/plugin-react'
import { defineConfig } from 'vitest/config'

/** `problems.json?in=da` is the sentences of one language: a page loads no other. */
const oneLanguage = {
  name: 'one-language',
  load(id: string) {
    const [file = '', lang] = id.split('?in=')
    if (lang !== 'da' && lang !== 'en') return
    const all = JSON.parse(readFileSync(file, 'utf8')) as Record<string, { da: string; en: string }>
    return { code: `export default ${JSON.stringify(Object.fromEntries(Object.entries(all).map(([code, sentence]) => [code, sentence[lang]])))}`, moduleType: 'js' as const }
  },
}

export default defineConfig({
  plugins: [oneLanguage, react()],
  resolve: {
    // dkfds exports only its JavaScript, which we do not run.
    alias: { '@dkfds': fileURLToPath(new URL('./node_modules/dkfds/dist', import.meta.url)) },
  },
  build: {
    target: 'es2022',
    outDir: 'dist',
    emptyOutDir: true, // public/.gitkeep is copied back, so dist stays in the repository
    assetsInlineLimit: 0, // a data: address would force a weaker content security policy
    manifest: true,
    modulePreload: { polyfill: false },
  },
  server: {
    host: '127.0.0.1',
    port: 5173,
    proxy: { '/api': process.env.KLAUSUL_URL ?? 'http://127.0.0.1:8080' },
  },
  test: { environment: 'node', include: ['src/**/*.test.ts'] },
})
