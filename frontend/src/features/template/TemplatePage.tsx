import { useQuery } from '@tanstack/react-query'
import { Link, useParams } from '@tanstack/react-router'
import { useMemo } from 'react'
import type { Schemas } from '../../api/client'
import { useFormat, useWords } from '../../i18n'
import { Alert } from '../../ui/Alert'
import { ClauseText } from '../../ui/ClauseText'
import { DataTable, type Column } from '../../ui/DataTable'
import { Facts } from '../../ui/Facts'
import { Hash } from '../../ui/Hash'
import { PageHeading } from '../../ui/PageHeading'
import { Loaded } from '../../ui/states'
import { Tag } from '../../ui/Tag'
import { templateQuery } from './queries'

type Field = Schemas['Field']

export default function TemplatePage() {
  const { id } = useParams({ from: '/inside/templates/$id' })
  const query = useQuery(templateQuery(Number(id)))
  return <Loaded key={id} query={query}>{(detail) => <Page detail={detail} />}</Loaded>
}

function Page({ detail: { template, clauses, fields } }: { detail: Schemas['TemplateDetail'] }) {
  const { t } = useWords()
  const f = useFormat()
  const slots = useMemo(() => new Map(fields.map((x) => [x.path, { label: x.label, local: x.local }])), [fields])
  return (
    <>
      <PageHeading
        kicker={<Link to="/templates">{t('template.listTitle')}</Link>}
        title={template.name}
        lead={<>{`${t('template.version')} ${template.version}`}<Tag tone={template.provenance === 'authority' ? 'ok' : 'attention'}>{t(`template.provenanceName.${template.provenance}`)}</Tag></>}
      />
      <Alert kind={template.provenance === 'sample' ? 'warning' : 'info'}><p>{t(`template.provenanceLong.${template.provenance}`)}</p></Alert>
      <Facts items={[
        { label: t('template.language'), value: t(`template.lang.${template.language}`) },
        { label: t('template.clauses'), value: f.number(template.clauses) },
        { label: t('template.fields'), value: f.number(template.fields) },
        template.textHash !== undefined && { label: t('template.hash'), value: <Hash value={template.textHash} label={t('template.hash')} /> },
      ]} />
      <section aria-labelledby="fields">
        <h2 id="fields">{t('template.fieldsTitle')}</h2>
        <FieldTable fields={fields} />
      </section>
      <section className="k-section" aria-labelledby="text">
        <h2 id="text">{t('template.text')}</h2>
        <div className="k-split">
          <nav className="k-toc" aria-label={t('template.contents')}>
            <ol>
              {clauses.filter((c) => c.level === 1 && c.heading).map((c) => (
                <li key={c.key}><a href={`#clause-${c.key}`}>{[c.number, c.heading].filter(Boolean).join(' ')}</a></li>
              ))}
            </ol>
          </nav>
          <ClauseText clauses={clauses} slots={slots} named />
        </div>
      </section>
    </>
  )
}

function FieldTable({ fields }: { fields: Field[] }) {
  const { t } = useWords()
  const columns = useMemo(() => {
    const shown = (field: Field): string => {
      const value: unknown = field.default
      if (value === undefined || value === null || value === '') return '–'
      if (typeof value === 'boolean') return value ? t('common.yes') : t('common.no')
      return field.choices?.find((c) => c.value === value)?.label ?? [String(value as string | number), field.unit].filter(Boolean).join(' ')
    }
    return [
      { id: 'label', head: t('template.fieldLabel'), main: true, cell: (x) => x.label },
      { id: 'who', head: t('template.fieldWho'), cell: (x) => (x.local ? t('template.who.local') : t('template.who.joint')) },
      { id: 'type', head: t('template.fieldType'), cell: (x) => t(`template.type.${x.type}`) },
      { id: 'default', head: t('template.fieldDefault'), cell: shown },
      {
        id: 'source',
        head: t('template.fieldSource'),
        cell: (x) => (
          <>
            {x.source ?? '–'} {x.unconfirmed && <Tag tone="attention">{t('template.unconfirmed')}</Tag>}
          </>
        ),
      },
    ] satisfies Column<Field>[]
  }, [t])
  return <DataTable caption={t('template.fieldsTitle')} columns={columns} rows={fields} rowKey={(x) => x.path} />
}
