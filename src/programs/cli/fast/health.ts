/**
 * `i3pm diagnose socket-health` into a pipe or with a format, which bars and scripts call every few seconds. It answers only if a
 * daemon does, for the socket that is meant.
 */
import { readPlainSettings } from "../../../layers/settings/plainSettings.ts"
import { version } from "../../version.ts"
import type { socketHealth as definition } from "../catalogue/diagnose.ts"
import { ANSWER_DEADLINE_MS, DaemonStatus } from "../daemonAnswers.ts"
import * as flags from "../flags.ts"
import { statusOf, type View } from "../formats/Format.ts"
import { formatOf } from "../formats/formats.ts"
import { nagiosStatus } from "../formats/nagios.ts"
import type { FormatName } from "../formats/names.ts"
import { healthExitStatus } from "../healthExitStatus.ts"
import { isSameSocket } from "../isSameSocket.ts"
import type { ValuesOf } from "../tree/define.ts"
import type { Answer, Place } from "./Answer.ts"
import { askHealthPlainly, askPlainly, ofShape } from "./askPlainly.ts"

type Given = ValuesOf<typeof definition>

/** The format, if the fast path prints it; a table is for a person, who can wait for the other part. */
const formatIn = ({ format, json, output, watch }: Given, { isTerminal }: Place): FormatName | undefined => {
  if (watch || (output !== undefined && output !== "-")) return undefined
  const name = format ?? (json || !isTerminal ? "json" : "table")
  return name === "table" || (json && name !== "json") ? undefined : name
}

const look = async (withHistory: boolean, place: Place) => {
  if (!withHistory) return { health: await askHealthPlainly(place), history: undefined }
  const history = ofShape(DaemonStatus, await askPlainly("get_status", ANSWER_DEADLINE_MS, place))
  return { health: history?.health, history }
}

/** Answers `i3pm diagnose socket-health`. */
export const socketHealth = async (given: Given, place: Place): Promise<Answer | undefined> => {
  const name = formatIn(given, place)
  const settings =
    name === undefined ? undefined : await readPlainSettings(place.variable, flags.toSettings({ socket: given.socket }))
  if (name === undefined || settings === undefined) return undefined
  const { health, history } = await look(name === "openmetrics", place)
  if (health === undefined) return undefined
  if (settings.socket !== undefined && !isSameSocket(settings.socket.path, health.socket_path)) return undefined
  const view: View = { _tag: "Health", at: Date.now(), health, history }
  const format = formatOf(name, { width: undefined, colour: false, version })
  return {
    stdout: `${format.once(view)}\n`,
    status: name === "nagios" ? nagiosStatus(view) : healthExitStatus(statusOf(view)),
  }
}
