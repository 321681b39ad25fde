import { spawnSync } from "node:child_process"
import * as fs from "node:fs"
import * as path from "node:path"
import { assert, describe, it } from "@effect/vitest"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as ProcessTable from "../../../../src/layers/system/ProcessTable.ts"
import { UserDirs } from "../../../../src/layers/system/UserDirs.ts"
import * as WriteLock from "../../../../src/layers/system/WriteLock.ts"
import { UserManager, UserManagerError } from "../../../../src/layers/systemd/UserManager.ts"
import type { UnitProperties } from "../../../../src/layers/systemd/units/properties.ts"
import type { Step, UnitInstallError } from "../../../../src/layers/systemd/units/steps.ts"
import { layer, UnitInstaller } from "../../../../src/layers/systemd/units/UnitInstaller.ts"
import { describeWith } from "../../../support/needs.ts"
import { makeOwnDir } from "../../support/children.ts"

const daemon = "i3-project-daemon.service"
const timer = "sway-socket-cleanup.timer"
const target = "sway-session.target"
const relaySocket = "i3pm-relay.socket"
const relay = "i3pm-relay.service"
const options = { command: ["/opt/a b%c/node", "/opt/main.cjs"] as const }

const managerError = (reason: UserManagerError["reason"]) =>
  new UserManagerError({ reason, command: "", message: `manager: ${reason}`, cause: undefined })

/** A manager in which the given units are active; it knows no unit before its first reload, and records what it is asked. */
/** Where the manager looks: in every home of these tests but one. */
let looksIn: ReadonlyArray<string> = []
const unitPath = () => Effect.sync(() => looksIn.map(path => `"${path}"`).join(" "))

const manager = (active: ReadonlyArray<string> = []) => {
  const asked: Array<string> = []
  const running = new Set(active)
  let isLoaded = active.length > 0
  const ask = (what: string, act: () => unknown = () => {}) =>
    Effect.sync(() => {
      asked.push(what)
      act()
    })
  const service = Layer.mock(UserManager, {
    version: Effect.succeed(252),
    property: unitPath,
    show: names =>
      Effect.sync(() =>
        names.map(
          (name): UnitProperties => ({
            ActiveState: running.has(name) ? "active" : "inactive",
            LoadState: isLoaded ? "loaded" : "not-found",
            NeedDaemonReload: "no",
          }),
        ),
      ),
    unitNames: Effect.sync(() => ["i3pm-relay@.socket", ...running]),
    reload: ask("reload", () => {
      isLoaded = true
    }),
    start: names => ask(`start ${names.join(" ")}`, () => names.map(name => running.add(name))),
    stop: names => ask(`stop ${names.join(" ")}`, () => names.map(name => running.delete(name))),
    // A unit that is not loaded is an error to it.
    resetFailed: (names = []) => Effect.zipRight(ask(`reset ${names.length}`), Effect.fail(managerError("Failed"))),
  })
  return { asked, service }
}

const none = Layer.mock(UserManager, {
  version: Effect.succeed(252),
  property: () => Effect.fail(managerError("NotRunning")),
  show: () => Effect.fail(managerError("NotRunning")),
  unitNames: Effect.fail(managerError("NotRunning")),
  reload: Effect.fail(managerError("NotRunning")),
})

/** A home with a space and a percent sign in it, and a unit directory that other people use, too. */
const home = Effect.map(makeOwnDir, directory => {
  const config = `${directory}/c o%n`
  const units = `${config}/systemd/user`
  fs.mkdirSync(units, { recursive: true })
  fs.writeFileSync(`${units}/other.service`, "[Service]\nExecStart=/bin/true\n")
  looksIn = ["/usr/lib/systemd/user", units]
  return { config, units, state: `${directory}/state` }
})

const installerIn = (dirs: Context.Tag.Service<UserDirs>, service: Layer.Layer<UserManager> = none) =>
  Effect.map(
    Layer.build(
      layer.pipe(
        Layer.provide(WriteLock.layer.pipe(Layer.provide(ProcessTable.layer))),
        Layer.provide(Layer.merge(Layer.succeed(UserDirs, dirs), service)),
      ),
    ),
    context => Context.get(context, UnitInstaller),
  )

/** Everything below a directory: its type, mode, content, and with `times` when it was changed. */
const tree = (directory: string, times = false) =>
  fs
    .readdirSync(directory, { recursive: true, encoding: "utf8" })
    .sort()
    .map(name => {
      const stat = fs.lstatSync(path.join(directory, name), { bigint: true })
      const content = stat.isSymbolicLink()
        ? fs.readlinkSync(path.join(directory, name))
        : stat.isFile()
          ? fs.readFileSync(path.join(directory, name), "utf8")
          : ""
      return [name, stat.mode.toString(8), content, times ? stat.ctimeNs : 0n] as const
    })

const short = (steps: ReadonlyArray<Step>) => steps.map(({ action, what }) => `${action} ${path.basename(what)}`)

const stepsOf = (error: UnitInstallError | WriteLock.WriteLockError) =>
  error._tag === "UnitInstallError" ? error.steps : []

const installed = [
  `wrote ${target}`,
  `wrote ${daemon}`,
  "wrote sway-socket-cleanup.service",
  `wrote ${timer}`,
  `wrote ${relaySocket}`,
  "wrote i3pm-relay@.socket",
  `wrote ${relay}`,
  `enabled ${daemon}`,
  `enabled ${timer}`,
  `enabled ${relaySocket}`,
]

describe("install", () => {
  it.scoped("writes and enables the units where no manager runs, and says when they take effect", () =>
    Effect.gen(function* () {
      const dirs = yield* home
      const steps = yield* (yield* installerIn(dirs)).install(options)
      assert.deepStrictEqual(short(steps), [...installed, "skipped user manager"])
      assert.include(steps.at(-1)?.detail, "next login")
      assert.strictEqual(fs.readlinkSync(`${dirs.units}/${target}.wants/${daemon}`), `${dirs.units}/${daemon}`)
      assert.strictEqual(fs.readlinkSync(`${dirs.units}/timers.target.wants/${timer}`), `${dirs.units}/${timer}`)
      const text = fs.readFileSync(`${dirs.units}/${daemon}`, "utf8")
      assert.match(text, /^# Written by i3pm/)
      assert.include(text, '\nExecStart="/opt/a b%%c/node" /opt/main.cjs daemon\n')
    }),
  )

  it.scoped("makes the unit directory in a home that has nothing", () =>
    Effect.gen(function* () {
      const config = `${yield* makeOwnDir}/.config`
      const dirs = { config, state: `${config}-state`, units: `${config}/systemd/user` }
      yield* (yield* installerIn(dirs)).install(options)
      assert.strictEqual(fs.statSync(dirs.units).mode & 0o777, 0o755 & ~process.umask())
    }),
  )

  it.scoped("changes nothing the second time", () =>
    Effect.gen(function* () {
      const dirs = yield* home
      const { asked, service } = manager()
      const installer = yield* installerIn(dirs, service)
      const first = yield* installer.install(options)
      assert.deepStrictEqual(short(first), [
        ...installed,
        "reloaded user manager",
        `started ${timer}`,
        `skipped ${daemon}`,
        `started ${relaySocket}`,
      ])
      const before = tree(dirs.units, true)
      const count = asked.length
      const steps = yield* installer.install(options)
      assert.deepStrictEqual(new Set(steps.map(({ action }) => action)), new Set(["unchanged"]))
      assert.lengthOf(steps, installed.length)
      assert.deepStrictEqual(tree(dirs.units, true), before)
      assert.lengthOf(asked, count)
    }),
  )

  it.scoped("starts the daemon in a session, and restarts it when its unit has changed", () =>
    Effect.gen(function* () {
      const { asked, service } = manager([target])
      const installer = yield* installerIn(yield* home, service)
      yield* installer.install(options)
      assert.deepStrictEqual(asked, ["reload", `start ${timer}`, `start ${daemon}`, `start ${relaySocket}`])
      asked.length = 0
      const steps = yield* installer.install({ command: ["/opt/other"] })
      assert.deepStrictEqual(asked, [
        "reload",
        `stop ${daemon}`,
        `start ${daemon}`,
        `stop ${relaySocket}`,
        `start ${relaySocket}`,
      ])
      assert.deepStrictEqual(short(steps), [
        `unchanged ${target}`,
        `wrote ${daemon}`,
        "wrote sway-socket-cleanup.service",
        `unchanged ${timer}`,
        `wrote ${relaySocket}`,
        "wrote i3pm-relay@.socket",
        `wrote ${relay}`,
        `unchanged ${daemon}`,
        `unchanged ${timer}`,
        `unchanged ${relaySocket}`,
        "reloaded user manager",
        `stopped ${daemon}`,
        `started ${daemon}`,
        `started ${relaySocket}`,
      ])
    }),
  )

  const obstacles: ReadonlyArray<readonly [string, string, string, (units: string) => void]> = [
    ["a file that i3pm did not write", "Foreign", daemon, units => fs.writeFileSync(`${units}/${daemon}`, "[Unit]\n")],
    ["a link", "Foreign", timer, units => fs.symlinkSync("/nix/store/x", `${units}/${timer}`)],
    ["a mask", "Foreign", target, units => fs.symlinkSync("/dev/null", `${units}/${target}`)],
    ["a directory", "Foreign", daemon, units => fs.mkdirSync(`${units}/${daemon}`)],
    [
      "a .wants link to something else",
      "Foreign",
      `timers.target.wants/${timer}`,
      units => {
        fs.mkdirSync(`${units}/timers.target.wants`)
        fs.symlinkSync("/usr/lib/other", `${units}/timers.target.wants/${timer}`)
      },
    ],
    [
      "a file where a directory has to be",
      "NotADirectory",
      "timers.target.wants",
      units => fs.writeFileSync(`${units}/timers.target.wants`, ""),
    ],
  ]
  for (const [title, reason, name, put] of obstacles) {
    it.scoped(`refuses ${title}, and has changed nothing`, () =>
      Effect.gen(function* () {
        const dirs = yield* home
        put(dirs.units)
        const before = tree(dirs.config, true)
        const { asked, service } = manager()
        const error = yield* Effect.flip((yield* installerIn(dirs, service)).install(options))
        assert.deepStrictEqual([error.reason, error.path], [reason, `${dirs.units}/${name}`])
        assert.include(error.message, `${dirs.units}/${name}`)
        assert.deepStrictEqual(stepsOf(error), [])
        assert.deepStrictEqual(tree(dirs.config, true), before)
        assert.deepStrictEqual(asked, [])
      }),
    )
  }

  it.scoped("refuses an edited file, and names everything that is in the way", () =>
    Effect.gen(function* () {
      const dirs = yield* home
      const installer = yield* installerIn(dirs)
      yield* installer.install(options)
      fs.appendFileSync(`${dirs.units}/${daemon}`, "# mine\n")
      fs.writeFileSync(`${dirs.units}/${timer}`, "")
      const before = tree(dirs.config, true)
      const error = yield* Effect.flip(installer.install({ command: ["/opt/other"] }))
      assert.deepInclude(error, { reason: "Edited", path: `${dirs.units}/${daemon}` })
      assert.include(error.message, "systemctl --user edit")
      assert.include(error.message, `${dirs.units}/${timer} was not written by i3pm`)
      assert.deepStrictEqual(tree(dirs.config, true), before)
    }),
  )

  it.scoped("refuses a program that systemd cannot run", () =>
    Effect.gen(function* () {
      const dirs = yield* home
      const error = yield* Effect.flip((yield* installerIn(dirs)).install({ command: ["/opt/it's/node"] }))
      assert.deepInclude(error, { reason: "BadCommand", path: "/opt/it's/node" })
      assert.notInclude(fs.readdirSync(dirs.units), target)
    }),
  )

  it.scoped("is refused, and so is uninstall, where the manager does not look, before anything is changed", () =>
    Effect.gen(function* () {
      const dirs = yield* home
      looksIn = ["/usr/lib/systemd/user", "/elsewhere/systemd/user"]
      const { asked, service } = manager()
      const installer = yield* installerIn(dirs, service)
      for (const act of [installer.install(options), installer.uninstall]) {
        const error = yield* Effect.flip(act)
        assert.deepInclude(error, { reason: "OtherManager", path: dirs.units })
      }
      assert.deepStrictEqual(fs.readdirSync(dirs.units), ["other.service"])
      assert.deepStrictEqual(asked, [])
    }),
  )

  it.scoped("says what was done before the manager failed", () =>
    Effect.gen(function* () {
      const dirs = yield* home
      const broken = Layer.mock(UserManager, {
        version: Effect.succeed(252),
        property: unitPath,
        show: names => Effect.succeed(names.map(() => ({ ActiveState: "inactive" }))),
        reload: Effect.fail(managerError("Timeout")),
      })
      const error = yield* Effect.flip((yield* installerIn(dirs, broken)).install(options))
      assert.deepInclude(error, { reason: "Manager", message: "manager: Timeout" })
      assert.deepStrictEqual(short(stepsOf(error)), installed)
    }),
  )

  it.scoped("names the unit directory's parent when that is a file", () =>
    Effect.gen(function* () {
      const config = `${yield* makeOwnDir}/config`
      fs.writeFileSync(config, "")
      const dirs = { config, state: `${config}-state`, units: `${config}/systemd/user` }
      const error = yield* Effect.flip((yield* installerIn(dirs)).install(options))
      assert.deepInclude(error, { reason: "NotADirectory", path: config })
    }),
  )
})

describe("uninstall", () => {
  it.scoped("leaves the directory as it was, to the byte", () =>
    Effect.gen(function* () {
      const dirs = yield* home
      fs.mkdirSync(`${dirs.units}/timers.target.wants`)
      fs.symlinkSync("/usr/lib/other.timer", `${dirs.units}/timers.target.wants/other.timer`)
      const before = tree(dirs.config)
      const kiosk = "i3pm-relay@kiosk.socket"
      const { asked, service } = manager([target, timer, kiosk])
      const installer = yield* installerIn(dirs, service)
      yield* installer.install(options)
      // As systemctl enable makes it.
      fs.symlinkSync(`${dirs.units}/i3pm-relay@.socket`, `${dirs.units}/sockets.target.wants/${kiosk}`)
      asked.length = 0
      const steps = yield* installer.uninstall
      assert.deepStrictEqual(tree(dirs.config), before)
      assert.deepStrictEqual(asked, [`stop ${target} ${daemon} ${timer} ${relaySocket} ${kiosk}`, "reload", "reset 7"])
      assert.deepStrictEqual(short(steps), [
        `stopped ${target}`,
        `stopped ${daemon}`,
        `stopped ${timer}`,
        `stopped ${relaySocket}`,
        `stopped ${kiosk}`,
        `removed ${target}`,
        `disabled ${daemon}`,
        `removed ${target}.wants`,
        `removed ${daemon}`,
        "removed sway-socket-cleanup.service",
        `disabled ${timer}`,
        `removed ${timer}`,
        `disabled ${relaySocket}`,
        `removed ${relaySocket}`,
        `disabled ${kiosk}`,
        "removed sockets.target.wants",
        "removed i3pm-relay@.socket",
        `removed ${relay}`,
        "reloaded user manager",
      ])
    }),
  )

  it.scoped("does the same where no manager runs", () =>
    Effect.gen(function* () {
      const dirs = yield* home
      const before = tree(dirs.config)
      const installer = yield* installerIn(dirs)
      yield* installer.install(options)
      const [first] = yield* installer.uninstall
      assert.deepInclude(first, { action: "skipped", what: "user manager" })
      assert.deepStrictEqual(tree(dirs.config), before)
    }),
  )

  it.scoped("is content where nothing is installed", () =>
    Effect.gen(function* () {
      const dirs = yield* home
      const { asked, service } = manager([target])
      const steps = yield* (yield* installerIn(dirs, service)).uninstall
      assert.deepStrictEqual(short(steps), ["skipped user"])
      assert.deepStrictEqual(asked, [])
    }),
  )

  it.scoped("keeps what was edited or is another's, removes the rest and says so in the end", () =>
    Effect.gen(function* () {
      const dirs = yield* home
      const { asked, service } = manager([target])
      const installer = yield* installerIn(dirs, service)
      yield* installer.install(options)
      fs.appendFileSync(`${dirs.units}/${daemon}`, "# mine\n")
      fs.rmSync(`${dirs.units}/${timer}`)
      fs.symlinkSync("/nix/store/x", `${dirs.units}/${timer}`)
      asked.length = 0
      const error = yield* Effect.flip(installer.uninstall)
      assert.deepInclude(error, { reason: "Edited", path: `${dirs.units}/${daemon}` })
      assert.include(error.message, `${dirs.units}/${timer} is a symbolic link to /nix/store/x: home-manager`)
      assert.deepStrictEqual(fs.readdirSync(dirs.units).sort(), [daemon, "other.service", timer, "timers.target.wants"])
      assert.deepStrictEqual(asked, [`stop ${target} ${daemon} ${relaySocket}`, "reload", "reset 5"])
      assert.include(short(stepsOf(error)), "removed sway-socket-cleanup.service")
    }),
  )

  it.scoped("leaves a link to a package's unit, and takes it away once there is no such unit", () =>
    Effect.gen(function* () {
      const dirs = yield* home
      const packaged = `${yield* makeOwnDir}/${timer}`
      fs.writeFileSync(packaged, "")
      fs.mkdirSync(`${dirs.units}/timers.target.wants`)
      fs.symlinkSync(packaged, `${dirs.units}/timers.target.wants/${timer}`)
      const installer = yield* installerIn(dirs)
      yield* installer.install(options)
      yield* installer.uninstall
      assert.strictEqual(fs.readlinkSync(`${dirs.units}/timers.target.wants/${timer}`), packaged)
      yield* installer.install(options)
      fs.rmSync(packaged)
      yield* installer.uninstall
      assert.isFalse(fs.existsSync(`${dirs.units}/timers.target.wants`))
    }),
  )

  it.scoped("is refused while units are bound to the target of a package, which goes with the package", () =>
    Effect.gen(function* () {
      const dirs = yield* home
      fs.mkdirSync(`${dirs.state}/i3pm/bound`, { recursive: true })
      fs.writeFileSync(`${dirs.state}/i3pm/bound/i3wsr.service.json`, "{}")
      const withTarget = (FragmentPath: string) =>
        installerIn(
          dirs,
          Layer.mock(UserManager, {
            property: unitPath,
            show: names => Effect.succeed(names.map(Id => ({ Id, LoadState: "loaded", FragmentPath }))),
          }),
        )
      const ofPackage = yield* withTarget(`/run/user/1000/systemd/generator.late/${target}`)
      assert.deepInclude(yield* Effect.flip(ofPackage.uninstall), { reason: "StillBound" })
      const others = yield* withTarget(`/usr/lib/systemd/user/${target}`)
      const steps = yield* others.uninstall
      assert.deepStrictEqual(short(steps), ["skipped user"])
      assert.include(steps[0]?.detail, "i3pm session unbind i3wsr.service first")
    }),
  )

  it.scoped("is refused while units are bound that could not start without the target, and changes nothing", () =>
    Effect.gen(function* () {
      const dirs = yield* home
      const installer = yield* installerIn(dirs)
      yield* installer.install(options)
      fs.mkdirSync(`${dirs.state}/i3pm/bound`, { recursive: true })
      for (const name of ["a\\x2db", "waybar"]) fs.writeFileSync(`${dirs.state}/i3pm/bound/${name}.service.json`, "{}")
      const before = tree(dirs.config, true)
      const error = yield* Effect.flip(installer.uninstall)
      assert.deepInclude(error, { reason: "StillBound" })
      assert.include(error.message, "i3pm session unbind 'a\\x2db.service' waybar.service")
      assert.deepStrictEqual(tree(dirs.config, true), before)
    }),
  )
})

/** As sway's wiki and home-manager have it. */
const theirs = "[Unit]\nDescription=sway session\nBindsTo=graphical-session.target\n"

describe("a session target that is there already", () => {
  it.scoped("is used as it is, and left where it is", () =>
    Effect.gen(function* () {
      const dirs = yield* home
      fs.writeFileSync(`${dirs.units}/${target}`, theirs)
      const before = tree(dirs.config)
      const installer = yield* installerIn(dirs)
      const steps = yield* installer.install(options)
      assert.deepInclude(steps[0], { action: "unchanged", what: `${dirs.units}/${target}` })
      assert.deepStrictEqual(short(steps).slice(1), [
        ...installed.filter(each => each !== `wrote ${target}`),
        "skipped user manager",
      ])
      assert.strictEqual(fs.readFileSync(`${dirs.units}/${target}`, "utf8"), theirs)
      assert.strictEqual(
        (yield* installer.install(options)).every(({ action }) => action === "unchanged"),
        true,
      )
      yield* installer.uninstall
      assert.deepStrictEqual(tree(dirs.config), before)
    }),
  )

  const managing = (properties: UnitProperties) =>
    Layer.mock(UserManager, {
      version: Effect.succeed(252),
      property: unitPath,
      show: names => Effect.succeed(names.map(() => ({ ActiveState: "inactive", ...properties }))),
      reload: Effect.void,
      start: () => Effect.void,
    })

  it.scoped("may be the distribution's", () =>
    Effect.gen(function* () {
      const dirs = yield* home
      const properties = { LoadState: "loaded", FragmentPath: `/usr/lib/systemd/user/${target}`, CanStart: "yes" }
      const steps = yield* (yield* installerIn(dirs, managing(properties))).install(options)
      assert.deepInclude(steps[0], { action: "unchanged", what: `/usr/lib/systemd/user/${target}` })
      assert.isFalse(fs.existsSync(`${dirs.units}/${target}`))
      assert.isTrue(fs.existsSync(`${dirs.units}/${daemon}`))
    }),
  )

  for (const [title, properties] of [
    ["cannot be started", { LoadState: "loaded", RefuseManualStart: "yes" }],
    ["cannot be loaded", { LoadState: "bad-setting" }],
  ] as const) {
    it.scoped(`is refused where it ${title}`, () =>
      Effect.gen(function* () {
        const dirs = yield* home
        fs.writeFileSync(`${dirs.units}/${target}`, theirs)
        const before = tree(dirs.config)
        const error = yield* Effect.flip((yield* installerIn(dirs, managing(properties))).install(options))
        assert.deepInclude(error, { reason: "Foreign", path: `${dirs.units}/${target}` })
        assert.include(error.message, title)
        assert.deepStrictEqual(tree(dirs.config), before)
      }),
    )
  }
})

describe("the daemon's lifetime", () => {
  it.scoped("leaves no empty directory of the other one, also where a killed install has", () =>
    Effect.gen(function* () {
      const dirs = yield* home
      const installer = yield* installerIn(dirs)
      yield* installer.install({ ...options, daemonLifetime: "manager" })
      const after = tree(dirs.config)
      fs.mkdirSync(`${dirs.units}/${target}.wants`)
      yield* installer.install({ ...options, daemonLifetime: "manager" })
      assert.deepStrictEqual(tree(dirs.config), after)
    }),
  )

  it.scoped("is the session's, or the user manager's, and stays as it is", () =>
    Effect.gen(function* () {
      const dirs = yield* home
      const before = tree(dirs.config)
      const installer = yield* installerIn(dirs)
      const links = () => [target, "default.target"].map(name => fs.existsSync(`${dirs.units}/${name}.wants/${daemon}`))
      const isBound = () => fs.readFileSync(`${dirs.units}/${daemon}`, "utf8").includes(`PartOf=${target}`)
      yield* installer.install(options)
      assert.deepStrictEqual([...links(), isBound()], [true, false, true])
      yield* installer.install({ ...options, daemonLifetime: "manager" })
      assert.deepStrictEqual([...links(), isBound()], [false, true, false])
      const again = yield* installer.install(options)
      assert.isTrue(again.every(({ action }) => action === "unchanged"))
      assert.deepStrictEqual([...links(), isBound()], [false, true, false])
      yield* installer.install({ ...options, daemonLifetime: "session" })
      assert.deepStrictEqual([...links(), isBound()], [true, false, true])
      yield* installer.install({ ...options, daemonLifetime: "manager" })
      yield* installer.uninstall
      assert.deepStrictEqual(tree(dirs.config), before)
    }),
  )
})

/** Who can make a user session can mount. */
describeWith(["user session"], "a file system that takes no more", () => {
  for (const [title, mountOptions, reason] of [
    ["full", "size=8k", "NoSpace"],
    ["read-only", "ro", "Denied"],
  ] as const) {
    it.scoped(`is named when it is ${title}, and no half file is left`, () =>
      Effect.gen(function* () {
        const dirs = yield* home
        yield* Effect.acquireRelease(
          Effect.sync(() => spawnSync("mount", ["-t", "tmpfs", "-o", mountOptions, "tmpfs", dirs.units])),
          () => Effect.sync(() => spawnSync("umount", [dirs.units])),
        )
        const error = yield* Effect.flip((yield* installerIn(dirs)).install(options))
        assert.strictEqual(error.reason, reason)
        assert.isTrue(error.path?.startsWith(`${dirs.units}/`))
        assert.lengthOf(fs.readdirSync(dirs.units), stepsOf(error).length)
      }),
    )
  }
})
