/** `i3pm doctor` where variables name what is gone: in the shell, in tmux, in systemd. */
import * as Effect from "effect/Effect"
import { testCases } from "../support/doctorCases.ts"
import type { Desk } from "../support/doctorDesk.ts"

const gone = ({ session }: Desk) => `${session.runtimeDir}/gone.sock`

/** A tmux server that ends with the test. It was started with the environment of before. */
const startTmux = (desk: Desk, variables: string) =>
  Effect.gen(function* () {
    yield* Effect.addFinalizer(() => Effect.ignore(desk.shell("tmux kill-server")))
    // The server takes the variables of its first client.
    yield* desk.line(`${variables} tmux -f /dev/null new-session -d`)
  })

testCases(
  "doctor, variables",
  [
    {
      title: "a stale variable in the shell",
      id: "shell-swaysock",
      status: "wrong",
      says: "no such file",
      env: desk => Effect.succeed({ SWAYSOCK: gone(desk) }),
    },
    {
      title: "a stale display in the shell",
      id: "shell-display",
      status: "warning",
      says: "WAYLAND_DISPLAY is stale",
      env: () => Effect.succeed({ WAYLAND_DISPLAY: "wayland-99" }),
    },
    {
      title: "a stale variable in the tmux server",
      id: "tmux-swaysock",
      status: "wrong",
      says: "SWAYSOCK is stale in tmux",
      broken: desk => startTmux(desk, `SWAYSOCK=${gone(desk)}`),
    },
    {
      title: "a stale variable in a tmux session",
      id: "tmux-swaysock",
      status: "wrong",
      says: "SWAYSOCK is stale in tmux",
      broken: desk =>
        Effect.zipRight(startTmux(desk, ""), desk.line(`tmux set-environment -t 0 SWAYSOCK ${gone(desk)}`)),
    },
    {
      title: "a stale variable in systemd",
      id: "manager-swaysock",
      status: "wrong",
      says: "SWAYSOCK is stale in systemd",
      broken: desk => desk.systemctl("set-environment", `SWAYSOCK=${gone(desk)}`),
    },
  ],
  ["tmux"],
)
