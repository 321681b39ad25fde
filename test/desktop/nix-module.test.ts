/** The home-manager module as Nix evaluates it: what it makes, what it refuses, and that its units are `i3pm units`'. */
import * as fs from "node:fs"
import { assert, it } from "@effect/vitest"
import * as ConfigProvider from "effect/ConfigProvider"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as LogLevel from "effect/LogLevel"
import * as Option from "effect/Option"
import * as Struct from "effect/Struct"
import { limits, placeOf, settingKeys } from "../../src/layers/settings/catalogue.ts"
import * as UserSettings from "../../src/layers/settings/userSettings.ts"
import { catalogue, daemonLifetimes, wantsLinks } from "../../src/layers/systemd/units/catalogue.ts"
import { rewriteUnit } from "../../src/layers/systemd/units/rewrite.ts"
import { render } from "../../src/layers/systemd/units/UnitFile.ts"
import { relaySocketTemplate } from "../../src/layers/systemd/units/unitNames.ts"
import { describeWith } from "../support/needs.ts"
import {
  configuration,
  configurationOf,
  evaluateNix,
  inRepository,
  linksOf,
  meaningOf,
  nixInstantiate,
  unitsOf,
} from "../support/nix.ts"
import { type HarnessError, makeScratchDir } from "../support/TestUser.ts"

/** As evaluate.nix has it. */
const PROGRAM = "/nix/store/i3pm/bin/i3pm"

/** The units of `i3pm units install`, but for the notify socket: where it is, Nix can not know. */
const allUnits = (options: Partial<Parameters<typeof catalogue>[0]> = {}) =>
  catalogue({ command: [PROGRAM], systemd: Number.POSITIVE_INFINITY, ...options })

/** Those that a configuration without restricted sockets has: Nix makes each instance of the template by itself. */
const ourUnits = (options: Partial<Parameters<typeof catalogue>[0]> = {}) =>
  allUnits(options).filter(({ name }) => name !== relaySocketTemplate)

const MOVED = ["eww-monitoring-panel.service", "i3wsr.service", "sway-config-manager.service"]
const TARGET = "sway-session.target"
const RELAY = ["i3pm-relay.service", "i3pm-relay.socket"]

/** What Nix says when it refuses, as one line: where it breaks its messages is its own affair. */
const refused = <A>(evaluation: Effect.Effect<A, HarnessError>) =>
  Effect.map(Effect.flip(evaluation), ({ message }) => message.replace(/\s+/g, " "))

const refusal = (name: string, ...args: ReadonlyArray<string>) => refused(configuration(name, ...args))

/** i3pm with one option set to a text. */
const withOption = (option: string, text: string) =>
  configurationOf(`{ services.i3pm = { enable = true; ${option} = ${JSON.stringify(text)}; }; }`)

describeWith(["nix-instantiate"], "the daemon's lifetime", () => {
  it.live("is that of i3pm units install, in both forms", () =>
    Effect.gen(function* () {
      for (const daemonLifetime of daemonLifetimes) {
        const made = unitsOf(
          yield* configurationOf(`{ services.i3pm = { enable = true; daemon.lifetime = "${daemonLifetime}"; }; }`),
        )
        const name = "i3-project-daemon.service"
        const expected = ourUnits({ daemonLifetime }).find(unit => unit.name === name)
        assert.isDefined(expected)
        if (expected !== undefined) assert.deepStrictEqual(meaningOf(made[name] ?? ""), meaningOf(render(expected)))
      }
    }),
  )
})

describeWith(["nix-instantiate"], "the Nix files", () => {
  it.live("all parse", () =>
    Effect.gen(function* () {
      const below = fs.readdirSync(inRepository("nix"), { recursive: true, encoding: "utf8" })
      const files = ["flake.nix", ...below.filter(name => name.endsWith(".nix")).map(name => `nix/${name}`)]
      assert.isAbove(files.length, 10)
      yield* nixInstantiate(["--parse", ...files.map(inRepository)])
    }),
  )

  it.live("have the units as the build exports them, and the documentation of the options as they are", () =>
    Effect.gen(function* () {
      const mend = "run npm run build and node scripts/nix-data.mjs"
      const data = (path: string) => fs.readFileSync(inRepository(path), "utf8")
      assert.strictEqual(data("nix/units.json"), data("dist/units.json"), mend)
      const units = catalogue({ command: ["@i3pm@"], systemd: Number.POSITIVE_INFINITY })
      const exported = Object.fromEntries(units.map(({ name, sections }) => [name, sections]))
      assert.deepStrictEqual(JSON.parse(data("nix/units.json")), exported, mend)
      assert.strictEqual(data("docs/nix-options.md"), yield* evaluateNix<string>("nix/options-doc.nix"), mend)
    }),
  )
})

describeWith(["nix-instantiate"], "units from Nix", () => {
  it.live("are those of i3pm units install", () =>
    Effect.gen(function* () {
      const evaluated = yield* configuration("minimal")
      const units = ourUnits()
      assert.sameMembers(
        Object.keys(unitsOf(evaluated)),
        units.map(({ name }) => name),
      )
      for (const unit of units) {
        assert.deepStrictEqual(meaningOf(unitsOf(evaluated)[unit.name] ?? ""), meaningOf(render(unit)), unit.name)
      }
      assert.deepStrictEqual(linksOf(evaluated), units.flatMap(wantsLinks).sort())
      assert.deepStrictEqual(evaluated.packages, ["/nix/store/i3pm"])
    }),
  )

  it.live("are so with another interval and another target, which is somebody else's to define", () =>
    Effect.gen(function* () {
      const sessionTarget = "wayland-session@sway.desktop.target"
      const evaluated = unitsOf(yield* configuration("otherTarget"))
      for (const unit of ourUnits({ sessionTarget }).filter(({ name }) => name !== sessionTarget)) {
        assert.deepStrictEqual(meaningOf(evaluated[unit.name] ?? ""), meaningOf(render(unit)), unit.name)
      }
      assert.notProperty(evaluated, sessionTarget)
      assert.notProperty(evaluated, TARGET)
      const timer = unitsOf(yield* configuration("configured"))["sway-socket-cleanup.timer"] ?? ""
      const ours = ourUnits({ cleanupInterval: "1h 30min" }).find(({ name }) => name === "sway-socket-cleanup.timer")
      assert.deepStrictEqual(meaningOf(timer), ours && meaningOf(render(ours)))
    }),
  )

  it.live("do without the timer and what it starts, if they are to", () =>
    Effect.gen(function* () {
      const names = Object.keys(unitsOf(yield* configuration("withoutCleanup")))
      assert.sameMembers(names, ["i3-project-daemon.service", TARGET, ...RELAY])
    }),
  )

  it.live("have a socket for each restricted one of the settings, and none of the relay's without the relay", () =>
    Effect.gen(function* () {
      const relay = (enable: boolean) =>
        configurationOf(`{ services.i3pm = { enable = true; relay.enable = ${enable};
          settings.relay.sockets = { kiosk.preset = "bar"; box.preset = "read-only"; }; }; }`)
      const instances = ["i3pm-relay@kiosk.socket", "i3pm-relay@box.socket"]
      const evaluated = yield* relay(true)
      const isOfRelay = (name: string) => name.startsWith("i3pm-relay")
      assert.sameMembers(Object.keys(unitsOf(evaluated)).filter(isOfRelay), [...RELAY, ...instances])
      const template = allUnits().find(({ name }) => name === relaySocketTemplate)
      assert.isDefined(template)
      for (const name of instances) {
        assert.deepStrictEqual(meaningOf(unitsOf(evaluated)[name] ?? ""), template && meaningOf(render(template)))
        assert.include(linksOf(evaluated), `sockets.target.wants/${name}`)
      }
      assert.deepStrictEqual(Object.keys(unitsOf(yield* relay(false))).filter(isOfRelay), [])
    }),
  )

  it.live("let the user, and home-manager's sway module, have their say", () =>
    Effect.gen(function* () {
      const daemon = meaningOf(unitsOf(yield* configuration("configured"))["i3-project-daemon.service"] ?? "")
      assert.deepStrictEqual(daemon["Service.RestartSec"], ["7"])
      assert.sameMembers([...(daemon["Unit.After"] ?? [])], ["dbus.socket", TARGET])
      const target = meaningOf(unitsOf(yield* configuration("beside"))[TARGET] ?? "")
      assert.deepStrictEqual(target["Unit.Description"], ["sway compositor session"])
      assert.deepStrictEqual(target["Unit.BindsTo"], ["graphical-session.target"])
      assert.deepStrictEqual(target["Unit.Wants"], ["graphical-session-pre.target"])
    }),
  )

  for (const [name, description] of [
    ["managedAndMore", "Sway session"],
    ["besideAndMore", "sway compositor session"],
  ] as const) {
    it.live(`add to the target's dependencies what others define, and name each once: ${name}`, () =>
      Effect.gen(function* () {
        const target = meaningOf(unitsOf(yield* configuration(name))[TARGET] ?? "")
        assert.deepStrictEqual(target["Unit.Description"], [description])
        assert.deepStrictEqual(target["Unit.BindsTo"], ["graphical-session.target"])
        const { "Unit.After": after = [], "Unit.Wants": wants = [] } = target
        for (const list of [after, wants]) {
          assert.deepStrictEqual([...list].sort(), ["graphical-session-pre.target", "my.target"])
        }
      }),
    )
  }

  it.live("have the target's name as systemd escapes it, in the unit and in the link that enables it", () =>
    Effect.gen(function* () {
      const sessionTarget = "wayland-session@sway\\x2duwsm.desktop.target"
      const evaluated = yield* configuration("escapedTarget")
      const [daemon] = ourUnits({ sessionTarget }).filter(({ name }) => name === "i3-project-daemon.service")
      const text = unitsOf(evaluated)["i3-project-daemon.service"] ?? ""
      assert.deepStrictEqual(meaningOf(text), daemon && meaningOf(render(daemon)))
      assert.include(text, `PartOf=${sessionTarget}\n`)
      for (const name of [...MOVED, "i3-project-daemon.service"]) {
        assert.include(linksOf(evaluated), `${sessionTarget}.wants/${name}`)
      }
    }),
  )

  it.live("start i3pm by its own name, whatever the package is called", () =>
    Effect.gen(function* () {
      const daemon = unitsOf(yield* configuration("wrapped"))["i3-project-daemon.service"]
      assert.include(daemon, "ExecStart=/nix/store/i3pm-wrapped/bin/i3pm daemon\n")
    }),
  )
})

describeWith(["nix-instantiate"], "services that are moved", () => {
  it.live("become what i3pm session bind makes of them", () =>
    Effect.gen(function* () {
      const before = unitsOf(yield* configuration("disabled"))
      const after = unitsOf(yield* configuration("migrated"))
      for (const name of MOVED) {
        const text = rewriteUnit(before[name] ?? "", { from: "graphical-session.target", to: TARGET })
        assert.notStrictEqual(text, before[name])
        assert.deepStrictEqual(meaningOf(after[name] ?? ""), meaningOf(text), name)
      }
      assert.strictEqual(after["untouched.service"], before["untouched.service"])
    }),
  )

  it.live("keep what only reacts to the old target, as the option's description has it, and lose all else", () =>
    Effect.gen(function* () {
      const from = "graphical-session.target"
      const kept = ["Conflicts", "OnFailure", "PropagatesStopTo"]
      const replaced = ["StopPropagatedFrom", "ReloadPropagatedFrom", "PartOf", "Requisite", "After"]
      const removed = ["Requires", "BindsTo", "Wants", "Upholds", "Before"]
      const removedFromInstall = ["RequiredBy", "UpheldBy"]
      const set = (names: ReadonlyArray<string>) => names.map(name => `${name} = [ "${from}" ];`).join(" ")
      const unitWith = (enable: boolean) =>
        Effect.map(
          configurationOf(`{
            services.i3pm = { enable = ${enable}; session.services = [ "panel" ]; };
            systemd.user.services.panel = {
              Unit = { ${set([...kept, ...replaced, ...removed])} };
              Install = { ${set([...removedFromInstall, "WantedBy"])} };
            };
          }`),
          evaluated => unitsOf(evaluated)["panel.service"] ?? "",
        )
      const [before, after] = [yield* unitWith(false), meaningOf(yield* unitWith(true))]
      assert.deepStrictEqual(after, meaningOf(rewriteUnit(before, { from, to: TARGET })))
      const named = (names: ReadonlyArray<string>, target: string) =>
        names.map(name => [`Unit.${name}`, [target]] as const)
      assert.deepStrictEqual(
        after,
        Object.fromEntries([...named(kept, from), ...named(replaced, TARGET), ["Install.WantedBy", [TARGET]]]),
      )
      const documented = fs.readFileSync(inRepository("docs/nix-options.md"), "utf8")
      const [section = ""] = /^## `services\.i3pm\.session\.services`$[^#]+/m.exec(documented) ?? []
      for (const name of [...kept, ...replaced, ...removed, ...removedFromInstall])
        assert.include(section, `\`${name}\``)
    }),
  )

  it.live("are wanted by the session target, and by what else they named", () =>
    Effect.gen(function* () {
      assert.deepStrictEqual(linksOf(yield* configuration("migrated")), [
        "default.target.wants/i3wsr.service",
        "graphical-session.target.wants/untouched.service",
        "sockets.target.wants/i3pm-relay.socket",
        ...[...MOVED, "i3-project-daemon.service"].sort().map(name => `${TARGET}.wants/${name}`),
        "timers.target.wants/sway-socket-cleanup.timer",
      ])
    }),
  )

  it.live("stay where they are while i3pm is not enabled", () =>
    Effect.gen(function* () {
      const evaluated = yield* configuration("disabled")
      assert.deepStrictEqual(evaluated.packages, [])
      assert.notInclude(Object.keys(evaluated.files).join(), TARGET)
    }),
  )
})

describeWith(["nix-instantiate"], "the sway configuration", () => {
  it.live("gets session run with home-manager's variables, in the place of home-manager's own lines", () =>
    Effect.gen(function* () {
      const evaluated = yield* configuration("managed")
      assert.match(evaluated.sway, new RegExp(`^exec ${PROGRAM} session run( --env \\w+)+$`))
      assert.include(evaluated.sway, " --env XCURSOR_THEME")
      const target = meaningOf(unitsOf(evaluated)[TARGET] ?? "")
      assert.deepStrictEqual(target["Unit.Description"], ["Sway session"])
      assert.deepStrictEqual(target["Unit.Before"], ["xdg-desktop-autostart.target"])
      const wants = [...(target["Unit.Wants"] ?? [])].sort()
      assert.deepStrictEqual(wants, ["graphical-session-pre.target", "xdg-desktop-autostart.target"])
      assert.strictEqual((yield* configuration("migrated")).sway, "")
    }),
  )

  it.live("says which of the variables is none", () =>
    Effect.gen(function* () {
      const { sway, warnings } = yield* configuration("importsAll")
      assert.strictEqual(sway, `exec ${PROGRAM} session run`)
      assert.include(warnings.join(), "cannot import --all")
    }),
  )
})

describeWith(["nix-instantiate"], "settings", () => {
  it("are options, all of them", () => {
    const documented = fs.readFileSync(inRepository("docs/nix-options.md"), "utf8")
    const names = [...documented.matchAll(/^## `services\.i3pm\.settings\.([\w.]+)`$/gm)].map(([, name]) => name)
    assert.sameMembers(names, [...settingKeys, "relay", "relay.sockets", "session"])
  })

  it.scopedLive("are a file that i3pm reads, and none when nothing is set", () =>
    Effect.gen(function* () {
      assert.notProperty((yield* configuration("minimal")).files, "i3pm/config.toml")
      const { files } = yield* configurationOf(`{ services.i3pm = { enable = true; settings = {
        socket = "/run/a.sock"; probe_interval = "1min"; probe_deadline = "20ms"; log_level = "trace";
        relay = { buffer = "1MiB"; hide_shutdown = false; resync = "none"; sockets.kiosk = { preset = "bar"; commands = [ "focus left" ]; };
          sockets.closed = { }; }; session.relay = true; }; }; }`)
      const home = yield* makeScratchDir
      fs.mkdirSync(`${home}/i3pm`)
      fs.writeFileSync(`${home}/i3pm/config.toml`, files["i3pm/config.toml"] ?? "")
      const settings = yield* Effect.flatMap(UserSettings.make({}), ({ current }) => current).pipe(
        Effect.withConfigProvider(ConfigProvider.fromMap(new Map([["XDG_CONFIG_HOME", home]]))),
      )
      assert.strictEqual(Option.getOrNull(settings.socket), "/run/a.sock")
      assert.strictEqual(Duration.toMillis(settings.probeInterval), 60_000)
      assert.strictEqual(Duration.toMillis(settings.probeDeadline), 20)
      assert.strictEqual(settings.logLevel, LogLevel.Trace)
      assert.isTrue(settings.sessionRelay)
      assert.deepInclude(settings.relay, { buffer: 1024 * 1024, hideShutdown: false, patience: 60_000, resync: "none" })
      const none = { preset: undefined, requests: [], events: [], commands: [], resync: undefined }
      assert.sameDeepMembers(
        settings.relay.sockets.map(({ where: _, ...others }) => others),
        [
          { ...none, name: "closed" },
          { ...none, name: "kiosk", preset: "bar", commands: ["focus left"] },
        ],
      )
    }),
  )
})

describeWith(["nix-instantiate"], "a change of the settings", () => {
  it.live("makes home-manager reload each program that reads them again", () =>
    Effect.gen(function* () {
      const reloaded = (options: string) =>
        Effect.map(configurationOf(`{ services.i3pm = { enable = true; ${options} }; }`), each =>
          Object.entries(unitsOf(each)).flatMap(([name, text]) =>
            text.includes("\nX-Reload-Triggers=") ? [name] : [],
          ),
        )
      const [daemon, relay] = ["i3-project-daemon.service", "i3pm-relay.service"]
      assert.sameMembers(yield* reloaded('settings.log_level = "debug";'), [daemon, relay])
      assert.sameMembers(yield* reloaded('settings.log_level = "debug"; relay.enable = false;'), [daemon])
      assert.sameMembers(yield* reloaded(""), [])
    }),
  )
})

describeWith(["nix-instantiate"], "durations among the settings", () => {
  for (const key of Struct.keys(limits)) {
    const { least, most } = limits[key]
    it.live(`are what i3pm takes, to the edge: ${key}`, () =>
      Effect.gen(function* () {
        for (const text of [`${least}ms`, `0${least / 1000}s`, `${most}ms`, `${most / 1000} s`, `${most}.000ms`]) {
          const { files } = yield* withOption(`settings.${key}`, text)
          const { name, table } = placeOf(key)
          const line = `${name} = "${text}"`
          assert.strictEqual(files["i3pm/config.toml"], `${table === "" ? line : `${table} = { ${line} }`}\n`)
        }
        for (const text of [`${least - 0.001}ms`, `${most + 0.001}ms`, `${most}s`, "0s", `${least}`, "9999999min"]) {
          const said = yield* refused(withOption(`settings.${key}`, text))
          assert.include(said, `services.i3pm.settings.${key}' is not of type \`null or duration from `)
        }
      }),
    )
  }
})

describeWith(["nix-instantiate"], "what can not be", () => {
  for (const [name, ...messages] of [
    ["unknownService", "names eww-monitorin-panel, and no module defines", "eww-monitoring-panel, i3-project-daemon"],
    ["badInterval", "services.i3pm.cleanup.interval' is not of type `time span", "5 minuets"],
    ["zeroInterval", "services.i3pm.cleanup.interval' is not of type `time span", "0s"],
    ["badSetting", 'services.i3pm.settings.log_level\' is not of type `null or one of "error"', "loud"],
    ["badTarget", "services.i3pm.session.target' is not of type `name of a target"],
    ["manageWithoutSway", "wayland.windowManager.sway.enable is false", "exec i3pm session run"],
    ["manageOtherTarget", "starts sway-session.target, and services.i3pm.session.target is my-sway.target"],
    ["instance", "names bar@left, and no module defines", "name the template, bar@"],
    ["timer", "names eww-monitoring-panel.timer, and no module defines", "Only services are moved"],
    ["textAndList", "sway-session.Unit.After' has conflicting definition values"],
    ["misspelt", "The option `services.i3pm.sesion' does not exist"],
  ] as const) {
    it.live(`is refused: ${name}`, () =>
      Effect.map(refusal(name), said => {
        for (const message of messages) assert.include(said, message)
      }),
    )
  }

  it.live("is refused: another system than Linux", () =>
    Effect.map(refusal("minimal", "--arg", "isLinux", "false"), said =>
      assert.include(said, "services.i3pm is for Linux only"),
    ),
  )

  it.live("is named in a warning: a setting that i3pm does not know", () =>
    Effect.gen(function* () {
      const [warning = "", ...others] = (yield* configuration("unknownSetting")).warnings
      assert.deepStrictEqual(others, [])
      assert.include(warning, "services.i3pm.settings.probe-deadline")
      for (const key of settingKeys) assert.include(warning, key)
      assert.deepStrictEqual((yield* configuration("configured")).warnings, [])
    }),
  )

  it.live("is refused: a socket that i3pm would refuse", () =>
    Effect.gen(function* () {
      for (const path of ["", "~/a.sock", "a.sock"]) {
        const said = yield* refused(withOption("settings.socket", path))
        assert.include(said, "services.i3pm.settings.socket' is not of type `null or absolute path")
      }
    }),
  )

  it.live("is refused: an interval that is no rest, or that nobody lives to see the end of", () =>
    Effect.gen(function* () {
      const spans = ["0.1us", "0.0001ms", "999ms", "0.0001s", "0.999s", "0.999", "0.016min", "0 h", "0h 0.5s", "s", ""]
      for (const span of [...spans, "99999999999999999999y", "9999999", "101y", "99y 53w", "90 5min", "9090909090"]) {
        const said = yield* refused(withOption("cleanup.interval", span))
        assert.include(said, "services.i3pm.cleanup.interval' is not of type `time span")
      }
    }),
  )

  it.live("is not: a time span of systemd.time(7), from a second to a hundred years", () =>
    Effect.gen(function* () {
      const spans = ["2 h", "2hours", "48hr", "1y 12month", "90", "5min", "1h 30min", "1.5h", "1s", "0.5s 0.5s", "1M"]
      for (const span of [...spans, "1.000", "0.017min", "100y", "99y 52w", "08 min", "1h30m20s"]) {
        const { files } = yield* withOption("cleanup.interval", span)
        assert.include(files["systemd/user/sway-socket-cleanup.timer"], `OnUnitActiveSec=${span}\n`)
      }
    }),
  )
})
