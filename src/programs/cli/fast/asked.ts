/** Commands that print what the daemon answers, as JSON: `diagnose sockets` and `diagnose status`. */
import { readPlainSettings } from "../../../layers/settings/plainSettings.ts"
import { jsonOf } from "../../../layers/system/rawText.ts"
import type { sockets as socketsDefinition, status as statusDefinition } from "../catalogue/diagnose.ts"
import { ANSWER_DEADLINE_MS, DaemonStatus, SURVEY_DEADLINE_MS, Survey } from "../daemonAnswers.ts"
import * as flags from "../flags.ts"
import type { ValuesOf } from "../tree/define.ts"
import type { Answer, Place } from "./Answer.ts"
import { askPlainly, ofShape } from "./askPlainly.ts"

/** Answers `i3pm diagnose status`. */
export const status = async (
  { json }: ValuesOf<typeof statusDefinition>,
  place: Place,
): Promise<Answer | undefined> => {
  if (!json && place.isTerminal) return undefined
  const found = ofShape(DaemonStatus, await askPlainly("get_status", ANSWER_DEADLINE_MS, place))
  return found === undefined ? undefined : { stdout: `${jsonOf(found, 2)}\n`, status: 0 }
}

/** Answers `i3pm diagnose sockets`. */
export const sockets = async (
  options: ValuesOf<typeof socketsDefinition>,
  place: Place,
): Promise<Answer | undefined> => {
  if (!options.json && place.isTerminal) return undefined
  const settings = await readPlainSettings(place.variable, flags.toSettings(options))
  if (settings === undefined || settings.socket !== undefined) return undefined
  const answer = await askPlainly("list_sockets", SURVEY_DEADLINE_MS, place)
  const survey = ofShape(Survey, answer)
  return survey === undefined ? undefined : { stdout: `${jsonOf(answer, 2)}\n`, status: survey.chosen === null ? 1 : 0 }
}
