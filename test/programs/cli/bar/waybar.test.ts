/** `i3pm bar waybar`: what it finds in configurations, and that its steps, once done, leave nothing to add. */
import { assert, describe, it } from "@effect/vitest"
import * as Either from "effect/Either"
import { byHand } from "../../../../src/layers/doctor/Check.ts"
import type { Step } from "../../../../src/programs/cli/bar/Advice.ts"
import { parseJsonc } from "../../../../src/programs/cli/bar/jsonc.ts"
import { waybarConfig, waybarStates, waybarStyle } from "../../../../src/programs/cli/bar/snippets.ts"
import { waybarChecks } from "../../../../src/programs/cli/bar/waybarChecks.ts"
import type { WaybarFiles } from "../../../../src/programs/cli/bar/waybarFiles.ts"
import { modulesIn } from "../../../../src/programs/cli/bar/waybarModules.ts"
import { waybarSteps } from "../../../../src/programs/cli/bar/waybarSteps.ts"
import { applied } from "../../../support/barSteps.ts"

const OWN = "/home/alice/.config/waybar"
const calls = { program: "i3pm", terminal: "foot" }
const WATCH = "i3pm diagnose socket-health --watch --format waybar"

type Texts = ReadonlyMap<string, string>

/** Files by path: the user's own first, then the distribution's, as waybar looks for them. */
const filesOf = (texts: Texts): WaybarFiles => {
  const first = (names: ReadonlyArray<string>) =>
    [OWN, "/etc/xdg/waybar"].flatMap(place => names.map(name => `${place}/${name}`)).find(path => texts.has(path))
  const read = (path: string | undefined) => (path === undefined ? [] : [{ path, text: texts.get(path) ?? "" }])
  return {
    own: OWN,
    configs: read(first(["config", "config.jsonc"])).map(file => ({ ...file, value: parseJsonc(file.text) })),
    styles: read(first(["style.css"])),
    unread: [],
  }
}

const RESTART = "systemctl --user restart waybar.service"

const look = (texts: Texts, waybar?: "shows" | "stale") => {
  const files = filesOf(texts)
  const found = modulesIn(files)
  const restart = waybar === undefined ? undefined : byHand(RESTART)
  const steps = waybarSteps(files, found, { calls, restart, isStale: waybar === "stale" })
  return { checks: waybarChecks(files, found), steps }
}

const statusOf = (texts: Texts) => Object.fromEntries(look(texts).checks.map(({ id, status }) => [id, status]))

/** Does one step: commands copy a file, all others change one. */
const done = (texts: Texts, step: Step): Texts => {
  const copy = /&& cp (\S+) (\S+)$/.exec(step.text)
  const [from, to] = copy === null ? [step.file ?? "", step.file ?? ""] : [copy[1] ?? "", copy[2] ?? ""]
  const before = texts.get(from) ?? ""
  return new Map([...texts, [to, copy === null ? applied(step, before) : before]])
}

const config = (text: string): Texts => new Map([[`${OWN}/config.jsonc`, text]])

const commented = `// mine
{
  // "modules-right": ["x"],
  "layer": "top", /* { */
  "modules-left": ["sway/workspaces"],
  "modules-right": [
    "clock", // [
  ],
  "clock": { "format": "{:%H:%M} // \\" }" },
}
`

const setUps: ReadonlyArray<readonly [title: string, texts: Texts]> = [
  ["nothing at all", new Map()],
  [
    "the distribution's files",
    new Map([
      ["/etc/xdg/waybar/config", commented],
      ["/etc/xdg/waybar/style.css", "* { color: red; }\n"],
    ]),
  ],
  ["comments, brackets in comments and trailing commas", config(commented)],
  ["only a list on the left", config('{ "modules-left": ["clock"], "clock": {} }')],
  ["no list", config('{ "layer": "top" }')],
  ["a list in several lines", config('{\n"modules-center":\n [\n"clock"]}\n')],
  ["two bars", config('[\n{"name": "a", "modules-right": ["clock"]},\n{"name": "b", "modules-left": []}]')],
  [
    "the module, but in no list",
    config(`{ "modules-left": [], "custom/i3pm": { "exec": "${WATCH}", "return-type": "json" } }`),
  ],
]

describe("i3pm bar waybar", () => {
  it.each(setUps)("its steps complete: %s", (_, texts) => {
    const { checks, steps } = look(texts)
    assert.isTrue(checks.some(({ status }) => status === "warning"))
    const after = steps.reduce(done, texts)
    assert.deepStrictEqual(statusOf(after), { config: "ok", module: "ok", "module-list": "ok", style: "ok" })
    assert.deepStrictEqual(look(after, "shows").steps, [])
  })

  it("has nothing to add to its own configuration and style", () => {
    const texts = new Map([
      [`${OWN}/config`, JSON.stringify(waybarConfig(calls))],
      [`${OWN}/style.css`, waybarStyle],
    ])
    assert.deepStrictEqual(look(texts).steps, [])
  })

  it("knows a module by what it runs, in a group as well, and its style by its name", () => {
    const texts = new Map([
      [
        `${OWN}/config`,
        `{"modules-left": ["group/x"], "group/x": {"modules": ["custom/health"]}, "custom/health": {"exec": "${WATCH}", "return-type": "json"}}`,
      ],
      [`${OWN}/style.css`, waybarStates],
    ])
    assert.deepStrictEqual(statusOf(texts), { config: "ok", module: "ok", "module-list": "ok", style: "warning" })
    const [step] = look(texts).steps
    assert.include(step?.text, "#custom-health.stale")
  })

  it.each([
    ["custom/i3pm(", "#custom-i3pm\\(.stale"],
    ["custom/c++", "#custom-c\\+\\+.stale"],
    ["custom/$&", "#custom-\\$\\&.stale"],
    ["custom/größe", "#custom-größe.stale"],
    ["custom/i3pm#2", "#custom-i3pm.stale"],
  ])("takes a module of any name: %s", (name, selector) => {
    const text = `{\n"modules-left": ["${name}"],\n"${name}": {"exec": "i3pm diagnose socket-health"}\n}\n`
    const texts = new Map([...config(text), [`${OWN}/style.css`, ""]])
    const [module, style] = look(texts).steps
    assert.strictEqual(module?.line, 3)
    assert.include(module?.text, `"${name}": {`)
    assert.include(style?.text, selector)
    texts.set(`${OWN}/style.css`, style?.text ?? "")
    assert.strictEqual(statusOf(texts)["style"], "ok")
  })

  it.each([
    ["polls", '"custom/i3pm": {"exec": "i3pm diagnose socket-health --format waybar", "return-type": "json"}'],
    ["has no return-type", `"custom/i3pm": {"exec": "${WATCH}"}`],
  ])("warns of a module that %s", (_, module) => {
    assert.strictEqual(statusOf(config(`{"modules-left": ["custom/i3pm"], ${module}}`))["module"], "warning")
  })

  it("does not take a comment in the style for rules", () => {
    const texts = new Map([...config("{}"), [`${OWN}/style.css`, `/* ${waybarStates} */`]])
    assert.strictEqual(statusOf(texts)["style"], "warning")
  })

  it.each([
    ['{\n  "a": 1,\n  "b" 2\n}\n', 3],
    ['{\n  "a": [1,\n', 2],
    ["", 1],
  ])("names the line that is not JSON: %j", (text, line) => {
    const [check] = look(config(text)).checks
    assert.strictEqual(check?.status, "wrong")
    assert.include(check?.why, `line ${line}: `)
    assert.include(check?.what, `${OWN}/config.jsonc`)
  })

  it("restarts a running waybar in the end, also where only this is left", () => {
    assert.strictEqual(look(config("{}"), "stale").steps.at(-1)?.text, RESTART)
    const complete = new Map([
      [`${OWN}/config`, JSON.stringify(waybarConfig(calls))],
      [`${OWN}/style.css`, waybarStyle],
    ])
    assert.deepStrictEqual(
      look(complete, "stale").steps.map(({ text }) => text),
      [RESTART],
    )
  })
})

describe("a configuration that waybar reads", () => {
  it("may have newlines and tabs in strings, a byte order mark, and text behind its end", () => {
    const read = (text: string) => Either.getOrNull(parseJsonc(text))
    assert.deepStrictEqual(read('{"exec": "a\nb\tc", // d\n}'), { exec: "a b c" })
    assert.deepStrictEqual(read('\ufeff{"height": 20}'), { height: 20 })
    assert.deepStrictEqual(read('{"height": 20}\n}\n'), { height: 20 })
    assert.deepStrictEqual(read('[{"height": 20}] // all\n]'), [{ height: 20 }])
  })

  it("may not have the errors that waybar refuses, which are named by their lines", () => {
    const lineOf = (text: string) => Either.match(parseJsonc(text), { onLeft: ({ line }) => line, onRight: () => 0 })
    assert.strictEqual(lineOf('{"exec": "a\nb",\n "height": .5}'), 3)
    assert.strictEqual(lineOf('{"a": 1,,\n "b": 2}'), 1)
    assert.strictEqual(lineOf("{'a': 1}"), 1)
    assert.strictEqual(lineOf('{"a": 1 "b": 2}'), 1)
  })
})
