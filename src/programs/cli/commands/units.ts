/** `i3pm units print`, `install` and `uninstall`. */
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import { SessionBinding } from "../../../layers/session/binding/SessionBinding.ts"
import { currentUid } from "../../../layers/system/currentUid.ts"
import { variable } from "../../../layers/system/environment.ts"
import * as ProcessTable from "../../../layers/system/ProcessTable.ts"
import * as Subprocess from "../../../layers/system/Subprocess.ts"
import * as UserDirs from "../../../layers/system/UserDirs.ts"
import * as WriteLock from "../../../layers/system/WriteLock.ts"
import * as UserManager from "../../../layers/systemd/UserManager.ts"
import { catalogue } from "../../../layers/systemd/units/catalogue.ts"
import type { Step, UnitInstallError } from "../../../layers/systemd/units/steps.ts"
import { render } from "../../../layers/systemd/units/UnitFile.ts"
import * as UnitInstaller from "../../../layers/systemd/units/UnitInstaller.ts"
import * as definitions from "../catalogue/units.ts"
import { leavingRelay } from "../leaveRelay.ts"
import { columns, note, type OutputError, printResult, write } from "../output/output.ts"
import { command, fleeting } from "../ownCommand.ts"
import { binding } from "../sessionLayers.ts"
import { on } from "../tree/handler.ts"
import { usageError } from "../usage/UsageError.ts"

/** Without a manager the units are printed for the newest systemd. */
const NEWEST = Number.POSITIVE_INFINITY

/** The path on which the user manager listens for sd_notify messages; it is always this one. */
const notifySocket = variable("XDG_RUNTIME_DIR").pipe(
  Effect.map(Option.filter(path => path.startsWith("/"))),
  Effect.map(Option.getOrElse(() => `/run/user/${currentUid()}`)),
  Effect.map(runtimeDir => `${runtimeDir.replace(/\/+$/, "")}/systemd/notify`),
)

const setting = Effect.all({ command, notifySocket })

const services = UnitInstaller.layer.pipe(
  Layer.provide(WriteLock.layer.pipe(Layer.provide(ProcessTable.layer))),
  Layer.provideMerge(Layer.merge(UserDirs.layer, UserManager.layer.pipe(Layer.provide(Subprocess.layer)))),
)

/** `i3pm units print`. */
export const unitsPrint = on(definitions.unitsPrint, ({ json, lifetime, names }) =>
  Effect.gen(function* () {
    const unknown = names.find(name => !definitions.knownUnits.includes(name))
    if (unknown !== undefined) {
      return yield* usageError(
        "BadValue",
        "i3pm units print",
        `UNIT is any of ${definitions.knownUnits.join(", ")}, not "${unknown}"`,
      )
    }
    const dirs = yield* UserDirs.UserDirs
    const manager = yield* UserManager.UserManager
    const systemd = yield* Effect.orElseSucceed(manager.version, () => NEWEST)
    const all = catalogue({ ...(yield* setting), systemd, daemonLifetime: lifetime })
    const units = all.filter(({ name }) => names.length === 0 || names.includes(name))
    if (json) {
      const data = Object.fromEntries(units.map(({ name, sections }) => [name, sections]))
      return yield* write(`${JSON.stringify(data, null, 2)}\n`)
    }
    yield* write(units.map(unit => `# ${dirs.units}/${unit.name}\n${render(unit)}`).join("\n"))
  }).pipe(Effect.provide(services)),
)

const table = (steps: ReadonlyArray<Step>) =>
  columns(steps.map(({ action, detail, what }) => [action, detail === undefined ? what : `${what}: ${detail}`]))

/** What is printed with the steps: those that were done before, and what goes to stderr after the result. */
interface Notes {
  readonly before: ReadonlyArray<Step>
  readonly warnings: ReadonlyArray<string>
  readonly next: ReadonlyArray<string>
}

/** Prints the steps that were done, also if a later one failed. */
const report = <R>(
  act: Effect.Effect<ReadonlyArray<Step>, UnitInstallError | WriteLock.WriteLockError, R>,
  json: boolean,
  { before = [], next = [], warnings = [] }: Partial<Notes>,
) => {
  const printSteps = (done: ReadonlyArray<Step>): Effect.Effect<void, OutputError> => {
    const steps = [...before, ...done]
    return printResult({ steps, warnings, next }, json, () => table(steps))
  }
  return act.pipe(
    Effect.tapError(error => {
      const steps = error._tag === "UnitInstallError" ? error.steps : []
      return before.length + steps.length === 0 ? Effect.void : printSteps(steps)
    }),
    Effect.flatMap(printSteps),
    Effect.zipRight(Effect.forEach(warnings, warning => note(`warning: ${warning}`), { discard: true })),
    Effect.zipRight(Effect.forEach(next, step => note(`next: ${step}`), { discard: true })),
  )
}

/** `i3pm units install`. */
export const unitsInstall = on(definitions.unitsInstall, ({ json, lifetime }) =>
  Effect.gen(function* () {
    const installer = yield* UnitInstaller.UnitInstaller
    const options = { ...(yield* setting), daemonLifetime: lifetime }
    const warnings = Option.toArray(yield* fleeting)
    yield* report(installer.install(options), json, { warnings, next: ["i3pm session install", "i3pm doctor"] })
  }).pipe(Effect.provide(services)),
)

/** `i3pm units uninstall`. */
export const unitsUninstall = on(definitions.unitsUninstall, ({ all, json }) =>
  Effect.gen(function* () {
    const sessions = yield* SessionBinding
    const unbound = all ? yield* sessions.unbindAll : []
    const before = unbound.map((what): Step => ({ action: "unbound", what, detail: "original files restored" }))
    const installer = yield* UnitInstaller.UnitInstaller
    yield* leavingRelay(report(installer.uninstall, json, { before }))
  }).pipe(Effect.provide(Layer.merge(services, binding))),
)
