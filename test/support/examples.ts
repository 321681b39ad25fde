/** The packages in `examples/`: built on the tarball, run, and each seen to do its job. */
import * as fs from "node:fs"
import * as path from "node:path"
import { fileURLToPath } from "node:url"
import { assert } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import { Node } from "../../src/layers/ipc/Node.ts"
import { Tree } from "../../src/library/sway/Tree.ts"
import { filesBelow, keptFor, makeUserPackage } from "./library.ts"
import { request } from "./rawIpc.ts"
import { makeScratchDir, runsAsRoot, TEST_GID, TEST_UID } from "./TestUser.ts"
import { eventually } from "./waiting.ts"

/** The directory of the examples. */
export const examples = fileURLToPath(new URL("../../examples", import.meta.url))

/** Their names. */
export const exampleNames = fs.readdirSync(examples)

const build = (fresh: string) =>
  Effect.gen(function* () {
    const user = yield* makeUserPackage(["effect", "@effect/platform", "@effect/platform-node"], {
      // `library.test.ts` does.
      checksLibraries: false,
    })
    for (const name of exampleNames) {
      fs.cpSync(path.join(examples, name), path.join(user.directory, name), { recursive: true })
    }
    yield* user.compile
    for (const name of exampleNames) {
      for (const module of ["main", `${name}.test`]) {
        fs.copyFileSync(yield* user.bundle(`out/${name}/${module}.js`), path.join(fresh, `${name}-${module}.mjs`))
      }
    }
  }).pipe(Effect.scoped)

/** Compiles all of them on the installed tarball; succeeds with what gives a module of one as a file that the test uid can run. */
export const buildExamples = Effect.gen(function* () {
  const built = yield* keptFor("i3pm-examples", filesBelow(examples), build)
  const directory = yield* makeScratchDir
  fs.chmodSync(directory, 0o755)
  return (name: string, module: string) => {
    const file = path.join(directory, `${name}-${module}.mjs`)
    fs.copyFileSync(path.join(built, path.basename(file)), file)
    return file
  }
})

/** A desk on which the examples run. */
export interface ExampleDesk {
  readonly socketPath: string
  /** The home of the examples: `config-manager` has its files there. */
  readonly home: string
  /** What `eww-panel` has printed. */
  readonly panel: Effect.Effect<string, unknown>
  /** What `config-manager` has printed. */
  readonly manager: Effect.Effect<string, unknown>
}

const managedIn = (home: string) => path.join(home, ".config/sway/managed")

/** Makes what `config-manager` watches; succeeds with the line that makes sway include what it writes. */
export const makeManaged = (home: string): string => {
  const managed = managedIn(home)
  fs.mkdirSync(managed, { recursive: true })
  if (runsAsRoot) {
    for (const directory of [".config", ".config/sway", ".config/sway/managed"]) {
      fs.chownSync(path.join(home, directory), TEST_UID, TEST_GID)
    }
  }
  return `include ${managed}.conf\n`
}

/** A configuration that sway takes: it has a mode of this name. */
export const configWith = (mode: string): string => `mode "${mode}" {\n  bindsym Escape mode default\n}\n`

/** Changes the configuration as an editor does that writes in place. */
export const editConfig = (home: string, text: string): void => fs.writeFileSync(`${managedIn(home)}/modes.conf`, text)

/** The configuration that sway includes; empty before the first. */
export const appliedConfig = (home: string): string =>
  fs.existsSync(`${managedIn(home)}.conf`) ? fs.readFileSync(`${managedIn(home)}.conf`, "utf8") : ""

const command = (socketPath: string, text: string) => request(socketPath, "command", text)

const treeOf = (socketPath: string) =>
  Effect.map(request(socketPath, "get_tree"), json => new Tree(Schema.decodeUnknownSync(Node)(json)))

/** sway knows a mode, so it has read the configuration. */
export const hasMode = (socketPath: string, mode: string) =>
  eventually(request(socketPath, "get_binding_modes"), modes => Array.isArray(modes) && modes.includes(mode))

const openWindow = (socketPath: string, name: string) =>
  Effect.zipRight(
    command(socketPath, `exec foot -a ${name} sleep 1000`),
    eventually(treeOf(socketPath), tree => tree.focused?.app_id === name),
  )

/** Opens two windows and changes the configuration, and waits until each example has done its job of that. */
export const untilAllDone = ({ home, manager, panel, socketPath }: ExampleDesk, round: string) =>
  Effect.gen(function* () {
    yield* openWindow(socketPath, "one")
    yield* openWindow(socketPath, "two")
    const name = "1: one two"
    yield* eventually(treeOf(socketPath), tree => tree.workspaces.some(workspace => workspace.name === name))
    yield* eventually(treeOf(socketPath), tree => {
      const second = tree.find({ app_id: "two" })
      return second !== undefined && tree.parentOf(second)?.layout === "splitv"
    })
    const isShown = (line: string) => line.includes('"health":"healthy"') && line.includes(`"workspace":"${name}"`)
    yield* eventually(panel, text => isShown(text.trim().split("\n").at(-1) ?? ""))

    const before = appliedConfig(home)
    editConfig(home, `frobnicate ${round}\n`)
    yield* eventually(manager, text => text.includes(`'frobnicate ${round}'`))
    assert.strictEqual(appliedConfig(home), before)
    editConfig(home, configWith(round))
    yield* hasMode(socketPath, round)
    assert.strictEqual(appliedConfig(home), configWith(round))
  })
