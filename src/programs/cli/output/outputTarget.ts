/** How to write a result to a path: anything there but a regular file must not be replaced. */
import { lstatSync, readlinkSync, realpathSync } from "node:fs"
import { basename, dirname, isAbsolute } from "node:path"
import { kindWords } from "../../../layers/system/fileKinds.ts"
import { pathOf, textOf } from "../../../layers/system/rawText.ts"

/**
 * `Replace`: a regular file, or none yet, at `path`, where the last links have been followed. `Into`: a FIFO or a device, to
 * be written into. `Descriptor`: one that this process has open. `Unsuitable`: nothing that a result could go to; `why` is
 * part of a sentence.
 */
export type OutputTarget =
  | { readonly _tag: "Replace"; readonly path: string }
  | { readonly _tag: "Into"; readonly path: string }
  | { readonly _tag: "Descriptor"; readonly descriptor: number }
  | { readonly _tag: "Unsuitable"; readonly why: string }

/** As many as the kernel follows (path_resolution(7)). */
const MAX_LINKS = 40

/** `/dev/stdout` and `/dev/fd/3` lead here; opening them again would write at the file's first byte. */
const ownDescriptor = new RegExp(`^/proc/${process.pid}/(?:task/[0-9]+/)?fd/([0-9]+)$`)

const unsuitable = (why: string): OutputTarget => ({ _tag: "Unsuitable", why })

/** Follows `path`. Throws the system error if that fails. */
export const outputTarget = (path: string, linksLeft = MAX_LINKS): OutputTarget => {
  if (path.endsWith("/")) return unsuitable("it is a directory")
  const directory = textOf(realpathSync.native(pathOf(dirname(path)), "buffer"))
  const place = `${directory}/${basename(path)}`
  const descriptor = ownDescriptor.exec(place)?.[1]
  if (descriptor !== undefined) return { _tag: "Descriptor", descriptor: Number(descriptor) }
  const stat = lstatSync(pathOf(place), { throwIfNoEntry: false })
  if (stat === undefined || stat.isFile()) return { _tag: "Replace", path: place }
  if (stat.isFIFO() || stat.isCharacterDevice()) return { _tag: "Into", path: place }
  if (!stat.isSymbolicLink()) return unsuitable(`it is ${kindWords(stat)}`)
  if (linksLeft === 0) return unsuitable("too many links")
  const to = textOf(readlinkSync(pathOf(place), "buffer"))
  return outputTarget(isAbsolute(to) ? to : `${directory}/${to}`, linksLeft - 1)
}
