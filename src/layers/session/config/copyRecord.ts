/** The record of a sway configuration that was copied from the distribution's: its path and what was written. */
import { createHash } from "node:crypto"
import { readFileSync, rmdirSync } from "node:fs"
import { dirname } from "node:path"
import * as Either from "effect/Either"
import * as Option from "effect/Option"
import * as Schema from "effect/Schema"
import * as durable from "../../system/durable.ts"
import { lstatAt } from "../../system/lookAt.ts"
import { pathOf } from "../../system/rawText.ts"

const recordJson = Schema.parseJson(Schema.Struct({ path: Schema.String, sha256: Schema.String }))
const decode = Schema.decodeUnknownOption(recordJson)

const fileIn = (state: string) => `${state}/i3pm/sway-config.json`

const checksum = (text: string) => createHash("sha256").update(text, "latin1").digest("hex")

const read = (state: string) =>
  Option.flatMap(Either.getRight(Either.try(() => readFileSync(pathOf(fileIn(state)), "utf8"))), text => decode(text))

/**
 * Records that the file at `path` is a copy with this text, one byte a character. Call it before the copy is made: then a killed
 * install can be undone. Throws the system's error.
 */
export const write = (state: string, path: string, text: string): void => {
  durable.makeDirectory(dirname(fileIn(state)), 0o700)
  const json = `${JSON.stringify({ path, sha256: checksum(text) })}\n`
  durable.replaceFileDurably(fileIn(state), Buffer.from(json), { mode: 0o600 })
}

/** True if the file is the recorded copy and this text is what was written. */
export const isUntouched = (state: string, path: string, text: string): boolean =>
  Option.exists(read(state), record => record.path === path && record.sha256 === checksum(text))

/** The path of a copy that was recorded but does not exist: its install was killed. */
export const unfinished = (state: string): string | undefined => {
  const path = Option.getOrUndefined(read(state))?.path
  return path !== undefined && lstatAt(path) === undefined ? path : undefined
}

/** Removes the record if it is of this file. */
export const forget = (state: string, path: string): void => {
  if (!Option.exists(read(state), record => record.path === path)) return
  Either.try(() => durable.removeFile(fileIn(state)))
  Either.try(() => rmdirSync(pathOf(dirname(fileIn(state)))))
}
