import { useMemo, useState } from 'react'
import type { Schemas } from '../../api/client'
import { useWords } from '../../i18n'
import { fieldSentence } from '../../i18n/problems'
import { usePrint } from '../../ui/answer/usePrint'
import { sendOnCtrlEnter } from '../../ui/form'
import { Tag, type Tone } from '../../ui/Tag'
import { RowDifference, RowList } from './CopyRows'
import { copiedUnasked, copyGroups, mayCopy, type CopyGroup, type Line } from './copyLines'

const tones: Record<Line['fit'], Tone> = { brings: 'ok', replaces: 'attention', same: 'none', unfit: 'overdue' }
const fits = ['brings', 'replaces', 'unfit', 'same'] as const

interface Props {
  lines: Line[]
  /** The other agreement in words. */
  source: string
  sending: boolean
  send: (answers: Schemas['CopyPick'][]) => void
}

/** The answers of both side by side, group by group; what is chosen is copied in one act. */
export function CopyPlan({ lines, source, sending, send }: Props) {
  const { t } = useWords()
  const [chosen, setChosen] = useState<ReadonlySet<string>>(() => new Set(copiedUnasked(lines)))
  const [tried, setTried] = useState(false)
  const groups = useMemo(() => copyGroups(lines), [lines])
  const count = (fit: Line['fit']) => lines.filter((x) => x.fit === fit).length
  const choosable = lines.filter(mayCopy)
  const picked = choosable.filter((x) => chosen.has(x.field.path))
  const replacing = picked.filter((x) => x.fit === 'replaces').length
  const choose = (paths: string[], on: boolean) => {
    const next = new Set(chosen)
    for (const path of paths) {
      if (on) next.add(path)
      else next.delete(path)
    }
    setChosen(next)
  }
  const submit = () => {
    setTried(true)
    if (picked.length > 0) send(picked.map((x) => ({ path: x.field.path, base: x.base, seen: x.seen })))
  }
  return (
    <form noValidate onKeyDown={sendOnCtrlEnter} onSubmit={(event) => { event.preventDefault(); submit() }}>
      <p className="k-actions">{fits.filter((fit) => count(fit) > 0).map((fit) => <Tag key={fit} tone={tones[fit]}>{t(`copy.count.${fit}`, { count: count(fit) })}</Tag>)}</p>
      {choosable.length > 0 && (
        <p className="k-actions">
          <button type="button" className="k-textbutton" onClick={() => setChosen(new Set(copiedUnasked(lines)))}>{t('copy.chooseBrings')}</button>
          <button type="button" className="k-textbutton" onClick={() => setChosen(new Set(choosable.map((x) => x.field.path)))}>{t('copy.chooseAll')}</button>
          <button type="button" className="k-textbutton" onClick={() => setChosen(new Set())}>{t('copy.chooseNone')}</button>
        </p>
      )}
      {groups.map((group, i) => <Group key={group.name} id={`copy-group-${i}`} group={group} source={source} chosen={chosen} choose={choose} />)}
      {choosable.length > 0 && (
        <div className="k-copyfoot">
          {tried && picked.length === 0 && <span className="form-error-message" role="alert">{t('copy.sendNone')}</span>}
          {replacing > 0 && <p role="status">{t('copy.replacing', { count: replacing })}</p>}
          <button type="submit" className="button button-primary" aria-disabled={sending}>{t('copy.send', { count: picked.length })}</button>
        </div>
      )}
    </form>
  )
}

interface GroupProps {
  id: string
  group: CopyGroup
  source: string
  chosen: ReadonlySet<string>
  choose: (paths: string[], on: boolean) => void
}

function Group({ id, group, source, chosen, choose }: GroupProps) {
  const { t } = useWords()
  const print = usePrint()
  const name = group.name || t('agreement.answers')
  const paths = group.lines.filter(mayCopy).map((x) => x.field.path)
  const on = paths.filter((x) => chosen.has(x)).length
  const heads = { take: t('copy.take'), field: t('copy.field'), mine: t('copy.mine'), theirs: t('copy.theirs', { source }) }
  return (
    <section className="k-section" aria-labelledby={id}>
      <h2 id={id}>{name}</h2>
      {paths.length > 1 && (
        <label className="k-check">
          <input type="checkbox" checked={on === paths.length} ref={(box) => { if (box) box.indeterminate = on > 0 && on < paths.length }} onChange={(event) => choose(paths, event.target.checked)} />
          <span>{t('copy.takeGroup')}<span className="sr-only">: {name}</span></span>
        </label>
      )}
      {group.lines.length > 0 && (
        <table role="table" className="table k-table k-table--choose k-copy">
          <caption className="sr-only">{t('copy.caption', { group: name })}</caption>
          <thead role="rowgroup"><tr role="row">{Object.values(heads).map((h) => <th key={h} role="columnheader" scope="col">{h}</th>)}</tr></thead>
          <tbody role="rowgroup">
            {group.lines.map((x) => <Row key={x.field.path} line={x} heads={heads} chosen={chosen.has(x.field.path)} choose={choose} />)}
          </tbody>
        </table>
      )}
      {group.same.length > 0 && (
        <details>
          <summary>{t('copy.sameIn', { count: group.same.length })}</summary>
          <dl className="k-answers">
            {group.same.map((x) => (
              <div key={x.field.path}><dt>{x.field.label}</dt><dd dir="auto">{x.field.type === 'rows' ? <RowList field={x.field} value={x.mine} /> : print(x.field, x.mine)}</dd></div>
            ))}
          </dl>
        </details>
      )}
    </section>
  )
}

interface RowProps {
  line: Line
  heads: Record<'take' | 'field' | 'mine' | 'theirs', string>
  chosen: boolean
  choose: GroupProps['choose']
}

function Row({ line, heads, chosen, choose }: RowProps) {
  const { t } = useWords()
  const { field, fit, mine, theirs } = line
  return (
    <tr role="row">
      <td role="cell" data-label={heads.take} className="k-box">
        {mayCopy(line) && (
          <label className="k-check"><input type="checkbox" checked={chosen} onChange={(event) => choose([field.path], event.target.checked)} /><span className="sr-only">{t('copy.takeField', { label: field.label })}</span></label>
        )}
      </td>
      <th role="rowheader" scope="row" className="k-main">
        <div className="k-cell">
          {field.label}
          {fit !== 'same' && <div><Tag tone={tones[fit]}>{t(`copy.fit.${fit}`)}</Tag></div>}
          {fit === 'unfit' && <p className="k-copy__why"><Why line={line} /></p>}
        </div>
      </th>
      <td role="cell" data-label={heads.mine}><div className="k-cell" dir="auto"><Mine line={line} /></div></td>
      <td role="cell" data-label={heads.theirs}><div className="k-cell" dir="auto">
        {fit === 'replaces' && field.type === 'rows' ? <RowDifference field={field} mine={mine} theirs={theirs} /> : <Said field={field} value={theirs} />}
      </div></td>
    </tr>
  )
}

/** A value as it is read; a table by its number of rows. */
function Said({ field, value }: { field: Schemas['Field']; value: unknown }) {
  const print = usePrint()
  return field.type === 'rows' && Array.isArray(value) ? <RowList field={field} value={value} /> : <span className="k-copy__value">{print(field, value)}</span>
}

/** The draft's own answer, or what the template suggests in its place. */
function Mine({ line }: { line: Line }) {
  const { t } = useWords()
  const print = usePrint()
  const { field, mine } = line
  const nothing = mine === undefined || mine === null
  if (nothing && line.why === 'field.unknown') return <>–</>
  if (nothing && field.default !== undefined && field.default !== null && field.type !== 'rows') return <span className="k-quiet">{t('copy.suggestion')}: {print(field, field.default)}</span>
  return nothing ? <span className="k-quiet">{t('common.notGiven')}</span> : <Said field={field} value={mine} />
}

function Why({ line }: { line: Line }) {
  const { t } = useWords()
  if (line.why === 'field.unknown') return t('copy.unknown')
  const why = fieldSentence(line.why ?? 'field.value')
  return line.row === undefined ? why : t('copy.inRow', { row: line.row, why })
}
