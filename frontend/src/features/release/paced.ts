/** Something done at most once in a while, however often it is asked for, and always after the last time. */
export function paced(run: () => void, ms: number) {
  let timer: ReturnType<typeof setTimeout> | undefined
  const stop = () => {
    clearTimeout(timer)
    timer = undefined
  }
  const now = () => {
    stop()
    run()
  }
  return {
    /** Within the while; asking again does not put it off. */
    soon: () => { timer ??= setTimeout(now, ms) },
    now,
    stop,
  }
}
