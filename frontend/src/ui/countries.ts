import type { useFormat } from '../i18n'
import { compare } from '../i18n/format'

const codes = ('AD AE AR AT AU BE BG BR CA CH CL CN CR CY CZ DE DK EE ES FI FO FR GB GE GG GI GL GR HK HR HU IE IL IM IN IS IT JE JP KE KR LI LT LU LV MA MC MD ME MK MT MU MX MY NG NL NO NZ '
  + 'PE PH PK PL PT RO RS SE SG SI SK SM TH TN TR TW UA US UY VN ZA').split(' ')

/** The countries a person chooses from, by name, with the one that stands there already. */
export const countries = (f: ReturnType<typeof useFormat>, now = 'DK') =>
  [...new Set([...codes, now])].map((value) => ({ value, label: f.country(value) })).sort((a, b) => compare(a.label, b.label, f.lang))
