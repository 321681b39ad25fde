/** Shortens a schedule that breaks a promise: leaves out what is not needed for it (delta debugging, Zeller and Hildebrandt). */

/** The most attempts, so that it takes seconds. */
const MOST_ATTEMPTS = 40

/** The fewest items that were found with which `breaks` still holds. It holds for all of them. */
export const shorten = async <A>(
  items: ReadonlyArray<A>,
  breaks: (some: ReadonlyArray<A>) => Promise<boolean>,
): Promise<ReadonlyArray<A>> => {
  let left = items
  let chunk = Math.ceil(items.length / 2)
  let attempts = 0
  while (chunk >= 1) {
    let isShorter = false
    for (let start = 0; start < left.length && attempts < MOST_ATTEMPTS; ) {
      const without = [...left.slice(0, start), ...left.slice(start + chunk)]
      attempts += 1
      if (await breaks(without)) {
        left = without
        isShorter = true
      } else {
        start += chunk
      }
    }
    if (attempts >= MOST_ATTEMPTS || (chunk === 1 && !isShorter)) break
    if (!isShorter) chunk = Math.floor(chunk / 2)
    else chunk = Math.min(chunk, Math.ceil(left.length / 2))
  }
  return left
}
