import * as fs from "node:fs"
import { createServer } from "node:net"
import { assert, describe, it } from "@effect/vitest"
import * as ConfigProvider from "effect/ConfigProvider"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as EmbeddedCompositor from "../../../../src/layers/embedded/EmbeddedCompositor.ts"
import { layer, SessionSurvey } from "../../../../src/layers/session/survey/SessionSurvey.ts"
import * as SocketListeners from "../../../../src/layers/sockets/SocketListeners.ts"
import * as SocketProbe from "../../../../src/layers/sockets/SocketProbe.ts"
import * as KernelSockets from "../../../../src/layers/system/KernelSockets.ts"
import * as ProcessTable from "../../../../src/layers/system/ProcessTable.ts"
import * as RuntimeDir from "../../../../src/layers/system/RuntimeDir.ts"
import * as UnixSocket from "../../../../src/layers/system/UnixSocket.ts"
import { UserManager } from "../../../../src/layers/systemd/UserManager.ts"
import { noDetails, type UnitDetails } from "../../../../src/layers/systemd/unitDetails.ts"
import type { UnitProperties } from "../../../../src/layers/systemd/units/properties.ts"
import { describeWith } from "../../../support/needs.ts"
import { spawnAs } from "../../../support/Spawn.ts"
import { makeScratchDir } from "../../../support/TestUser.ts"
import { commandSays, commandStarts, noProcess } from "../../../support/wording.ts"
import { makeOwnDir, ownUid, startStoppedListener } from "../../support/children.ts"

const G = "graphical-session.target"
const S = "sway-session.target"
const L = "default.target"

interface World {
  /** By unit, what it runs and says. */
  readonly details?: Readonly<Record<string, Partial<UnitDetails>>>
  /** Nothing of Sway or i3 is installed. */
  readonly bare?: boolean
  readonly units?: ReadonlyArray<UnitProperties>
  /** By name, what each target says of itself. */
  readonly targets?: Readonly<Record<string, UnitProperties>>
  readonly environment?: Readonly<Record<string, string>>
  /** Variables of i3pm's settings. */
  readonly settings?: Readonly<Record<string, string>>
}

/** A directory with a program `sway`, or an empty one. */
const programs = (bare: boolean) =>
  Effect.tap(makeScratchDir, directory =>
    Effect.sync(() => bare || fs.writeFileSync(`${directory}/sway`, "", { mode: 0o755 })),
  )

const look = (
  runtimeDir: string,
  { bare = false, details = {}, environment = {}, settings = {}, targets = {}, units = [] }: World,
) => {
  const known = new Map([
    ...units.map(unit => [unit["Id"] ?? "", { LoadState: "loaded", ActiveState: "inactive", ...unit }] as const),
    ...[G, S, L].map(Id => [Id, { Id, LoadState: "loaded", ActiveState: "inactive", ...targets[Id] }] as const),
  ])
  let shows = 0
  const manager = Layer.mock(UserManager, {
    unitNames: Effect.succeed([...known.keys(), "template@.service"]),
    show: names =>
      Effect.sync(() => {
        shows += 1
        assert.notInclude(names, "template@.service")
        return names.map((Id): UnitProperties => known.get(Id) ?? { Id, LoadState: "not-found" })
      }),
    details: unit => Effect.succeed({ ...noDetails, description: unit, ...details[unit] }),
    environment: Effect.succeed(new Map(Object.entries(environment))),
  })
  const machine = Layer.mergeAll(RuntimeDir.layer, ProcessTable.layer, KernelSockets.layer, UnixSocket.layer)
  const sockets = Layer.merge(SocketProbe.layer, SocketListeners.layer).pipe(Layer.provideMerge(machine))
  return Effect.flatMap(programs(bare), PATH =>
    Effect.flatMap(SessionSurvey, service => service.survey).pipe(
      Effect.tap(() => Effect.sync(() => assert.strictEqual(shows, 2, "one question for all units"))),
      Effect.provide(Layer.provide(layer, Layer.merge(manager, sockets))),
      Effect.withConfigProvider(
        ConfigProvider.fromMap(new Map(Object.entries({ XDG_RUNTIME_DIR: runtimeDir, PATH, ...settings }))),
      ),
    ),
  )
}

const survey = (world: World) => Effect.flatMap(makeOwnDir, runtimeDir => look(runtimeDir, world))

const placings: ReadonlyArray<readonly [string, UnitProperties, object]> = [
  [
    "of Sway, on the target of all",
    { Id: "i3wsr.service", PartOf: G, WantedBy: G },
    { placing: "wrong", wrong: true, fix: "i3pm session bind i3wsr.service" },
  ],
  [
    "of Sway, with a backslash in its name",
    { Id: "x\\x2dsway.service", PartOf: G },
    { placing: "wrong", wrong: true, fix: "i3pm session bind 'x\\x2dsway.service'" },
  ],
  ["of Sway, only after it", { Id: "i3wsr.service", After: `basic.target ${G}` }, { placing: "wrong", wrong: true }],
  ["of Sway, bound to it", { Id: "sway-x.service", BindsTo: G }, { placing: "wrong", wrong: true }],
  [
    "of Sway, on the right target",
    { Id: "i3wsr.service", PartOf: S, After: `${S} ${G}`, WantedBy: S },
    { placing: "right", wrong: false, fix: null },
  ],
  ["of Sway, on both", { Id: "i3wsr.service", PartOf: G, WantedBy: S }, { placing: "mixed", wrong: true }],
  [
    "anybody's, on the target of all",
    { Id: "mako.service", PartOf: G, WantedBy: G },
    { placing: "shared", wrong: false, sway_only: false, evidence: [] },
  ],
  [
    "anybody's, on the session target",
    { Id: "mako.service", PartOf: S },
    { placing: "right", wrong: false, sway_only: true, evidence: [`it is bound to ${S}`] },
  ],
  ["anybody's, on both", { Id: "mako.service", PartOf: `${G} ${S}` }, { placing: "mixed", wrong: false, fix: null }],
  [
    "an autostart entry",
    {
      Id: "app-i3wsr@autostart.service",
      PartOf: G,
      FragmentPath: "/run/user/1/systemd/generator.late/app-i3wsr@autostart.service",
      SourcePath: "/etc/xdg/autostart/i3wsr.desktop",
    },
    { wrong: true, fix: "put OnlyShowIn=sway; into a copy of /etc/xdg/autostart/i3wsr.desktop in ~/.config/autostart" },
  ],
]

describe("settings", () => {
  it.scoped("that are wrong are a problem of the session, which then has the defaults", () =>
    Effect.gen(function* () {
      const { problems, session_problems } = yield* survey({ settings: { I3PM_LOG_LEVEL: "loud" } })
      assert.strictEqual(problems, 1)
      assert.include(session_problems[0]?.what, "the settings are wrong: log_level in I3PM_LOG_LEVEL")
    }),
  )
})

describe("units", () => {
  for (const [title, properties, expected] of placings) {
    it.scoped(title, () =>
      Effect.gen(function* () {
        const { problems, units } = yield* survey({ units: [properties] })
        assert.strictEqual(units.length, 1)
        assert.deepInclude(units[0], expected)
        assert.strictEqual(problems, units[0]?.wrong === true ? 1 : 0)
      }),
    )
  }

  it.scoped("have each relation to each target, and what else is known", () =>
    Effect.gen(function* () {
      const { units } = yield* survey({
        details: { "x.service": { description: "An x" } },
        units: [
          {
            Id: "x.service",
            After: `${S} ${G}`,
            PartOf: S,
            Requisite: S,
            BindsTo: G,
            Requires: G,
            Wants: G,
            WantedBy: S,
            RequiredBy: G,
            UpheldBy: G,
            ActiveState: "failed",
            FragmentPath: "/x.service",
            UnitFileState: "enabled",
          },
        ],
      })
      assert.deepInclude(units[0], {
        unit: "x.service",
        description: "An x",
        active_state: "failed",
        unit_file_state: "enabled",
        fragment_path: "/x.service",
        relations: {
          [G]: ["after", "binds_to", "requires", "wants", "required_by", "upheld_by"],
          [S]: ["after", "part_of", "requisite", "wanted_by"],
        },
      })
    }),
  )

  it.scoped("are found where only a link ties them to a target that the manager has forgotten", () =>
    Effect.gen(function* () {
      const { units } = yield* survey({
        units: [{ Id: "i3wsr.service" }],
        targets: { [G]: { Wants: "i3wsr.service t@one.service gone.service" } },
      })
      assert.deepStrictEqual(
        units.map(({ relations, unit }) => ({ unit, relations })),
        [{ unit: "i3wsr.service", relations: { [G]: ["wanted_by"] } }],
      )
    }),
  )

  it.scoped("are none of systemd's own, and none that is elsewhere", () =>
    Effect.gen(function* () {
      const found = yield* survey({
        units: [
          { Id: "graphical-session-pre.target", PartOf: G },
          { Id: "session.slice", WantedBy: G },
          { Id: "sway-session.target", BindsTo: G },
          { Id: "sway-x.service", PartOf: "default.target" },
          { Id: "sway-gone.service", WantedBy: G, LoadState: "not-found" },
        ],
      })
      assert.deepInclude(found, { units: [], variables: [], running_without_target: [], problems: 0 })
    }),
  )
})

const swaymsg = { commands: [{ path: "/bin/sh", argv: ["/bin/sh", "-c", "while :; do\n  swaymsg -t get_tree\ndone"] }] }

describe("units that are started at login", () => {
  it.scoped("are wrong where they are Sway's", () =>
    Effect.gen(function* () {
      const { problems, units } = yield* survey({
        details: { "poll.service": swaymsg },
        units: [{ Id: "poll.service" }, { Id: "mako.service", WantedBy: L }],
        targets: { [L]: { Wants: "poll.service mako.service" } },
      })
      assert.strictEqual(problems, 1)
      assert.deepInclude(units[0], {
        unit: "poll.service",
        placing: "wrong",
        evidence: [commandSays("swaymsg")],
        relations: { [L]: ["wanted_by"] },
        fix: "i3pm session bind poll.service",
      })
    }),
  )

  it.scoped("are wrong where they need the session's target, too", () =>
    Effect.gen(function* () {
      const { units } = yield* survey({ units: [{ Id: "x.service", Requisite: S, After: S, WantedBy: L }] })
      assert.deepInclude(units[0], { placing: "mixed", wrong: true, fix: "i3pm session bind x.service" })
    }),
  )

  it.scoped("are not wrong where they are i3pm's own", () =>
    Effect.gen(function* () {
      const { problems, units } = yield* survey({ units: [{ Id: "i3-project-daemon.service", WantedBy: L }] })
      assert.deepStrictEqual([problems, units], [0, []])
    }),
  )
})

describe("nobody is accused", () => {
  it.scoped("on a machine without Sway and i3", () =>
    Effect.gen(function* () {
      const { problems } = yield* survey({ bare: true, units: [{ Id: "i3wsr.service", PartOf: G, WantedBy: G }] })
      assert.strictEqual(problems, 0)
    }),
  )

  it.scoped("for making the session", () =>
    Effect.gen(function* () {
      const { problems, units } = yield* survey({
        details: { "sway-login.service": { commands: [{ path: "/bin/bash", argv: ["/bin/bash", "-lc", "sway"] }] } },
        units: [{ Id: "sway-login.service", BindsTo: G, After: "graphical-session-pre.target" }],
      })
      assert.strictEqual(problems, 0)
      assert.deepInclude(units[0], { makes_session: commandStarts, wrong: false, fix: null })
    }),
  )

  it.scoped("for what only another compositor's unit, which is not loaded, ties to the session", () =>
    Effect.gen(function* () {
      const { problems } = yield* survey({
        details: { "x.service": swaymsg },
        units: [
          { Id: "x.service", PartOf: G, After: G },
          { Id: "niri.service", Wants: "x.service", BindsTo: G },
        ],
      })
      assert.strictEqual(problems, 0)
    }),
  )
})

describe("services that run without their target", () => {
  const up = { ActiveState: "active" }

  it.scoped("are those that belong to it, while it is down", () =>
    Effect.gen(function* () {
      const { problems, running_without_target } = yield* survey({
        units: [
          { Id: "a.service", PartOf: S, After: S, ...up },
          { Id: "b.service", Requisite: S, ActiveState: "activating" },
          { Id: "c.service", BindsTo: G, ...up },
          { Id: "wanted.service", WantedBy: S, ...up },
          { Id: "down.service", PartOf: S, ActiveState: "failed" },
        ],
      })
      assert.deepStrictEqual(running_without_target, [
        { unit: "a.service", active_state: "active", target: S, relations: ["part_of"] },
        { unit: "b.service", active_state: "activating", target: S, relations: ["requisite"] },
        { unit: "c.service", active_state: "active", target: G, relations: ["binds_to"] },
      ])
      assert.strictEqual(problems, 4, "and down.service has failed")
    }),
  )

  it.scoped("are not those of which one target is up", () =>
    Effect.gen(function* () {
      const { running_without_target } = yield* survey({
        units: [
          { Id: "a.service", PartOf: G, ...up },
          { Id: "b.service", PartOf: `${G} ${S}`, ...up },
        ],
        targets: { [G]: up },
      })
      assert.deepStrictEqual(running_without_target, [])
    }),
  )
})

/** A listener that counts who comes. */
const listen = (path: string) =>
  Effect.acquireRelease(
    Effect.async<{ close: () => void; visits: () => number }>(resume => {
      let visits = 0
      const server = createServer(socket => {
        visits += 1
        socket.on("error", () => {})
      }).listen(path, () => resume(Effect.succeed({ close: () => server.close(), visits: () => visits })))
    }),
    ({ close }) => Effect.sync(close),
  )

describe("variables", () => {
  const judged = (runtimeDir: string, environment: Readonly<Record<string, string>>) =>
    Effect.map(look(runtimeDir, { environment }), ({ problems, session_problems, variables }) => {
      assert.strictEqual(problems, variables.filter(({ stale }) => stale).length + session_problems.length)
      return variables
    })

  it.scoped("that are not set are not there", () =>
    Effect.gen(function* () {
      assert.deepStrictEqual(yield* judged(yield* makeOwnDir, { PATH: "/bin", LANG: "C" }), [])
    }),
  )

  it.scopedLive("are good while somebody is there", () =>
    Effect.gen(function* () {
      const directory = yield* makeOwnDir
      const sway = `${directory}/sway-ipc.${ownUid}.${process.pid}.sock`
      yield* EmbeddedCompositor.make({ socketPath: sway })
      const wayland = yield* listen(`${directory}/wayland-1`)
      const found = yield* judged(directory, { SWAYSOCK: sway, WAYLAND_DISPLAY: "wayland-1", DISPLAY: "far:0" })
      assert.deepStrictEqual(found, [
        { name: "SWAYSOCK", value: sway, stale: false, reason: "answered GET_VERSION" },
        { name: "WAYLAND_DISPLAY", value: "wayland-1", stale: false, reason: "in use" },
        { name: "DISPLAY", value: "far:0", stale: false, reason: "not a display of this machine" },
      ])
      assert.strictEqual(wayland.visits(), 0, "who is in the kernel's list is not connected to")
      const [absolute] = yield* judged(yield* makeOwnDir, { WAYLAND_DISPLAY: `${directory}/wayland-1` })
      assert.deepInclude(absolute, { stale: false })
    }),
  )

  // Node pads an abstract name with NUL bytes, so another program has to bind it as an X server does.
  describeWith(["python3"], "a display", () => {
    it.scopedLive("is good while an X server listens on its abstract socket alone", () =>
      Effect.gen(function* () {
        const directory = yield* makeOwnDir
        // A number that no server has: displays are counted up from 0.
        const number = 100_000 + process.pid
        const bind = `import socket; s = socket.socket(socket.AF_UNIX); s.bind("\\0/tmp/.X11-unix/X${number}"); s.listen()`
        const server = yield* spawnAs("/usr/bin/python3", ["-c", `${bind}; print("ready", flush=True); s.accept()`], {
          runtimeDir: directory,
        })
        assert.strictEqual(yield* server.stdout.lines.take, "ready")
        const found = yield* Effect.forEach([`:${number}`, `unix:${number}.0`, `:${number + 1}`], DISPLAY =>
          judged(directory, { DISPLAY }),
        )
        assert.deepStrictEqual(
          found.flat().map(({ stale }) => stale),
          [false, false, true],
        )
      }),
    )
  })

  it.scopedLive("are stale when it is gone", () =>
    Effect.gen(function* () {
      const directory = yield* makeOwnDir
      const dead = `${directory}/sway-ipc.${ownUid}.99999999.sock`
      fs.writeFileSync(dead, "")
      fs.writeFileSync(`${directory}/wayland-2`, "")
      const found = yield* judged(directory, {
        SWAYSOCK: dead,
        I3SOCK: `${directory}/none`,
        WAYLAND_DISPLAY: "wayland-1",
        DISPLAY: ":4711.0",
      })
      assert.deepStrictEqual(
        found.map(({ name, reason, stale }) => [name, stale, reason]),
        [
          ["SWAYSOCK", true, noProcess(99_999_999)],
          ["I3SOCK", true, "no such file"],
          ["WAYLAND_DISPLAY", true, `there is no ${directory}/wayland-1`],
          ["DISPLAY", true, "there is no socket /tmp/.X11-unix/X4711"],
        ],
      )
      const more = yield* judged(directory, { SWAYSOCK: "sway.sock", WAYLAND_DISPLAY: "wayland-2" })
      assert.deepStrictEqual(
        more.map(({ reason }) => reason),
        ["it is not an absolute path", `${directory}/wayland-2 is not a socket`],
      )
    }),
  )

  it.scopedLive("are stale when a crash left the file, good while a stopped compositor has it", () =>
    Effect.gen(function* () {
      const directory = yield* makeOwnDir
      const listener = yield* startStoppedListener(`${directory}/wayland-1`)
      assert.deepInclude((yield* judged(directory, { WAYLAND_DISPLAY: "wayland-1" }))[0], { stale: false })
      assert.deepInclude((yield* judged(directory, { SWAYSOCK: `${directory}/wayland-1` }))[0], { stale: false })
      const gone = new Promise(resolve => listener.child.once("exit", resolve))
      yield* listener.signal("SIGKILL")
      yield* Effect.promise(() => gone)
      assert.deepInclude((yield* judged(directory, { WAYLAND_DISPLAY: "wayland-1" }))[0], {
        stale: true,
        reason: `no process listens on ${directory}/wayland-1`,
      })
    }),
  )
})

describe("a unit that runs a script at login", () => {
  it.scoped("is told by what the script says", () =>
    Effect.gen(function* () {
      const script = `${yield* makeScratchDir}/panel`
      fs.writeFileSync(script, "#!/bin/sh\nwhile :; do swaymsg -t get_outputs; sleep 1; done\n")
      const found = yield* survey({
        units: [{ Id: "panel.service", WantedBy: L }],
        details: { "panel.service": { commands: [{ path: script, argv: [script] }] } },
      })
      assert.deepInclude(found.units[0], {
        unit: "panel.service",
        wrong: true,
        evidence: ["its script says swaymsg"],
        fix: "i3pm session bind panel.service",
      })
    }),
  )
})
