import { Link } from '@tanstack/react-router'
import { useCallback, useMemo, type ReactNode } from 'react'
import { useFormat, useWords, type Words } from '../../i18n'
import { usageTones, UsageState } from '../../ui/UsageState'
import type { Field, Person, State, Usage } from './queries'

export interface GridColumn {
  id: string
  head: string
  /** What is written here; without it the column is only read. */
  field?: Field
  sort?: string
  numeric?: boolean
  main?: boolean
  extra?: boolean
  cell: (u: Usage) => ReactNode
}

/** A value as a person reads it: in a pending cell, a conflict, a preview. */
export function useShown(people: Person[]): (field: Field, value: string) => string {
  const { t } = useWords()
  const f = useFormat()
  return useCallback((field, value) => {
    if (value === '') return t('usage.nothing')
    switch (field) {
      case 'agreement': return isState(value) ? t(`usage.state.${value}`) : value
      case 'owner':
      case 'responsible': return people.find((p) => String(p.id) === value)?.name ?? value
      case 'persons': return /^\d+$/.test(value) ? f.number(Number(value)) : value
      case 'from':
      case 'to': return /^\d{4}-\d{2}-\d{2}$/.test(value) ? f.date(value) : value
      default: return value
    }
  }, [t, f, people])
}

const isState = (value: string): value is State => value in usageTones

/** All columns; they change with the language only, for 600 rows hang on them. */
export function useColumns(office: boolean): GridColumn[] {
  const { t } = useWords()
  const f = useFormat()
  return useMemo(() => columnsIn(t, f, office), [t, f, office])
}

function columnsIn(t: Words, f: ReturnType<typeof useFormat>, office: boolean): GridColumn[] {
  const field = (name: Field, more: Partial<GridColumn>, cell: (u: Usage) => ReactNode): GridColumn => ({ id: name, head: t(`usage.field.${name}`), field: name, cell, ...more })
  const later = (id: 'risk' | 'lastSupervision' | 'nextSupervision' | 'ownDecision'): GridColumn => ({
    id, head: t(`usage.later.${id}`), extra: true, cell: () => <span className="k-quiet">{t('usage.later.none')}</span>,
  })
  return [
    {
      id: 'name', head: t('usage.system'), sort: 'name', main: true,
      cell: (u) => (
        <>
          <Link to="/systems/$number" params={{ number: String(u.system.number) }} tabIndex={-1}>{u.system.name}</Link>
          <span className="k-grid__under">{u.localName ? `${u.localName} · ${u.vendor.name}` : u.vendor.name}</span>
        </>
      ),
    },
    ...(office ? [{ id: 'organisation', head: t('usage.organisation'), cell: (u: Usage) => u.organisation.name }] : []),
    field('agreement', { sort: 'agreement' }, (u) => <UsageState u={u} inGrid />),
    field('reason', {}, (u) => u.notNeeded && (
      <>
        {u.notNeeded.reason}
        <span className="k-grid__under">{[u.notNeeded.by, f.date(u.notNeeded.at)].filter(Boolean).join(' · ')}</span>
      </>
    )),
    field('responsible', { sort: 'responsible' }, (u) => u.responsible?.name),
    field('owner', { sort: 'owner' }, (u) => u.owner?.name),
    field('localOwner', {}, (u) => u.localOwner),
    field('persons', { sort: 'persons', numeric: true }, (u) => (u.persons === undefined ? '' : f.number(u.persons))),
    field('caseNumber', { sort: 'caseNumber' }, (u) => u.caseNumber),
    field('localName', { extra: true }, (u) => u.localName),
    field('from', { sort: 'from', extra: true }, (u) => f.date(u.from)),
    field('to', { extra: true }, (u) => u.to && f.date(u.to)),
    { id: 'vendor', head: t('usage.vendor'), sort: 'vendor', extra: true, cell: (u) => u.vendor.name },
    { id: 'source', head: t('usage.source'), extra: true, cell: (u) => t(`usage.sources.${u.source}`) },
    { id: 'number', head: t('usage.number'), extra: true, numeric: true, cell: (u) => u.system.number },
    later('risk'), later('lastSupervision'), later('nextSupervision'), later('ownDecision'),
  ]
}
