/** `node:fs` on the simulated machine: the functions that the layers of the daemon and the relay call. */
import { type DirectoryWatch, type File, modeOf, SystemError } from "../machine/Files.ts"
import { machine } from "../machine/Machine.ts"

type Path = string | Buffer

const textOf = (path: Path): string => (typeof path === "string" ? path : path.toString("utf8"))

interface StatOptions {
  readonly bigint?: boolean
  readonly throwIfNoEntry?: boolean
}

/** Of `fs.Stats` and `fs.BigIntStats`, what is used. */
const statsOf = (file: File, bigint: boolean) => {
  const { ctimeNs, ino, kind, mtimeNs, uid } = file
  const mode = modeOf(file)
  const numbers = bigint
    ? { dev: 1n, ino: BigInt(ino), mode: BigInt(mode), uid: BigInt(uid), size: 0n, mtimeNs, ctimeNs }
    : { dev: 1, ino, mode, uid, size: 0, mtimeMs: Number(mtimeNs / 1_000_000n) }
  return {
    ...numbers,
    isSocket: () => kind === "socket",
    isDirectory: () => kind === "directory",
    isFile: () => kind === "file",
    isSymbolicLink: () => false,
    isFIFO: () => false,
    isCharacterDevice: () => false,
    isBlockDevice: () => false,
  }
}

const procStats = (path: string) => {
  const found = machine().processOf(path)
  return found === undefined ? undefined : { uid: found.uid, isDirectory: () => true }
}

const stat =
  (syscall: "stat" | "lstat") =>
  (given: Path, options: StatOptions = {}) => {
    const path = textOf(given)
    try {
      if (path.startsWith("/proc")) {
        const found = procStats(path)
        if (found === undefined) throw new SystemError("ENOENT", syscall, path)
        return found
      }
      return statsOf(machine().files.stat(path, syscall), options.bigint === true)
    } catch (cause) {
      if (options.throwIfNoEntry === false && cause instanceof SystemError && cause.code === "ENOENT") return undefined
      throw cause
    }
  }

export const statSync = stat("stat")
export const lstatSync = stat("lstat")

export const existsSync = (path: Path): boolean => machine().files.peek(textOf(path)) !== undefined

/** There are no symbolic links. */
const realpath = (given: Path): Buffer => {
  machine().files.stat(textOf(given), "stat")
  return Buffer.from(textOf(given))
}

export const realpathSync = Object.assign(realpath, { native: realpath })

export const readdirSync = (given: Path): ReadonlyArray<string> => {
  const path = textOf(given)
  if (path === "/proc") return [...machine().processes.keys()].map(String)
  if (!path.startsWith("/proc")) return machine().files.readdir(path)
  const process = machine().processOf(path)
  if (process === undefined) throw new SystemError("ENOENT", "scandir", path)
  return [...machine().bound].filter(({ holder }) => holder === process).map(({ ino }) => String(ino))
}

/** The namespaces of all processes are the same; a descriptor is named after the socket's inode. */
export const readlinkSync = (given: Path): string => {
  const path = textOf(given)
  if (machine().processOf(path) === undefined) throw new SystemError("ENOENT", "readlink", path)
  return path.endsWith("/ns/net") ? "net:[1]" : `socket:[${path.slice(path.lastIndexOf("/") + 1)}]`
}

export const readFileSync = (given: Path): string => {
  const path = textOf(given)
  const text = machine().procText(path)
  if (text === undefined) throw new SystemError("ENOENT", "open", path)
  return text
}

export const renameSync = (from: Path, to: Path): void => machine().files.rename(textOf(from), textOf(to))
export const linkSync = (from: Path, to: Path): void => machine().files.link(textOf(from), textOf(to))
export const unlinkSync = (path: Path): void => machine().files.unlink(textOf(path))
export const rmdirSync = (path: Path): void => machine().files.rmdir(textOf(path))
export const chmodSync = (path: Path, mode: number): void => machine().files.chmod(textOf(path), mode)

export const mkdirSync = (given: Path, options: { readonly mode?: number; readonly recursive?: boolean } = {}) => {
  const path = textOf(given)
  if (options.recursive === true && existsSync(path)) return undefined
  machine().files.mkdir(path, options.mode ?? 0o755)
  return path
}

export const watch = (path: Path, onEvent: (event: string, name: string) => void): DirectoryWatch =>
  machine().watch(textOf(path), name => onEvent("rename", name))

const unavailable = (name: string) => (): never => {
  throw new Error(`${name} is not simulated`)
}

export const accessSync = unavailable("accessSync")
export const rmSync = unavailable("rmSync")
export const openSync = unavailable("openSync")
export const closeSync = unavailable("closeSync")
export const readSync = unavailable("readSync")
export const fstatSync = unavailable("fstatSync")
export const writeSync = unavailable("writeSync")
export const write = unavailable("write")
export const fsyncSync = unavailable("fsyncSync")
export const symlinkSync = unavailable("symlinkSync")
export const constants = {}
