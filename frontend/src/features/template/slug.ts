/** Words in small ASCII letters, joined: what a key is made of. */
export const slug = (text: string, join: '-' | '_'): string =>
  text.toLowerCase().replaceAll('æ', 'ae').replaceAll('ø', 'oe').replaceAll('å', 'aa').split(/[^a-z0-9]+/).filter(Boolean).join(join)
