/** The lines of `i3pm relay env`, read by the shells themselves and by tmux. */
import { chmodSync, chownSync, mkdirSync, readFileSync, writeFileSync } from "node:fs"
import { createServer, type Server } from "node:net"
import { dirname, join } from "node:path"
import { fileURLToPath } from "node:url"
import { assert, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import { relaySocketIn } from "../../../src/layers/system/relayPaths.ts"
import { relayEnv } from "../../../src/programs/cli/catalogue/relay.ts"
import { i3pm } from "../../support/daemon.ts"
import { describeWith, type Tool } from "../../support/needs.ts"
import { runAs } from "../../support/Spawn.ts"
import { makeRuntimeDir, makeScratchDir, stageBundle, TEST_GID, TEST_UID } from "../../support/TestUser.ts"

/** A socket at the relay's path, as the relay or its unit makes one. */
const listenAt = (path: string) =>
  Effect.acquireRelease(
    Effect.async<Server>(resume => {
      mkdirSync(dirname(path), { recursive: true })
      const server = createServer().listen(path, () => resume(Effect.succeed(server)))
      chownSync(dirname(path), TEST_UID, TEST_GID)
    }),
    server => Effect.sync(() => server.close()),
  )

/** A runtime directory whose name is as bad for quoting as one can be. */
const badRuntimeDir = Effect.gen(function* () {
  const parent = yield* makeRuntimeDir
  const directory = join(parent, `a 'b' "c" $(touch x) \`d\` \\ ~ #{e};`)
  yield* runAs("mkdir", ["-m", "700", directory], { runtimeDir: parent })
  return directory
})

const shown = 'printf "%s|%s|" "$SWAYSOCK" "$I3SOCK"; env | grep -c "^SWAYSOCK=\\|^I3SOCK="'

const shells = [
  ["sh", "sh", ["-c", `eval "$LINES_OF_I3PM"; ${shown}`]],
  ["bash", "bash", ["--norc", "-c", `eval "$LINES_OF_I3PM"; ${shown}`]],
  ["zsh", "zsh", ["-f", "-c", `eval "$LINES_OF_I3PM"; ${shown}`]],
  ["fish", "fish", ["--no-config", "-c", `printf "%s" "$LINES_OF_I3PM" | source; ${shown}`]],
] as const satisfies ReadonlyArray<readonly [shell: string, program: Tool | "sh", args: ReadonlyArray<string>]>

/** The lines for profiles in the guide to the relay, in its order: of POSIX shells, fish, tmux. */
const guide = readFileSync(fileURLToPath(new URL("../../../docs/relay.md", import.meta.url)), "utf8")
const profileLines = [...guide.matchAll(/^\| `~\/\.[^|]*\| `((?:[^`\\]|\\.)*)`/gm)].map(([, line = ""]) =>
  line.replaceAll("\\|", "|"),
)
const [shellLine = "", fishLine = ""] = profileLines

/** How each shell reads the line of a profile, and what follows it. */
const profiles = [
  ["sh", ["-c"], shellLine],
  ["bash", ["--norc", "-c"], shellLine],
  ["zsh", ["-f", "-c"], shellLine],
  ["fish", ["--no-config", "-c"], fishLine],
] as const

describeWith(["setpriv", "node", "bash", "zsh", "fish", "tmux"], "i3pm relay env", () => {
  it.scopedLive("prints lines that each shell reads as the relay's path, whatever is in it", () =>
    Effect.gen(function* () {
      const entry = yield* stageBundle
      const runtimeDir = yield* badRuntimeDir
      const path = relaySocketIn(runtimeDir)
      yield* listenAt(path)
      for (const [shell, program, args] of shells) {
        const lines = yield* i3pm(entry, ["relay", "env", "--shell", shell], { runtimeDir })
        assert.strictEqual(lines.code, 0, lines.stderr)
        const read = yield* runAs(program, args, { runtimeDir, env: { LINES_OF_I3PM: lines.stdout } })
        assert.strictEqual(read.stdout, `${path}|${path}|2\n`, `${shell}: ${read.stderr}`)
      }
    }),
  )

  it.scopedLive("prints lines for tmux's configuration", () =>
    Effect.gen(function* () {
      const entry = yield* stageBundle
      const runtimeDir = yield* badRuntimeDir
      const path = relaySocketIn(runtimeDir)
      yield* listenAt(path)
      const lines = yield* i3pm(entry, ["relay", "env", "--shell", "tmux"], { runtimeDir })
      const directory = yield* makeScratchDir
      const script = `
        printf "%s" "$LINES_OF_I3PM" >tmux.conf
        tmux -S ./tmux -f tmux.conf new-session -d "sleep 60" \\; show-environment -g SWAYSOCK \\; show-environment -g I3SOCK
        tmux -S ./tmux kill-server`
      const env = { LINES_OF_I3PM: lines.stdout, TERM: "dumb" }
      const read = yield* runAs("sh", ["-c", script], { runtimeDir, cwd: directory, env })
      assert.strictEqual(read.stdout, `SWAYSOCK=${path}\nI3SOCK=${path}\n`, read.stderr)
    }),
  )

  it.scopedLive("prints lines that leave the variables alone without the relay's socket, also later", () =>
    Effect.gen(function* () {
      const entry = yield* stageBundle
      const runtimeDir = yield* badRuntimeDir
      const own = { SWAYSOCK: "/run/sway.sock", I3SOCK: "/run/sway.sock" }
      for (const [shell, program, args] of shells) {
        const lines = yield* i3pm(entry, ["relay", "env", "--shell", shell], { runtimeDir })
        const read = yield* runAs(program, args, { runtimeDir, env: { ...own, LINES_OF_I3PM: lines.stdout } })
        assert.strictEqual(read.stdout, "/run/sway.sock|/run/sway.sock|2\n", `${shell}: ${read.stderr}`)
      }
      const lines = yield* i3pm(entry, ["relay", "env", "--shell", "tmux"], { runtimeDir })
      const script = `
        printf "%s" "$LINES_OF_I3PM" >tmux.conf
        tmux -S ./tmux -f tmux.conf new-session -d "sleep 60" \\; show-environment -g SWAYSOCK
        tmux -S ./tmux kill-server`
      const env = { ...own, LINES_OF_I3PM: lines.stdout, TERM: "dumb" }
      const read = yield* runAs("sh", ["-c", script], { runtimeDir, cwd: yield* makeScratchDir, env })
      assert.strictEqual(read.stdout, "SWAYSOCK=/run/sway.sock\n", read.stderr)
    }),
  )

  it.scopedLive("is one plain line for an ordinary path, and says if no relay listens", () =>
    Effect.gen(function* () {
      const entry = yield* stageBundle
      const runtimeDir = yield* makeRuntimeDir
      const path = relaySocketIn(runtimeDir)
      const { code, stderr, stdout } = yield* i3pm(entry, ["relay", "env"], { runtimeDir })
      assert.strictEqual(code, 0)
      assert.strictEqual(stdout, `if [ -S ${path} ]; then export SWAYSOCK=${path} I3SOCK=${path}; fi\n`)
      assert.include(stderr, `no relay listens on ${path}`)
    }),
  )

  it("has the lines of the guide to the relay in its help", () => {
    assert.deepStrictEqual(
      relayEnv.examples.map(example => (typeof example === "string" ? example : example.line)),
      profileLines,
    )
    assert.lengthOf(profileLines, 3)
  })

  it.scopedLive("can be in a profile that outlives i3pm, and is silent there", () =>
    Effect.gen(function* () {
      const entry = yield* stageBundle
      const runtimeDir = yield* makeRuntimeDir
      const bin = yield* makeScratchDir
      const path = relaySocketIn(runtimeDir)
      const wrapper = join(bin, "i3pm")
      writeFileSync(wrapper, `#!/bin/sh\nexec ${process.execPath} ${entry} "$@"\n`)
      for (const each of [bin, wrapper]) chmodSync(each, 0o755)
      const own = { SWAYSOCK: "/run/sway.sock", I3SOCK: "/run/sway.sock" }
      const read = (shell: (typeof profiles)[number], PATH: string) => {
        const [program, args, line] = shell
        return runAs(program, [...args, `${line}\n${shown}`], { runtimeDir, env: { ...own, PATH } })
      }
      for (const shell of profiles) {
        const without = yield* read(shell, "/usr/bin:/bin")
        assert.deepStrictEqual([without.stdout, without.stderr], ["/run/sway.sock|/run/sway.sock|2\n", ""], shell[0])
        const idle = yield* read(shell, `${bin}:/usr/bin:/bin`)
        assert.deepStrictEqual([idle.stdout, idle.stderr], ["/run/sway.sock|/run/sway.sock|2\n", ""], shell[0])
      }
      yield* listenAt(path)
      for (const shell of profiles) {
        const found = yield* read(shell, `${bin}:/usr/bin:/bin`)
        assert.deepStrictEqual([found.stdout, found.stderr], [`${path}|${path}|2\n`, ""], shell[0])
      }
    }),
  )
})
