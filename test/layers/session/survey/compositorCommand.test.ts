import { assert, describe, it } from "@effect/vitest"
import {
  simpleCommands,
  startsCompositor,
  textStartsCompositor,
} from "../../../../src/layers/session/survey/compositorCommand.ts"

/** Ways in which users start a compositor from a unit. */
const compositors: ReadonlyArray<ReadonlyArray<string>> = [
  ["/usr/bin/sway"],
  ["sway", "--unsupported-gpu"],
  ["/bin/bash", "-lc", "sway"],
  ["/bin/sh", "-l", "-c", "exec sway"],
  ["/bin/sh", "-c", "/usr/bin/sway >/home/me/sway.log 2>&1"],
  ["/bin/sh", "-c", '"/usr/bin/sway" -d &> "$HOME/sway log"'],
  ["/bin/sh", "-c", "export A=1\nexec sway"],
  ["/bin/sh", "-c", "[ -f ~/.profile ] && . ~/.profile; WLR_RENDERER=pixman sway"],
  ["/bin/sh", "-c", "if test -x /usr/bin/sway; then sway; fi"],
  ["/usr/bin/env", "sway"],
  ["/usr/bin/env", "WLR_NO_HARDWARE_CURSORS=1", "/usr/bin/sway"],
  ["/usr/bin/env", "-u", "DISPLAY", "-i", "A=1", "sway"],
  ["/usr/bin/dbus-run-session", "sway"],
  ["/usr/bin/dbus-run-session", "--", "sway"],
  ["/usr/bin/dbus-run-session", "--", "bash", "-l", "-c", "sway"],
  ["dbus-run-session", "--config-file", "/etc/x.conf", "sway"],
  ["/usr/bin/nice", "-n", "-5", "/usr/bin/sway"],
  ["/usr/bin/nice", "-5", "sway"],
  ["/usr/bin/systemd-cat", "-t", "sway", "sway"],
  ["/usr/bin/systemd-cat", "--identifier=sway", "sway"],
  ["ssh-agent", "dbus-run-session", "env", "A=1", "sway"],
  ["/usr/bin/uwsm", "aux", "exec", "--", "sway"],
  ["uwsm", "start", "-S", "-N", "Sway", "--", "sway"],
  ["/home/me/.local/bin/start-sway"],
  ["/usr/local/bin/sway-run"],
  ["/home/me/bin/start_sway.sh"],
  ["/nix/store/x-sway-1.9/bin/.sway-wrapped"],
  ["/usr/bin/i3"],
  ["-sway"],
]

/** Commands that only speak of one, or talk to one. */
const others: ReadonlyArray<ReadonlyArray<string>> = [
  ["/usr/bin/swaymsg", "-t", "get_tree"],
  ["/bin/sh", "-c", "pgrep sway && swaymsg reload"],
  ["/bin/sh", "-c", "echo sway; sleep 1"],
  ["/bin/sh", "-c", "cat <sway >sway"],
  ["/bin/sh", "-c", "# sway\nswayidle"],
  ["/bin/sh", "-c", "notify 'sway is up'"],
  ["/bin/sh", "/home/me/.config/sway/bar.sh"],
  ["/usr/bin/waybar", "-c", "/home/me/.config/waybar/sway.json"],
  ["/usr/bin/env", "SWAYSOCK=/run/sway", "i3status"],
  ["/usr/bin/niri", "--session"],
  ["/usr/bin/killall", "sway"],
  ["toString"],
  [],
]

describe("a command", () => {
  for (const words of compositors) {
    it(`starts a compositor: ${JSON.stringify(words)}`, () => assert.isTrue(startsCompositor(words)))
  }
  for (const words of others) {
    it(`does not: ${JSON.stringify(words)}`, () => assert.isFalse(startsCompositor(words)))
  }

  it("whose words have lost their quotes is understood as well as can be", () => {
    assert.isTrue(startsCompositor("/bin/sh -c /usr/bin/sway >/home/me/sway.log 2>&1".split(" ")))
    assert.isTrue(startsCompositor("/bin/bash -l -c exec sway".split(" ")))
    assert.isFalse(startsCompositor("/bin/sh -c swaymsg -t subscribe | while read x; do :; done".split(" ")))
  })

  it("in a shell comes apart into its simple commands", () => {
    assert.deepStrictEqual(simpleCommands(`a "b c" 2>/dev/null | d 'e;f'; (g \\; h) & i # j`), [
      ["a", "b c"],
      ["d", "e;f"],
      ["g", ";", "h"],
      ["i"],
    ])
    assert.deepStrictEqual(simpleCommands("  \n ; "), [])
    assert.isTrue(textStartsCompositor("#!/bin/sh\nset -e\nexport X=1\nexec dbus-run-session sway -d\n"))
  })
})
