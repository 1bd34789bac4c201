import { crc32, deflateRawSync, inflateRawSync } from 'node:zlib'

/** A Word file with one of its parts as `edit` makes it: what a vendor does to it, without a vendor. */
export function withPart(file: Buffer, part: string, edit: (xml: string) => string): Buffer {
  const bodies: Buffer[] = []
  const index: Buffer[] = []
  let at = 0
  let found = false
  for (const entry of entries(file)) {
    const packed = file.subarray(entry.start, entry.start + entry.packed)
    const plain = entry.method === 8 ? inflateRawSync(packed) : packed
    found ||= entry.name === part
    const data = entry.name === part ? Buffer.from(edit(plain.toString('utf8'))) : plain
    const small = deflateRawSync(data)
    const name = Buffer.from(entry.name)
    // What the local head and the index both say of a part.
    const facts = Buffer.alloc(26)
    facts.writeUInt16LE(20, 0)
    facts.writeUInt16LE(0x0800, 2) // names are UTF-8
    facts.writeUInt16LE(8, 4)
    facts.writeUInt32LE(0x00210000, 6) // 1 January 1980
    facts.writeUInt32LE(crc32(data), 10)
    facts.writeUInt32LE(small.length, 14)
    facts.writeUInt32LE(data.length, 18)
    facts.writeUInt16LE(name.length, 22)
    const rest = Buffer.alloc(14)
    rest.writeUInt32LE(at, 10)
    index.push(Buffer.from([0x50, 0x4b, 1, 2, 20, 0]), facts, rest, name)
    const local = Buffer.concat([Buffer.from([0x50, 0x4b, 3, 4]), facts, name, small])
    bodies.push(local)
    at += local.length
  }
  if (!found) throw new Error(`${part} is not in the file`)
  const list = Buffer.concat(index)
  const end = Buffer.alloc(22)
  end.writeUInt32LE(0x06054b50, 0)
  end.writeUInt16LE(bodies.length, 8)
  end.writeUInt16LE(bodies.length, 10)
  end.writeUInt32LE(list.length, 12)
  end.writeUInt32LE(at, 16)
  return Buffer.concat([...bodies, list, end])
}

function* entries(file: Buffer) {
  const end = file.lastIndexOf(Buffer.from([0x50, 0x4b, 5, 6]))
  if (end === -1) throw new Error('this is no zip file')
  let at = file.readUInt32LE(end + 16)
  for (let n = file.readUInt16LE(end + 10); n > 0; n--) {
    const [names, extra, comment] = [file.readUInt16LE(at + 28), file.readUInt16LE(at + 30), file.readUInt16LE(at + 32)]
    const local = file.readUInt32LE(at + 42)
    yield {
      name: file.toString('utf8', at + 46, at + 46 + names),
      method: file.readUInt16LE(at + 10),
      packed: file.readUInt32LE(at + 20),
      start: local + 30 + file.readUInt16LE(local + 26) + file.readUInt16LE(local + 28),
    }
    at += 46 + names + extra + comment
  }
}
