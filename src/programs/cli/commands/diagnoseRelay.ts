/** `i3pm diagnose relay`, with the processes of the clients from ss(8). */
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { ControlClientError } from "../../../layers/control/answers.ts"
import * as ControlClient from "../../../layers/control/ControlClient.ts"
import { RelayReport } from "../../../layers/relay/RelayReport.ts"
import * as RuntimeDir from "../../../layers/system/RuntimeDir.ts"
import { jsonOf } from "../../../layers/system/rawText.ts"
import * as Subprocess from "../../../layers/system/Subprocess.ts"
import { type Peer, socketPeers } from "../../../layers/system/socketPeers.ts"
import { version } from "../../version.ts"
import { decodeAnswer } from "../askDaemon.ts"
import { diagnoseRelay as definition } from "../catalogue/diagnose.ts"
import type { RelayFormatName } from "../formats/names.ts"
import { relayMetrics } from "../formats/relayMetrics.ts"
import { relayTable } from "../formats/relayTable.ts"
import { type NamedRelayReport, withPeers } from "../formats/relayView.ts"
import { deliver, fileOf, jsonExcludes } from "../output/destination.ts"
import { ExitStatus, isTerminal, note, terminalColumns } from "../output/output.ts"
import type { ValuesOf } from "../tree/define.ts"
import { on } from "../tree/handler.ts"

const COMMAND = "i3pm diagnose relay"

const noPeers: ReadonlyMap<number, Peer> = new Map()

/** The relay's report, with the processes of its clients. */
const askRelay = Effect.gen(function* () {
  const { call } = yield* ControlClient.ControlClient
  const report = yield* Effect.flatMap(call("get_relay"), decodeAnswer("get_relay", RelayReport, "relay"))
  const peers = report.clients.length === 0 ? noPeers : yield* socketPeers
  if (report.version !== version) {
    yield* note(
      `the relay is i3pm ${report.version}, and this is ${version}: restart it with systemctl --user restart i3pm-relay`,
    )
  }
  return withPeers(report, peers)
})

const formatFor = ({ format, json, output }: ValuesOf<typeof definition>) => {
  if (json && format !== undefined && format !== "json") return Effect.fail(jsonExcludes(COMMAND, format))
  const usual: RelayFormatName = isTerminal() && output === undefined ? "table" : "json"
  return Effect.succeed(format ?? (json ? "json" : usual))
}

const texts = {
  json: (report: NamedRelayReport) => jsonOf(report, 2),
  table: (report: NamedRelayReport) => relayTable(report, terminalColumns()),
  openmetrics: (report: NamedRelayReport) => relayMetrics(report),
} as const

/** True if new clients reach every socket. */
const isWell = ({ sockets }: NamedRelayReport) => sockets.every(({ state }) => state === "listening")

const withHint = (error: ControlClientError) =>
  error.reason === "NotRunning"
    ? new ControlClientError({
        ...error,
        message: `${error.message}; where i3pm-relay.socket listens, its first client starts it, else run: i3pm relay`,
      })
    : error

/** `i3pm diagnose relay`. */
export const diagnoseRelay = on(definition, given =>
  Effect.gen(function* () {
    const file = yield* fileOf(COMMAND, given.output)
    const format = yield* formatFor(given)
    const asked = yield* Effect.either(Effect.mapError(askRelay, withHint))
    // A monitoring system gets its text in any case.
    if (asked._tag === "Left" && format === "openmetrics") yield* deliver(relayMetrics(undefined), file)
    const report = yield* asked
    yield* deliver(texts[format](report), file)
    if (!isWell(report)) return yield* new ExitStatus({ status: 1 })
  }).pipe(
    Effect.provide(Layer.merge(ControlClient.layerOfRelay.pipe(Layer.provide(RuntimeDir.layer)), Subprocess.layer)),
  ),
)
