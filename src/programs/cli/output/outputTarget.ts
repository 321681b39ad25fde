/** Decides how to write a result to a path. Only a regular file may be replaced. */
import { lstatSync, readlinkSync, realpathSync } from "node:fs"
import { basename, dirname, isAbsolute } from "node:path"
import { kindWords } from "../../../layers/system/fileKinds.ts"
import { pathOf, textOf } from "../../../layers/system/rawText.ts"

/**
 * `Replace`: `path` is a regular file or does not exist; all links have been followed. `Into`: a FIFO or a character device, to
 * write into. `Descriptor`: a descriptor that this process has open. `Unsuitable`: anything else; `why` ends the sentence
 * `cannot write PATH: …`.
 */
export type OutputTarget =
  | { readonly _tag: "Replace"; readonly path: string }
  | { readonly _tag: "Into"; readonly path: string }
  | { readonly _tag: "Descriptor"; readonly descriptor: number }
  | { readonly _tag: "Unsuitable"; readonly why: string }

/** The most links to follow, as in the kernel (path_resolution(7)). */
const MAX_LINKS = 40

/** `/dev/stdout` and `/dev/fd/3` lead here; opening it again would write from the start of the file. */
const ownDescriptor = new RegExp(`^/proc/${process.pid}/(?:task/[0-9]+/)?fd/([0-9]+)$`)

const unsuitable = (why: string): OutputTarget => ({ _tag: "Unsuitable", why })

/** Follows the links of `path`. Throws the system error if that fails. */
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
