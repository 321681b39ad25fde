/** `i3pm doctor` where everything that it asks hangs. */
import * as fs from "node:fs"
import * as path from "node:path"
import { assert, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import type { Check } from "../../../src/layers/doctor/Check.ts"
import { i3pm } from "../../support/daemon.ts"
import { describeWith } from "../../support/needs.ts"
import { untilEnded } from "../../support/processes.ts"
import { runAs, spawnAs } from "../../support/Spawn.ts"
import { makeRuntimeDir, makeScratchDir, stageBundle } from "../../support/TestUser.ts"

/** The programs that the doctor runs. */
const programs = ["systemctl", "busctl", "tmux", "journalctl"]

/** Programs that write down their pid and never end. */
const makeHungPrograms = Effect.map(makeScratchDir, directory => {
  const pids = `${directory}/pids`
  fs.writeFileSync(pids, "")
  fs.chmodSync(pids, 0o666)
  for (const name of programs) {
    fs.writeFileSync(`${directory}/${name}`, `#!/bin/sh\necho $$ >>${pids}\nexec sleep 600\n`, { mode: 0o755 })
  }
  return { directory, pids: () => fs.readFileSync(pids, "utf8").split("\n").slice(0, -1).map(Number) }
})

describeWith(["setpriv", "node"], "doctor, beside what hangs", () => {
  it.scopedLive.each([[], ["--report"]])("ends by itself, says what did not answer, and leaves no process: %j", flags =>
    Effect.gen(function* () {
      const runtimeDir = yield* makeRuntimeDir
      const entry = yield* stageBundle
      const hung = yield* makeHungPrograms
      const compositor = yield* spawnAs(process.execPath, [entry, "simulate", "--fault", "hang"], { runtimeDir })
      yield* compositor.stdout.lines.take
      const PATH = `${hung.directory}:${path.dirname(process.execPath)}:${process.env["PATH"]}`
      const { code, stdout } = yield* i3pm(entry, ["doctor", "--json", ...flags], { runtimeDir, env: { PATH } })
      assert.strictEqual(code, 1)
      const checks: ReadonlyArray<Check> = JSON.parse(stdout).checks
      const find = (id: string) => checks.find(check => check.id === id)
      assert.strictEqual(find("compositor-answers")?.status, "wrong")
      // Not the limit of a single program, which is 10 s.
      for (const id of ["user-manager", "tmux-swaysock", "units", "session-target"]) {
        assert.include(find(id)?.why, "it did not answer in time", id)
        assert.notStrictEqual(find(id)?.status, "ok", id)
      }
      assert.isNotEmpty(hung.pids())
      yield* untilEnded(hung.pids())
    }),
  )
})

describeWith(["setpriv", "node"], "doctor, where links lead in a circle", () => {
  it.scopedLive("says what is wrong, as the other commands do, and does not end with an internal error", () =>
    Effect.gen(function* () {
      const [runtimeDir, home, entry] = yield* Effect.all([makeRuntimeDir, makeScratchDir, stageBundle])
      fs.symlinkSync("i3pm", `${runtimeDir}/i3pm`)
      fs.mkdirSync(`${home}/.config/sway`, { recursive: true })
      fs.symlinkSync("config", `${home}/.config/sway/config`)
      const run = (...words: ReadonlyArray<string>) => i3pm(entry, words, { runtimeDir, env: { HOME: home } })
      const doctor = yield* run("doctor", "--json")
      assert.deepStrictEqual([doctor.code, JSON.parse(doctor.stdout).ok], [1, false], doctor.stderr)
      const found = yield* run("diagnose", "sockets", "--json")
      assert.deepStrictEqual([found.code, JSON.parse(found.stdout).sockets], [1, []], found.stderr)
      const session = yield* run("session", "install", "--dry-run")
      assert.notStrictEqual(session.code, 70, session.stderr)
    }),
  )
})

describeWith(["setpriv", "node"], "doctor, into a pipe", () => {
  it.scopedLive("prints JSON, or the table for a pager, and not both", () =>
    Effect.gen(function* () {
      const runtimeDir = yield* makeRuntimeDir
      const entry = yield* stageBundle
      const run = (...flags: ReadonlyArray<string>) => i3pm(entry, ["doctor", ...flags], { runtimeDir })
      const table = yield* run("--format", "table")
      assert.strictEqual(table.code, 1)
      assert.match(table.stdout, /^x {3}compositor {2,}no Sway or i3 is running$/m)
      assert.match(table.stdout, /\d+ ok, .* skipped\.\n$/)
      assert.isFalse(JSON.parse((yield* run("--format", "json")).stdout).ok)
      for (const other of ["--json", "--report"]) {
        const { code, stderr } = yield* run("--format", "table", other)
        assert.deepStrictEqual([code, /--format table/.test(stderr)], [64, true], stderr)
      }
    }),
  )

  it.scopedLive("prints a report that is UTF-8, and without control characters", () =>
    Effect.gen(function* () {
      const runtimeDir = yield* makeRuntimeDir
      const entry = yield* stageBundle
      // A byte that is not UTF-8, then U+009B, which begins a control sequence.
      const script = `SWAYSOCK=$(printf '/nowhere/a\\377\\302\\23331m') exec "$@"`
      const words = ["sh", process.execPath, entry, "doctor", "--report"]
      const { stdout } = yield* runAs("sh", ["-c", script, ...words], { runtimeDir })
      const checks: ReadonlyArray<Check> = JSON.parse(stdout).checks
      assert.include(checks.find(({ id }) => id === "shell-swaysock")?.why, "/nowhere/a\ufffd\u009b31m")
      assert.include(stdout, "/nowhere/a\ufffd\\u009b31m")
    }),
  )
})

describeWith(["setpriv", "node"], "a file where directories would be", () => {
  it.scopedLive("is nothing to doctor, discovery and session uninstall", () =>
    Effect.gen(function* () {
      const runtimeDir = yield* makeRuntimeDir
      const entry = yield* stageBundle
      const home = yield* makeScratchDir
      for (const place of [`${runtimeDir}/i3pm`, `${home}/.sway`, `${home}/.i3`]) fs.writeFileSync(place, "")
      const run = (...words: ReadonlyArray<string>) =>
        i3pm(entry, [...words, "--json"], { runtimeDir, env: { HOME: home } })
      const doctor = yield* run("doctor")
      assert.deepStrictEqual([doctor.code, JSON.parse(doctor.stdout).ok], [1, false], doctor.stderr)
      const sockets = yield* run("diagnose", "sockets")
      assert.deepStrictEqual([sockets.code, sockets.stderr], [1, ""])
      const uninstall = yield* run("session", "uninstall")
      assert.deepStrictEqual([uninstall.code, JSON.parse(uninstall.stdout)], [0, { files: [] }], uninstall.stderr)
    }),
  )
})
