/** The units as a real systemd sees them: checked, run and taken away again. */

import * as fs from "node:fs"
import * as path from "node:path"
import { assert, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import { unitNames } from "../../src/layers/systemd/units/catalogue.ts"
import { commandLine } from "../../src/layers/systemd/units/UnitFile.ts"
import { relaySocketTemplate } from "../../src/layers/systemd/units/unitNames.ts"
import { describeWith, sessionTools } from "../support/needs.ts"
import { type Finished, runAs, type SpawnOptions } from "../support/Spawn.ts"
import { makeRuntimeDir, makeScratchDir, runsAsRoot, stageBundle, TEST_GID, TEST_UID } from "../support/TestUser.ts"
import { startUserSession } from "../support/UserSession.ts"
import { eventually } from "../support/waiting.ts"

/** What makes trouble in an Exec line, and may be in a path. */
const strange = "a b%c $d;e"

const own = (...paths: ReadonlyArray<string>) => {
  if (runsAsRoot) for (const path of paths) fs.chownSync(path, TEST_UID, TEST_GID)
}

/** The built program in a directory of a strange name; the path of its `main.cjs`. */
const strangeBundle = Effect.map(stageBundle, entry => {
  const directory = path.join(path.dirname(path.dirname(entry)), strange)
  fs.renameSync(path.dirname(entry), directory)
  return path.join(directory, "main.cjs")
})

const succeeded = ({ code, stderr, stdout }: Finished) => {
  assert.deepStrictEqual([code, stderr], [0, ""])
  return stdout
}

/** Succeeded, and said what is next: these tests run the program from a directory that nobody keeps. */
const installs = ({ code, stderr }: Finished) => {
  assert.strictEqual(code, 0, stderr)
  const [warning, next, ...more] = stderr.trim().split("\n")
  assert.match(warning ?? "", /^i3pm: warning: the units run .*main\.cjs, which is in a clone or a temporary directory/)
  assert.deepStrictEqual([next, ...more], ["i3pm: next: i3pm session install", "i3pm: next: i3pm doctor"])
}

/** Everything below a directory: its type, mode and content. */
const tree = (directory: string) =>
  fs
    .readdirSync(directory, { recursive: true, encoding: "utf8" })
    .sort()
    .map(name => {
      const at = path.join(directory, name)
      const stat = fs.lstatSync(at)
      const content = stat.isSymbolicLink() ? fs.readlinkSync(at) : stat.isFile() ? fs.readFileSync(at, "utf8") : ""
      return [name, stat.mode.toString(8), content]
    })

/** The units, installed where no manager runs, below a directory of a strange name. */
const installed = Effect.gen(function* () {
  const entry = yield* strangeBundle
  const home = path.join(yield* makeScratchDir, strange)
  fs.mkdirSync(home)
  own(home)
  const options: SpawnOptions = { runtimeDir: yield* makeRuntimeDir, env: { XDG_CONFIG_HOME: home } }
  installs(yield* runAs(process.execPath, [entry, "units", "install"], options))
  return { units: path.join(home, "systemd/user"), options, entry }
})

const cycle = /^\S+: (?:Found ordering cycle|Found dependency|Job \S+ deleted to break ordering cycle) /

/** Without ordering cycles that no unit of i3pm is in: Debian 13 has one, through foot-server.socket. */
const ofOurs = (stderr: string): string =>
  stderr
    .split("\n")
    .filter(line => !cycle.test(line) || Object.values(unitNames).some(name => line.includes(name)))
    .join("\n")
    .trim()

describeWith(["setpriv", "node", "systemd-analyze"], "systemd-analyze", () => {
  it.scopedLive("has nothing to say about any of the units", () =>
    Effect.gen(function* () {
      const { options, units } = yield* installed
      for (const name of [...Object.values(unitNames), relaySocketTemplate]) {
        const finished = yield* runAs("systemd-analyze", ["verify", "--user", path.join(units, name)], options)
        assert.deepInclude({ ...finished, stderr: ofOurs(finished.stderr) }, { code: 0, stdout: "", stderr: "" })
      }
    }),
  )

  it.scopedLive("would say something about a directive it does not know", () =>
    Effect.gen(function* () {
      const { options, units } = yield* installed
      const file = path.join(units, unitNames.cleanup)
      fs.appendFileSync(file, "OpenSesame=yes\n")
      const { stderr } = yield* runAs("systemd-analyze", ["verify", "--user", file], options)
      assert.include(stderr, "OpenSesame")
    }),
  )

  for (const name of [unitNames.daemon, unitNames.cleanup, unitNames.relay]) {
    it.scopedLive(`finds ${name} exposed no more than it has to be`, () =>
      Effect.gen(function* () {
        const { options, units } = yield* installed
        const args = ["security", "--user", "--offline=yes", "--threshold=65", "--no-pager", path.join(units, name)]
        const { code, stdout } = yield* runAs("systemd-analyze", args, options)
        assert.strictEqual(code, 0, stdout)
      }),
    )
  }
})

describeWith(["setpriv", "node"], "i3pm units", () => {
  it.scopedLive("prints what it would install, and needs no systemd for it", () =>
    Effect.gen(function* () {
      const { entry, options, units } = yield* installed
      const print = (...args: ReadonlyArray<string>) =>
        runAs("env", ["PATH=/none", process.execPath, entry, "units", "print", ...args], options)
      const text = succeeded(yield* print(unitNames.timer))
      const [header, ...rest] = text.split("\n")
      assert.strictEqual(header, `# ${units}/${unitNames.timer}`)
      const [, ...written] = fs.readFileSync(path.join(units, unitNames.timer), "utf8").split("\n")
      assert.deepStrictEqual(rest, written)
      const data: unknown = JSON.parse(succeeded(yield* print("--json")))
      assert.sameMembers(Object.keys(Object(data)), [...Object.values(unitNames), relaySocketTemplate])
      assert.strictEqual((yield* print("nonsense.service")).code, 64)
    }),
  )

  it.scopedLive("prints the daemon's lifetime that is installed, unless it is told another one", () =>
    Effect.gen(function* () {
      const { entry, options } = yield* installed
      const units = (...args: ReadonlyArray<string>) => runAs(process.execPath, [entry, "units", ...args], options)
      const wantedBy = (...args: ReadonlyArray<string>) =>
        Effect.map(units("print", unitNames.daemon, ...args), each => /^WantedBy=(.*)$/m.exec(succeeded(each))?.[1])
      assert.strictEqual(yield* wantedBy(), unitNames.sessionTarget)
      installs(yield* units("install", "--daemon-lifetime", "manager"))
      assert.strictEqual(yield* wantedBy(), "default.target")
      assert.strictEqual(yield* wantedBy("--daemon-lifetime", "session"), unitNames.sessionTarget)
    }),
  )

  it.scopedLive("says what is in the way, and ends with 1", () =>
    Effect.gen(function* () {
      const { entry, options, units } = yield* installed
      fs.appendFileSync(path.join(units, unitNames.daemon), "#\n")
      const { code, stderr, stdout } = yield* runAs(process.execPath, [entry, "units", "install"], options)
      assert.deepStrictEqual([code, stdout], [1, ""])
      assert.include(stderr, path.join(units, unitNames.daemon))
    }),
  )
})

describeWith([...sessionTools, "node"], "in a user session", () => {
  it.scopedLive("what is installed runs, and after uninstall nothing is left of it", () =>
    Effect.gen(function* () {
      const entry = yield* strangeBundle
      const session = yield* startUserSession
      const before = tree(session.home)
      const i3pm = (...args: ReadonlyArray<string>) =>
        Effect.map(session.run(process.execPath, [entry, "units", ...args]), finished => {
          if (args[0] === "install") installs(finished)
          else succeeded(finished)
          return finished.stdout
        })
      // Before the timer is there: with a machine that was started long ago its first sweep is at once.
      const orphan = path.join(session.runtimeDir, `sway-ipc.${TEST_UID}.99999.sock`)
      fs.writeFileSync(orphan, "")
      own(orphan)
      yield* i3pm("install")

      const timers = succeeded(yield* session.systemctl("list-timers", "--no-pager"))
      assert.match(timers, new RegExp(`${unitNames.timer} +${unitNames.cleanup}`))
      const dependencies = ["list-dependencies", "--plain", unitNames.sessionTarget]
      assert.include(succeeded(yield* session.systemctl(...dependencies)), unitNames.daemon)
      assert.match(yield* i3pm("install"), /^(?!.*(?:wrote|enabled|started))/s)

      succeeded(yield* session.systemctl("start", unitNames.cleanup))
      assert.strictEqual(yield* session.show(unitNames.cleanup, "Result"), "success")
      assert.isFalse(fs.existsSync(orphan))
      assert.include(yield* session.journal(unitNames.cleanup), orphan)

      yield* i3pm("uninstall")
      assert.deepStrictEqual(tree(session.home), before)
      const units = yield* session.systemctl(
        "list-units",
        "--all",
        "--plain",
        "--no-legend",
        ...Object.values(unitNames),
      )
      assert.strictEqual(succeeded(units), "")
      assert.notInclude(succeeded(yield* session.systemctl("list-timers", "--all")), unitNames.timer)
    }),
  )

  it.scopedLive("the timer fires by itself", () =>
    Effect.gen(function* () {
      const entry = yield* strangeBundle
      const session = yield* startUserSession
      const shorter =
        "[Timer]\nOnBootSec=\nOnUnitActiveSec=\nOnActiveSec=200ms\nOnUnitActiveSec=200ms\nAccuracySec=10ms\n"
      yield* session.writeUnit(`${unitNames.timer}.d/shorter.conf`, shorter)
      installs(yield* session.run(process.execPath, [entry, "units", "install"]))
      const orphan = path.join(session.runtimeDir, `sway-ipc.${TEST_UID}.99998.sock`)
      for (let round = 0; round < 2; round += 1) {
        fs.writeFileSync(orphan, "")
        own(orphan)
        yield* eventually(
          Effect.sync(() => fs.existsSync(orphan)),
          isThere => !isThere,
        )
      }
      assert.strictEqual(yield* session.show(unitNames.cleanup, "Result"), "success")
    }),
  )

  it.scopedLive("a command line arrives word by word", () =>
    Effect.gen(function* () {
      const session = yield* startUserSession
      const program = path.join(yield* makeScratchDir, strange)
      fs.writeFileSync(program, `#!${process.execPath}\nconsole.log(JSON.stringify(process.argv.slice(2)))\n`)
      fs.chmodSync(program, 0o755)
      const words = [
        "plain",
        "a b",
        "100%n",
        "$HOME",
        // biome-ignore lint/suspicious/noTemplateCurlyInString: systemd's braces
        "${HOME}",
        "$$",
        "it's",
        'say "x"',
        "back\\slash\\n",
        "new\nline\ttab",
        ";",
        "",
        "ünï",
        "\x1b[0m",
        "a;b",
        "#",
        "-",
        "@x",
      ]
      const command = commandLine([program, ...words])
      yield* session.writeUnit("words.service", `[Service]\nType=oneshot\nRemainAfterExit=yes\nExecStart=${command}\n`)
      succeeded(yield* session.systemctl("start", "words.service"))
      assert.include(yield* session.journal("words.service"), JSON.stringify(words))
    }),
  )
})
