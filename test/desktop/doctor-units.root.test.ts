/** `i3pm doctor` where i3pm's unit files, or the timer, are not as they have to be. */
import * as fs from "node:fs"
import { assert } from "@effect/vitest"
import * as Effect from "effect/Effect"
import { unitNames } from "../../src/layers/systemd/units/catalogue.ts"
import { authorOf, mark } from "../../src/layers/systemd/units/marker.ts"
import { testCases } from "../support/doctorCases.ts"
import { type Desk, makeOwn, writeOwn } from "../support/doctorDesk.ts"

const { cleanup: CLEANUP, daemon: DAEMON, timer: TIMER } = unitNames

/** Replaces a unit of `units install` by one that another i3pm would have written. */
const otherText =
  (unit: string, change: (text: string) => string) =>
  ({ session, systemctl }: Desk) => {
    const file = `${session.unitDir}/${unit}`
    const [, ...lines] = fs.readFileSync(file, "utf8").split("\n")
    writeOwn(file, mark(change(lines.join("\n"))))
    assert.strictEqual(authorOf(fs.readFileSync(file)), "ours")
    return systemctl("daemon-reload")
  }

testCases("doctor, the units", [
  {
    title: "a masked timer",
    id: "cleanup-timer",
    status: "wrong",
    says: "the cleanup timer is masked",
    broken: ({ session, systemctl }) =>
      Effect.gen(function* () {
        yield* systemctl("stop", TIMER)
        fs.rmSync(`${session.unitDir}/${TIMER}`)
        yield* systemctl("mask", TIMER)
      }),
  },
  {
    title: "a timer that is disabled",
    id: "cleanup-timer",
    status: "wrong",
    says: "the cleanup timer is not running",
    broken: ({ systemctl }) => systemctl("disable", "--now", TIMER),
  },
  {
    title: "a cleanup that has failed",
    id: "cleanup-run",
    status: "warning",
    says: "exit-code",
    broken: ({ session, shell, systemctl }) => {
      const link = `${session.unitDir}/${CLEANUP}.d`
      makeOwn(link, 0o755)
      writeOwn(`${link}/fails.conf`, "[Service]\nExecStart=\nExecStart=/bin/false\n")
      return systemctl("daemon-reload").pipe(
        Effect.zipRight(shell(`systemctl --user start ${CLEANUP}`)),
        Effect.zipRight(Effect.sync(() => fs.rmSync(link, { recursive: true }))),
        Effect.zipRight(systemctl("daemon-reload")),
      )
    },
  },
  {
    title: "a unit that systemd cannot load",
    id: "units",
    status: "wrong",
    says: `systemd cannot load ${CLEANUP}`,
    broken: otherText(CLEANUP, text => text.replace(/^ExecStart=.*\n/m, "")),
  },
  {
    title: "a drop-in of the user's, with which systemd cannot load a unit",
    id: "units",
    status: "wrong",
    says: `systemd cannot load ${CLEANUP}`,
    broken: ({ session, systemctl }) => {
      const directory = `${session.unitDir}/${CLEANUP}.d`
      makeOwn(directory, 0o755)
      writeOwn(`${directory}/mine.conf`, "[Service]\nExecStart=\n")
      return systemctl("daemon-reload")
    },
  },
  {
    title: "units older than the program",
    id: "units-current",
    status: "warning",
    says: `${TIMER}: written by another i3pm`,
    broken: otherText(TIMER, text => text.replace("AccuracySec=1s", "AccuracySec=1min")),
  },
  {
    title: "a unit that systemd has not read again",
    id: "units-loaded",
    status: "warning",
    says: `systemd uses an older version of ${TIMER}`,
    broken: ({ session, systemctl }) => {
      const directory = `${session.unitDir}/${TIMER}.d`
      return Effect.acquireRelease(
        Effect.sync(() => {
          makeOwn(directory, 0o755)
          writeOwn(`${directory}/often.conf`, "[Timer]\nOnUnitActiveSec=1min\n")
        }),
        () =>
          Effect.zipRight(
            Effect.sync(() => fs.rmSync(directory, { recursive: true })),
            Effect.ignore(systemctl("daemon-reload")),
          ),
      )
    },
  },
  {
    title: "a program that was removed",
    id: "units-program",
    status: "wrong",
    says: "this file does not exist: /gone/main.cjs",
    broken: otherText(DAEMON, text => text.replace(/\S*main\.cjs/, "/gone/main.cjs")),
  },
  {
    title: "copies that hide the units of a package",
    id: "units-package",
    status: "warning",
    says: "updates of the package have no effect",
    broken: ({ session, systemctl }) => {
      // The directory of an administrator comes after the user's, as the one of a package does, and the test may write to it.
      for (const name of Object.values(unitNames).filter(each => fs.existsSync(`${session.unitDir}/${each}`))) {
        fs.copyFileSync(`${session.unitDir}/${name}`, `${session.root}/etc/systemd/user/${name}`)
      }
      return systemctl("daemon-reload")
    },
  },
])
