import type { da } from '../da'
import type { Same } from '../same'
import { actions, agreement, was } from './agreement'
import { behind, chain, contact, paste, territory, vendorForm, vendorPage } from './chain'
import { bulk, filters } from './bulk'
import { common, error, frame, list, session } from './common'
import { usage } from './usage'
import { pick, systemPage } from './systemPage'
import { own } from './own'
import { apiKeys, desk, organisation, system, template, users, vendor } from './pages'
import { duplicate, scope } from './scope'

export { default as problems } from '../problems.json?in=en'

export const en: Same<typeof da> = {
  common, error, session, frame, list,
  desk, vendor, system, organisation, template, users, apiKeys, usage,
  agreement, actions, was,
  scope, duplicate,
  bulk, filters,
  systemPage, pick, own,
  vendorPage, vendorForm, contact, chain, paste, behind, territory,
}
