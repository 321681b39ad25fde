/** System calls that change files, as strace writes them down. */
import * as fs from "node:fs"
import * as path from "node:path"
import { HarnessError } from "../support/TestUser.ts"

/** The calls that change a file system, and those that make a change last. A `?` leaves out what an architecture does not have. */
export const tracedCalls = [
  "?open,openat,?openat2,?creat,write,pwrite64,writev,pwritev,pwritev2,ftruncate,truncate,fallocate,copy_file_range",
  "?rename,?renameat,renameat2,?link,linkat,?symlink,symlinkat,?unlink,unlinkat,?mkdir,mkdirat,?rmdir",
  "fsync,fdatasync,?chmod,fchmod,fchmodat,utimensat",
].join(",")

/** One call. Paths are absolute. */
export interface Call {
  readonly name: string
  /** How many calls of this name the thread has made with this one: what strace counts for `when=`. */
  readonly nth: number
  /** The strings among its arguments: paths, or the text of a link. */
  readonly strings: ReadonlyArray<string>
  /** What a write writes. */
  readonly bytes: Buffer
  /** The descriptor that it changes or syncs, or that it has opened. */
  readonly descriptor: number | undefined
  /** Where that descriptor leads to. */
  readonly place: string | undefined
  /** The numbers and flags. */
  readonly rest: string
}

const escapes: Readonly<Record<string, number>> = { n: 10, t: 9, r: 13, v: 11, f: 12, e: 27 }

/** The bytes of a string in the log: strace escapes those that it cannot print. */
const unescape = (text: string): Buffer => {
  const parts = text.match(/\\x[0-9a-f]{2}|\\[0-7]{1,3}|\\.|[^\\]+/gs) ?? []
  const bytesOf = (part: string): Buffer => {
    if (!part.startsWith("\\")) return Buffer.from(part, "latin1")
    if (part.startsWith("\\x")) return Buffer.from(part.slice(2), "hex")
    const rest = part.slice(1)
    return Buffer.from([/^[0-7]/.test(rest) ? Number.parseInt(rest, 8) : (escapes[rest] ?? rest.charCodeAt(0))])
  }
  return Buffer.concat(parts.map(bytesOf))
}

const quoted = /"((?:[^"\\]|\\.)*)"/gs

/** A descriptor with its path: `21</home/a>`. */
const described = /(\d+|AT_FDCWD)<((?:[^>\\]|\\.)*)>/

const opening = new Set(["open", "openat", "openat2", "creat"])
const writing = new Set(["write", "pwrite64", "writev", "pwritev", "pwritev2"])

/** A path is made absolute; the text of a link is not one. */
const stringOf = (name: string, text: string, index: number, cwd: string) =>
  name.startsWith("symlink") && index === 0 ? text : path.resolve(cwd, text)

const parseLine = (line: string, cwd: string): Omit<Call, "nth"> | undefined => {
  const [, name = "", args = "", outcome = ""] = /^(\w+)\((.*)\) += (.*)$/s.exec(line) ?? []
  // Calls that failed have changed nothing; neither has the one that the process was killed at.
  if (name === "" || outcome.startsWith("-") || outcome.startsWith("?")) return undefined
  const texts = [...args.matchAll(quoted)].map(([, text = ""]) => unescape(text))
  const rest = args.replaceAll(quoted, '""')
  const [, number, place] = described.exec(opening.has(name) ? outcome : rest) ?? []
  return {
    name,
    strings: writing.has(name) ? [] : texts.map((text, index) => stringOf(name, text.toString("latin1"), index, cwd)),
    bytes: Buffer.concat(writing.has(name) ? texts : []),
    descriptor: number === undefined || number === "AT_FDCWD" ? undefined : Number(number),
    place: place === undefined ? undefined : unescape(place).toString("latin1"),
    rest,
  }
}

/** The calls in the log of one thread, in their order. `cwd` is its working directory. */
export const parseCalls = (log: string, cwd = "/"): ReadonlyArray<Call> => {
  const counts = new Map<string, number>()
  return log.split("\n").flatMap(line => {
    const [, name = ""] = /^(\w+)\(/.exec(line) ?? []
    const nth = (counts.get(name) ?? 0) + 1
    counts.set(name, nth)
    const call = parseLine(line, cwd)
    return call === undefined ? [] : [{ ...call, nth }]
  })
}

/** The name of the call that a thread was killed at; `undefined` if it was not. */
export const killedAt = (log: string): string | undefined => {
  const lines = log.trimEnd().split("\n")
  return lines.at(-1)?.includes("killed by SIGKILL") === true ? /^(\w+)\(/.exec(lines.at(-2) ?? "")?.[1] : undefined
}

/** The paths that a call changes or syncs. */
export const pathsOf = ({ name, place, strings }: Call): ReadonlyArray<string> => {
  if (name.startsWith("symlink")) return strings.slice(1)
  return strings.length > 0 ? strings : place === undefined ? [] : [place]
}

const changes = ({ name, rest }: Call) =>
  opening.has(name) ? /O_(WRONLY|RDWR|CREAT|TRUNC)/.test(rest) : name !== "execve"

/** True for what is below one of these directories, or one of them. */
const isBelow = (file: string, roots: ReadonlyArray<string>) =>
  roots.some(root => file === root || file.startsWith(`${root}/`))

/** The calls that change something below these directories. */
export const changesBelow = (calls: ReadonlyArray<Call>, roots: ReadonlyArray<string>): ReadonlyArray<Call> =>
  calls.filter(call => changes(call) && pathsOf(call).some(file => isBelow(file, roots)))

/** Also those that open a directory there, which a sync needs. */
export const relevantBelow = (calls: ReadonlyArray<Call>, roots: ReadonlyArray<string>): ReadonlyArray<Call> =>
  calls.filter(call => pathsOf(call).some(file => isBelow(file, roots)))

/** A program that was traced: its file, the directories in which its changes count, and its working directory. */
interface Traced {
  readonly program: string
  readonly roots: ReadonlyArray<string>
  readonly cwd?: string
}

const startsWith = (log: string, program: string) =>
  log.startsWith("execve(") && parseLine(log.split("\n")[0] ?? "", "/")?.strings[0] === program

/**
 * The calls of a program's first thread, from the logs of `strace -ff` in this directory. Fails if any other thread or process has
 * changed something below its directories: it would not be killed.
 */
export const mainThread = (directory: string, { cwd, program, roots }: Traced): ReadonlyArray<Call> => {
  const logs = fs.readdirSync(directory).map(name => fs.readFileSync(path.join(directory, name), "latin1"))
  const [main, ...more] = logs.filter(log => startsWith(log, program))
  if (main === undefined || more.length > 0) {
    throw new HarnessError({ message: `${main === undefined ? "no" : "several"} logs of ${program} in ${directory}` })
  }
  for (const log of logs) {
    const [other] = log === main ? [] : changesBelow(parseCalls(log), roots)
    if (other === undefined) continue
    throw new HarnessError({ message: `another thread changes files: ${other.name} ${pathsOf(other).join(" ")}` })
  }
  return parseCalls(main, cwd)
}
