/**
 * Finds the directory with this user's sockets and checks that it can be trusted. Daemon and CLI both use this one rule.
 *
 * Plain Node, no Effect runtime: the CLI's fast path uses it.
 */
import { lstatSync, mkdirSync, statSync } from "node:fs"
import { isAbsolute } from "node:path"
import { errnoOf, wordsFor } from "./errno.ts"
import { kindWords } from "./fileKinds.ts"
import { pathOf } from "./rawText.ts"

/** The directory to use, or why it must not be used. `owner` is a uid, `mode` the permission bits. */
export type RuntimeDirResult =
  | { readonly ok: true; readonly path: string }
  | {
      readonly ok: false
      readonly reason: "NotAbsolute" | "NotFound" | "NotADirectory" | "WrongOwner" | "WritableByOthers" | "Unreadable"
      readonly path: string
      readonly owner: number | undefined
      readonly mode: number | undefined
      readonly message: string
      readonly cause: unknown
    }

const refuse = (
  reason: Extract<RuntimeDirResult, { ok: false }>["reason"],
  path: string,
  message: string,
  extra: { readonly owner?: number; readonly mode?: number; readonly cause?: unknown } = {},
): RuntimeDirResult => ({
  ok: false,
  reason,
  path,
  owner: extra.owner,
  mode: extra.mode,
  message,
  cause: extra.cause,
})

const octal = (mode: number) => mode.toString(8).padStart(4, "0")

/** Checks that `path` is a directory that belongs to `uid` and that no other user can write to. */
const inspect = (path: string, uid: number, follow: boolean): RuntimeDirResult => {
  try {
    const stat = follow ? statSync(pathOf(path)) : lstatSync(pathOf(path))
    const mode = stat.mode & 0o7777
    const facts = { owner: stat.uid, mode }
    const described = `owner uid ${stat.uid}, mode ${octal(mode)}`
    if (!stat.isDirectory()) {
      return refuse(
        "NotADirectory",
        path,
        `runtime directory ${path} is ${kindWords(stat)}, not a directory (${described}): set XDG_RUNTIME_DIR to a directory`,
        facts,
      )
    }
    if (stat.uid !== uid) {
      return refuse(
        "WrongOwner",
        path,
        `runtime directory ${path} belongs to another user (${described}; this is uid ${uid}): ` +
          `set XDG_RUNTIME_DIR to a directory of your own`,
        facts,
      )
    }
    if ((mode & 0o022) !== 0) {
      return refuse(
        "WritableByOthers",
        path,
        `runtime directory ${path} can be written by others (${described}): ` +
          ((mode & 0o1000) === 0 ? `run chmod 0700 ${path}` : "set XDG_RUNTIME_DIR to a directory of your own"),
        facts,
      )
    }
    return { ok: true, path }
  } catch (cause) {
    return errnoOf(cause) === "ENOENT"
      ? refuse(
          "NotFound",
          path,
          `runtime directory ${path} does not exist: create it with mode 0700 or unset XDG_RUNTIME_DIR`,
          { cause },
        )
      : refuse("Unreadable", path, `runtime directory ${path} cannot be examined: ${wordsFor(errnoOf(cause))}`, {
          cause,
        })
  }
}

const exists = (path: string) => {
  try {
    lstatSync(pathOf(path))
    return true
  } catch {
    return false
  }
}

/**
 * `$XDG_RUNTIME_DIR`, else `/run/user/<uid>`, else `/tmp/i3pm-<uid>`, which is made with mode 0700.
 *
 * If `$XDG_RUNTIME_DIR` is set and cannot be trusted, that is an error. The other two are not tried: the user's sockets are not
 * there.
 */
export const runtimeDirOf = (xdgRuntimeDir: string | undefined, uid: number): RuntimeDirResult => {
  if (xdgRuntimeDir !== undefined && xdgRuntimeDir !== "") {
    return isAbsolute(xdgRuntimeDir)
      ? inspect(xdgRuntimeDir.length > 1 ? xdgRuntimeDir.replace(/\/+$/, "") : xdgRuntimeDir, uid, true)
      : refuse("NotAbsolute", xdgRuntimeDir, `XDG_RUNTIME_DIR must be an absolute path, not ${xdgRuntimeDir}`)
  }
  const run = `/run/user/${uid}`
  if (exists(run)) return inspect(run, uid, true)
  const fallback = `/tmp/i3pm-${uid}`
  try {
    mkdirSync(fallback, { mode: 0o700 })
  } catch (cause) {
    if (errnoOf(cause) !== "EEXIST") {
      return refuse(
        "Unreadable",
        fallback,
        `runtime directory ${fallback} cannot be created: ${wordsFor(errnoOf(cause))}`,
        {
          cause,
        },
      )
    }
  }
  return inspect(fallback, uid, false)
}

/** The daemon's control socket in a runtime directory. */
export const controlSocketPathIn = (runtimeDir: string): string => `${runtimeDir}/i3-project-daemon/ipc.sock`
