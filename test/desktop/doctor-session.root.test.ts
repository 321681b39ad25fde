/** `i3pm doctor` where the compositor, the session bus, or what belongs to the session is not as it has to be. */
import * as fs from "node:fs"
import * as Effect from "effect/Effect"
import { unitNames } from "../../src/layers/systemd/units/catalogue.ts"
import { testCases } from "../support/doctorCases.ts"
import { type Desk, pidIn, writeOwn } from "../support/doctorDesk.ts"
import { eventually } from "../support/waiting.ts"

const TARGET = unitNames.sessionTarget

/** A unit of the user's, which is removed after the test. */
const unit =
  (name: string, text: string) =>
  ({ session, systemctl }: Desk) =>
    Effect.acquireRelease(session.writeUnit(name, text), () =>
      Effect.ignore(
        Effect.gen(function* () {
          yield* Effect.ignore(systemctl("stop", name))
          fs.rmSync(`${session.unitDir}/${name}`, { force: true })
          yield* systemctl("daemon-reload")
          yield* systemctl("reset-failed")
        }),
      ),
    )

const signalSway =
  (signal: NodeJS.Signals) =>
  ({ socket }: Desk) =>
    Effect.map(socket, path => process.kill(pidIn(path), signal))

testCases("doctor, the session", [
  {
    title: "no session bus",
    id: "user-bus",
    status: "wrong",
    says: "the session bus does not answer",
    broken: ({ systemctl }) => systemctl("stop", "dbus.socket", "dbus.service"),
  },
  {
    title: "a session target that was stopped",
    id: "session-target",
    status: "wrong",
    says: `sway is running, but ${TARGET} is inactive`,
    broken: ({ systemctl }) => systemctl("stop", TARGET),
  },
  {
    title: "a unit of Sway on graphical-session.target",
    id: "session-units",
    status: "wrong",
    says: "panel.service is bound to graphical-session.target",
    broken: desk =>
      Effect.zipRight(
        unit(
          "panel.service",
          "[Unit]\nPartOf=graphical-session.target\n[Service]\nExecStart=/bin/sh -c 'exec swaymsg -t subscribe -m []'\n",
        )(desk),
        // Before the unit is removed: unbind refuses a file that has changed.
        Effect.addFinalizer(() => Effect.orDie(desk.line("i3pm session unbind panel.service"))),
      ),
  },
  {
    title: "a unit of the session that has failed",
    id: "session-failed",
    status: "warning",
    says: "wallpaper.service: failed",
    broken: desk =>
      Effect.gen(function* () {
        const { session, shell } = desk
        yield* unit(
          "wallpaper.service",
          `[Unit]\nPartOf=${TARGET}\nAfter=${TARGET}\n[Service]\nType=oneshot\nRemainAfterExit=yes\nExecStart=/bin/sh -c 'test -e %h/picture'\n`,
        )(desk)
        yield* shell("systemctl --user start wallpaper.service")
        writeOwn(`${session.home}/picture`, "")
      }),
  },
  {
    title: "a second session target, of another project",
    id: "session-projects",
    status: "warning",
    says: `sway-desktop.target (another project) runs at the same time as ${TARGET}`,
    broken: desk =>
      Effect.zipRight(
        unit("sway-desktop.target", "[Unit]\nBindsTo=graphical-session.target\n")(desk),
        desk.systemctl("start", "sway-desktop.target"),
      ),
  },
  {
    title: "a compositor that is stopped",
    id: "compositor-answers",
    status: "wrong",
    says: "is stopped (SIGSTOP)",
    broken: signalSway("SIGSTOP"),
  },
  {
    title: "no compositor",
    id: "compositor",
    status: "wrong",
    says: "no Sway or i3 is running",
    stays: true,
    broken: desk =>
      Effect.zipRight(
        signalSway("SIGKILL")(desk),
        eventually(desk.socket, path => path === ""),
      ),
  },
])
