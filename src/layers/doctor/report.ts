/** Makes a report for a bug: without window titles, command lines, and names of users and machines. */
import { hostname, release, userInfo } from "node:os"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Either from "effect/Either"
import * as Option from "effect/Option"
import { ControlClient } from "../control/ControlClient.ts"
import { SocketHealth } from "../health/SocketHealth.ts"
import { shownVersion } from "../ipc/Version.ts"
import { toJson as candidateToJson } from "../sockets/Candidate.ts"
import { variable } from "../system/environment.ts"
import { readSmallFile } from "../system/readSmallFile.ts"
import type { Subprocess } from "../system/Subprocess.ts"
import { misfit } from "../system/shape.ts"
import { allWell, toJson } from "./Check.ts"
import type { Examination } from "./Doctor.ts"
import { type Looked, liveIn } from "./Facts.ts"
import { journalLines } from "./gather/journal.ts"
import { type Names, scrub } from "./scrub.ts"

/** How long the daemon may take. It needs less than 100 ms, but a busy machine needs more. */
const HEALTH_DEADLINE = Duration.millis(1500)

const orNull = <A>(option: Option.Option<A>): A | null => Option.getOrNull(option)

/** `PRETTY_NAME` of os-release(5). */
const distribution = Effect.map(Effect.option(readSmallFile("/etc/os-release", 65_536)), found =>
  Option.flatMap(Option.flatten(found), bytes =>
    Option.fromNullable(/^PRETTY_NAME="?([^"\n]*)"?$/m.exec(bytes.toString("utf8"))?.[1]),
  ),
)

const health = Effect.gen(function* () {
  const client = yield* ControlClient
  const answer = yield* client.call("get_socket_health", undefined, HEALTH_DEADLINE)
  const decoded = SocketHealth(answer)
  return decoded === misfit ? Option.none() : Option.some(decoded)
}).pipe(Effect.option, Effect.map(Option.flatten))

const userName = (): string | undefined => {
  try {
    return userInfo().username
  } catch {
    return undefined
  }
}

const names = Effect.map(
  variable("HOME"),
  (home): Names => ({ home: Option.getOrUndefined(home), user: userName(), host: hostname() }),
)

/** What the report has beside the checks. */
interface Extras {
  readonly distribution: Option.Option<string>
  readonly health: Option.Option<SocketHealth>
  readonly log: Looked<ReadonlyArray<string>>
}

/** Gathers it. It takes one and a half seconds at most, and can run at the same time as the examination. */
export const reportExtras: Effect.Effect<Extras, never, ControlClient | Subprocess> = Effect.all(
  { distribution, health, log: journalLines },
  { concurrency: "unbounded" },
)

/** The report as a JSON value. A field that could not be found out is null. */
export const report = ({ checks, facts }: Examination, extras: Extras) =>
  Effect.map(names, whose => {
    const live = liveIn(facts)
    const candidates = Either.getOrElse(facts.sockets, () => [])
    const value = {
      versions: {
        i3pm: facts.program.version,
        daemon: facts.daemon._tag === "Answered" ? facts.daemon.pong.version : null,
        compositor: live?.proof === undefined ? null : shownVersion(live.proof.version),
        systemd: Either.match(facts.manager, { onLeft: () => null, onRight: ({ version }) => version }),
        node: facts.node.version,
        node_start_ms: Math.round(facts.node.startMs),
        kernel: release(),
        distribution: orNull(extras.distribution),
      },
      checks: checks.map(toJson),
      ok: allWell(checks),
      health: orNull(extras.health),
      sockets: candidates.map(candidate => candidateToJson(candidate, live, undefined)),
      log: Either.match(extras.log, {
        onLeft: why => ({ lines: [], error: why }),
        onRight: lines => ({ lines, error: null }),
      }),
    }
    return scrub(value, whose)
  })
