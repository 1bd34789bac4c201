/** The systems after a tick, in the order in which they are offered; undefined when none would be left. */
export function ticked(offered: number[], chosen: number[], number: number, on: boolean): number[] | undefined {
  const now = offered.filter((n) => (n === number ? on : chosen.includes(n)))
  return now.length > 0 ? now : undefined
}
