/**
 * Node's own handle of a Unix socket, without `node:net`, which loads all of Node's streams: that takes 6 ms of a command of 35.
 *
 * `process.binding` is the only way to it. Node keeps it for old programs, and refuses it under `--permission`. If it is missing or
 * not as expected, there is no handle, and `plainSocket.ts` uses `node:net`. Plain, no Effect runtime: the CLI's fast path uses it.
 */

/** A request to connect or to write. `status` is 0 or a negative errno. */
interface Wrap {
  oncomplete: (status: number) => void
}

/** A request to write. Node's own code keeps the bytes in the same field. */
interface WriteWrap extends Wrap {
  buffer: Uint8Array | undefined
}

/** A handle (`Pipe` in Node's `src/pipe_wrap.cc`). Its methods return 0, nothing, or a negative errno. */
export interface PipeHandle {
  /** Without a buffer of the user's own, it gets the bytes. With one it may return another for the next read; Node aborts at anything else. */
  onread: (bytes: ArrayBuffer | undefined) => Buffer | undefined
  /** From now on all is read into this buffer, which the caller has to keep. */
  readonly useUserBuffer: (buffer: Buffer) => void
  readonly connect: (wrap: Wrap, path: string) => number | undefined
  readonly readStart: () => number
  readonly writeBuffer: (wrap: WriteWrap, bytes: Uint8Array) => number
  readonly close: () => void
}

/** What is needed to use such handles. */
export interface Pipes {
  readonly make: () => PipeHandle
  readonly connectWrap: () => Wrap
  readonly writeWrap: () => WriteWrap
  /** In `onread`: how many bytes were read, or a negative errno. */
  readonly readCount: () => number
  /** In `onread`: where the bytes begin. */
  readonly readOffset: () => number
}

const bindingOf = (name: string): unknown => {
  const binding: unknown = Reflect.get(process, "binding")
  const silent: unknown = Reflect.get(process, "noDeprecation")
  // With --pending-deprecation it would print a warning.
  Reflect.set(process, "noDeprecation", true)
  try {
    return typeof binding === "function" ? Reflect.apply(binding, process, [name]) : undefined
  } finally {
    Reflect.set(process, "noDeprecation", silent)
  }
}

const isObject = (value: unknown): value is object => typeof value === "object" && value !== null

type Make<A> = new (...args: ReadonlyArray<number>) => A

const isMaker = <A>(value: unknown, ...methods: ReadonlyArray<string>): value is Make<A> =>
  typeof value === "function" &&
  isObject(value.prototype) &&
  methods.every(name => typeof Reflect.get(value.prototype, name) === "function")

const find = (): Pipes | undefined => {
  const pipe = bindingOf("pipe_wrap")
  const stream = bindingOf("stream_wrap")
  if (!isObject(pipe) || !isObject(stream)) return undefined
  const part = (of: object, name: string): unknown => Reflect.get(of, name)
  const [Pipe, ConnectWrap, WriteWrap] = [part(pipe, "Pipe"), part(pipe, "PipeConnectWrap"), part(stream, "WriteWrap")]
  const constants = part(pipe, "constants")
  const kind = isObject(constants) ? part(constants, "SOCKET") : undefined
  const state = part(stream, "streamBaseState")
  const [count, offset] = [part(stream, "kReadBytesOrError"), part(stream, "kArrayBufferOffset")]
  if (!isMaker<PipeHandle>(Pipe, "connect", "readStart", "useUserBuffer", "writeBuffer", "close")) return undefined
  if (!isMaker<Wrap>(ConnectWrap) || !isMaker<WriteWrap>(WriteWrap) || !(state instanceof Int32Array)) return undefined
  if (typeof kind !== "number" || typeof count !== "number" || typeof offset !== "number") return undefined
  return {
    make: () => new Pipe(kind),
    connectWrap: () => new ConnectWrap(),
    writeWrap: () => new WriteWrap(),
    readCount: () => state[count] ?? 0,
    readOffset: () => state[offset] ?? 0,
  }
}

/** Node's handles; `undefined` if this Node does not give them. */
export const findPipes = (): Pipes | undefined => {
  try {
    return find()
  } catch {
    return undefined
  }
}
