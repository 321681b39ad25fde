/**
 * i3pm beside projects that manage sessions, with units that have their names and relations. uwsm: `wayland-session@.target` and
 * `wayland-wm@.service` of https://github.com/Vladimir-csp/uwsm/tree/master/systemd/user. NixOS: `programs.sway` in
 * https://github.com/NixOS/nixpkgs/blob/master/nixos/modules/programs/wayland/sway.nix.
 */
import * as fs from "node:fs"
import { assert, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import { unitNames } from "../../src/layers/systemd/units/catalogue.ts"
import { swayConfig } from "../support/Desktop.ts"
import { type Answer, checkIn, type Desk, HEADLESS, makeBareDesk, pidIn, writeOwn } from "../support/doctorDesk.ts"
import { describeWith, sessionTools, swayTools } from "../support/needs.ts"
import { eventually } from "../support/waiting.ts"

const TARGET = unitNames.sessionTarget

const what = (answer: Answer, id: string) => checkIn(answer, id)?.what

/** Nothing is wrong, and `diagnose session` agrees. */
const allIsRight = (desk: Desk) =>
  Effect.gen(function* () {
    yield* desk.settled
    const answer = yield* eventually(
      desk.doctor(),
      ({ checks, ok }) => ok && checks.every(({ id, status }) => !id.startsWith("session-") || status === "ok"),
    )
    assert.strictEqual(JSON.parse(yield* desk.line("i3pm diagnose session --json")).problems, 0)
    return answer
  })

/** The session is over: its target is stopped and its variables are unset. */
const isOver = ({ line, session }: Desk) =>
  Effect.gen(function* () {
    yield* eventually(session.show(TARGET, "ActiveState"), state => state === "inactive")
    yield* eventually(line("systemctl --user show-environment"), text => !/^SWAYSOCK=./m.test(text))
  })

const uwsmUnits = (path: string): Readonly<Record<string, string>> => ({
  "wayland-session@.target": `[Unit]
BindsTo=graphical-session.target
Before=graphical-session.target
Requires=wayland-wm@%i.service
PropagatesStopTo=graphical-session.target
StopWhenUnneeded=yes
`,
  "wayland-wm@.service": `[Unit]
BindsTo=wayland-session@%i.target
Before=wayland-session@%i.target graphical-session.target
PropagatesStopTo=wayland-session@%i.target graphical-session.target
CollectMode=inactive-or-failed
[Service]
Environment="PATH=${path}"
${Object.entries(HEADLESS)
  .map(([name, value]) => `Environment=${name}=${value}\n`)
  .join("")}ExecStart=%I
Slice=session.slice
`,
})

describeWith([...swayTools, ...sessionTools, "node"], "beside others", () => {
  it.scopedLive("uwsm runs sway as a unit: the doctor names it, and the session ends with that unit", () =>
    Effect.gen(function* () {
      const desk = yield* makeBareDesk
      const { line, session, systemctl } = desk
      yield* line("i3pm units install && i3pm session install")
      const path = (yield* line('printf %s "$PATH"')).trim()
      for (const [name, text] of Object.entries(uwsmUnits(path))) yield* session.writeUnit(name, text)
      yield* systemctl("start", "wayland-session@sway.target")
      const answer = yield* allIsRight(desk)
      assert.strictEqual(
        what(answer, "session-projects"),
        `${TARGET} is i3pm's; wayland-session@sway.target (uwsm) manages the session`,
      )
      const refused = yield* desk.shell("i3pm session bind wayland-wm@sway.service")
      assert.notStrictEqual(refused.code, 0, "bind would make sway wait for itself")
      yield* systemctl("stop", "wayland-wm@sway.service")
      yield* isOver(desk)
    }),
  )

  it.scopedLive(
    "NixOS has a target of this name and starts it: it is used as it is, and is stopped after a crash, too",
    () =>
      Effect.gen(function* () {
        const desk = yield* makeBareDesk
        const { line, session, socket } = desk
        const installed = `${session.root}/etc/systemd/user/${TARGET}`
        fs.writeFileSync(installed, "[Unit]\nDescription=of NixOS\nBindsTo=graphical-session.target\n")
        writeOwn(
          `${session.configHome}/sway/config`,
          `${swayConfig}exec dbus-update-activation-environment --systemd WAYLAND_DISPLAY SWAYSOCK XDG_CURRENT_DESKTOP
exec "systemctl --user import-environment WAYLAND_DISPLAY SWAYSOCK; systemctl --user start ${TARGET}"
`,
        )
        yield* line("systemctl --user daemon-reload && i3pm units install && i3pm session install")
        assert.isFalse(fs.existsSync(`${session.unitDir}/${TARGET}`))
        yield* desk.leave("exec sway")
        const answer = yield* allIsRight(desk)
        assert.strictEqual(what(answer, "session-projects"), `${TARGET} is NixOS's`)
        process.kill(pidIn(yield* socket), "SIGKILL")
        yield* isOver(desk)
      }),
  )
})
