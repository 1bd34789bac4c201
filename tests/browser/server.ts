import { spawn, type ChildProcess } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import type { TestProject } from 'vitest/node'

declare module 'vitest' {
  export interface ProvidedContext {
    url: string
  }
}

const root = resolve(import.meta.dirname, '../..')

function freePort(): Promise<number> {
  return new Promise((found, failed) => {
    const probe = createServer()
    probe.once('error', failed)
    probe.listen(0, '127.0.0.1', () => {
      const address = probe.address()
      probe.close(() => (typeof address === 'object' && address ? found(address.port) : failed(new Error('no port'))))
    })
  })
}

/** Waits for the line that says where the server answers. */
function ready(server: ChildProcess): Promise<string> {
  return new Promise((found, failed) => {
    let said = ''
    const timer = setTimeout(() => failed(new Error(`the server was not ready in time:\n${said}`)), 180_000)
    const listen = (chunk: Buffer) => {
      said += chunk.toString()
      const url = /klausul ready at (http:\/\/\S+)/.exec(said)?.[1]
      if (!url) return
      clearTimeout(timer)
      found(url.replace(/\/$/, ''))
    }
    server.stdout?.on('data', listen)
    server.stderr?.on('data', listen)
    server.once('exit', (code) => {
      clearTimeout(timer)
      failed(new Error(`the server stopped with ${code}:\n${said}`))
    })
  })
}

/** The server under test: KLAUSUL_URL, or a throw-away one of KLAUSUL_PROGRAM (bin/klausul). */
export default async function setup(project: TestProject) {
  if (process.env.KLAUSUL_URL) {
    project.provide('url', process.env.KLAUSUL_URL.replace(/\/$/, ''))
    return undefined
  }
  const data = await mkdtemp(join(tmpdir(), 'klausul-browser-'))
  const server = spawn(process.env.KLAUSUL_PROGRAM ?? join(root, 'bin/klausul'), ['serve'], {
    cwd: root,
    env: { ...process.env, KLAUSUL_ADDR: `127.0.0.1:${await freePort()}`, KLAUSUL_DATA_DIR: data },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  project.provide('url', await ready(server))
  return async () => {
    const gone = new Promise((done) => server.once('exit', done))
    const late = setTimeout(() => server.kill('SIGKILL'), 30_000)
    server.kill('SIGTERM')
    await gone
    clearTimeout(late)
    server.stdout.destroy()
    server.stderr.destroy()
    await rm(data, { recursive: true, force: true })
  }
}
