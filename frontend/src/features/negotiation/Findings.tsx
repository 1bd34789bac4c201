import { useFormat, useWords } from '../../i18n'
import { Icon, type IconName } from '../../ui/Icon'
import type { Finding } from './queries'

/** What must be looked at; the rest is told for the record. */
const serious = new Set<Finding['kind']>([
  'withdrawn', 'clause_missing', 'clause_split', 'clause_joined', 'not_placed', 'bookmark_doubled', 'other_language', 'picture_instead', 'object', 'hidden_text', 'not_understood',
  'other_agreement', 'other_round', 'all_pictures', 'all_bookmarks_missing', 'tracking_switched_off', 'outside',
])

const icon = (x: Finding): IconName => (x.kind === 'comment' ? 'person' : x.touched ? 'lock' : serious.has(x.kind) ? 'warning' : 'info')

export const isSerious = (x: Finding): boolean => serious.has(x.kind) || x.touched === true

interface Props {
  findings: readonly Finding[]
  /** What another clause is called. */
  label: (key: string) => string
}

/** What was found in the file, one sentence each: what, where, by whom and when. */
export function Findings({ findings, label }: Props) {
  const { t } = useWords()
  const f = useFormat()
  // A file's own name for what it is has neither tracks nor wording.
  const words = (x: Finding) => (x.kind === 'other_agreement' || x.kind === 'other_round') ? undefined : [x.text, x.before, x.after].find((s) => s !== undefined && s !== '')
  return (
    <ul className="k-plain k-findings">
      {findings.map((x, i) => {
        const by = [x.author, x.date && f.written(x.date)].filter(Boolean).join(', ')
        const said = words(x)
        return (
          <li key={i}>
            <Icon name={icon(x)} />
            <div>
              <p>
                {t(`negotiation.finding.${x.kind}`)}
                {x.where && ` ${t(`negotiation.where.${x.where}`)}`}
                {x.other ? ` ${t('negotiation.findingOther', { clause: label(x.other) })}` : ''}
                {by !== '' && <span className="k-quiet">{` · ${by}`}</span>}
                {x.tracked === false && said !== undefined && <span className="k-quiet">{` · ${t('negotiation.untracked').toLowerCase()}`}</span>}
              </p>
              {x.kind === 'other_agreement' && x.before && x.after && <p className="k-quiet">{t('negotiation.otherAgreement', { is: x.after, wanted: x.before })}</p>}
              {said !== undefined && x.before && x.after ? <p className="k-red"><del><span className="sr-only">{t('negotiation.del.plain')}</span>{x.before}</del>{' '}<ins><span className="sr-only">{t('negotiation.ins.plain')}</span>{x.after}</ins></p>
                : said !== undefined && <blockquote dir="auto">{said}</blockquote>}
            </div>
          </li>
        )
      })}
    </ul>
  )
}
