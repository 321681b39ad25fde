/** Lists the files that might be a compositor's socket. It looks, it never connects. */
import { lstatSync, readdirSync, type Stats, statSync } from "node:fs"
import { userInfo } from "node:os"
import { basename } from "node:path"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import { errnoOf } from "../errno.ts"
import type { ProcessTable } from "../ProcessTable.ts"
import type { RuntimeDir } from "../RuntimeDir.ts"
import type { SocketSources } from "../SocketSources.ts"
import type { Candidate, Origin } from "./Candidate.ts"
import { isI3TmpDir, parseI3Name, parseSwayName, type SocketName } from "./SocketName.ts"
import type { FileKind } from "./Verdict.ts"

interface Found {
  readonly path: string
  readonly origin: Origin
  readonly name: SocketName | undefined
}

const namesIn = (directory: string): ReadonlyArray<string> => {
  try {
    return readdirSync(directory)
  } catch {
    return []
  }
}

const userName = (): string | undefined => {
  try {
    return userInfo().username
  } catch {
    return undefined
  }
}

const ownI3TmpDirs = (uid: number): ReadonlyArray<string> => {
  const user = userName()
  if (user === undefined) return []
  return namesIn("/tmp")
    .filter(name => isI3TmpDir(name, user))
    .map(name => `/tmp/${name}`)
    .filter(path => {
      const stat = lstatSync(path, { throwIfNoEntry: false })
      return stat?.isDirectory() === true && stat.uid === uid
    })
}

const scan = (directory: string, origin: Origin, parse: (name: string) => SocketName | undefined): Array<Found> =>
  namesIn(directory).flatMap(entry => {
    const name = parse(entry)
    return name === undefined ? [] : [{ path: `${directory}/${entry}`, origin, name }]
  })

const parseEither = (path: string) => parseSwayName(basename(path)) ?? parseI3Name(basename(path))

const findAll = (runtimeDir: RuntimeDir["Type"], sources: SocketSources["Type"]): ReadonlyArray<Found> => {
  const named = sources.named.map(({ by, path }): Found => ({ path, origin: by, name: parseEither(path) }))
  if (sources.exclusive) return named
  return [
    ...named,
    ...scan(runtimeDir.path, "runtime_dir", parseSwayName),
    ...scan(`${runtimeDir.path}/i3`, "i3_dir", parseI3Name),
    ...ownI3TmpDirs(runtimeDir.uid).flatMap(directory => scan(directory, "tmp_dir", parseI3Name)),
  ]
}

const kindOf = (stat: Stats): FileKind => {
  if (stat.isSocket()) return "socket"
  if (stat.isSymbolicLink()) return "link"
  return stat.isDirectory() ? "directory" : "file"
}

/** A path somebody named may be a link to the socket; a name found in a directory is taken as it stands. */
const examine = (path: string, follow: boolean): { readonly file: FileKind; readonly stat: Stats | undefined } => {
  try {
    const stat = follow ? statSync(path) : lstatSync(path)
    return { file: kindOf(stat), stat }
  } catch (cause) {
    const code = errnoOf(cause)
    return { file: code === "ENOENT" || code === "ENOTDIR" ? "missing" : "unreadable", stat: undefined }
  }
}

const isNamed = (origin: Origin) => origin === "flag" || origin === "SWAYSOCK" || origin === "I3SOCK"

/** Device and inode of the file at `path` now, following a link; `undefined` when there is none. */
export const identityOf = (path: string): string | undefined => {
  const { stat } = examine(path, true)
  return stat === undefined ? undefined : `${stat.dev}:${stat.ino}`
}

/** Every candidate once, with all the origins that name it. */
export const gather = (
  runtimeDir: RuntimeDir["Type"],
  sources: SocketSources["Type"],
  processes: ProcessTable["Type"],
): Effect.Effect<ReadonlyArray<Candidate>> =>
  Effect.gen(function* () {
    const byPath = new Map<string, { readonly found: Found; readonly origins: Array<Origin> }>()
    for (const found of yield* Effect.sync(() => findAll(runtimeDir, sources))) {
      const known = byPath.get(found.path)
      if (known === undefined) byPath.set(found.path, { found, origins: [found.origin] })
      else known.origins.push(found.origin)
    }
    return yield* Effect.forEach(byPath.values(), ({ found, origins }) =>
      Effect.gen(function* () {
        const { file, stat } = examine(found.path, origins.some(isNamed))
        const pid = found.name?.pid
        const process = pid === undefined ? Option.none() : yield* processes.find(pid)
        return {
          path: found.path,
          origins,
          kind: found.name?.kind ?? (found.origin === "I3SOCK" ? "i3" : "sway"),
          pid,
          process: Option.getOrUndefined(process),
          file,
          owner: stat?.uid,
          identity: stat === undefined ? undefined : `${stat.dev}:${stat.ino}`,
          inode: stat?.ino,
          modifiedAt: stat?.mtimeMs,
        } satisfies Candidate
      }),
    )
  })
