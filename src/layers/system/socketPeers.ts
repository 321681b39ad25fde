/**
 * The processes at the other end of Unix connections, from ss(8): the kernel pairs the two ends only over netlink, which Node cannot
 * speak, and not in procfs.
 */
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import { Subprocess } from "./Subprocess.ts"

/** A process. `name` is the kernel's, of at most 15 bytes. */
export interface Peer {
  readonly pid: number
  readonly name: string
}

/** A row ends with the inode of the peer, and with the processes that hold this end. */
const row = / (?<peer>\d+)\s+users:\(\("(?<name>.*?)",pid=(?<pid>\d+),/

/** By the inode of one end, the process that holds the other one. `text` is the output of `ss -xpH`. */
export const parsePeers = (text: string): ReadonlyMap<number, Peer> =>
  new Map(
    text.split("\n").flatMap(line => {
      const { name, peer, pid } = row.exec(line)?.groups ?? {}
      return name === undefined ? [] : [[Number(peer), { pid: Number(pid), name }] as const]
    }),
  )

/** ss lists all sockets of the machine; a command that waits for it must still be quick. */
const DEADLINE = Duration.seconds(2)

/**
 * The processes at the other end, by the inode of this end. Those of other users and of other PID namespaces are missing; all are
 * where ss is not installed.
 */
export const socketPeers: Effect.Effect<ReadonlyMap<number, Peer>, never, Subprocess> = Effect.gen(function* () {
  const { stdout } = yield* (yield* Subprocess).run("ss", ["-xpH"], { deadline: DEADLINE })
  return parsePeers(stdout)
}).pipe(Effect.orElseSucceed((): ReadonlyMap<number, Peer> => new Map()))
