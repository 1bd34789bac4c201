import type { Schemas } from '../../api/client'
import { useFormat, useWords } from '../../i18n'
import { MoreExist } from '../../ui/MoreExist'
import { Tag } from '../../ui/Tag'
import { offering } from './concluded'
import { StateTag, useTaker } from './states'

/** Every step: the day it counts from, who took it, and why. */
export function Course({ steps, more, office }: { steps: Schemas['AccessionStepTaken'][]; more: boolean; office: boolean }) {
  const { t } = useWords()
  const f = useFormat()
  const taker = useTaker()
  return (
    <section className="k-section" aria-labelledby="course">
      <h2 id="course">{t('accession.course')}</h2>
      <MoreExist shown={steps.length} more={more} />
      <ol className="k-course">
        {steps.map((s, i) => {
          const offered = offering(steps, i)
          return (
            <li key={s.at + s.state + (s.notice ?? '')}>
              <span className="k-course__on">{f.date(s.on)}</span>
              {s.notice
                ? <Tag tone={s.notice === 'given' && i === steps.length - 1 ? 'attention' : 'none'}>{t(`accession.notice.${s.notice}`, { when: s.ends ? f.date(s.ends) : '' })}</Tag>
                : offered === 'reopened'
                  ? <Tag tone={i < steps.length - 1 ? 'none' : office ? 'waiting' : 'attention'}>{t('accession.reopened')}</Tag>
                  : <StateTag state={s.state} forOffice={office} past={i < steps.length - 1 && steps.slice(i + 1).some((next) => !next.notice)} />}
              <span className="k-quiet">{offered === 'released' ? t('accession.releasedBy', { when: f.dateTime(s.at) }) : t(`accession.capacity.${s.capacity}`, { who: taker(s), when: f.dateTime(s.at) })}</span>
              {s.reason && <p className="k-course__why">{s.reason}</p>}
            </li>
          )
        })}
      </ol>
    </section>
  )
}
