/** `i3pm diagnose sockets`, if `fast/asked.ts` gave no answer: a table, or no daemon. */
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import * as ControlClient from "../../../layers/control/ControlClient.ts"
import * as Settings from "../../../layers/settings/Settings.ts"
import * as UserSettings from "../../../layers/settings/userSettings.ts"
import { toJson } from "../../../layers/sockets/Candidate.ts"
import { patientDeadline, SocketDiscovery } from "../../../layers/sockets/SocketDiscovery.ts"
import { oneShotDiscovery } from "../../layers/discoveryLayers.ts"
import { decodeAnswer } from "../askDaemon.ts"
import { sockets as definition } from "../catalogue/diagnose.ts"
import { Survey } from "../daemonAnswers.ts"
import * as flags from "../flags.ts"
import { columns, ExitStatus, legend, note, printResult } from "../output/output.ts"
import { on } from "../tree/handler.ts"

/** The daemon probes all sockets at the same time, each with this deadline, and needs some time for many of them. */
const daemonDeadline = Duration.sum(patientDeadline, Duration.seconds(1))

const surveyDirectly = Effect.gen(function* () {
  const discovery = yield* SocketDiscovery
  const candidates = yield* discovery.survey({ deadline: patientDeadline })
  const winner = candidates.find(({ verdict }) => verdict === "live")
  return {
    source: "probe",
    chosen: winner?.path ?? null,
    sockets: candidates.map(candidate => toJson(candidate, winner, undefined)),
  }
})

const askDaemon = Effect.flatMap(ControlClient.ControlClient, client =>
  client.call("list_sockets", undefined, daemonDeadline),
)

/** What the words of the table mean. */
const meanings: ReadonlyArray<readonly [verdict: string, meaning: string]> = [
  ["live", "a compositor answered"],
  ["unresponsive", "there is a listener, and it does not answer"],
  ["orphan", "left by a compositor that has ended; i3pm cleanup removes it"],
  ["suspect", "its compositor is starting or shutting down; it is kept"],
  ["unknown", "it could not be checked; it is kept"],
  ["foreign", "of another user, or no socket; it is never touched"],
  ["missing", "no such file"],
]

/** The sockets, and what the words mean that are in the table. */
export const table = ({ sockets }: Survey): string => {
  if (sockets.length === 0) return "No Sway or i3 socket found."
  const rows = sockets.map(({ chosen, path, reason, verdict }) => [chosen ? "*" : "", verdict, path, reason])
  return [
    columns([["", "VERDICT", "SOCKET", "REASON"], ...rows]),
    legend([
      ...(sockets.some(({ chosen }) => chosen) ? [["*", "the one that i3pm uses"] as const] : []),
      ...meanings.filter(([word]) => sockets.some(({ verdict }) => verdict === word)),
    ]),
  ].join("\n\n")
}

/** `i3pm diagnose sockets`. */
export const sockets = on(definition, options =>
  Effect.gen(function* () {
    const { socket } = yield* Effect.flatMap(Settings.Settings, ({ current }) => current)
    const answer: unknown = Option.isSome(socket)
      ? yield* surveyDirectly
      : yield* askDaemon.pipe(
          // The runtime directory is refused: say why only named sockets are listed.
          Effect.tapError(({ message, reason }) => (reason === "Denied" ? note(message) : Effect.void)),
          Effect.orElse(() => surveyDirectly),
        )
    const survey = yield* decodeAnswer("list_sockets", Survey)(answer)
    yield* printResult(answer, options.json, () => table(survey))
    if (survey.chosen === null) return yield* new ExitStatus({ status: 1 })
  }).pipe(
    Effect.provide(
      ControlClient.layer.pipe(Layer.provideMerge(oneShotDiscovery(UserSettings.layer(flags.toSettings(options))))),
    ),
  ),
)
