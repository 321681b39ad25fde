import { describe, expect, it } from "vitest"
import { type RequestName, requestNames } from "../../../../src/layers/ipc/Message.ts"
import { printedEvent, printedReply, releaseNeeded } from "../../../../src/programs/cli/msg/pretty.ts"
import { OLDEST, type Release, releaseOf } from "../../../../src/programs/cli/msg/release.ts"
import { requestFailed } from "../../../../src/programs/cli/msg/requestFailed.ts"
import { fixture, fixturesOf, recorded } from "../../../support/fixtures.ts"

const sway = (minor: number): Release => ({ kind: "sway", name: "sway", minor })

const replyOf = (value: unknown) => ({ text: JSON.stringify(value), value })

const printed = (request: RequestName, value: unknown, release: Release, terminal = false) =>
  printedReply("pretty", request, replyOf(value), release, terminal)

/** As sway 1.7, whose recorded replies have this print. */
const pretty = (request: RequestName, value: unknown, minor = OLDEST) => printed(request, value, sway(minor)).stdout

describe("pretty, on replies of sway 1.7", () => {
  const reply = (file: string) => fixture("sway-1.7", file)

  it("prints only the errors of commands", () => {
    expect(pretty("command", reply("command"))).toBe("Error: Unknown/invalid command 'no_such_command'\n")
    expect(pretty("command", reply("command-empty"))).toBe("")
  })

  it("prints workspaces", () => {
    expect(pretty("get_workspaces", reply("get_workspaces"))).toBe(`Workspace 1 (focused) (urgent)
  Output: HEADLESS-1
  Layout: splith
  Representation: H[foot foot]

`)
  })

  it("prints outputs, a disabled one in one line", () => {
    expect(pretty("get_outputs", reply("get_outputs-disabled"))).toBe(`Output HEADLESS-1 'headless headless '
  Current mode: 1280x720 @ 60.000 Hz
  Position: 0,0
  Scale factor: 1.000000
  Scale filter: nearest
  Subpixel hinting: unknown
  Transform: normal
  Workspace: 1
  Max render time: off
  Adaptive sync: disabled

Output HEADLESS-2 'headless headless ' (focused)
  Current mode: 1920x1080 @ 60.000 Hz
  Position: 1280,0
  Scale factor: 1.000000
  Scale filter: nearest
  Subpixel hinting: unknown
  Transform: normal
  Workspace: 7
  Max render time: off
  Adaptive sync: disabled

Output HEADLESS-3 'headless headless ' (inactive)

`)
  })

  it("prints inputs and seats", () => {
    expect(pretty("get_inputs", reply("get_inputs"))).toBe(`Input device: virtual keyboard
  Type: Keyboard
  Identifier: 0:0:virtual_keyboard
  Product ID: 0
  Vendor ID: 0

`)
    expect(pretty("get_seats", reply("get_seats"))).toBe(`Seat: seat0
  Capabilities: 2
  Devices:
    virtual keyboard

`)
  })

  it("prints the version and the configuration", () => {
    expect(pretty("get_version", reply("get_version"))).toBe("sway version 1.7\n")
    expect(pretty("get_config", reply("get_config"))).toBe(`xwayland disable
output HEADLESS-1 resolution 1280x720
output HEADLESS-3 disable

bar {
  id bar-0
  swaybar_command true
  status_command true
  font pango:monospace 8
}
bindsym Mod4+x nop
mode "resize" {
  bindsym Escape mode "default"
}

`)
  })

  it("prints nothing for a tick", () => {
    expect(pretty("send_tick", reply("send_tick"))).toBe("")
  })

  it("prints the JSON of everything else", () => {
    expect(pretty("get_marks", reply("get_marks"))).toBe('[\n  "m"\n]\n')
    expect(pretty("subscribe", reply("subscribe-unknown"))).toBe('{\n  "success": false\n}\n')
    expect(pretty("get_tree", reply("get_tree"))).toMatch(/^\{\n {2}"id": 1,\n {2}"type": "root",\n/)
  })
})

describe("on i3", () => {
  const i3: Release = { kind: "i3" }
  const compact = (file: string) => JSON.stringify(fixture("i3-4.22", file))

  it.each(["get_workspaces", "get_outputs", "get_tree", "get_marks", "get_version"] as const)(
    "%s is printed as it came",
    request => {
      const { stderr, stdout } = printed(request, fixture("i3-4.22", request), i3)
      expect(stdout).toBe(`${compact(request)}\n`)
      expect(stderr).toBe("")
    },
  )

  it("keeps the spelling of numbers and the bytes of the reply", () => {
    const text = '[{"a" : 1.0,"b":"\udcff/"}]'
    const reply = { text, value: JSON.parse(text) }
    expect(printedReply("pretty", "get_marks", reply, i3, false).stdout).toBe(`${text}\n`)
  })

  it("prints the text of the configuration, also into a pipe, and its JSON only on demand", () => {
    const reply = replyOf({ config: "# \u001b[2J\nfont x\n", included_configs: [] })
    for (const form of ["pretty", "piped"] as const) {
      expect(printedReply(form, "get_config", reply, i3, false).stdout).toBe("# \u001b[2J\nfont x\n")
    }
    expect(printedReply("pretty", "get_config", reply, i3, true).stdout).toBe("# \\x1b[2J\nfont x\n")
    expect(JSON.parse(printedReply("raw", "get_config", reply, i3, false).stdout)).toEqual(reply.value)
  })

  it("tells on stderr of commands that failed, and where", () => {
    const failed = [
      { success: true },
      { success: false, parse_error: true, error: "Expected x", input: "foo", errorposition: "^^^" },
      { success: false, error: "No such window" },
    ]
    for (const form of ["pretty", "piped"] as const) {
      expect(printedReply(form, "command", replyOf(failed), i3, false)).toEqual({
        stdout: `${JSON.stringify(failed)}\n`,
        stderr: "ERROR: Your command: foo\nERROR:               ^^^\nERROR: Expected x\nERROR: No such window\n",
      })
    }
    expect(printedReply("raw", "command", replyOf(failed), i3, false).stderr).toBe("")
    expect(printed("command", [{ success: true }], i3)).toEqual({ stdout: '[{"success":true}]\n', stderr: "" })
  })

  it("prints events as they came", () => {
    const event = { text: '{"change": "run"}', value: { change: "run" } }
    expect(printedEvent("pretty", event, i3, false)).toBe('{"change": "run"}\n')
    expect(printedEvent("pretty", event, sway(7), false)).toBe('{\n  "change": "run"\n}\n')
    expect(printedEvent("raw", event, sway(7), false)).toBe('{"change":"run"}\n')
  })
})

/** An output with everything that any release tells. */
const display = {
  name: "DP-1",
  make: "m",
  model: "o",
  serial: "s",
  active: true,
  focused: true,
  power: false,
  rect: { x: 0, y: 10 },
  scale: 1.5,
  scale_filter: "linear",
  subpixel_hinting: "rgb",
  transform: "normal",
  current_workspace: "1",
  max_render_time: 0,
  adaptive_sync_status: "disabled",
  allow_tearing: true,
  hdr: true,
  features: { adaptive_sync: false, hdr: true },
  current_mode: { width: 800, height: 600, refresh: 60_000, picture_aspect_ratio: "none" },
  modes: [
    { width: 800, height: 600, refresh: 60_000, picture_aspect_ratio: "4:3" },
    { width: 640, height: 480, refresh: 60_000, picture_aspect_ratio: "none" },
  ],
}

/** The lines of an output, with what a release has where. */
const displayOf = (power: string, adaptiveSync: string, after: string, ratio: string) => `Output DP-1 'm o s' (focused)
  Current mode: 800x600 @ 60.000 Hz
${power}  Position: 0,10
  Scale factor: 1.500000
  Scale filter: linear
  Subpixel hinting: rgb
  Transform: normal
  Workspace: 1
  Max render time: off
  Adaptive sync: ${adaptiveSync}
${after}  Available modes:
    800x600 @ 60.000 Hz${ratio}
    640x480 @ 60.000 Hz

`

describe("outputs of each release", () => {
  it.each([
    [7, displayOf("", "disabled", "", "")],
    [8, displayOf("", "disabled", "", " (4:3)")],
    [9, displayOf("  Power: off\n", "disabled", "", " (4:3)")],
    [10, displayOf("  Power: off\n", "disabled", "  Allow tearing: yes\n", " (4:3)")],
    [11, displayOf("  Power: off\n", "disabled", "  Allow tearing: yes\n", " (4:3)")],
    [12, displayOf("  Power: off\n", "unsupported", "  Allow tearing: yes\n  HDR: on\n", " (4:3)")],
  ])("1.%i: one in use", (minor, expected) => {
    expect(pretty("get_outputs", [display], minor)).toBe(expected)
  })

  it("1.12: adaptive sync and HDR where the output can do them", () => {
    const other = { ...display, hdr: false, features: { adaptive_sync: true, hdr: true } }
    expect(pretty("get_outputs", [other], 12)).toContain("  Adaptive sync: disabled\n")
    expect(pretty("get_outputs", [other], 12)).toContain("  HDR: off\n")
    expect(pretty("get_outputs", [{ ...other, features: {} }], 12)).toContain("  HDR: unsupported\n")
  })

  it.each([
    [7, "inactive", "inactive"],
    [8, "inactive", "non-desktop"],
    [9, "disabled", "non-desktop"],
    [12, "disabled", "non-desktop"],
  ])("1.%i: one that is %s, one that is %s", (minor, off, headset) => {
    const named = { name: "A", make: "m", model: "o", serial: "s" }
    const outputs = [
      { ...named, active: false },
      { ...named, non_desktop: true },
    ]
    expect(pretty("get_outputs", outputs, minor)).toBe(`Output A 'm o s' (${off})\n\nOutput A 'm o s' (${headset})\n\n`)
  })
})

describe("what else differs between releases", () => {
  it.each([
    [7, "Mouse", "unknkown"],
    [8, "Mouse", "unknkown"],
    [9, "Mouse", "unknown"],
    [10, "Mouse", "unknown"],
    [11, "Pointer", "unknown"],
    [12, "Pointer", "unknown"],
  ])("1.%i: the kind of a mouse is %s, an error without a reason %s", (minor, kind, word) => {
    expect(pretty("get_inputs", [{ type: "pointer" }], minor)).toContain(`  Type: ${kind}\n`)
    expect(pretty("command", [{ success: false }], minor)).toBe(`An ${word} error occurred`)
  })

  it("1.7 and 1.8 have an empty list on two lines, later ones on one", () => {
    expect(pretty("get_marks", [], 8)).toBe("[\n]\n")
    expect(pretty("get_marks", [], 9)).toBe("[]\n")
    expect(pretty("get_bar_config", { colors: {} }, 7)).toBe('{\n  "colors": {\n  }\n}\n')
    expect(pretty("get_bar_config", { colors: {} }, 10)).toBe('{\n  "colors": {}\n}\n')
  })

  const view = {
    id: 5,
    type: "con",
    name: 'a "b"\n',
    shell: "xwayland",
    pid: 7,
    app_id: null,
    window: -1,
    window_properties: { instance: "i", class: "C" },
    foreign_toplevel_identifier: "f",
    sandbox_engine: "flatpak",
    sandbox_app_id: "org.x",
    sandbox_instance_id: null,
    nodes: [],
  }
  const root = {
    id: 1,
    type: "root",
    name: "root",
    nodes: [{ id: 2 ** 40, type: "workspace", name: null, nodes: [view], floating_nodes: [{ ...view, shell: null }] }],
  }
  const treeOf = (more: string) => `#1: root "root"
  #2147483647: workspace "(null)"
    #5: con "a "b"
" (xwayland, pid: 7, instance: "i", class: "C", X11 window: 0xFFFFFFFF${more})
    #5: con "a "b"
"
`
  it.each([
    [8, ""],
    [9, ""],
    [10, ""],
    [11, ', foreign_toplevel_id: "f", sandbox_engine: "flatpak", sandbox_app_id: "org.x"'],
    [12, ', foreign_toplevel_id: "f", sandbox_engine: "flatpak", sandbox_app_id: "org.x"'],
  ])("1.%i: the tree has a line for each node", (minor, more) => {
    expect(pretty("get_tree", root, minor)).toBe(treeOf(more))
  })

  it("a Wayland window has an app_id, and on a terminal a title stays on its line", () => {
    const window = { id: 5, type: "con", name: "\u001b[2J\n#1: root", shell: "xdg_shell", pid: 7, app_id: "foot" }
    expect(printed("get_tree", window, sway(10), true).stdout).toBe(
      '#5: con "\\x1b[2J\\n#1: root" (xdg_shell, pid: 7, app_id: "foot")\n',
    )
  })

  it("a fork with a name of its own has it in its version", () => {
    const version = { human_readable: "1.12", variant: "scroll", major: 1, minor: 12, patch: 0 }
    expect(printed("get_version", version, sway(7)).stdout).toBe("scroll version 1.12\n")
    expect(printed("get_version", { ...version, variant: "\u001b[2J" }, sway(7)).stdout).toBe("sway version 1.12\n")
  })
})

describe("the release", () => {
  it.each([
    ["1.7", { major: 1, minor: 7, patch: 0, variant: "sway" }, 7],
    ["older", { major: 1, minor: 5, patch: 1, variant: "sway" }, 7],
    ["a patch", { major: 1, minor: 10, patch: 1, variant: "sway" }, 10],
    ["newer", { major: 1, minor: 13, patch: 0, variant: "sway" }, 12],
    ["2.0", { major: 2, minor: 0, patch: 0, variant: "sway" }, 12],
    ["swayfx 0.1", { major: 0, minor: 1, patch: 0, variant: "sway" }, 7],
    ["swayfx 0.3.2", { major: 0, minor: 3, patch: 2, variant: "sway" }, 8],
    ["swayfx 0.4", { major: 0, minor: 4, patch: 0, variant: "sway" }, 9],
    ["swayfx 0.5.1", { major: 0, minor: 5, patch: 1, variant: "sway" }, 10],
    ["swayfx 0.5.3", { major: 0, minor: 5, patch: 3, variant: "sway" }, 11],
    ["swayfx 0.6", { major: 0, minor: 6, patch: 0, variant: "sway" }, 12],
    ["nothing", undefined, 12],
    ["nonsense", { major: "1", variant: 5 }, 12],
  ])("%s", (_, version, minor) => {
    expect(releaseOf(version)).toEqual(sway(minor))
  })

  it("is i3's without a variant", () => {
    expect(releaseOf({ major: 4, minor: 24, patch: 0 })).toEqual({ kind: "i3" })
  })

  it("is asked for before a request where its print depends on it, and never for JSON", () => {
    expect(releaseNeeded("pretty", "command")).toBe("before")
    expect(releaseNeeded("pretty", "get_version")).toBe("never")
    expect(releaseNeeded("piped", "get_config")).toBe("before")
    expect(releaseNeeded("piped", "command")).toBe("on failure")
    expect(releaseNeeded("piped", "get_tree")).toBe("never")
    for (const name of requestNames) expect(releaseNeeded("raw", name)).toBe("never")
  })
})

describe("pretty, on replies nobody recorded", () => {
  it("has a word for each kind of input device, and tells layout and libinput", () => {
    const device = { name: "n", identifier: "i", product: 1, vendor: 2 }
    const printed = pretty("get_inputs", [
      { ...device, type: "pointer", libinput: { send_events: "enabled" } },
      { ...device, type: "keyboard", xkb_active_layout_name: null },
      { ...device, type: "keyboard", xkb_active_layout_name: "English (US)", libinput: {} },
      { ...device, type: "dial" },
    ])
    const common = "  Identifier: i\n  Product ID: 1\n  Vendor ID: 2\n"
    expect(printed).toBe(`Input device: n
  Type: Mouse
${common}  Libinput Send Events: enabled

Input device: n
  Type: Keyboard
${common}  Active Keyboard Layout: (unnamed)

Input device: n
  Type: Keyboard
${common}  Active Keyboard Layout: English (US)

Input device: n
  Type: dial
${common}
`)
  })

  it("lists the modes of an output, in use or not", () => {
    const modes = [
      { width: 1920, height: 1080, refresh: 59_951 },
      { width: 800, height: 600, refresh: 0 },
    ]
    const named = { name: "DP-1", make: "m", model: "o", serial: "s", modes }
    expect(pretty("get_outputs", [named])).toBe(`Output DP-1 'm o s' (inactive)
  Available modes:
    1920x1080 @ 59.951 Hz
    800x600 @ 0.000 Hz

`)
    const active = pretty("get_outputs", [{ ...named, active: true, scale: 1.25, max_render_time: 7 }])
    expect(active).toContain("  Scale factor: 1.250000\n")
    expect(active).toContain("  Max render time: 7 ms\n  Adaptive sync: (null)\n  Available modes:\n    1920x1080 @")
  })

  it("says so when a command failed without a reason", () => {
    expect(pretty("command", [{ success: false }, { success: false, error: "x" }])).toBe(
      "An unknkown error occurredError: x\n",
    )
  })

  it.each(requestNames)("prints whatever comes instead of a reply: %s", name => {
    for (const reply of [
      null,
      true,
      1,
      "text",
      {},
      [],
      [null],
      [[]],
      [{ rect: 1, devices: {}, modes: "", type: null }],
    ]) {
      expect(pretty(name, reply)).toMatch(/^$|\n$/)
    }
  })

  it("prints JSON where a list was due", () => {
    expect(pretty("get_outputs", { success: false })).toBe('{\n  "success": false\n}\n')
  })
})

describe("requestFailed", () => {
  it.each(recorded)("finds the recorded failures of %s", from => {
    const failed = fixturesOf(from, "", requestNames).filter(({ json }) => requestFailed(json))
    const names = failed.map(({ name, variant }) => (variant === undefined ? name : `${name}-${variant}`))
    expect(names.sort()).toEqual(
      from === "i3-4.22" ? ["command"] : ["command", "get_bar_config-unknown", "subscribe-unknown", "sync"],
    )
  })

  it.each([null, 0, false, "", [], {}, [1, null], { success: true }, { success: 1 }, [{}, { success: true }]])(
    "is false: %j",
    reply => {
      expect(requestFailed(reply)).toBe(false)
    },
  )

  it.each([{ success: false }, { success: null }, { success: "" }, [{ success: true }, { success: 0 }]])(
    "is true: %j",
    reply => {
      expect(requestFailed(reply)).toBe(true)
    },
  )
})
