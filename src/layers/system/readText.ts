/** Reads text of any bytes. Plain, no Effect runtime: the CLI's fast path uses it. */
import { readFileSync } from "node:fs"
import { REPLACEMENT, textOf } from "./rawText.ts"

/**
 * The text of a file of the kernel, without loss (`rawText.ts`). Node reads UTF-8 in a tenth of the time of bytes, so it is read
 * again only if it has other bytes. Throws the system's error.
 */
export const readText = (path: string): string => {
  const text = readFileSync(path, "utf8")
  return text.includes(REPLACEMENT) ? textOf(readFileSync(path)) : text
}
