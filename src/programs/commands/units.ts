import * as Args from "@effect/cli/Args"
import * as Command from "@effect/cli/Command"
import * as Config from "effect/Config"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import { currentUid } from "../../layers/currentUid.ts"
import * as ProcessTable from "../../layers/ProcessTable.ts"
import * as Subprocess from "../../layers/Subprocess.ts"
import * as WriteLock from "../../layers/system/WriteLock.ts"
import * as UnitInstaller from "../../layers/UnitInstaller.ts"
import * as UserDirs from "../../layers/UserDirs.ts"
import * as UserManager from "../../layers/UserManager.ts"
import { catalogue, unitNames } from "../../layers/units/catalogue.ts"
import type { Step, UnitInstallError } from "../../layers/units/steps.ts"
import { render } from "../../layers/units/UnitFile.ts"
import * as flags from "../flags.ts"
import { columns, isTerminal, note, type OutputError, printResult, write } from "../output.ts"
import { command } from "../ownCommand.ts"
import { usageError } from "../usage/UsageError.ts"

/** The form for every systemd that is still to come. */
const NEWEST = Number.POSITIVE_INFINITY

/** Where the user manager listens for sd_notify messages; it has no other place for it. */
const notifySocket = Config.option(Config.nonEmptyString("XDG_RUNTIME_DIR")).pipe(
  Effect.orElseSucceed(Option.none<string>),
  Effect.map(Option.filter(path => path.startsWith("/"))),
  Effect.map(Option.getOrElse(() => `/run/user/${currentUid()}`)),
  Effect.map(runtimeDir => `${runtimeDir.replace(/\/+$/, "")}/systemd/notify`),
)

const setting = Effect.all({ command, notifySocket })

const services = UnitInstaller.layer.pipe(
  Layer.provide(WriteLock.layer.pipe(Layer.provide(ProcessTable.layer))),
  Layer.provideMerge(Layer.merge(UserDirs.layer, UserManager.layer.pipe(Layer.provide(Subprocess.layer)))),
)

const known: ReadonlyArray<string> = Object.values(unitNames)

const names = Args.text({ name: "UNIT" }).pipe(
  Args.withDescription(`Any of ${known.join(", ")}; all of them when none is given.`),
  Args.repeated,
)

const printJson = flags.jsonThat("Print the sections of the units as JSON, instead of the text of the files.")

const print = Command.make("print", { json: printJson, names }, ({ json, names }) =>
  Effect.gen(function* () {
    const strange = names.find(name => !known.includes(name))
    if (strange !== undefined) {
      return yield* usageError("BadValue", "i3pm units print", `UNIT is any of ${known.join(", ")}, not "${strange}"`)
    }
    const dirs = yield* UserDirs.UserDirs
    const manager = yield* UserManager.UserManager
    const systemd = yield* Effect.orElseSucceed(manager.version, () => NEWEST)
    const all = catalogue({ ...(yield* setting), systemd })
    const units = all.filter(({ name }) => names.length === 0 || names.includes(name))
    if (json) {
      const data = Object.fromEntries(units.map(({ name, sections }) => [name, sections]))
      return yield* write(`${JSON.stringify(data, null, 2)}\n`)
    }
    yield* write(units.map(unit => `# ${dirs.units}/${unit.name}\n${render(unit)}`).join("\n"))
  }).pipe(Effect.provide(services)),
).pipe(
  Command.withDescription(
    "Print the units as install would write them, as text also into a pipe. " +
      `Example: i3pm units print ${unitNames.daemon}`,
  ),
)

const table = (steps: ReadonlyArray<Step>) =>
  columns(steps.map(({ action, detail, what }) => [action, detail === undefined ? what : `${what}: ${detail}`]))

/** What was done is said in any case, before what could not be. */
const report = <R>(
  act: Effect.Effect<ReadonlyArray<Step>, UnitInstallError | WriteLock.WriteLockError, R>,
  json: boolean,
) => {
  const say = (steps: ReadonlyArray<Step>): Effect.Effect<void, OutputError> =>
    printResult({ steps }, json, () => table(steps))
  return act.pipe(
    Effect.tapErrorTag("UnitInstallError", ({ steps }) => (steps.length === 0 ? Effect.void : say(steps))),
    Effect.flatMap(say),
  )
}

const install = Command.make("install", { json: flags.json }, ({ json }) =>
  Effect.gen(function* () {
    const installer = yield* UnitInstaller.UnitInstaller
    yield* report(installer.install(yield* setting), json)
    if (isTerminal()) yield* note("to have a session with them, add to the sway configuration: exec i3pm session run")
  }).pipe(Effect.provide(services)),
).pipe(
  Command.withDescription(
    "Write the units to the user's unit directory, enable and start them. A file that i3pm did not write, or that was " +
      "edited since, is never overwritten. Example: i3pm units install",
  ),
)

const uninstall = Command.make("uninstall", { json: flags.json }, ({ json }) =>
  Effect.gen(function* () {
    const installer = yield* UnitInstaller.UnitInstaller
    yield* report(installer.uninstall, json)
  }).pipe(Effect.provide(services)),
).pipe(
  Command.withDescription("Stop the units and remove all that install has made. Example: i3pm units uninstall --json"),
)

/** `i3pm units`. */
export const units = Command.make("units").pipe(
  Command.withDescription("The systemd user units of i3pm: the daemon, the cleanup and its timer, the session target."),
  Command.withSubcommands([print, install, uninstall]),
)
