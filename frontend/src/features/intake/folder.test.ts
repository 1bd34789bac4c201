import { expect, test } from 'vitest'
import { fileKey, sortOut, type NamedFile } from './folder'

test('a name is compared as the server compares it', () => {
  expect(fileKey('A\u030ahavn  FOTOS.PDF')).toBe('åhavn fotos')
  expect(fileKey('lyd')).toBe(fileKey('Lyd.pdf'))
})

test('files are sorted out by the lines that name them', () => {
  const named: NamedFile[] = [{ name: 'lyd', named: true, key: 'lyd', lines: [2, 3], organisation: 1, refused: false }, { name: 'mad.pdf', named: true, key: 'mad', lines: [4], organisation: 1, refused: false }]
  const files = ['Lyd.pdf', 'brev.pdf', '.DS_Store', 'lyd.PDF'].map((name) => new File(['x'], name))
  const { wanted, unnamed } = sortOut(files, named)
  expect([...wanted.keys()]).toEqual(['lyd'])
  expect(wanted.get('lyd')?.name).toBe('lyd.PDF')
  expect(unnamed).toEqual(['brev.pdf'])
  const called: NamedFile = { name: 'Aftale – Nordlys A/S', named: false, key: 'aftalenordlysas', lines: [2], organisation: 1, refused: false }
  expect([...sortOut([new File(['x'], 'Aftale - Nordlys A_S.PDF')], [called]).wanted.keys()]).toEqual(['aftalenordlysas'])
})

test('a file that only a line with errors names is not sent, and not called unnamed', () => {
  const beta: NamedFile = { name: 'beta.pdf', named: true, key: 'beta', lines: [3], organisation: 1, refused: true }
  const found = sortOut([new File(['x'], 'Beta.PDF'), new File(['x'], 'gamma.pdf')], [beta])
  expect([...found.wanted.keys()]).toEqual([])
  expect(found.refused).toEqual([beta])
  expect(found.unnamed).toEqual(['gamma.pdf'])
})
