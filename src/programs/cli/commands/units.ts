/** `i3pm units print`, `install` and `uninstall`. */
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import { placeVariables, swayFiles } from "../../../layers/doctor/gather/swayConfig.ts"
import { SessionBinding } from "../../../layers/session/binding/SessionBinding.ts"
import { sessionLineIn } from "../../../layers/session/config/block.ts"
import * as UserSettings from "../../../layers/settings/userSettings.ts"
import { currentUid } from "../../../layers/system/currentUid.ts"
import { variable, variables } from "../../../layers/system/environment.ts"
import { mayHang } from "../../../layers/system/mounts.ts"
import * as ProcessTable from "../../../layers/system/ProcessTable.ts"
import { jsonOf } from "../../../layers/system/rawText.ts"
import * as Subprocess from "../../../layers/system/Subprocess.ts"
import * as UserDirs from "../../../layers/system/UserDirs.ts"
import * as WriteLock from "../../../layers/system/WriteLock.ts"
import * as UserManager from "../../../layers/systemd/UserManager.ts"
import { catalogue, type DaemonLifetime, unitNames } from "../../../layers/systemd/units/catalogue.ts"
import { installedLifetime } from "../../../layers/systemd/units/installPlan.ts"
import { packageDirectory } from "../../../layers/systemd/units/packaged.ts"
import type { Step, UnitInstallError } from "../../../layers/systemd/units/steps.ts"
import { render } from "../../../layers/systemd/units/UnitFile.ts"
import * as UnitInstaller from "../../../layers/systemd/units/UnitInstaller.ts"
import { oneShotDiscovery } from "../../layers/discoveryLayers.ts"
import * as definitions from "../catalogue/units.ts"
import { leavingRelay } from "../leaveRelay.ts"
import { columns, note, type OutputError, printResult, write } from "../output/output.ts"
import { command, fleeting } from "../ownCommand.ts"
import { binding } from "../sessionLayers.ts"
import { loadedNow } from "../swayConfiguration.ts"
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
    const daemonLifetime = lifetime ?? (yield* Effect.orElseSucceed(installedLifetime(dirs.units), () => undefined))
    const all = catalogue({ ...(yield* setting), systemd, daemonLifetime })
    const units = all.filter(({ name }) => names.length === 0 || names.includes(name))
    if (json) {
      const data = Object.fromEntries(units.map(({ name, sections }) => [name, sections]))
      return yield* write(`${jsonOf(data, 2)}\n`)
    }
    yield* write(units.map(unit => `# ${dirs.units}/${unit.name}\n${render(unit)}`).join("\n"))
  }).pipe(Effect.provide(services)),
)

const table = (steps: ReadonlyArray<Step>) =>
  columns(steps.map(({ action, detail, what }) => [action, detail === undefined ? what : `${what}: ${detail}`]))

/** What is printed with the steps: those that were done before, and what goes to stderr after the result. */
interface Notes<R> {
  readonly before?: ReadonlyArray<Step>
  readonly warnings?: ReadonlyArray<string>
  /** The commands that the user still has to run, after these steps. */
  readonly next: (done: ReadonlyArray<Step>) => Effect.Effect<ReadonlyArray<string>, never, R>
}

/** Prints the steps that were done, also if a later one failed. */
const report = <R, R2>(
  act: Effect.Effect<ReadonlyArray<Step>, UnitInstallError | WriteLock.WriteLockError, R>,
  json: boolean,
  { before = [], next: nextAfter, warnings = [] }: Notes<R2>,
) => {
  const printSteps = (done: ReadonlyArray<Step>, next: ReadonlyArray<string>): Effect.Effect<void, OutputError> => {
    const steps = [...before, ...done]
    return printResult({ steps, warnings, next }, json, () => table(steps))
  }
  return Effect.gen(function* () {
    const done = yield* Effect.tapError(act, error => {
      const steps = error._tag === "UnitInstallError" ? error.steps : []
      return before.length + steps.length === 0 ? Effect.void : printSteps(steps, [])
    })
    const next = yield* nextAfter(done)
    yield* printSteps(done, next)
    yield* Effect.forEach(warnings, warning => note(`warning: ${warning}`), { discard: true })
    yield* Effect.forEach(next, step => note(`next: ${step}`), { discard: true })
  })
}

/** A warning if a package has the units already. */
const packageWarning = (runtimeDir: string, lifetime: DaemonLifetime | undefined) =>
  Effect.gen(function* () {
    const { units } = yield* UserDirs.UserDirs
    const directory = yield* packageDirectory(units, runtimeDir)
    if (directory === undefined) return []
    const needed = lifetime === "manager" ? "" : "; they are only needed for --daemon-lifetime manager"
    return [
      `a package has these units already, in ${directory}: the copies in ${units} hide them, and an update of the package does not ` +
        `change the copies${needed}. i3pm units uninstall removes them`,
    ]
  })

/** True if sway's configuration starts the session already. */
const startsSessionAlready = Effect.gen(function* () {
  const { config } = yield* UserDirs.UserDirs
  if (mayHang(config)) return false
  const files = yield* swayFiles(config, yield* variables(placeVariables), yield* loadedNow)
  return files.some(({ text }) => sessionLineIn(text) !== undefined)
})

/** Units that a user starts by hand; the others are started by these. In the order in which they depend on each other. */
const startable: ReadonlyArray<string> = [
  unitNames.timer,
  unitNames.relaySocket,
  unitNames.sessionTarget,
  unitNames.daemon,
]

/** The command that starts those stopped units of which a package has another file. */
const startPackaged = (done: ReadonlyArray<Step>) =>
  Effect.gen(function* () {
    const manager = yield* UserManager.UserManager
    const stopped = startable.filter(name => done.some(({ action, what }) => action === "stopped" && what === name))
    if (stopped.length === 0) return []
    const shown = yield* manager.show([...stopped, unitNames.sessionTarget], ["LoadState", "ActiveState"])
    const left = stopped.filter((_, index) => shown[index]?.["LoadState"] === "loaded")
    const hasTarget = left.includes(unitNames.sessionTarget) || shown.at(-1)?.["ActiveState"] === "active"
    const names = left.filter(name => name !== unitNames.daemon || hasTarget)
    return names.length === 0 ? [] : [`systemctl --user start ${names.join(" ")}`]
  }).pipe(Effect.orElseSucceed((): ReadonlyArray<string> => []))

/** `i3pm units install`. */
export const unitsInstall = on(definitions.unitsInstall, ({ json, lifetime }) =>
  Effect.gen(function* () {
    const installer = yield* UnitInstaller.UnitInstaller
    const settings = yield* setting
    const options = { ...settings, daemonLifetime: lifetime }
    const runtimeDir = settings.notifySocket.replace(/\/systemd\/notify$/, "")
    const warnings = [...Option.toArray(yield* fleeting), ...(yield* packageWarning(runtimeDir, lifetime))]
    const next = Effect.map(startsSessionAlready, isDone => [
      ...(isDone ? [] : ["i3pm session install"]),
      "i3pm doctor",
    ])
    yield* report(installer.install(options), json, { warnings, next: () => next })
  }).pipe(Effect.provide(Layer.merge(services, oneShotDiscovery(UserSettings.layerOrDefaults())))),
)

/** `i3pm units uninstall`. */
export const unitsUninstall = on(definitions.unitsUninstall, ({ all, json }) =>
  Effect.gen(function* () {
    const sessions = yield* SessionBinding
    const unbound = all ? yield* sessions.unbindAll : []
    const before = unbound.map((what): Step => ({ action: "unbound", what, detail: "original files restored" }))
    const installer = yield* UnitInstaller.UnitInstaller
    yield* leavingRelay(report(installer.uninstall, json, { before, next: startPackaged }))
  }).pipe(Effect.provide(Layer.merge(services, binding))),
)
