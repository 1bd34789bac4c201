import type { ReactNode } from 'react'
import { useWords } from '../../i18n'
import { conditionText, slotLabel, type Block, type Condition, type Field } from './blocks'
import type { Span } from './notation'

/** The blocks of a clause as they are written: what is fixed, chosen, filled in, added or guidance is told by shape and word. */
export function Blocks({ blocks, fields }: { blocks: readonly Block[]; fields: readonly Field[] }) {
  return blocks.map((block, i) => <BlockView key={i} block={block} fields={fields} />)
}

function BlockView({ block, fields }: { block: Block; fields: readonly Field[] }) {
  const { t } = useWords()
  const spans = (list: readonly Span[] | undefined): ReactNode => list?.map((span, i) => <SpanView key={i} span={span} fields={fields} />)
  const label = (path: string | undefined): string => (path === 'systems' ? t('templates.systems') : slotLabel(path ?? '', fields).label)
  const when = <When condition={block.when} fields={fields} />
  switch (block.kind) {
    case 'list':
      return <>{when}<ol className="k-letters">{block.items?.map((item, i) => <li key={i}>{spans(item)}</li>)}</ol></>
    case 'table':
      return (
        <>
          {when}
          <table className="k-texttable">
            <thead><tr>{block.table?.head.map((head, i) => <th key={i} scope="col">{head}</th>)}</tr></thead>
            <tbody>
              {block.table?.cells?.map((row, i) => <tr key={i}>{row.map((cell, j) => <td key={j}>{spans(cell)}</td>)}</tr>)}
              {block.table?.collection && <tr><td colSpan={block.table.head.length}>{t('templates.rows', { label: label(block.table.collection) })}</td></tr>}
            </tbody>
          </table>
        </>
      )
    case 'choice': {
      const field = fields.find((f) => f.path === block.field)
      return (
        <div className="k-block">
          {when}
          <p className="k-block__head">{t(block.max ? 'templates.choiceMany' : 'templates.choice', { label: label(block.field) })}</p>
          {block.branches?.map((branch) => (
            <div key={branch.value}>
              <p className="k-block__head">{t('templates.branch', { label: field?.choices?.find((c) => c.value === branch.value)?.label ?? branch.value })}</p>
              <Blocks blocks={branch.blocks ?? []} fields={fields} />
            </div>
          ))}
        </div>
      )
    }
    case 'repeat':
      return (
        <div className="k-block">
          {when}
          <p className="k-block__head">{t('templates.repeat', { label: label(block.collection) })}</p>
          <Blocks blocks={block.blocks ?? []} fields={fields} />
        </div>
      )
    default:
      return <>{when}<p>{spans(block.spans)}</p></>
  }
}

function When({ condition, fields }: { condition: Condition | undefined; fields: readonly Field[] }) {
  const text = useCondition(fields)(condition)
  const { t } = useWords()
  return text ? <span className="k-when">{t('templates.when', { condition: text })}</span> : null
}

/** Conditions in the words of the page. */
export function useCondition(fields: readonly Field[]): (c: Condition | undefined) => string {
  const { t } = useWords()
  return (c) => conditionText(c, fields, { and: t('templates.and'), or: t('templates.or'), not: t('templates.not'), set: t('templates.set') })
}

function SpanView({ span, fields }: { span: Span; fields: readonly Field[] }) {
  const { t } = useWords()
  switch (span.kind) {
    case 'guidance':
      return <span className="k-guidance">{span.text}</span>
    case 'option':
    case 'supplementary':
      return <span className={`k-mark--${span.kind}`}>{span.text}</span>
    case 'fill_in': {
      const slot = slotLabel(span.field ?? '', fields)
      return <span className={`k-hole${slot.local ? ' k-hole--local' : ''}`}>{slot.known ? slot.label : t('templates.unknownSlot', { path: span.field ?? '' })}</span>
    }
    default:
      return <>{span.text}</>
  }
}

export function Legend() {
  const { t } = useWords()
  return (
    <ul className="k-legend" aria-label={t('templates.legend.label')}>
      <li><span>{t('templates.legend.normative')}</span></li>
      <li><span className="k-mark--option">{t('templates.legend.option')}</span></li>
      <li><span className="k-hole">{t('templates.legend.fill_in')}</span></li>
      <li><span className="k-hole k-hole--local">{t('templates.legend.local')}</span></li>
      <li><span className="k-mark--supplementary">{t('templates.legend.supplementary')}</span></li>
      <li><span className="k-guidance">{t('templates.legend.guidance')}</span></li>
    </ul>
  )
}
