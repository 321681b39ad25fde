/** What the other tests take for granted: clean surroundings, and nothing left behind. */
import * as fs from "node:fs"
import { it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import { expect } from "vitest"
import { startI3, startSway } from "../support/Desktop.ts"
import { describeWith, i3Tools, swayTools } from "../support/needs.ts"
import { isRunning, untilEnded } from "../support/processes.ts"
import { request } from "../support/rawIpc.ts"
import { runAs, spawnAs } from "../support/Spawn.ts"
import { makeRuntimeDir, TEST_UID } from "../support/TestUser.ts"

const environmentOf = (pid: number) => fs.readFileSync(`/proc/${pid}/environ`, "latin1").split("\0")

describeWith([...swayTools, "node"], "the harness, with sway", () => {
  it.scoped("starts sway itself as the test uid, with nothing of the caller's session", () =>
    Effect.gen(function* () {
      const runtimeDir = yield* makeRuntimeDir
      expect(fs.statSync(runtimeDir)).toMatchObject({ uid: TEST_UID, mode: 0o40700 })
      const { pid, socketPath } = yield* startSway({ runtimeDir })
      expect(fs.readFileSync(`/proc/${pid}/comm`, "latin1").trim()).toBe("sway")
      expect(fs.statSync(`/proc/${pid}`).uid).toBe(TEST_UID)
      expect(socketPath).toBe(`${runtimeDir}/sway-ipc.${TEST_UID}.${pid}.sock`)
      const names = environmentOf(pid).map(entry => entry.split("=")[0])
      expect(names).toContain("XDG_RUNTIME_DIR")
      for (const name of ["SWAYSOCK", "I3SOCK", "WAYLAND_DISPLAY", "DISPLAY"]) expect(names).not.toContain(name)
    }),
  )

  it.effect("leaves neither process nor file, not of a stopped sway nor of what sway started", () =>
    Effect.gen(function* () {
      const { runtimeDir, pid, child } = yield* Effect.scoped(
        Effect.gen(function* () {
          const runtimeDir = yield* makeRuntimeDir
          const sway = yield* startSway({ runtimeDir })
          const fifo = `${runtimeDir}/pid`
          yield* runAs("mkfifo", [fifo], { runtimeDir })
          // Two dollars are one to sway.
          yield* request(sway.socketPath, "command", `exec sh -c 'echo $$$$ > ${fifo}; exec sleep 1000'`)
          const child = Number((yield* runAs("cat", [fifo], { runtimeDir })).stdout)
          expect(isRunning(child)).toBe(true)
          yield* sway.kill("SIGSTOP")
          return { runtimeDir, pid: sway.pid, child }
        }),
      )
      yield* untilEnded([pid, child])
      expect(fs.existsSync(runtimeDir)).toBe(false)
    }),
  )

  it.scoped("says how a compositor ended, and how it failed to start", () =>
    Effect.gen(function* () {
      const runtimeDir = yield* makeRuntimeDir
      const sway = yield* startSway({ runtimeDir })
      yield* sway.kill("SIGKILL")
      expect(yield* sway.exited).toEqual({ code: null, signal: "SIGKILL" })
      expect(fs.existsSync(sway.socketPath)).toBe(true)
      const failure = yield* Effect.flip(startSway({ runtimeDir, env: { WLR_BACKENDS: "no-such-backend" } }))
      expect(failure.message).toContain("sway ended before it answered")
    }),
  )

  it.scoped("runs two at once in one directory", () =>
    Effect.gen(function* () {
      const runtimeDir = yield* makeRuntimeDir
      const [one, two] = yield* Effect.all([startSway({ runtimeDir }), startSway({ runtimeDir })], {
        concurrency: "unbounded",
      })
      expect(one.socketPath).not.toBe(two.socketPath)
    }),
  )

  it.scoped("runs Node as the test uid, with input, output and exit status", () =>
    Effect.gen(function* () {
      const runtimeDir = yield* makeRuntimeDir
      const script = "process.stdin.on('data', d => console.log(process.getuid() + ' ' + d)); process.exitCode = 3"
      const finished = yield* runAs(process.execPath, ["-e", script], { runtimeDir, stdin: "hello" })
      expect(finished).toEqual({ code: 3, signal: null, stdout: `${TEST_UID} hello\n`, stderr: "" })
      const running = yield* spawnAs("sh", ["-c", "echo one; echo two; echo $HOME; exec sleep 1000"], { runtimeDir })
      expect(yield* running.stdout.lines.take).toBe("one")
      expect(yield* running.stdout.lines.take).toBe("two")
      expect(fs.existsSync(yield* running.stdout.lines.take)).toBe(true)
      const warns = runAs(process.execPath, ["-e", "process.emitWarning('old', 'DeprecationWarning')"], { runtimeDir })
      expect(String(yield* Effect.exit(warns))).toContain("DeprecationWarning: old")
      // 127 as a rule; 126 where PATH has a directory that may not be entered.
      expect([126, 127]).toContain((yield* runAs("no-such-command", [], { runtimeDir })).code)
    }),
  )
})

describeWith(i3Tools, "the harness, with i3", () => {
  it.effect("starts i3 on a display of its own and leaves nothing of it", () =>
    Effect.gen(function* () {
      const { pid, display } = yield* Effect.scoped(
        Effect.gen(function* () {
          const runtimeDir = yield* makeRuntimeDir
          const { pid, socketPath, display } = yield* startI3({ runtimeDir })
          expect(socketPath).toBe(`${runtimeDir}/i3/ipc-socket.${pid}`)
          return { pid, display }
        }),
      )
      yield* untilEnded([pid])
      expect(fs.existsSync(`/tmp/.X11-unix/X${display.slice(1)}`)).toBe(false)
    }),
  )
})
