import { assert, describe, it } from "@effect/vitest"
import { evidenceOf, sessionMaker } from "../../../../src/layers/session/survey/evidence.ts"
import { noDetails, type UnitDetails } from "../../../../src/layers/systemd/unitDetails.ts"
import type { UnitProperties } from "../../../../src/layers/systemd/units/properties.ts"
import { commandStarts, compositorInUnit } from "../../../support/wording.ts"

interface Unit {
  readonly properties: UnitProperties
  readonly details: UnitDetails
}

const command = (line: string) => ({ path: line.split(" ")[0] ?? "", argv: line.split(" ") })

const unit = (
  Id: string,
  line = "/usr/bin/true",
  more: Partial<UnitDetails> = {},
  properties: UnitProperties = {},
): Unit => ({
  properties: { Id, ...properties },
  details: { ...noDetails, description: Id, commands: [command(line)], ...more },
})

/** Units of Sway or i3 only, with the word that each reason has to say. */
const swayOnly: ReadonlyArray<readonly [Unit, string]> = [
  [unit("i3-project-daemon.service"), "i3"],
  [unit("eww-panel.service", "/bin/sh -c swaymsg -t subscribe -m | eww update x"), "swaymsg"],
  [unit("sway-config-manager.service"), "sway"],
  [unit("i3wsr.service"), "i3wsr"],
  [unit("swaybar.service"), "swaybar"],
  [unit("swayrd.service"), "swayrd"],
  [unit("my_sway_thing.service"), "sway"],
  [unit("panel@sway.service"), "sway"],
  [unit("app-i3wsr@autostart.service"), "i3wsr"],
  [unit("app\\x2dsway\\x2dx.service"), "sway"],
  [unit("tiling.service", "/usr/bin/autotiling --limit 2"), "its command says autotiling"],
  [unit("tiling.service", "/nix/store/abc-autotiling-rs-0.1/bin/autotiling-rs"), "autotiling"],
  [unit("names.service", "/usr/bin/python3 /home/me/.config/sway/names.py"), "sway"],
  [unit("kbd.service", "/bin/sh -c swaymsg -t subscribe | while read x; do :; done"), "swaymsg"],
  [unit("waybar.service", "/usr/bin/waybar -c /home/me/.config/waybar/sway.json"), "its command says sway"],
  [unit("x.service", "/bin/x", { description: "Rename workspaces of Sway" }), "its description says Sway"],
  [unit("x.service", "/bin/x", { description: "i3 layout manager" }), "i3"],
  [unit("x.service", "/bin/x", { environment: ["FOO=bar", "I3SOCK=/run/x"] }), "its environment says I3SOCK"],
  [unit("x.service", "/bin/x", { passEnvironment: ["PATH", "SWAYSOCK"] }), "SWAYSOCK"],
  [
    unit("x.service", "/bin/x", { commands: [command("/usr/bin/swaymsg -t get_version"), command("/bin/x")] }),
    "swaymsg",
  ],
]

/** Units that others run as well, names that only look alike, and the compositors themselves. */
const others: ReadonlyArray<Unit> = [
  unit("xdg-desktop-portal-gtk.service", "/usr/libexec/xdg-desktop-portal-gtk", {
    description: "Portal service (GTK/GNOME implementation)",
  }),
  unit("xdg-desktop-portal-wlr.service", "/usr/libexec/xdg-desktop-portal-wlr", {
    description: "Portal service (wlroots implementation)",
  }),
  unit("gvfs-daemon.service", "/usr/libexec/gvfsd", { description: "Virtual filesystem service" }),
  unit("at-spi-dbus-bus.service", "/usr/libexec/at-spi-bus-launcher", { description: "Accessibility services bus" }),
  unit("foot-server.service", "/usr/bin/foot --server=3", { description: "Foot terminal server mode" }),
  unit("mako.service", "/usr/bin/mako", { description: "Lightweight Wayland notification daemon" }),
  unit("kanshi.service", "/usr/bin/kanshi", { description: "Dynamic output configuration" }),
  unit("waybar.service", "/usr/bin/waybar", {
    description: "Highly customizable Wayland bar for Sway and Wlroots based compositors.",
  }),
  unit("eww.service", "/usr/bin/eww daemon --no-daemonize"),
  unit("x.service", "/bin/x", { description: "Bar for Hyprland, river and sway" }),
  unit("fans.service", "/bin/fans", { description: "Fan curve for Intel Core i3" }),
  unit("swap.service", "/usr/bin/swapon"),
  unit("swayback.service", "/usr/bin/swayback"),
  unit("swappy.service", "/usr/bin/swappy"),
  unit("swaying.service", "/usr/bin/asway"),
  unit("i3d.service", "/usr/bin/i386"),
  unit("backup.service", "/home/sway/bin/backup --to /var/home/i3/x"),
  unit("eww-monitoring-panel.service", "/usr/bin/eww daemon --no-daemonize"),
  unit("swayidle.service", "/usr/bin/swayidle -w timeout 600 'niri msg action power-off-monitors'"),
  unit("swayidle.service", "/usr/bin/swayidle -w timeout 600 'hyprctl dispatch dpms off'"),
  unit("swayidle.service", "/usr/bin/swayidle -w timeout 300 swaylock", { description: "Idle manager for Wayland" }),
  unit("swaync.service", "/usr/bin/swaync", { description: "Swaync notification daemon" }),
  unit("swayosd.service", "/usr/bin/swayosd-server"),
  unit("swaybg.service", "/usr/bin/swaybg -i /home/me/x.png"),
  unit("either.service", "/bin/sh -c hyprctl reload || swaymsg reload"),
  unit("bar.service", "/bin/bar --sway", {}, { WantedBy: "niri.service" }),
  unit("bar.service", "/bin/bar --sway", {}, { PartOf: "graphical-session.target hyprland-session.target" }),
  unit("bar.service", "/bin/bar --sway", {}, { WantedBy: "wayland-session@Hyprland.target" }),
  { properties: { Id: "gpg-agent.socket" }, details: noDetails },
]

const G = "graphical-session.target"
const pre = "graphical-session-pre.target"

/** Units that make the session, with why. */
const makers: ReadonlyArray<readonly [Unit, string]> = [
  [unit("sway.service", "/usr/bin/sway"), commandStarts],
  [unit("sway.service", "/bin/bash -lc sway"), commandStarts],
  [unit("i3.service", "/usr/bin/i3"), commandStarts],
  [unit("wayland-wm@sway.service", "/usr/bin/uwsm x"), "it is uwsm's unit of a compositor"],
  [
    unit("login.service", "/home/me/bin/desktop", {}, { BindsTo: G, After: `basic.target ${pre}` }),
    `it brings up ${G}`,
  ],
  [unit("login.service", "/home/me/bin/desktop", {}, { Wants: G, Before: G }), `it brings up ${G}`],
  [unit("desktop.service", "/home/me/bin/desktop"), compositorInUnit],
]

/** Units that live in the session, however they are tied to it. */
const members: ReadonlyArray<Unit> = [
  unit("sway-x.service", "/bin/x", {}, { BindsTo: G }),
  unit("sway-x.service", "/bin/x", {}, { BindsTo: G, After: `${pre} ${G}` }),
  unit("sway-x.service", "/bin/x", {}, { Wants: G, Before: G, WantedBy: G }),
  unit("i3wsr.service", "/usr/bin/i3wsr", {}, { PartOf: G, After: G, WantedBy: G }),
]

describe("evidence", () => {
  for (const [{ details, properties }, word] of swayOnly) {
    it(`${properties["Id"]}: ${details.commands[0]?.argv.join(" ")} is of Sway only, since ${word}`, () => {
      assert.include(evidenceOf(properties, details).join("; "), word)
    })
  }
  for (const { details, properties } of others) {
    it(`${properties["Id"]}: ${details.commands[0]?.argv.join(" ")} is not accused`, () => {
      assert.deepStrictEqual(evidenceOf(properties, details), [])
    })
  }
})

describe("the unit that makes the session", () => {
  const running = new Set(["desktop.service"])
  for (const [{ details, properties }, why] of makers) {
    it(`is ${properties["Id"]}, since ${why}: ${details.commands[0]?.argv.join(" ")}`, () => {
      assert.strictEqual(sessionMaker(properties, details, running), why)
    })
  }
  for (const { details, properties } of members) {
    it(`is not ${JSON.stringify(properties)}`, () => {
      assert.isUndefined(sessionMaker(properties, details, running))
    })
  }
})

describe("a unit whose command is a script", () => {
  const { details, properties } = unit("panel.service", "/home/me/bin/panel")

  it("is for Sway only if a process that the script has started is", () => {
    assert.deepStrictEqual(
      evidenceOf(properties, details, { processes: ["/bin/sh /home/me/bin/panel", "swaymsg"], scripts: [] }),
      ["a process of it says swaymsg"],
    )
    assert.deepStrictEqual(
      evidenceOf(properties, details, { processes: ["/bin/sh /home/sway/bin/panel", "jq"], scripts: [] }),
      [],
    )
  })

  it("is not if it has started a client of another compositor, too", () => {
    assert.deepStrictEqual(evidenceOf(properties, details, { processes: ["swaymsg", "hyprctl"], scripts: [] }), [])
  })
})

describe("a script of a unit", () => {
  const { details, properties } = unit("panel.service", "/home/me/bin/panel")
  const reasons = (script: string) => evidenceOf(properties, details, { processes: [], scripts: [script] })

  it.each([
    ["#!/bin/sh\nwhile :; do swaymsg -t get_tree >/tmp/x; sleep 1; done\n", "its script says swaymsg"],
    ["#!/usr/bin/env python3\nimport i3ipc\n", "its script says i3ipc"],
    ['#!/bin/sh\n[ -n "$SWAYSOCK" ] && exec socat - "UNIX:$SWAYSOCK"\n', "its script says SWAYSOCK"],
  ])("%j: %s", (script, reason) => {
    assert.deepStrictEqual(reasons(script), [reason])
  })

  it.each([
    "#!/bin/sh\n# swaymsg would do, too\nexec swayidle -w\n",
    '#!/bin/sh\nif [ -n "$SWAYSOCK" ]; then swaymsg reload; else hyprctl reload; fi\n',
    "#!/bin/sh\ncat ~/.config/sway/config\n",
  ])("says nothing where it is of use elsewhere, or only names Sway: %j", script => {
    assert.deepStrictEqual(reasons(script), [])
  })
})
