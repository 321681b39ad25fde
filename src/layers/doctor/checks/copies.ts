/** The check of copies that `session bind` has made. Pure. */
import * as Either from "effect/Either"
import { shellLine } from "../../system/shellWords.ts"
import { byHand, type Judged, ok, skipped, warning } from "../Check.ts"
import type { Facts } from "../Facts.ts"

/** `session-copies`: no copy of a package's unit hides a later version of it. */
export const sessionCopies = ({ copies, program }: Facts): Judged => {
  const id = "session-copies"
  if (Either.isLeft(copies)) return skipped(id, "copies of bound units were not compared", copies.left)
  const outdated = copies.right
  if (outdated.length === 0) return ok(id, "no bound unit hides a later version of a package's unit")
  const units = outdated.map(({ unit }) => unit)
  const words = shellLine(units)
  return warning(id, {
    what: `${units.join(" ")}: a package has changed ${outdated.length === 1 ? "its unit" : "their units"} since session bind`,
    why: outdated.map(({ copy, source }) => `${copy} was copied from ${source} before`).join("; "),
    remedy: byHand(`${program.text} session unbind ${words}`, `${program.text} session bind ${words}`),
  })
}
