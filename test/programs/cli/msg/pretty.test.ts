import { describe, expect, it } from "vitest"
import { requestNames } from "../../../../src/layers/ipc/Message.ts"
import { pretty, requestFailed } from "../../../../src/programs/cli/msg/pretty.ts"
import { fixture, fixturesOf, recorded } from "../../../support/fixtures.ts"

describe("pretty, on replies of sway 1.7", () => {
  const sway = (file: string) => fixture("sway-1.7", file)

  it("prints only the errors of commands", () => {
    expect(pretty("command", sway("command"))).toBe("Error: Unknown/invalid command 'no_such_command'\n")
    expect(pretty("command", sway("command-empty"))).toBe("")
  })

  it("prints workspaces", () => {
    expect(pretty("get_workspaces", sway("get_workspaces"))).toBe(`Workspace 1 (focused) (urgent)
  Output: HEADLESS-1
  Layout: splith
  Representation: H[foot foot]

`)
  })

  it("prints outputs, a disabled one in one line", () => {
    expect(pretty("get_outputs", sway("get_outputs-disabled"))).toBe(`Output HEADLESS-1 'headless headless '
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
    expect(pretty("get_inputs", sway("get_inputs"))).toBe(`Input device: virtual keyboard
  Type: Keyboard
  Identifier: 0:0:virtual_keyboard
  Product ID: 0
  Vendor ID: 0

`)
    expect(pretty("get_seats", sway("get_seats"))).toBe(`Seat: seat0
  Capabilities: 2
  Devices:
    virtual keyboard

`)
  })

  it("prints the version and the configuration", () => {
    expect(pretty("get_version", sway("get_version"))).toBe("sway version 1.7\n")
    expect(pretty("get_config", sway("get_config"))).toBe(`xwayland disable
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
    expect(pretty("send_tick", sway("send_tick"))).toBe("")
  })

  it("prints the JSON of everything else", () => {
    expect(pretty("get_marks", sway("get_marks"))).toBe('[\n  "m"\n]\n')
    expect(pretty("subscribe", sway("subscribe-unknown"))).toBe('{\n  "success": false\n}\n')
    expect(pretty("get_tree", sway("get_tree"))).toMatch(/^\{\n {2}"id": 1,\n {2}"type": "root",\n/)
  })
})

describe("pretty, on replies of i3 4.22", () => {
  const i3 = (file: string) => fixture("i3-4.22", file)

  it("prints (null), 0 and off for what i3 does not send", () => {
    expect(pretty("get_workspaces", i3("get_workspaces"))).toBe(`Workspace 1 (focused) (urgent)
  Output: screen
  Layout: (null)
  Representation: (null)

`)
    expect(pretty("get_outputs", i3("get_outputs"))).toBe(`Output xroot-0 '(null) (null) (null)' (inactive)

Output screen '(null) (null) (null)'
  Current mode: 0x0 @ 0.000 Hz
  Position: 0,0
  Scale factor: 0.000000
  Scale filter: (null)
  Subpixel hinting: (null)
  Transform: (null)
  Workspace: 1
  Max render time: off
  Adaptive sync: (null)

`)
  })

  it("prints the rest as if it were sway's", () => {
    expect(pretty("command", i3("command"))).toMatch(/^Error: Expected one of these tokens: <end>, .*'gaps'\n$/)
    expect(pretty("get_version", i3("get_version"))).toBe("sway version 4.22 (2023-01-02)\n")
    expect(pretty("get_config", i3("get_config"))).toMatch(/^# i3 config file \(v4\)\nfont [\s\S]*\n}\n\n$/)
    expect(pretty("get_bar_config", i3("get_bar_config-unknown"))).toBe('{\n  "id": null\n}\n')
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
