/** `i3pm doctor` where directories, sockets and settings are not as they have to be. */
import * as fs from "node:fs"
import * as Effect from "effect/Effect"
import { testCases } from "../support/doctorCases.ts"
import { type Desk, makeOwn, writeOwn } from "../support/doctorDesk.ts"
import { makeScratchDir, TEST_UID } from "../support/TestUser.ts"

/** A settings file; it and what the fix makes of it are removed after the test. */
const settingsAre =
  (text: string, mode = 0o644) =>
  ({ session }: Desk) => {
    const directory = `${session.configHome}/i3pm`
    return Effect.acquireRelease(
      Effect.sync(() => {
        makeOwn(directory)
        writeOwn(`${directory}/config.toml`, text, mode)
      }),
      () => Effect.sync(() => fs.rmSync(directory, { recursive: true })),
    )
  }

testCases("doctor, directories and settings", [
  {
    title: "a runtime directory of another user",
    id: "runtime-dir",
    status: "wrong",
    says: "belongs to another user",
    env: ({ session }) =>
      Effect.sync(() => {
        // The directory that logind makes.
        makeOwn(`${session.root}/run/user`, 0o755)
        makeOwn(`${session.root}/run/user/${TEST_UID}`)
        return { XDG_RUNTIME_DIR: "/usr" }
      }),
  },
  {
    title: "a runtime directory that others can write to",
    id: "runtime-dir",
    status: "wrong",
    says: "can be written by others",
    env: () =>
      Effect.map(makeScratchDir, directory => {
        fs.chmodSync(directory, 0o777)
        return { XDG_RUNTIME_DIR: directory }
      }),
  },
  {
    title: "a daemon's directory that is open to others",
    id: "control-dir",
    status: "wrong",
    says: "other users could connect to the daemon",
    broken: ({ session }) => Effect.sync(() => fs.chmodSync(`${session.runtimeDir}/i3-project-daemon`, 0o755)),
  },
  {
    title: "a home directory that cannot be written",
    id: "home",
    status: "wrong",
    says: "cannot be written",
    env: () =>
      Effect.map(makeScratchDir, directory => {
        fs.chmodSync(directory, 0o500)
        return { HOME: directory, XDG_CONFIG_HOME: `${directory}/.config`, XDG_STATE_HOME: `${directory}/state` }
      }),
  },
  {
    title: "settings that cannot be read",
    id: "settings",
    status: "wrong",
    says: "config.toml cannot be read",
    broken: settingsAre("", 0),
  },
  {
    title: "two wrong settings",
    id: "settings",
    status: "wrong",
    says: "line 3",
    broken: settingsAre('log_level = "loud"\n\ncolour = "red"\n'),
  },
  {
    title: "a wrong variable",
    id: "settings",
    status: "wrong",
    says: "I3PM_LOG_LEVEL",
    env: () => Effect.succeed({ I3PM_LOG_LEVEL: "loud" }),
  },
  {
    title: "a setting that names a socket which is gone",
    id: "compositor",
    status: "wrong",
    says: "gone.sock",
    broken: desk => settingsAre(`socket = "${desk.session.runtimeDir}/gone.sock"\n`)(desk),
  },
  {
    title: "orphaned sockets",
    id: "socket-files",
    status: "warning",
    says: "process 99999 does not exist",
    // Not in the directory that the daemon sweeps: it would be faster than the doctor.
    env: desk =>
      Effect.map(makeScratchDir, directory => {
        writeOwn(`${directory}/sway-ipc.${TEST_UID}.99999.sock`, "")
        return { XDG_RUNTIME_DIR: directory, DBUS_SESSION_BUS_ADDRESS: `unix:path=${desk.session.runtimeDir}/bus` }
      }),
  },
])
