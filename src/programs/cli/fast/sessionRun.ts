/** The beginning of `i3pm session run`: systemd and D-Bus are asked while the part is loaded that runs the session. */
import { beginProgram } from "../../../layers/system/runPlainly.ts"
import { BUS_QUESTION, busArguments, environmentArguments } from "../../../layers/systemd/firstQuestions.ts"
import type { sessionRun as definition } from "../catalogue/session.ts"
import type { ValuesOf } from "../tree/define.ts"
import type { Begun } from "./Answer.ts"

/** Begins `i3pm session run`. Both questions change nothing. `--take-over` need not ask them. */
export const sessionRun = async ({ takeOver }: ValuesOf<typeof definition>): Promise<Begun | undefined> =>
  takeOver
    ? undefined
    : {
        begun: "",
        opened: {
          asked: [beginProgram("systemctl", environmentArguments), beginProgram("busctl", busArguments(BUS_QUESTION))],
        },
      }
