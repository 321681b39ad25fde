/** What is read from texts of others: tmux, bars, command lines. */
import { assert, describe, it } from "@effect/vitest"
import { barLinesIn, useIn } from "../../../src/layers/doctor/gather/bars.ts"
import { descends, isDaemon, isIndicator } from "../../../src/layers/doctor/gather/processes.ts"
import { importLinesIn } from "../../../src/layers/doctor/gather/relay.ts"
import { isOurs } from "../../../src/layers/doctor/gather/targets.ts"
import { parseEnvironment } from "../../../src/layers/doctor/gather/tmux.ts"

describe("gathering", () => {
  it("takes the sockets out of tmux's environment, and no variable that tmux removes", () => {
    assert.deepStrictEqual([...parseEnvironment("SWAYSOCK=\n")], [["SWAYSOCK", ""]])
    const text = "HOME=/home/alice\n-I3SOCK\nSWAYSOCK=/run/a=b\nXSWAYSOCK=/run/c\n"
    assert.deepStrictEqual([...parseEnvironment(text)], [["SWAYSOCK", "/run/a=b"]])
  })

  it.each([
    ['"exec": "i3pm diagnose socket-health --watch --format waybar"', "watches"],
    ["(defpoll h :interval '5s' `i3pm diagnose socket-health --format eww`)", "polls"],
    ["exec = node /opt/i3pm/main.cjs diagnose socket-health --watch", "watches"],
    ["// i3pm diagnose socket-health --watch", "none"],
    ["# i3pm is not here", "none"],
  ] as const)("%s", (text, use) => {
    assert.strictEqual(useIn(text), use)
  })

  it.each([
    ["bar {\n  colors {\n  }\n}\nexec x", "swaybar", 5],
    ["  bar top {\n  position top\n  }", "swaybar", 4],
    ["bar {\n    swaybar_command /usr/bin/waybar -c x\n}\n", "waybar", 4],
    ["bar {\n # a block without an end", "swaybar", 4],
    ["exec waybar", "waybar", 2],
    ["exec_always --no-startup-id /usr/bin/waybar -c x", "waybar", 2],
    ["# bar {", undefined, 0],
    ["exec waybarctl", undefined, 0],
    ["bindsym $mod+b bar mode toggle", undefined, 0],
  ] as const)("lines that start a bar, %j: %s to line %i", (text, bar, end) => {
    const [first = ""] = text.split("\n")
    const lines = bar === undefined ? [] : [{ path: "/c", line: 2, text: first.trim(), bar, end }]
    assert.deepStrictEqual(barLinesIn({ path: "/c", text: `# first\n${text}\n` }), lines)
  })

  it("gives a line beyond ASCII as it is, since a fix is made of it", () => {
    const text = "exec waybar -c ~/größe"
    const [line] = barLinesIn({ path: "/c", text: Buffer.from(text).toString("latin1") })
    assert.strictEqual(line?.text, text)
  })

  it.each([
    ["exec systemctl --user import-environment DISPLAY WAYLAND_DISPLAY SWAYSOCK", true],
    ["exec_always systemctl --user import-environment", true],
    ["exec dbus-update-activation-environment --systemd --all", true],
    ["  exec dbus-update-activation-environment --systemd WAYLAND_DISPLAY SWAYSOCK", true],
    ["exec systemctl --user import-environment WAYLAND_DISPLAY", false],
    ["exec hash dbus-update-activation-environment", false],
    ["# exec systemctl --user import-environment SWAYSOCK", false],
  ] as const)("a line that imports SWAYSOCK, %j: %s", (text, expected) => {
    const lines = expected ? [{ path: "/c", line: 1, text: text.trim() }] : []
    assert.deepStrictEqual(importLinesIn({ path: "/c", text }), lines)
  })

  it.each([
    ["/run/user/1000/systemd/generator.late/sway-session.target", true],
    ["/run/user/1000/systemd/generator.late/other.target", false],
    ["/usr/lib/systemd/user/sway-session.target", false],
    ["", false],
  ] as const)("a target of i3pm's, %j: %s", (path, expected) => {
    assert.strictEqual(isOurs(path), expected)
  })

  it.each([
    [["/usr/bin/node", "/usr/bin/i3pm", "daemon"], true],
    [["/usr/bin/node", "--interrupt-budget=1", "/opt/dist/main.cjs", "daemon", "--embedded"], true],
    [["/nix/store/x/bin/.i3pm-wrapped", "daemon"], true],
    [["dbus-daemon", "--session"], false],
    [["vim", "i3pm", "README"], false],
    [["grep", "daemon"], false],
  ] as const)("%s", (words, expected) => {
    assert.strictEqual(isDaemon(words), expected)
  })

  it.each([
    [["/usr/bin/node", "/opt/dist/main.cjs", "diagnose", "socket-health", "--watch", "--format", "waybar"], true],
    [["node", "--jitless", "/usr/bin/i3pm", "diagnose", "socket-health", "--watch"], true],
    [["node", "/usr/bin/i3pm", "diagnose", "socket-health", "--format", "waybar"], false],
    [["sh", "-c", "i3pm diagnose socket-health --watch"], false],
  ] as const)("the command of a module, %j: %s", (words, expected) => {
    assert.strictEqual(isIndicator(words), expected)
  })

  it("finds what a process has started, also by a shell, and does not loop", () => {
    const parents = new Map([
      [3, 2],
      [2, 1],
      [5, 6],
      [6, 5],
    ])
    assert.isTrue(descends(3, 1, parents))
    assert.isFalse(descends(1, 3, parents))
    assert.isFalse(descends(5, 1, parents))
  })
})
