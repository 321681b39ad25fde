/** Checks a configuration file with `sway -C`, without a screen and without any effect on a running sway. */
import { mkdtempSync, rmSync } from "node:fs"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import { temporaryPrefix } from "../../system/leftovers.ts"
import { Subprocess } from "../../system/Subprocess.ts"

/** The result. `errors` are sway's messages; `unchecked`: sway could not be run, and `why`. */
export type CheckResult =
  | { readonly _tag: "right" }
  | { readonly _tag: "wrong"; readonly errors: string }
  | { readonly _tag: "unchecked"; readonly why: string }

/** sway 1.7 opens a backend before it reads the file, and hangs if there is no seat. The headless backend needs no seat. */
const headless = { WLR_BACKENDS: "headless", WLR_RENDERER: "pixman", WLR_LIBINPUT_NO_DEVICES: "1" }

/** sway -C takes less than a second. */
const deadline = Duration.seconds(10)

const errorsIn = (stderr: string) => {
  const lines = stderr.split("\n").filter(line => /error/i.test(line))
  return (lines.length === 0 ? stderr.trim().split("\n").slice(-3) : lines).map(line => line.trim()).join("; ")
}

/** Runs `sway -C` on a file, with these variables and a runtime directory of its own. */
export const check = (
  file: string,
  environment: Readonly<Record<string, string>>,
): Effect.Effect<CheckResult, never, Subprocess> =>
  Effect.acquireUseRelease(
    Effect.sync(() => mkdtempSync(temporaryPrefix())),
    directory =>
      Effect.flatMap(Subprocess, ({ run }) =>
        run("sway", ["-C", "-c", file], { deadline, env: { ...environment, ...headless, XDG_RUNTIME_DIR: directory } }),
      ).pipe(
        Effect.map(
          ({ code, stderr }): CheckResult =>
            code === 0 ? { _tag: "right" } : { _tag: "wrong", errors: errorsIn(stderr) },
        ),
        Effect.catchAll(({ message }) => Effect.succeed<CheckResult>({ _tag: "unchecked", why: message })),
      ),
    directory => Effect.sync(() => rmSync(directory, { recursive: true, force: true })),
  )
