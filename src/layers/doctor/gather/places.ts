/** Looks at the runtime directory and at the home directory. Nothing is made. */
import { accessSync, constants, statSync } from "node:fs"
import { userInfo } from "node:os"
import { dirname, join, resolve } from "node:path"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import { currentUid } from "../../system/currentUid.ts"
import { variable } from "../../system/environment.ts"
import { errnoOf } from "../../system/errno.ts"
import { lstatAt } from "../../system/lookAt.ts"
import { mayHang } from "../../system/mounts.ts"
import { RuntimeDir, RuntimeDirError } from "../../system/RuntimeDir.ts"
import { pathOf } from "../../system/rawText.ts"
import { controlSocketPathIn, type RuntimeDirResult, runtimeDirOf } from "../../system/runtimeDirOf.ts"
import type { HomeFacts, PlaceFacts, RuntimeDirFacts } from "../Facts.ts"

const exists = (path: string) => lstatAt(path) !== undefined

/** The runtime directory, found as in every command. But the last fallback, a directory in /tmp, is not made. */
const lookUp = (configured: string | undefined, uid: number): RuntimeDirResult => {
  const fallback = `/tmp/i3pm-${uid}`
  if (configured !== undefined || exists(`/run/user/${uid}`) || exists(fallback)) return runtimeDirOf(configured, uid)
  return {
    ok: false,
    reason: "NotFound",
    path: fallback,
    owner: undefined,
    mode: undefined,
    message: `XDG_RUNTIME_DIR is not set, and neither /run/user/${uid} nor ${fallback} exists: log in through PAM, or set it`,
    cause: undefined,
  }
}

const result = Effect.map(variable("XDG_RUNTIME_DIR"), configured => ({
  configured: Option.getOrUndefined(configured),
  result: lookUp(Option.getOrUndefined(configured), currentUid()),
}))

/** The runtime directory as a layer. If it is refused, the layer has the reason, and nothing is searched there. */
export const runtimeDirLayer: Layer.Layer<RuntimeDir> = Layer.effect(
  RuntimeDir,
  Effect.map(result, ({ result }) => ({
    path: result.path,
    uid: currentUid(),
    controlSocketPath: controlSocketPathIn(result.path),
    ...(result.ok ? {} : { refusal: new RuntimeDirError(result) }),
  })),
)

/** What is wrong with a directory that must be this user's. `uid` must be able to write to it; with `isPrivate` no one else may. */
const placeFacts = (path: string, uid: number, isPrivate: boolean): PlaceFacts => {
  try {
    const stat = statSync(pathOf(path))
    const at = { path, owner: stat.uid }
    if (!stat.isDirectory()) return { ...at, gap: "notDirectory" }
    if (isPrivate && stat.uid !== uid) return { ...at, gap: "owner" }
    if (isPrivate && (stat.mode & 0o077) !== 0) return { ...at, gap: "mode" }
    try {
      accessSync(pathOf(path), constants.W_OK | constants.X_OK)
      return { ...at, gap: "none" }
    } catch (cause) {
      if (errnoOf(cause) === "EROFS") return { ...at, gap: "readOnly" }
      return { ...at, gap: stat.uid === uid ? "mode" : "owner" }
    }
  } catch (cause) {
    return { path, owner: undefined, gap: errnoOf(cause) === "ENOENT" ? "absent" : "unknown" }
  }
}

/** See {@link RuntimeDirFacts}. */
export const runtimeDirFacts: Effect.Effect<RuntimeDirFacts> = Effect.map(result, ({ configured, result }) => {
  const uid = currentUid()
  const usual = `/run/user/${uid}`
  const isOther = result.path !== usual && exists(usual) && runtimeDirOf(usual, uid).ok
  const control = dirname(controlSocketPathIn(result.path))
  return {
    result,
    configured,
    other: isOther ? usual : undefined,
    control: result.ok ? placeFacts(control, uid, true) : { path: control, owner: undefined, gap: "unknown" },
  }
})

/** The directory itself, or the nearest one above that exists: there it would be made. */
const nearest = (path: string, uid: number): PlaceFacts => {
  const facts = placeFacts(path, uid, false)
  return facts.gap === "absent" && dirname(path) !== path ? nearest(dirname(path), uid) : facts
}

const absolute = (name: string) =>
  Effect.map(
    variable(name),
    Option.filterMap(path => (path.startsWith("/") ? Option.some(resolve(path)) : Option.none())),
  )

const registeredHome = (): string | undefined => {
  try {
    return resolve(userInfo().homedir)
  } catch {
    return undefined
  }
}

/** See {@link HomeFacts}. A home directory on a network file system that may hang is not read. */
export const homeFacts: Effect.Effect<HomeFacts> = Effect.gen(function* () {
  const home = Option.getOrUndefined(yield* absolute("HOME"))
  const registered = registeredHome()
  if (home === undefined) return { home, registered, places: [] }
  const uid = currentUid()
  const config = Option.getOrElse(yield* absolute("XDG_CONFIG_HOME"), () => join(home, ".config"))
  const state = Option.getOrElse(yield* absolute("XDG_STATE_HOME"), () => join(home, ".local/state"))
  const look = (path: string): PlaceFacts =>
    mayHang(path) ? { path, owner: undefined, gap: "none" } : nearest(path, uid)
  return { home, registered, places: [look(`${config}/systemd/user`), look(state)] }
})
