import { assert, describe, it } from "@effect/vitest"
import { evidenceOf } from "../../../src/layers/survey/evidence.ts"
import type { UnitProperties } from "../../../src/layers/units/properties.ts"

const exec = (line: string) =>
  `{ path=${line.split(" ")[0]} ; argv[]=${line} ; ignore_errors=no ; start_time=[n/a] ; stop_time=[n/a] ; pid=0 ; code=(null) ; status=0/0 }`

const unit = (Id: string, line = "/usr/bin/true", more: UnitProperties = {}): UnitProperties => ({
  Id,
  Description: Id,
  ExecStart: exec(line),
  ...more,
})

/** Units of Sway or i3 only, with the word that each reason has to say. */
const swayOnly: ReadonlyArray<readonly [UnitProperties, string]> = [
  [unit("i3-project-daemon.service"), "i3"],
  [unit("eww-monitoring-panel.service"), "eww panel"],
  [unit("sway-config-manager.service"), "sway"],
  [unit("i3wsr.service"), "i3wsr"],
  [unit("swaync.service"), "swaync"],
  [unit("swayidle.service"), "swayidle"],
  [unit("swaybar.service"), "swaybar"],
  [unit("swayosd.service"), "swayosd"],
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
  [unit("x.service", "/bin/x", { Description: "Rename workspaces of Sway" }), "its description says Sway"],
  [unit("x.service", "/bin/x", { Description: "i3 layout manager" }), "i3"],
  [unit("x.service", "/bin/x", { Environment: "FOO=bar I3SOCK=/run/x" }), "its environment says I3SOCK"],
  [unit("x.service", "/bin/x", { PassEnvironment: "PATH SWAYSOCK" }), "SWAYSOCK"],
  [unit("x.service", "/bin/x", { ExecStartPre: exec("/usr/bin/swaymsg -t get_version") }), "swaymsg"],
]

/** Units that others run as well, names that only look alike, and the compositors themselves. */
const others: ReadonlyArray<UnitProperties> = [
  unit("xdg-desktop-portal-gtk.service", "/usr/libexec/xdg-desktop-portal-gtk", {
    Description: "Portal service (GTK/GNOME implementation)",
  }),
  unit("xdg-desktop-portal-wlr.service", "/usr/libexec/xdg-desktop-portal-wlr", {
    Description: "Portal service (wlroots implementation)",
  }),
  unit("gvfs-daemon.service", "/usr/libexec/gvfsd", { Description: "Virtual filesystem service" }),
  unit("at-spi-dbus-bus.service", "/usr/libexec/at-spi-bus-launcher", { Description: "Accessibility services bus" }),
  unit("foot-server.service", "/usr/bin/foot --server=3", { Description: "Foot terminal server mode" }),
  unit("mako.service", "/usr/bin/mako", { Description: "Lightweight Wayland notification daemon" }),
  unit("kanshi.service", "/usr/bin/kanshi", { Description: "Dynamic output configuration" }),
  unit("waybar.service", "/usr/bin/waybar", {
    Description: "Highly customizable Wayland bar for Sway and Wlroots based compositors.",
  }),
  unit("eww.service", "/usr/bin/eww daemon --no-daemonize"),
  unit("x.service", "/bin/x", { Description: "Bar for Hyprland, river and sway" }),
  unit("fans.service", "/bin/fans", { Description: "Fan curve for Intel Core i3" }),
  unit("swap.service", "/usr/bin/swapon"),
  unit("swayback.service", "/usr/bin/swayback"),
  unit("swappy.service", "/usr/bin/swappy"),
  unit("swaying.service", "/usr/bin/asway"),
  unit("i3d.service", "/usr/bin/i386"),
  unit("backup.service", "/home/sway/bin/backup --to /var/home/i3/x"),
  unit("sway.service", "/usr/bin/sway", { Description: "sway - SirCmpwn's Wayland window manager" }),
  unit("sway.service", "/nix/store/x-sway-1.9/bin/.sway-wrapped"),
  unit("sway.service", "/bin/sh -lc exec /usr/bin/sway"),
  unit("sway.service", "/usr/bin/dbus-run-session -- sway"),
  unit("sway.service", "/usr/bin/systemd-cat --identifier=sway sway"),
  unit("i3.service", "/usr/bin/i3"),
  unit("wayland-wm@sway.service", "/usr/bin/uwsm aux exec -- sway"),
  { Id: "gpg-agent.socket" },
]

describe("evidence", () => {
  for (const [properties, word] of swayOnly) {
    it(`${properties["Id"]}: ${properties["ExecStart"]?.slice(7, 60)} is of Sway only, since ${word}`, () => {
      assert.include(evidenceOf(properties).join("; "), word)
    })
  }
  for (const properties of others) {
    it(`${properties["Id"]}: ${properties["ExecStart"]?.slice(7, 60)} is not accused`, () => {
      assert.deepStrictEqual(evidenceOf(properties), [])
    })
  }
})
