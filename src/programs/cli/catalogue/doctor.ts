/** The command that checks everything. Pure. */
import { doctorFormatNames } from "../formats/names.ts"
import { flag, leaf, option } from "../tree/define.ts"
import { choice } from "../tree/valueSpec.ts"
import { json } from "./shared.ts"

/** `i3pm doctor`. */
export const doctor = leaf({
  name: "doctor",
  description:
    "Check everything that a reliable session needs: directories, settings, the compositor, variables of this shell, of tmux " +
    "and of systemd, the units, the daemon, the session target and the bars. Each line says ok, warning, wrong or skipped, " +
    "the reason, and the command that fixes it. It needs no daemon. Exit status 1 when something is wrong.",
  examples: [
    "i3pm doctor",
    {
      note: "each problem and its fix",
      line: "i3pm doctor --json | jq -r '.checks[] | select(.fix) | .id, .fix'",
    },
    { note: "for a bug report", line: "i3pm doctor --report > report.json" },
  ],
  options: {
    json,
    format: option(
      ["--format"],
      choice("FORMAT", doctorFormatNames),
      "How to print it; json is the same as --json. table is for people, also into a pipe: i3pm doctor --format table | less.",
    ),
    fix: flag(
      ["--fix"],
      "Run the commands that are safe, print each, and check again: stale variables of systemd and tmux, orphaned sockets, units " +
        "that are not loaded, enabled or started. Other commands are printed for you to run.",
    ),
    report: flag(
      ["--report"],
      "Print what a bug report needs: versions, checks, health, sockets and log lines, without window titles, command lines, " +
        "and names of users and machines.",
    ),
  },
  arguments: {},
})
