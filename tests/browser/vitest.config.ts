import { defineConfig } from 'vitest/config'

export default defineConfig({
  test: {
    environment: 'node',
    include: ['*.test.ts'],
    globalSetup: ['./server.ts'],
    testTimeout: 180_000,
    hookTimeout: 240_000,
    teardownTimeout: 60_000, // the server stops its stores in order
    fileParallelism: false, // one server, and the thread of release must be the only one that writes
    sequence: { concurrent: false },
  },
})
