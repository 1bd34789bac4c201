import { queryOptions } from '@tanstack/react-query'
import { api, unwrap, type Schemas } from './client'

export type PolicyNumber = Schemas['PolicyNumber']
export type PolicyKey = Schemas['PolicyKey']
export type PolicyValue = Schemas['PolicyValue']

/** What the page of a number is called in its address: a point there would ask the server for a file. */
export const policyAddress = (key: PolicyKey): { key: string } => ({ key: key.replace('.', '-') })

/** The numbers from law and policy, each with its course. */
export const policyQuery = queryOptions({
  queryKey: ['policy-numbers'],
  queryFn: ({ signal }) => unwrap(api.GET('/api/v1/policy-numbers', { signal })),
})
