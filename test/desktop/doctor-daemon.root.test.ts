/** `i3pm doctor` where the daemon or its unit is not as it has to be. */
import * as fs from "node:fs"
import * as Effect from "effect/Effect"
import { unitNames } from "../../src/layers/systemd/units/catalogue.ts"
import { testCases } from "../support/doctorCases.ts"
import { type Desk, makeOwn, writeOwn } from "../support/doctorDesk.ts"
import { eventually } from "../support/waiting.ts"

const DAEMON = unitNames.daemon

/** A drop-in for the daemon; the daemon runs with it. It is removed after the test. */
const dropIn =
  (text: string) =>
  ({ session, systemctl }: Desk) =>
    Effect.gen(function* () {
      const directory = `${session.unitDir}/${DAEMON}.d`
      yield* Effect.acquireRelease(
        Effect.sync(() => {
          makeOwn(directory, 0o755)
          writeOwn(`${directory}/local.conf`, text)
        }),
        () =>
          Effect.zipRight(
            Effect.sync(() => fs.rmSync(directory, { recursive: true, force: true })),
            Effect.ignore(systemctl("daemon-reload")),
          ),
      )
      yield* systemctl("daemon-reload")
    })

/** The daemon of another version: the built program with another number in it, as long as the daemon starts. */
const oldDaemon = ({ daemonPid, dist, systemctl }: Desk) =>
  Effect.gen(function* () {
    const bundle = `${dist}/daemon.cjs`
    const text = fs.readFileSync(bundle, "utf8")
    const { version } = JSON.parse(fs.readFileSync("package.json", "utf8"))
    writeOwn(bundle, text.replaceAll(`"${version}"`, '"0.0.1"'))
    yield* systemctl("restart", DAEMON)
    yield* daemonPid
    writeOwn(bundle, text)
  })

/** A daemon that somebody has started by hand, once it has the control socket. */
const byHand = ({ leave, session }: Desk) =>
  Effect.gen(function* () {
    const socket = `${session.runtimeDir}/i3-project-daemon/ipc.sock`
    yield* leave("exec i3pm daemon")
    yield* eventually(
      Effect.sync(() => fs.existsSync(socket)),
      exists => exists,
    )
  })

testCases("doctor, the daemon", [
  {
    title: "a daemon that hangs",
    id: "daemon-answers",
    status: "wrong",
    says: "is stopped (SIGSTOP)",
    broken: ({ daemonPid }) => Effect.map(daemonPid, pid => process.kill(pid, "SIGSTOP")),
  },
  {
    title: "two daemons",
    id: "daemon-single",
    status: "wrong",
    says: "2 daemons run",
    broken: desk => {
      fs.unlinkSync(`${desk.session.runtimeDir}/i3-project-daemon/ipc.sock`)
      return byHand(desk)
    },
  },
  {
    title: "a daemon that systemd has not started",
    id: "daemon-watchdog",
    status: "warning",
    says: "was not started by systemd",
    broken: desk => Effect.zipRight(desk.systemctl("stop", DAEMON), byHand(desk)),
  },
  {
    title: "no daemon",
    id: "daemon",
    status: "wrong",
    says: `${DAEMON} is inactive`,
    broken: ({ systemctl }) => systemctl("stop", DAEMON),
  },
  {
    title: "a daemon that has crashed too often",
    id: "daemon",
    status: "wrong",
    says: `${DAEMON} is failed`,
    broken: desk =>
      Effect.gen(function* () {
        const { session, systemctl } = desk
        yield* dropIn("[Unit]\nStartLimitBurst=1\nStartLimitIntervalSec=1h\n[Service]\nRestart=no\n")(desk)
        yield* systemctl("restart", DAEMON)
        yield* systemctl("kill", "--signal=KILL", DAEMON)
        yield* eventually(session.show(DAEMON, "ActiveState"), state => state === "failed")
      }),
  },
  {
    title: "a masked daemon",
    id: "daemon",
    status: "wrong",
    says: `${DAEMON} is masked`,
    broken: ({ session, systemctl }) =>
      Effect.gen(function* () {
        yield* systemctl("stop", DAEMON)
        fs.rmSync(`${session.unitDir}/${DAEMON}`)
        yield* systemctl("mask", DAEMON)
      }),
  },
  {
    title: "a daemon that is not enabled",
    id: "daemon-enabled",
    status: "wrong",
    says: "does not start with the next session",
    broken: ({ systemctl }) => systemctl("disable", DAEMON),
  },
  {
    title: "a daemon without a watchdog",
    id: "daemon-watchdog",
    status: "wrong",
    says: "the daemon's watchdog is off",
    broken: desk => Effect.zipRight(dropIn("[Service]\nWatchdogSec=0\n")(desk), desk.systemctl("restart", DAEMON)),
  },
  {
    title: "a daemon that cannot ping its watchdog",
    id: "daemon-watchdog",
    status: "wrong",
    says: "NotifyAccess=main",
    broken: desk => dropIn("[Service]\nNotifyAccess=main\n")(desk),
  },
  {
    title: "a daemon older than the program",
    id: "daemon-version",
    status: "warning",
    says: "the daemon is 0.0.1",
    broken: oldDaemon,
  },
])
