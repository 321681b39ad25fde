/** Where a result goes that is to be at a path: what is there and is no regular file must not be replaced by one. */
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

/** `/dev/stdout`, `/dev/fd/3` and their like end here; opening that anew would begin at the file's first byte. */
const ownDescriptor = new RegExp(`^/proc/${process.pid}/(?:task/[0-9]+/)?fd/([0-9]+)$`)

const unsuitable = (why: string): OutputTarget => ({ _tag: "Unsuitable", why })

/** Looks where `path` leads. Throws a system error where that can not be seen. */
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
