/**
 * The directories that are searched and the files in them that may be the socket of a compositor, as they are now. Nothing is connected
 * to. Plain, no Effect runtime: the CLI's fast path uses it.
 */
import { type BigIntStats, lstatSync, readdirSync, statSync } from "node:fs"
import { basename } from "node:path"
import { nameBefore } from "../system/asideName.ts"
import { errnoOf } from "../system/errno.ts"
import { type FileStamp, identityOf, stampOf } from "../system/FileStamp.ts"
import { pathOf } from "../system/rawText.ts"
import type { Candidate, Origin } from "./Candidate.ts"
import { i3UserName } from "./i3UserName.ts"
import { isI3TmpDir, parseI3Name, parseSwayName, type SocketName } from "./SocketName.ts"
import type { NamedSockets } from "./SocketSources.ts"
import type { FileKind } from "./Verdict.ts"

/** A path that may be a socket, and where it comes from. */
export interface Found {
  readonly path: string
  readonly boundAt?: string
  readonly origin: Origin
  readonly name: SocketName | undefined
}

const namesIn = (directory: string): ReadonlyArray<string> => {
  try {
    return readdirSync(pathOf(directory), "utf8")
  } catch {
    return []
  }
}

/** Where i3 makes directories for its sockets if there is no runtime directory. */
export const I3_TMP = "/tmp"

const ownI3TmpDirs = (uid: number): ReadonlyArray<string> =>
  namesIn(I3_TMP)
    .filter(isI3TmpDir(i3UserName()))
    .map(name => `${I3_TMP}/${name}`)
    .filter(path => {
      const stat = lstatSync(path, { throwIfNoEntry: false })
      return stat?.isDirectory() === true && stat.uid === uid
    })

/** What has to be known of the runtime directory. With a `refusal` nothing is searched. */
export interface SearchedDir {
  readonly path: string
  readonly uid: number
  readonly refusal?: unknown
}

/** A directory for the sockets of compositors, with the pattern of their names there. */
interface SocketDirectory {
  readonly path: string
  readonly origin: Origin
  readonly parse: (name: string) => SocketName | undefined
}

const socketDirectoriesIn = (runtimeDir: string, uid: number): ReadonlyArray<SocketDirectory> => [
  { path: runtimeDir, origin: "runtime_dir", parse: parseSwayName },
  { path: `${runtimeDir}/i3`, origin: "i3_dir", parse: parseI3Name },
  ...ownI3TmpDirs(uid).map((path): SocketDirectory => ({ path, origin: "tmp_dir", parse: parseI3Name })),
]

/** A directory for sockets, and the names of the files in it. */
interface Listed extends SocketDirectory {
  readonly names: ReadonlyArray<string>
}

/** The directories to search, each listed once. */
export type Listing = ReadonlyArray<Listed>

/** Lists the directories to search; none if the runtime directory is refused, see `RuntimeDir`. */
export const listingOf = ({ path, refusal, uid }: SearchedDir): Listing =>
  refusal === undefined
    ? socketDirectoriesIn(path, uid).map(directory => ({ ...directory, names: namesIn(directory.path) }))
    : []

const scan = (directory: Listed): ReadonlyArray<Found> =>
  directory.names.flatMap(entry => {
    const name = directory.parse(entry)
    return name === undefined ? [] : [{ path: `${directory.path}/${entry}`, origin: directory.origin, name }]
  })

/** The files that an interrupted sweep has moved: `path` is where they are, `boundAt` where they were. */
const scanAside = (directory: Listed): ReadonlyArray<Found> =>
  directory.names.flatMap(entry => {
    const before = nameBefore(entry)
    const name = before === undefined ? undefined : directory.parse(before)
    return name === undefined
      ? []
      : [
          {
            path: `${directory.path}/${entry}`,
            boundAt: `${directory.path}/${before}`,
            origin: directory.origin,
            name,
          },
        ]
  })

const parseEither = (path: string) => parseSwayName(basename(path)) ?? parseI3Name(basename(path))

const findAll = (listing: () => Listing, sources: NamedSockets, also: ReadonlyArray<string>): ReadonlyArray<Found> => {
  const named = sources.named.map(({ by, path }): Found => ({ path, origin: by, name: parseEither(path) }))
  const others = also.map((path): Found => ({ path, origin: "runtime_dir", name: undefined }))
  return sources.exclusive ? named : [...named, ...others, ...listing().flatMap(scan)]
}

const kindOf = (stat: BigIntStats): FileKind => {
  if (stat.isSocket()) return "socket"
  if (stat.isSymbolicLink()) return "link"
  if (stat.isDirectory()) return "directory"
  if (stat.isFIFO()) return "fifo"
  if (!stat.isFile()) return "device"
  return stat.size === 0n ? "file" : "content"
}

interface Examined {
  readonly file: FileKind
  readonly owner: number | undefined
  readonly stamp: FileStamp | undefined
}

/** With `follow`, a link counts as what it leads to. */
const examine = (path: string, follow: boolean): Examined => {
  try {
    const stat = follow ? statSync(pathOf(path), { bigint: true }) : lstatSync(pathOf(path), { bigint: true })
    return { file: kindOf(stat), owner: Number(stat.uid), stamp: stampOf(stat) }
  } catch (cause) {
    const code = errnoOf(cause)
    const file = code === "ENOENT" || code === "ENOTDIR" ? "missing" : "unreadable"
    return { file, owner: undefined, stamp: undefined }
  }
}

/** True for a directory that was searched; false for a setting or variable that names the path. */
const isSearched = (origin: Origin) => origin === "runtime_dir" || origin === "i3_dir" || origin === "tmp_dir"

/** A path with all its origins. */
export interface FoundFile {
  readonly found: Found
  readonly origins: ReadonlyArray<Origin>
}

/** The facts of a file. */
export const toCandidate = ({ found, origins }: FoundFile): Candidate => {
  // Only a path that was named may be a link to the socket.
  const { file, owner, stamp } = examine(found.path, !origins.every(isSearched))
  return {
    path: found.path,
    boundAt: found.boundAt,
    origins,
    kind: found.name?.kind ?? (found.origin === "I3SOCK" ? "i3" : "sway"),
    pid: found.name?.pid,
    file,
    owner,
    identity: stamp === undefined ? undefined : identityOf(stamp),
    inode: stamp === undefined ? undefined : Number(stamp.ino),
    modifiedAt: stamp === undefined ? undefined : Number(stamp.mtimeNs / 1000n) / 1000,
    stamp,
  }
}

/**
 * Each path once, with all its origins. Nothing is listed if only a named socket counts. `also`: further paths, as if they were found
 * in the runtime directory.
 */
export const filesIn = (
  listing: () => Listing,
  sources: NamedSockets,
  also: ReadonlyArray<string> = [],
): ReadonlyArray<FoundFile> => {
  const byPath = new Map<string, { readonly found: Found; readonly origins: Array<Origin> }>()
  for (const found of findAll(listing, sources, also)) {
    const known = byPath.get(found.path)
    if (known === undefined) byPath.set(found.path, { found, origins: [found.origin] })
    else known.origins.push(found.origin)
  }
  return [...byPath.values()]
}

/** The files that an interrupted sweep has moved, see `removeIfSame.ts`. */
export const filesAsideIn = (listing: Listing): ReadonlyArray<FoundFile> =>
  listing.flatMap(scanAside).map(found => ({ found, origins: [found.origin] }))
