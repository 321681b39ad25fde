/** `session install` and `uninstall` with a real sway: no configuration is lost, and the session runs. */

import * as fs from "node:fs"
import * as path from "node:path"
import { assert, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import { describeWith, sessionTools, swayTools } from "../support/needs.ts"
import { request } from "../support/rawIpc.ts"
import { stageBundle, TEST_GID, TEST_UID } from "../support/TestUser.ts"
import { startUserSession, type UserSession } from "../support/UserSession.ts"
import { eventually } from "../support/waiting.ts"
import { wrongBefore } from "../support/wording.ts"

const DISTRIBUTION = "/etc/sway/config"

const set = Effect.gen(function* () {
  const session = yield* startUserSession
  const entry = yield* stageBundle
  const i3pm = (args: ReadonlyArray<string>, env: Readonly<Record<string, string>> = {}) =>
    session.run(process.execPath, [entry, ...args], { env })
  return { session, entry, i3pm, own: `${session.configHome}/sway/config` }
})

const put = (file: string, text: string) => {
  const directory = path.dirname(file)
  if (!fs.existsSync(directory)) {
    put(directory, "")
    fs.unlinkSync(directory)
    fs.mkdirSync(directory)
    fs.chownSync(directory, TEST_UID, TEST_GID)
  }
  fs.writeFileSync(file, text)
  fs.chownSync(file, TEST_UID, TEST_GID)
}

const headless = { WLR_BACKENDS: "headless", WLR_RENDERER: "pixman", WLR_LIBINPUT_NO_DEVICES: "1" }

/** sway as a user starts it: it finds its configuration by itself. */
const startOwnSway = (session: UserSession) =>
  Effect.gen(function* () {
    const sway = yield* session.spawn("sway", [], { env: headless })
    const socket = `${session.runtimeDir}/sway-ipc.${TEST_UID}.${sway.pid}.sock`
    yield* eventually(
      Effect.sync(() => fs.existsSync(socket)),
      exists => exists,
    )
    return { sway, socket }
  })

describeWith([...swayTools, ...sessionTools, "node"], "session install", () => {
  it.scopedLive("changes the file that sway was started with, also where its path was relative", () =>
    Effect.gen(function* () {
      const { i3pm, own, session } = yield* set
      const file = `${session.home}/mine/config`
      put(file, "exec true\n")
      const sway = yield* session.spawn("sh", ["-c", `cd '${session.home}/mine' && exec sway -c config`], {
        env: headless,
      })
      const socket = `${session.runtimeDir}/sway-ipc.${TEST_UID}.${sway.pid}.sock`
      yield* eventually(i3pm(["socket"]), ({ code }) => code === 0)
      const installed = yield* i3pm(["session", "install"], { SWAYSOCK: socket })
      assert.deepInclude(JSON.parse(installed.stdout), { status: "installed", config: file }, installed.stderr)
      assert.isFalse(fs.existsSync(own))
      const uninstalled = yield* i3pm(["session", "uninstall"], { SWAYSOCK: socket })
      assert.deepInclude(JSON.parse(uninstalled.stdout).files[0], { status: "removed", config: file })
      assert.strictEqual(fs.readFileSync(file, "utf8"), "exec true\n")
    }),
  )

  it.scopedLive("copies the distribution's configuration for who has no own, and takes the copy away again", () =>
    Effect.gen(function* () {
      const { i3pm, own, session } = yield* set
      assert.strictEqual((yield* i3pm(["units", "install"])).code, 0)

      const planned = yield* i3pm(["session", "install", "--dry-run"])
      assert.strictEqual(planned.code, 0, planned.stderr)
      assert.match(JSON.parse(planned.stdout).diff, /\n\+exec .* session run\n/)
      assert.isFalse(fs.existsSync(own))

      const installed = yield* i3pm(["session", "install"])
      assert.strictEqual(installed.code, 0, installed.stderr)
      assert.deepInclude(JSON.parse(installed.stdout), { status: "installed", config: own, copied_from: DISTRIBUTION })
      assert.include(installed.stderr, "i3pm is not in sway's PATH")
      assert.isTrue(fs.readFileSync(own, "utf8").startsWith(fs.readFileSync(DISTRIBUTION, "utf8")))
      assert.strictEqual(JSON.parse((yield* i3pm(["session", "install"])).stdout).status, "unchanged")

      const { socket } = yield* startOwnSway(session)
      yield* eventually(session.show("i3-project-daemon.service", "ActiveState"), each => each === "active")
      const loaded = JSON.stringify(yield* request(socket, "get_config"))
      assert.isAbove(loaded.match(/bindsym/g)?.length ?? 0, 20)
      // Also while sway runs with what it had loaded before the copy was there.
      const again = yield* i3pm(["session", "run", "--socket", socket])
      assert.deepStrictEqual([again.code, /already running/.test(again.stderr)], [0, true])
      const after = yield* i3pm(["session", "install"], { SWAYSOCK: socket })
      assert.deepInclude(JSON.parse(after.stdout), { status: "unchanged", next: [] })

      assert.strictEqual((yield* i3pm(["session", "uninstall"])).code, 0)
      assert.isFalse(fs.existsSync(path.dirname(own)))
      assert.deepStrictEqual(JSON.parse((yield* i3pm(["session", "uninstall"])).stdout), { files: [] })
    }),
  )

  it.scopedLive("is done once for a sway that runs with the distribution's configuration", () =>
    Effect.gen(function* () {
      const { i3pm, own, session } = yield* set
      const { socket } = yield* startOwnSway(session)
      const env = { SWAYSOCK: socket }
      const first = yield* i3pm(["session", "install"], env)
      assert.deepInclude(JSON.parse(first.stdout), { status: "installed", config: own }, first.stderr)
      const second = yield* i3pm(["session", "install"], env)
      assert.strictEqual(second.code, 0, second.stderr)
      assert.deepInclude(JSON.parse(second.stdout), { status: "unchanged", config: own }, second.stderr)
    }),
  )

  it.scopedLive("keeps a link also where the line in it changes, and changes nothing that sway has not checked", () =>
    Effect.gen(function* () {
      const { entry, i3pm, own, session } = yield* set
      const dotfiles = `${session.home}/dotfiles/sway`
      put(dotfiles, "xwayland disable\n")
      put(own, "")
      fs.unlinkSync(own)
      fs.symlinkSync(dotfiles, own)
      yield* i3pm(["session", "install"])
      const installed = fs.readFileSync(dotfiles, "utf8")
      fs.writeFileSync(dotfiles, installed.replace(/^exec .*$/m, "exec /old/i3pm session run"))
      const old = fs.readFileSync(dotfiles, "utf8")
      const unchecked = yield* session.run("env", ["PATH=/nonexistent", process.execPath, entry, "session", "install"])
      assert.strictEqual(unchecked.code, 1)
      assert.include(unchecked.stderr, "could not check it")
      assert.strictEqual(fs.readFileSync(dotfiles, "utf8"), old)
      assert.strictEqual((yield* i3pm(["session", "install"])).code, 0)
      assert.isTrue(fs.lstatSync(own).isSymbolicLink())
      assert.strictEqual(fs.readFileSync(dotfiles, "utf8"), installed)
      assert.deepStrictEqual(fs.readdirSync(path.dirname(dotfiles)), ["sway"])
    }),
  )

  it.scopedLive("keeps a copy that its user has changed since, but for the line", () =>
    Effect.gen(function* () {
      const { i3pm, own } = yield* set
      yield* i3pm(["session", "install"])
      fs.writeFileSync(own, `${fs.readFileSync(own, "utf8")}# mine\n`)
      yield* i3pm(["session", "uninstall"])
      assert.strictEqual(fs.readFileSync(own, "utf8"), `${fs.readFileSync(DISTRIBUTION, "utf8")}\n# mine\n`)
    }),
  )

  it.scopedLive("adds to the user's own file, through a link, and gives it back to the byte", () =>
    Effect.gen(function* () {
      const { i3pm, own, session } = yield* set
      const text = "xwayland disable\nset $name Stra\xdfe\n"
      const dotfiles = `${session.home}/dotfiles/sway`
      put(dotfiles, "")
      fs.writeFileSync(dotfiles, text, "latin1")
      put(own, "")
      fs.unlinkSync(own)
      fs.symlinkSync(dotfiles, own)
      assert.strictEqual((yield* i3pm(["session", "install"])).code, 0)
      assert.isTrue(fs.lstatSync(own).isSymbolicLink())
      assert.include(fs.readFileSync(dotfiles, "latin1"), "session run\n")
      assert.strictEqual((yield* i3pm(["session", "uninstall"])).code, 0)
      assert.strictEqual(fs.readFileSync(dotfiles, "latin1"), text)
    }),
  )

  it.scopedLive("uses a config.d that is included, and the running sway's own configuration", () =>
    Effect.gen(function* () {
      const { i3pm, session } = yield* set
      const elsewhere = `${session.home}/elsewhere/sway.conf`
      put(elsewhere, "xwayland disable\ninclude ~/elsewhere/d/*.conf\n")
      put(`${session.home}/elsewhere/d/10-other.conf`, "# other\n")
      const sway = yield* session.spawn("sway", ["-c", elsewhere], { env: headless })
      const socket = `${session.runtimeDir}/sway-ipc.${TEST_UID}.${sway.pid}.sock`
      yield* eventually(
        Effect.sync(() => fs.existsSync(socket)),
        exists => exists,
      )
      const installed = yield* i3pm(["session", "install"], { SWAYSOCK: socket })
      assert.strictEqual(installed.code, 0, installed.stderr)
      const dropIn = `${session.home}/elsewhere/d/50-i3pm-session.conf`
      const answer = JSON.parse(installed.stdout)
      assert.deepInclude(answer, { config: dropIn, status: "installed" })
      assert.match(answer.next.at(-1), /^swaymsg exec .* session run$/)
      assert.strictEqual(
        JSON.parse((yield* i3pm(["session", "install"], { SWAYSOCK: socket })).stdout).status,
        "unchanged",
      )
      assert.strictEqual((yield* i3pm(["session", "uninstall"], { SWAYSOCK: socket })).code, 0)
      assert.deepStrictEqual(fs.readdirSync(path.dirname(dropIn)), ["10-other.conf"])
    }),
  )

  it.scopedLive(
    "changes nothing where sway finds an error, where Nix makes the file, or where the line is included",
    () =>
      Effect.gen(function* () {
        const { i3pm, own, session } = yield* set
        const broken = "xwayland disable\nthis_is_no_command at all\n"
        put(own, broken)
        const refused = yield* i3pm(["session", "install"])
        assert.strictEqual(refused.code, 1)
        assert.include(refused.stderr, wrongBefore)
        assert.include(refused.stderr, "this_is_no_command")
        assert.strictEqual(fs.readFileSync(own, "utf8"), broken)

        put(own, "include other\n")
        put(`${session.configHome}/sway/other`, "exec_always i3pm session run\n")
        const seen = yield* i3pm(["session", "install"])
        assert.deepInclude(JSON.parse(seen.stdout), { status: "unchanged", config: `${session.configHome}/sway/other` })
        assert.deepStrictEqual(fs.readdirSync(path.dirname(own)).sort(), ["config", "other"])

        fs.unlinkSync(`${session.configHome}/sway/other`)
        put(own, "xwayland disable\n")
        fs.chmodSync(own, 0o444)
        const readOnly = yield* i3pm(["session", "install"])
        assert.strictEqual(readOnly.code, 1)
        assert.match(readOnly.stderr, /is not changed: it cannot be written. The line is: exec .* session run/)
      }),
  )
})
