import { expect, test } from 'vitest'
import { fileKey, sortOut, type NamedFile } from './folder'

test('a name is compared as the server compares it', () => {
  expect(fileKey('A\u030ahavn  FOTOS.PDF')).toBe('åhavn fotos')
  expect(fileKey('lyd')).toBe(fileKey('Lyd.pdf'))
})

test('files are sorted out by the lines that name them', () => {
  const named: NamedFile[] = [{ name: 'lyd', key: 'lyd', lines: [2, 3], organisation: 1 }, { name: 'mad.pdf', key: 'mad', lines: [4], organisation: 1 }]
  const files = ['Lyd.pdf', 'brev.pdf', '.DS_Store', 'lyd.PDF'].map((name) => new File(['x'], name))
  const { wanted, unnamed } = sortOut(files, named)
  expect([...wanted.keys()]).toEqual(['lyd'])
  expect(wanted.get('lyd')?.name).toBe('lyd.PDF')
  expect(unnamed).toEqual(['brev.pdf'])
})
