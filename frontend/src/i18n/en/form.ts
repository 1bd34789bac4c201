import type { form as danish } from '../da/form'
import type { Same } from '../same'

/** The form of a joint agreement. */
export const form: Same<typeof danish> = {
  index: 'Details, group by group',
  countOf: '{{done}} of {{total}}',
  errors_one: '{{count}} error',
  errors_other: '{{count}} errors',
  next: 'Next missing',
  complete: 'Everything that has to be filled in is filled in.',
  missing_one: '{{count}} detail is missing',
  missing_other: '{{count}} details are missing',
  wrong_one: '{{count}} error has to be mended before the release',
  wrong_other: '{{count}} errors have to be mended before the release',
  panes: 'Show',
  pane: { form: 'Details', text: 'The text' },
  unused: 'Not used',
  unusedWhy: 'Used only when {{when}}.',
  unusedKept: 'The answer is kept, but does not stand in the agreement.',
  takeOut: 'Take the answer out',
  unset: 'The fonts of the document lack these characters: {{characters}}. The answer is kept, but the agreement can be released only once they are written in another way.',
  condition: {
    is: '“{{field}}” is “{{value}}”',
    set: '“{{field}}” is filled in',
    empty: '“{{field}}” is empty',
    above: '“{{field}}” is above {{value}}',
    below: '“{{field}}” is below {{value}}',
    not: 'it is not so that {{what}}',
    and: ' and ',
    or: ' or ',
  },
}
