/**
 * `i3pm diagnose socket-health` into a pipe or with a format, which bars and scripts call every few seconds. It answers only if a
 * daemon does, for the socket that is meant. Of `--watch` it gives the first view.
 */
import { type OpenedLines, openFirst } from "../../../layers/control/openedLines.ts"
import { answerIn, requestLine } from "../../../layers/control/rpcLines.ts"
import { SocketHealth } from "../../../layers/health/SocketHealth.ts"
import { readPlainSettings } from "../../../layers/settings/plainSettings.ts"
import { version } from "../../version.ts"
import type { socketHealth as definition } from "../catalogue/diagnose.ts"
import { ANSWER_DEADLINE_MS, DaemonStatus, HEALTH_DEADLINE_MS } from "../daemonAnswers.ts"
import * as flags from "../flags.ts"
import { statusOf, type View } from "../formats/Format.ts"
import { formatOf } from "../formats/formats.ts"
import { nagiosStatus } from "../formats/nagios.ts"
import type { FormatName } from "../formats/names.ts"
import { healthExitStatus } from "../healthExitStatus.ts"
import { isSameSocket } from "../isSameSocket.ts"
import type { ValuesOf } from "../tree/define.ts"
import type { Answer, Begun, Place } from "./Answer.ts"
import { askHealthPlainly, askPlainly, controlSocketOf, ofShape } from "./askPlainly.ts"

type Given = ValuesOf<typeof definition>

/** The format, if the fast path prints it; a table is for a person, who can wait for the other part. */
const formatIn = ({ format, json, output }: Given, { isTerminal }: Place): FormatName | undefined => {
  if (output !== undefined && output !== "-") return undefined
  const name = format ?? (json || !isTerminal ? "json" : "table")
  return name === "table" || (json && name !== "json") ? undefined : name
}

const askHistory = async (place: Place) =>
  ofShape(DaemonStatus, await askPlainly("get_status", ANSWER_DEADLINE_MS, place))

const look = async (withHistory: boolean, place: Place) => {
  if (!withHistory) return { health: await askHealthPlainly(place), history: undefined }
  const history = await askHistory(place)
  return { health: history?.health, history }
}

const formatNamed = (name: FormatName) => formatOf(name, { width: undefined, colour: false, version })

const openWatch = (place: Place) => {
  const path = controlSocketOf(place)
  return path === undefined
    ? undefined
    : new Promise<OpenedLines | undefined>(resolve =>
        openFirst(path, requestLine("watch_socket_health", undefined), HEALTH_DEADLINE_MS, resolve),
      )
}

/** The first view of `--watch`, with the connection that brings the next ones. It is the daemon's, whatever names a socket. */
const begin = async (name: FormatName, place: Place): Promise<Begun | undefined> => {
  const watch = await openWatch(place)
  if (watch === undefined) return undefined
  const answer = answerIn(watch.first)
  const pushed = answer._tag === "Result" ? ofShape(SocketHealth, answer.result) : undefined
  if (pushed === undefined) {
    watch.follow({ onLine: () => {}, onEnd: () => {} })()
    return undefined
  }
  const history = name === "openmetrics" ? await askHistory(place) : undefined
  const view: View = { _tag: "Health", at: Date.now(), health: history?.health ?? pushed, history }
  const { line, open } = formatNamed(name).stream
  return { begun: [open, line(view)].map(text => (text === "" ? "" : `${text}\n`)).join(""), opened: { watch } }
}

/** Answers `i3pm diagnose socket-health`. On a terminal `--watch` is left to the part for a person. */
export const socketHealth = async (given: Given, place: Place): Promise<Answer | Begun | undefined> => {
  const name = formatIn(given, place)
  if (name === undefined) return undefined
  if (given.watch) return given.socket !== undefined || place.isTerminal ? undefined : begin(name, place)
  const settings = await readPlainSettings(place.variable, flags.toSettings({ socket: given.socket }))
  if (settings === undefined) return undefined
  const { health, history } = await look(name === "openmetrics", place)
  if (health === undefined) return undefined
  if (settings.socket !== undefined && !isSameSocket(settings.socket.path, health.socket_path)) return undefined
  const view: View = { _tag: "Health", at: Date.now(), health, history }
  return {
    stdout: `${formatNamed(name).once(view)}\n`,
    status: name === "nagios" ? nagiosStatus(view) : healthExitStatus(statusOf(view)),
  }
}
