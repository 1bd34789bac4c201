import type * as da from '../da/policyPages'
import type { Same } from '../same'

const policy = {
  lead: "Numbers from law and from the secretariat's decisions, with date and source. A number is not overwritten: a new one holds from its day.",
  caption: 'Policy numbers',
  number: 'Number',
  value: 'Holds now',
  since: 'Since',
  source: 'Source or reason',
  by: 'Set by',
  shipped: 'Came with Klausul',
  never: 'Not set',
  ahead: '{{value}} from {{when}}',
  name: {
    supervision: { threshold: 'Threshold of supervision' },
    agreement: { second_eyes: "A second lawyer's eyes before a release" },
    task: {
      accession_days: 'Time to conclude the agreement',
      remind_before: 'First reminder before the deadline',
      remind_every: 'Between reminders after the deadline',
      news_days: 'How long a task is new',
      mail_lines: 'Tasks named in one mail',
    },
  },
  help: {
    supervision: { threshold: 'So many municipalities have to use a system and have an agreement on it before the secretariat supervises it.' },
    agreement: { second_eyes: 'Whether a joint agreement has to be approved by a second lawyer before it can be released. Not set means no.' },
    task: {
      accession_days: 'From the release to the deadline when nobody chooses another. Moved to a working day.',
      remind_before: 'So long before the deadline comes the first reminder by mail.',
      remind_every: 'So far apart are the reminders once the deadline is reached.',
      news_days: 'A task that is older before anybody can be mailed about it is only counted, not named.',
      mail_lines: 'The other tasks are counted in one line at the foot of the mail.',
    },
  },
  unit: {
    members_one: '{{formatted}} municipality',
    members_other: '{{formatted}} municipalities',
    days_one: '{{formatted}} day',
    days_other: '{{formatted}} days',
    lines_one: '{{formatted}} task',
    lines_other: '{{formatted}} tasks',
  },
  hint: { members: 'Number of municipalities, {{range}}', days: 'Number of days, {{range}}', lines: 'Number of tasks, {{range}}' },
  course: 'Before, now and later',
  courseNone: 'The number has never been set.',
  from: 'Holds from',
  amount: 'Value',
  stateLabel: 'State',
  state: { was: 'Replaced', applies: 'Holds', ahead: 'To come' },
  new: 'Set a new number',
  newHelp: 'Those before stay, so that an old day can be reckoned again.',
  fromHint: 'day/month/year, a day to come if you like',
  sourceHint: 'E.g. “Decision of the board, 4 November 2026”',
  confirm: 'I have seen the source, and the number and the day stand there',
  choose: 'Choose',
  chooseMissing: 'Choose yes or no',
  valueWrong: 'Write a whole number, {{range}}',
  sourceMissing: 'Write where the number stands, or why it changes',
  send: 'Set the number',
  done: 'Set: {{value}} from {{when}}.',
} as const

/** The words of the pages on numbers from law and policy. */
export const policyPages: Same<typeof da.policyPages> = { policy }
