/** Why the systemd user manager did not do what was requested. */
import * as Data from "effect/Data"
import type { Finished, SubprocessError } from "../system/Subprocess.ts"

/**
 * A request to the user manager failed; `command` is the command line that sent it.
 *
 * `NoSystemd`: systemctl is not installed. `NotRunning`: no user manager answers. `NoSuchUnit`: it has no unit of that name.
 * `Timeout`: it did not answer in time. `Killed`: systemctl was killed, so it may be done or not. `Failed`: it refused, or a job
 * failed; the message is systemctl's.
 */
export class UserManagerError extends Data.TaggedError("UserManagerError")<{
  readonly reason: "NoSystemd" | "NotRunning" | "NoSuchUnit" | "Timeout" | "Killed" | "Failed"
  readonly command: string
  readonly message: string
  readonly cause: unknown
}> {}

/** systemctl's exit status for an unknown unit (systemctl(1), after LSB). */
const NO_SUCH_UNIT = 5

/** What systemctl prints if no manager answers. It has no exit status of its own for that. */
const isNoManager = (stderr: string) =>
  /Failed to connect to (?:bus|user scope bus)|Failed to get D-Bus connection|XDG_RUNTIME_DIR/.test(stderr)

/** The error for a systemctl that ended with an exit status other than 0. */
export const refused = (command: string, { code, stderr }: Finished): UserManagerError => {
  const output = stderr.trim().split("\n")[0] ?? ""
  const fail = (reason: UserManagerError["reason"], message: string) =>
    new UserManagerError({ reason, command, message, cause: { code, stderr } })
  if (isNoManager(stderr)) return fail("NotRunning", `there is no systemd user manager for this user: ${output}`)
  if (code === NO_SUCH_UNIT || /Unit \S+ not found|could not be found/.test(stderr)) return fail("NoSuchUnit", output)
  return fail("Failed", output === "" ? `${command} ended with exit status ${code}` : output)
}

const notRunReasons: Readonly<Partial<Record<SubprocessError["reason"], UserManagerError["reason"]>>> = {
  NotFound: "NoSystemd",
  Timeout: "Timeout",
  Killed: "Killed",
}

/** The error for a systemctl that could not be run to its end. */
export const notRun =
  (command: string) =>
  (cause: SubprocessError): UserManagerError => {
    const reason = notRunReasons[cause.reason] ?? "Failed"
    const message =
      reason === "NoSystemd"
        ? "there is no systemd here: systemctl is not installed"
        : reason === "Timeout"
          ? `the user manager does not answer: ${command}: ${cause.message}`
          : cause.message
    return new UserManagerError({ reason, command, message, cause })
  }

/** The error for output that cannot be parsed. The message quotes its beginning, and nothing of the parser's message. */
export const unexpectedOutput =
  (command: string, output: string) =>
  (cause: unknown): UserManagerError =>
    new UserManagerError({
      reason: "Failed",
      command,
      message: `unexpected output from ${command}: ${JSON.stringify(output.slice(0, 60))}`,
      cause,
    })
