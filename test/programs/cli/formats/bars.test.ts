/** What bars read, each as the bar reads it. */
import { assert, describe, it } from "@effect/vitest"
import { eww } from "../../../../src/programs/cli/formats/eww.ts"
import { type Format, statusOf, type ViewStatus } from "../../../../src/programs/cli/formats/Format.ts"
import { i3bar } from "../../../../src/programs/cli/formats/i3bar.ts"
import { colours, label } from "../../../../src/programs/cli/formats/look.ts"
import { polybar } from "../../../../src/programs/cli/formats/polybar.ts"
import { waybar } from "../../../../src/programs/cli/formats/waybar.ts"
import { hostile, viewOf, views } from "./views.ts"

const all = [...Object.values(views), hostile]

const isOneLine = (text: string) => !/[\n\r\u0085\u2028\u2029]/.test(text)

/** WCAG 2.1's relative luminance. */
const luminance = (colour: string) => {
  const [r = 0, g = 0, b = 0] = [1, 3, 5].map(at => {
    const part = Number.parseInt(colour.slice(at, at + 2), 16) / 255
    return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4
  })
  return 0.2126 * r + 0.7152 * g + 0.0722 * b
}

const contrast = (a: string, b: string) => {
  const [high = 0, low = 0] = [luminance(a), luminance(b)].sort((x, y) => y - x)
  return (high + 0.05) / (low + 0.05)
}

describe("the look", () => {
  it("has colours that can be told from a white bar and from a black one", () => {
    for (const [status, colour] of Object.entries(colours)) {
      assert.isAtLeast(contrast(colour, "#ffffff"), 3, `${status} on white`)
      assert.isAtLeast(contrast(colour, "#000000"), 3, `${status} on black`)
    }
    assert.strictEqual(new Set(Object.values(colours)).size, 4)
  })

  it("has a word of its own for each state: never colour alone", () => {
    assert.deepStrictEqual(Object.values(views).map(label), ["sway ok", "sway stale", "ipc gone …", "i3pm down"])
  })

  it("has a sign for a warning, also in a bar without tooltips", () => {
    const warned = viewOf({ warning: "sway accepts no new connection" })
    assert.strictEqual(label(warned), "sway ok !")
    for (const format of [waybar, eww, polybar, i3bar])
      assert.include(format.stream.line(warned), "sway ok !", format.name)
    assert.include(i3bar.stream.line(warned), '"short_text":"ok !"')
    assert.strictEqual(label(viewOf({ status: "stale", reconnecting: true, warning: "w" })), "sway stale ! …")
  })

  it("does not let a compositor's name take the bar", () => {
    assert.isAtMost(label(viewOf({ compositor: { name: "x".repeat(500), version: "1", pid: 1 } })).length, 30)
  })
})

describe("formats of lines", () => {
  for (const format of [waybar, eww, polybar] as ReadonlyArray<Format>) {
    it(`${format.name}: exactly one line for each view, whatever the compositor says`, () => {
      for (const view of all) {
        assert.isTrue(isOneLine(format.stream.line(view)), format.stream.line(view))
        assert.strictEqual(format.once(view), format.stream.line(view))
      }
      assert.strictEqual(format.stream.open + format.stream.close, "")
    })
  }
})

/** Pango's markup without a tag: text, with the five entities and nothing else (GMarkup). */
const readPango = (text: string) => {
  assert.notMatch(text, /[<>]|&(?!(amp|lt|gt|quot|apos);)/)
  const entities: Record<string, string> = { amp: "&", lt: "<", gt: ">", quot: '"', apos: "'" }
  return text.replace(/&(\w+);/g, (_, name: string) => entities[name] ?? "")
}

describe("waybar", () => {
  it("gets text, alt, tooltip, class and percentage", () => {
    for (const [status, view] of Object.entries(views)) {
      const read = JSON.parse(waybar.once(view))
      assert.hasAllKeys(read, ["text", "alt", "tooltip", "class", "percentage"])
      assert.strictEqual(read.alt, status)
      assert.strictEqual(read.class, status)
      assert.isTrue(Number.isInteger(read.percentage) && read.percentage >= 0 && read.percentage <= 100)
    }
    assert.include(JSON.parse(waybar.once(views.stale)).tooltip, "\nerror: sway (pid 11025) is stopped (SIGSTOP)")
  })

  it("gets text and tooltip as markup that says what was meant", () => {
    const read = JSON.parse(waybar.once(hostile))
    assert.strictEqual(readPango(read.text), 'sw%{A1:x:}<i>&" stale')
    const tooltip = readPango(read.tooltip)
    assert.include(tooltip, '\nerror: it said "a|b" & <b>c</b>\\n%{F#ff0000}\\x1b[31m\\u2028 ')
    assert.notMatch(tooltip, /[^\P{Cc}\n]/u)
  })
})

describe("polybar", () => {
  it("gets the colour and nothing but its own tags", () => {
    assert.strictEqual(polybar.once(views.healthy), `%{F${colours.healthy}}sway ok%{F-}`)
    for (const view of all) {
      assert.deepStrictEqual(polybar.once(view).match(/%\{[^}]*\}/g), [`%{F${colours[statusOf(view)]}}`, "%{F-}"])
    }
  })
})

describe("eww", () => {
  it("gets one object with the same fields for every state", () => {
    const keys = Object.keys(JSON.parse(eww.once(views.healthy)))
    for (const [status, view] of Object.entries(views)) {
      const read = JSON.parse(eww.once(view))
      assert.deepStrictEqual(Object.keys(read), keys)
      assert.strictEqual(read.status, status)
      assert.strictEqual(read.color, colours[status as ViewStatus])
    }
  })
})

/** What swaybar has after each chunk: a header line, then elements of the array as soon as each is complete. */
const makeBar = () => {
  let rest = ""
  let header: unknown
  let opened = false
  let wantsComma = false
  const seen: Array<unknown> = []
  const element = () => {
    for (let end = rest.indexOf("]"); end !== -1; end = rest.indexOf("]", end + 1)) {
      try {
        const value: unknown = JSON.parse(rest.slice(0, end + 1))
        rest = rest.slice(end + 1)
        return value
      } catch {
        // Not complete yet.
      }
    }
    return undefined
  }
  const feed = (chunk: string) => {
    rest += chunk
    if (header === undefined && rest.includes("\n")) {
      header = JSON.parse(rest.slice(0, rest.indexOf("\n")))
      rest = rest.slice(rest.indexOf("\n") + 1)
    }
    while (header !== undefined) {
      rest = rest.trimStart()
      if (!opened && rest[0] === "[") {
        opened = true
        rest = rest.slice(1)
      } else if (opened && wantsComma && rest[0] === ",") {
        wantsComma = false
        rest = rest.slice(1)
      } else if (opened && !wantsComma && rest !== "") {
        const value = element()
        if (value === undefined) return
        seen.push(value)
        wantsComma = true
      } else return
    }
  }
  return { feed, seen, header: () => header, rest: () => rest }
}

describe("i3bar", () => {
  const stream = (close: boolean) =>
    [i3bar.stream.open, ...all.map(i3bar.stream.line), ...(close ? [i3bar.stream.close] : [])]
      .map(text => `${text}\n`)
      .join("")

  it("is a header and an array, each element there as soon as it is written", () => {
    const bar = makeBar()
    bar.feed(`${i3bar.stream.open}\n`)
    assert.deepStrictEqual(bar.header(), { version: 1, click_events: false })
    assert.deepStrictEqual(bar.seen, [[]])
    for (const [index, view] of all.entries()) {
      assert.isTrue(isOneLine(i3bar.stream.line(view)))
      for (const character of `${i3bar.stream.line(view)}\n`) bar.feed(character)
      assert.strictEqual(bar.seen.length, index + 2)
    }
    bar.feed(i3bar.stream.close)
    assert.strictEqual(bar.rest(), "]")
  })

  it("is strict JSON when it has ended, and once", () => {
    for (const text of [stream(true), i3bar.once(views.stale)]) {
      const [header = "", ...body] = text.split("\n")
      assert.deepStrictEqual(JSON.parse(header), { version: 1, click_events: false })
      assert.isArray(JSON.parse(body.join("\n")))
    }
  })

  it("has blocks as swaybar-protocol(7) has them", () => {
    const bar = makeBar()
    bar.feed(stream(false))
    for (const [index, line] of bar.seen.slice(1).entries()) {
      const [block, ...others] = line as ReadonlyArray<Record<string, unknown>>
      assert.deepStrictEqual(others, [])
      assert.hasAllKeys(block, [
        "full_text",
        "short_text",
        "color",
        "background",
        "name",
        "instance",
        "urgent",
        "markup",
      ])
      assert.isNotEmpty(block?.["full_text"])
      assert.match(String(block?.["color"]), /^#[0-9a-f]{6}$/)
      assert.strictEqual(block?.["markup"], "none")
      assert.strictEqual(block?.["urgent"], ["disconnected", "down"].includes(statusOf(all[index] ?? views.down)))
    }
  })
})
