import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { useState } from 'react'
import type { Schemas } from '../../api/client'
import { useFormat, useWords } from '../../i18n'
import { useMay } from '../../session'
import { Icon } from '../../ui/Icon'
import { PageHeading } from '../../ui/PageHeading'
import { Empty, Loaded } from '../../ui/states'
import { Tag } from '../../ui/Tag'
import { SourceList } from './source/SourceList'
import { FamilyForm } from './FamilyForm'
import { familiesQuery } from './queries'
import { StateTag, useInLanguage, useVersionName, type Version } from './states'

type Family = Schemas['TemplateFamily']

/** The families, which one for what, and their versions; what is in use first. */
export default function TemplateList() {
  const { t } = useWords()
  const may = useMay()
  const query = useQuery(familiesQuery)
  return (
    <>
      <PageHeading title={t('templates.title')} lead={t('templates.lead')}
        actions={
          <>
            {may('receiveTemplateSource') && <Link to="/templates/sources/new" className="button button-primary">{t('source.import')}</Link>}
            {may('listPositions') && <Link to="/positions" className="button button-secondary">{t('position.title')}</Link>}
          </>
        } />
      <Loaded query={query}>
        {({ items }) =>
          items.length === 0 ? <Empty why={t('template.empty')} /> : (
            <div className="k-families">
              {usedFirst(items).map((family) => <FamilyView key={family.key} family={family} />)}
              {may('listTemplateSources') && <SourceList families={items} />}
              {may('saveTemplateFamily') && <NewFamily />}
            </div>
          )
        }
      </Loaded>
    </>
  )
}

const usedFirst = (items: Family[]): Family[] => [...items.filter((x) => x.versions.length > 0), ...items.filter((x) => x.versions.length === 0)]

function FamilyView({ family }: { family: Family }) {
  const { t } = useWords()
  const may = useMay()
  const [editing, setEditing] = useState(false)
  const words = useInLanguage()
  const away = family.versions.filter((v) => v.discardedAt !== undefined)
  const now = family.versions.filter((v) => v.state !== 'superseded' && v.discardedAt === undefined)
  const older = family.versions.filter((v) => v.state === 'superseded')
  return (
    <section aria-labelledby={`family-${family.key}`}>
      <h2 id={`family-${family.key}`}>{words(family.name)}<Tag tone="none" icon="person">{t(`templates.audience.${family.audience}`)}</Tag></h2>
      <p>{words(family.useWhen)}</p>
      {now.length === 0 && <p className="k-quiet">{t('templates.none')}</p>}
      <ul className="k-plain">{now.map((v) => <VersionLine key={v.id} version={v} />)}</ul>
      {older.length > 0 && (
        <details>
          <summary>{t('templates.older')}</summary>
          <ul className="k-plain">{older.map((v) => <VersionLine key={v.id} version={v} />)}</ul>
        </details>
      )}
      {away.length > 0 && (
        <details>
          <summary>{t('templates.discarded')}</summary>
          <ul className="k-plain">{away.map((v) => <VersionLine key={v.id} version={v} />)}</ul>
        </details>
      )}
      {editing ? (
        <FamilyForm family={family} done={() => setEditing(false)} />
      ) : may('saveTemplateFamily') && (
        <button type="button" className="k-textbutton" onClick={() => setEditing(true)}>{t('templates.editFamily')}<span className="sr-only"> {words(family.name)}</span></button>
      )}
    </section>
  )
}

function NewFamily() {
  const { t } = useWords()
  const [making, setMaking] = useState(false)
  return making ? <FamilyForm done={() => setMaking(false)} /> : <button type="button" className="button button-secondary" onClick={() => setMaking(true)}><Icon name="plus" />{t('templates.newFamily')}</button>
}

function VersionLine({ version: v }: { version: Version }) {
  const { t } = useWords()
  const f = useFormat()
  const name = useVersionName()
  return (
    <li className="k-version">
      <Link to="/templates/$id" params={{ id: String(v.id) }}>{v.name}, {name(v)}</Link>
      <StateTag version={v} />
      <span className="k-quiet">
        {v.state === 'published' && v.published ? t('templates.publishedOn', { when: f.date(v.published.at) }) : v.changed && t('templates.changedOn', { when: f.date(v.changed.at) })}
        {` · ${t(`template.provenanceName.${v.provenance}`)}`}
      </span>
    </li>
  )
}
