import { useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { api, unwrap, type Schemas } from '../../api/client'
import { useFormat, useWords } from '../../i18n'
import { problemSentence } from '../../i18n/problems'
import type { Refused } from '../Told'

export type Outcome = Schemas['BulkOutcome']
export type FieldName = Schemas['BulkField']

/** A field that many rows can be given one value of. */
export interface ManyField {
  field: FieldName
  label: string
  /** What it can be; without, it is written: a text, a day or a whole number. */
  options?: { value: string; label: string }[]
  kind?: 'day' | 'number'
  max?: number
}

/** What a list must tell for its rows to be changed many at a time. */
export interface Many<Row> {
  list: keyof typeof ways
  fields: ManyField[]
  /** What a row is called. */
  name: (row: Row) => string
  /** A page of what the filters find, for choosing all of it. */
  page: (cursor: string | undefined, signal: AbortSignal) => Promise<{ items: Row[]; next?: string }>
}

/** How many rows one change may have, as the server says. */
export const most = 1000

/** The three lists, and the root under which the browser keeps what it has read of each. */
export const ways = {
  systems: {
    root: 'systems',
    change: (body: Schemas['BulkRequest']) => unwrap(api.POST('/api/v1/systems/changes', { body })),
    undo: (id: number) => unwrap(api.POST('/api/v1/systems/changes/{id}/undo', { params: { path: { id } } })),
    changes: (signal: AbortSignal) => unwrap(api.GET('/api/v1/systems/changes', { signal })),
  },
  vendors: {
    root: 'vendors',
    change: (body: Schemas['BulkRequest']) => unwrap(api.POST('/api/v1/vendors/changes', { body })),
    undo: (id: number) => unwrap(api.POST('/api/v1/vendors/changes/{id}/undo', { params: { path: { id } } })),
    changes: (signal: AbortSignal) => unwrap(api.GET('/api/v1/vendors/changes', { signal })),
  },
  own: {
    root: 'own',
    change: (body: Schemas['BulkRequest']) => unwrap(api.POST('/api/v1/own-agreements/changes', { body })),
    undo: (id: number) => unwrap(api.POST('/api/v1/own-agreements/changes/{id}/undo', { params: { path: { id } } })),
    changes: (signal: AbortSignal) => unwrap(api.GET('/api/v1/own-agreements/changes', { signal })),
  },
}

/** What became of the last act: a change, an undo, or why it was refused. */
export type Said = { outcome: Outcome; value?: string; undone: boolean } | { error: unknown }

/** Changes and undoes on one list, and what is said of them. */
export function useMany(list: keyof typeof ways | undefined) {
  const client = useQueryClient()
  const [said, setSaid] = useState<Said>()
  const tell = (next: Said) => {
    setSaid(next)
    if (list) void client.invalidateQueries({ queryKey: [ways[list].root] })
  }
  return {
    said,
    close: () => setSaid(undefined),
    done: (outcome: Outcome, value: string) => tell({ outcome, value, undone: false }),
    undo: (id: number) => {
      if (list) void ways[list].undo(id).then((outcome) => tell({ outcome, undone: true }), (error: unknown) => tell({ error }))
    },
  }
}

/** The words of one list: what a field is called, how a value reads, why a row was left. */
export function useManyWords(fields: ManyField[]) {
  const { t } = useWords()
  const f = useFormat()
  const of = (field: FieldName) => fields.find((x) => x.field === field)
  const shown = (field: FieldName, value: string) =>
    of(field)?.options?.find((x) => x.value === value)?.label ?? (value === '' ? t('bulk.empty') : of(field)?.kind === 'day' ? f.date(value) : value)
  const named = (x: { row: number; name: string }) => x.name || t('bulk.noRow', { row: x.row })
  const left = (o: Outcome, undone: boolean): Refused[] => [
    ...o.refusals.map((r) => ({ key: `${r.row}`, name: named(r), why: problemSentence(r.code) })),
    ...o.conflicts.map((c) => ({
      key: `${c.row}`, name: named(c),
      why: undone ? t('bulk.stands', { theirs: shown(o.field, c.theirs) }) : t('bulk.conflict', { yours: shown(o.field, c.yours), theirs: shown(o.field, c.theirs), who: c.by ?? t('bulk.someone') }),
    })),
  ]
  return { label: (field: FieldName) => of(field)?.label ?? field, shown, named, left }
}
