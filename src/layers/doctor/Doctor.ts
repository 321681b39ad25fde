/** Checks everything that a reliable session needs, and fixes what is safe to fix. */

import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Ref from "effect/Ref"
import type { ControlClient } from "../control/ControlClient.ts"
import type { SurveyContext } from "../session/survey/compositors.ts"
import type { SessionSurvey } from "../session/survey/SessionSurvey.ts"
import type { SocketDiscovery } from "../sockets/SocketDiscovery.ts"
import { Subprocess } from "../system/Subprocess.ts"
import { shellLine } from "../system/shellWords.ts"
import type { ActivationEnvironment } from "../systemd/ActivationEnvironment.ts"
import type { UserManager } from "../systemd/UserManager.ts"
import type { Command, Judged } from "./Check.ts"
import type { Facts, Program } from "./Facts.ts"
import { defaultLimits, type GatherLimits, gather } from "./gather.ts"
import { judge } from "./judge.ts"

/** The gathered facts, and the checks that were made of them. */
export interface Examination {
  readonly facts: Facts
  readonly checks: ReadonlyArray<Judged>
}

/** A command that `--fix` has run, as it is printed. */
export interface Fixed {
  /** The check that it is for. */
  readonly id: string
  readonly command: string
  /** Null if it succeeded, else why it failed. */
  readonly error: string | null
}

/** Makes the checks, and runs their fixes. */
export class Doctor extends Context.Tag("i3pm/Doctor")<
  Doctor,
  {
    /** Gathers the facts and judges them. It changes nothing, and takes two and a half seconds at most. */
    readonly examine: Effect.Effect<Examination>
    /** Runs the safe commands of each check that is not right, each command once. Goes on after a failure. */
    readonly fix: (checks: ReadonlyArray<Judged>) => Effect.Effect<ReadonlyArray<Fixed>>
  }
>() {}

/** The services that the doctor asks. */
export type DoctorContext =
  | SurveyContext
  | SocketDiscovery
  | SessionSurvey
  | ControlClient
  | UserManager
  | ActivationEnvironment
  | Subprocess

const needsFix = ({ safe, status }: Judged) => safe.length > 0 && (status === "wrong" || status === "warning")

const make = (program: Program, limits: GatherLimits) =>
  Effect.gen(function* () {
    const context = yield* Effect.context<DoctorContext>()
    const { run } = yield* Subprocess
    // Only the first time this program has just been loaded.
    const spent = yield* Ref.make(limits.spent)
    const gatherOnce = Effect.flatMap(Ref.getAndSet(spent, Effect.succeed(0)), each =>
      gather(program, { ...limits, spent: each }),
    )

    const attempt = (id: string, command: Command): Effect.Effect<Fixed> => {
      const [name, ...args] = command
      return run(name, args).pipe(
        Effect.map(({ code, stderr }) =>
          code === 0 ? null : (stderr.trim().split("\n")[0] ?? "") || `it ended with exit status ${code}`,
        ),
        Effect.catchAll(({ message }) => Effect.succeed(message)),
        Effect.map(error => ({ id, command: shellLine(command), error })),
      )
    }

    return Doctor.of({
      examine: Effect.provide(
        Effect.map(gatherOnce, facts => ({ facts, checks: judge(facts) })),
        context,
      ),
      fix: checks => {
        const commands = checks.filter(needsFix).flatMap(({ id, safe }) => safe.map(command => ({ id, command })))
        const once = new Map(commands.map(each => [shellLine(each.command), each]))
        return Effect.forEach(once.values(), ({ command, id }) => attempt(id, command))
      },
    })
  })

/** The doctor for this program. */
export const layer = (
  program: Program,
  limits: GatherLimits = defaultLimits,
): Layer.Layer<Doctor, never, DoctorContext> => Layer.effect(Doctor, make(program, limits))
