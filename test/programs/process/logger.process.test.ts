/** What a compositor says of itself, in the daemon's log, on terminals and in messages: it forges no line and commands nothing. */

import { mkdirSync, writeFileSync } from "node:fs"
import { assert, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import { health, i3pm, startDaemon } from "../../support/daemon.ts"
import { describeWith } from "../../support/needs.ts"
import { spawnAs } from "../../support/Spawn.ts"
import { makeRuntimeDir, makeScratchDir, stageBundle, stageFile, TEST_UID } from "../../support/TestUser.ts"
import { startOnTerminal } from "../../support/terminal.ts"
import { eventually } from "../../support/waiting.ts"

const hostile = "1.7\n<3>00:00:00 forged\n00:00:00 forged \x1b]52;c;cm0=\x07\x1b[31m\x9b31m\u202etxt.exe\u2028"
const isUnsafe = /[^\P{Cc}\n]|[\u2028\u202a-\u202e\u2066-\u2069]/u

/** A compositor of this version, and a workspace of that name. */
const program = `
const { createServer } = require("node:net")
const [path, text] = process.argv.slice(2)
const replies = { 1: [{ name: text, visible: true, focused: true, output: text, layout: "", representation: text }] }
createServer(socket => {
  let bytes = Buffer.alloc(0)
  socket.on("error", () => {})
  socket.on("data", chunk => {
    bytes = Buffer.concat([bytes, chunk])
    while (bytes.length >= 14 && bytes.length >= 14 + bytes.readUInt32LE(6)) {
      const type = bytes.readUInt32LE(10)
      bytes = bytes.subarray(14 + bytes.readUInt32LE(6))
      const version = { human_readable: text, variant: "sway", major: 1, minor: 7, patch: 0, loaded_config_file_name: text }
      const payload = Buffer.from(JSON.stringify(replies[type] ?? version))
      const header = Buffer.alloc(14)
      header.write("i3-ipc")
      header.writeUInt32LE(payload.length, 6)
      header.writeUInt32LE(type, 10)
      socket.write(Buffer.concat([header, payload]))
    }
  })
}).listen(path, () => console.log("listens"))
`

const setUp = Effect.gen(function* () {
  const runtimeDir = yield* makeRuntimeDir
  const entry = yield* stageBundle
  const source = `${yield* makeScratchDir}/compositor.cjs`
  writeFileSync(source, program)
  const path = `${runtimeDir}/sway-ipc.${TEST_UID}.4242.sock`
  const compositor = yield* spawnAs(process.execPath, [yield* stageFile(source), path, hostile], { runtimeDir })
  yield* compositor.stdout.lines.take
  return { runtimeDir, entry, path }
})

describeWith(["setpriv", "node", "python3"], "a compositor whose names hold control bytes", () => {
  it.scopedLive("forges no line of the daemon's log, which shows them", () =>
    Effect.gen(function* () {
      const { entry, runtimeDir } = yield* setUp
      const daemon = yield* startDaemon(entry, { runtimeDir })
      yield* eventually(health(runtimeDir), ({ status }) => status === "healthy")
      yield* eventually(Effect.succeed(daemon), ({ stderr }) => stderr.text().includes("healthy: "))
      const log = daemon.stderr.text()
      assert.notMatch(log, isUnsafe)
      assert.notMatch(log, /^(<3>)?00:00:00 forged/m)
      assert.include(
        log,
        "healthy: sway 1.7\\n<3>00:00:00 forged\\n00:00:00 forged \\x1b]52;c;cm0=\\x07\\x1b[31m\\x9b31m\\u202e",
      )
    }),
  )

  it.scopedLive("commands no terminal, whatever is printed there, by itself or from the daemon", () =>
    Effect.gen(function* () {
      const { entry, runtimeDir } = yield* setUp
      const commands = [
        ["msg", "-t", "get_workspaces"],
        ["msg", "-t", "get_version"],
        ["msg", "-r", "-t", "get_workspaces"],
        ["msg", "-t", "get_tree"],
        ["diagnose", "socket-health"],
        ["diagnose", "socket-health", "--json"],
        ["diagnose", "socket-health", "--format", "waybar"],
        ["diagnose", "socket-health", "--format", "nagios"],
        ["diagnose", "sockets", "--json"],
      ]
      const asked = [
        ["diagnose", "status"],
        ["diagnose", "socket-health", "--json"],
        ["diagnose", "socket-health"],
      ]
      for (const args of [...commands, undefined, ...asked]) {
        if (args === undefined) {
          yield* startDaemon(entry, { runtimeDir })
          yield* eventually(health(runtimeDir), ({ status }) => status === "healthy")
          continue
        }
        const { terminal } = yield* startOnTerminal(
          [process.execPath, entry, ...args],
          { columns: 400, rows: 50 },
          { runtimeDir, env: { NO_COLOR: "1" } },
        )
        const { stdout } = yield* terminal.finished
        const said = stdout.replaceAll("\r\n", "\n")
        assert.include(said, "forged", args.join(" "))
        assert.notMatch(said, isUnsafe, args.join(" "))
        assert.notMatch(said, /^(<3>)?00:00:00 forged/m, args.join(" "))
      }
    }),
  )

  it.scopedLive("is handed on as it is into a pipe, as by swaymsg", () =>
    Effect.gen(function* () {
      const { entry, runtimeDir } = yield* setUp
      const { stdout } = yield* i3pm(entry, ["msg", "-p", "-t", "get_version"], { runtimeDir })
      assert.strictEqual(stdout, `sway version ${hostile}\n`)
      const raw = yield* i3pm(entry, ["msg", "-t", "get_workspaces"], { runtimeDir })
      assert.strictEqual(JSON.parse(raw.stdout)[0].name, hostile)
      const json = yield* i3pm(entry, ["diagnose", "socket-health", "--json"], { runtimeDir })
      assert.strictEqual(JSON.parse(json.stdout).compositor.version, hostile)
    }),
  )

  it.scopedLive("nor does a file of settings, in the message about it", () =>
    Effect.gen(function* () {
      const runtimeDir = yield* makeRuntimeDir
      const entry = yield* stageBundle
      const configHome = yield* makeScratchDir
      mkdirSync(`${configHome}/i3pm`)
      for (const toml of [`"\\u001b[31m\\n<3>forged" = "1"\n`, "a = \x1b[31m\n\x9b31m"]) {
        writeFileSync(`${configHome}/i3pm/config.toml`, toml)
        const { code, stderr } = yield* i3pm(entry, ["socket"], { runtimeDir, env: { XDG_CONFIG_HOME: configHome } })
        assert.strictEqual(code, 64)
        assert.notMatch(stderr, isUnsafe)
        assert.notMatch(stderr, /^<3>forged/m)
      }
    }),
  )
})
