import type { ReactNode } from 'react'
import { useWords } from '../i18n'
import { TextTable } from './TextTable'

export interface Span {
  kind: 'normative' | 'option' | 'fill_in' | 'supplementary' | 'guidance'
  text?: string
  field?: string
  filled?: boolean
}

export interface Block {
  kind: 'paragraph' | 'list' | 'table'
  spans?: Span[]
  items?: Span[][]
  table?: { head: string[]; rows?: string[][]; cells?: Span[][][] }
}

export interface Clause {
  key: string
  number: string
  level: number
  annex: boolean
  heading?: string
  blocks: Block[]
}

export interface Slot {
  label: string
  /** Filled from each organisation's own facts. */
  local: boolean
}

interface Props {
  clauses: Clause[]
  slots: Map<string, Slot>
  /** What to do when a person follows a hole, or what fills it, to its field. */
  onHole?: (path: string) => void
  /** A template lacks nothing: its holes bear their names only. */
  named?: boolean
  /** What stands after a clause: a remark, or the way to make one. */
  after?: (clause: Clause) => ReactNode
  /** Clauses that stand out from the rest, by key, and the word that says why. */
  marked?: { clauses: Set<string>; word: string }
}

/** The text of an agreement in reading order; what is filled, missing or local is told by more than colour. */
export function ClauseText({ clauses, slots, onHole, named = false, after, marked }: Props) {
  return (
    <div className="k-text" lang="da">
      {clauses.map((clause) => {
        const section = clause.level === 1
        const number = clause.number && <span className="k-clause__number">{clause.number}</span>
        const blocks = clause.blocks.map((block, i) => <BlockView key={i} block={block} slots={slots} onHole={onHole} named={named} />)
        const stands = marked?.clauses.has(clause.key) === true
        return (
          <section key={clause.key} id={`clause-${clause.key}`} className={`k-clause${section ? ' k-clause--section' : ''}${stands ? ' k-clause--marked' : ''}`}>
            {stands && <p className="k-clause__mark">{marked.word}</p>}
            {clause.heading ? (
              <>
                <h3 className="k-clause__head">{number}{clause.heading}</h3>
                {blocks}
              </>
            ) : clause.number ? (
              <div className="k-clause__row">{number}<div>{blocks}</div></div>
            ) : (
              blocks
            )}
            {after?.(clause)}
          </section>
        )
      })}
    </div>
  )
}

interface BlockProps {
  block: Block
  slots: Map<string, Slot>
  onHole?: (path: string) => void
  named: boolean
}

function BlockView({ block, slots, onHole, named }: BlockProps) {
  const spans = (list: Span[] | undefined): ReactNode => list?.map((span, i) => <SpanView key={i} span={span} slots={slots} onHole={onHole} named={named} />)
  if (block.kind === 'list') return <ol className="k-letters">{block.items?.map((item, i) => <li key={i}>{spans(item)}</li>)}</ol>
  if (block.kind === 'table' && block.table) {
    return <TextTable head={block.table.head} rows={block.table.rows ?? block.table.cells?.map((row) => row.map(spans))} />
  }
  return <p>{spans(block.spans)}</p>
}

function SpanView({ span, slots, onHole, named }: Omit<BlockProps, 'block'> & { span: Span }) {
  const { t } = useWords()
  if (span.kind === 'guidance') return <span className="k-guidance">{span.text}</span>
  if (span.kind !== 'fill_in') return <>{span.text}</>
  const path = asked(span.field, slots)
  const slot = path === undefined ? undefined : slots.get(path)
  const follow = path !== undefined && slot?.local === false ? onHole : undefined
  const link = (className: string, words: ReactNode) => follow && path !== undefined
    ? <a className={className} data-field={path} dir="auto" href={`#${fieldId(path)}`} onClick={(event) => { event.preventDefault(); follow(path) }}>{words}</a>
    : <span className={className} data-field={path} dir="auto">{words}</span>
  if (span.filled) return link('k-fill', span.text)
  const label = slot?.label ?? span.text ?? span.field ?? ''
  if (slot?.local) return <span className="k-hole k-hole--local">{label}</span>
  return link('k-hole', named ? label : t('agreement.hole', { label }))
}

/** The question that a slot stands for; one cell of a row stands for the rows. */
function asked(path: string | undefined, slots: Map<string, Slot>): string | undefined {
  if (path === undefined || slots.has(path)) return path
  const rows = path.slice(0, path.lastIndexOf('.'))
  return slots.has(rows) ? rows : path
}

/** The id of the control that answers a field; the same on every page. */
export const fieldId = (path: string): string => `field-${path.replace(/[^a-zA-Z0-9_-]/g, '-')}`
