/** A user manager that finds units in directories of a test as systemd does, as far as binding needs it. */
import * as fs from "node:fs"
import * as path from "node:path"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as ProcessTable from "../../../src/layers/system/ProcessTable.ts"
import { UserDirs } from "../../../src/layers/system/UserDirs.ts"
import * as WriteLock from "../../../src/layers/system/WriteLock.ts"
import { UserManager, UserManagerError } from "../../../src/layers/systemd/UserManager.ts"
import { noDetails, type UnitDetails } from "../../../src/layers/systemd/unitDetails.ts"
import type { UnitProperties } from "../../../src/layers/systemd/units/properties.ts"
import { entriesOf } from "../../support/treeOf.ts"
import { makeOwnDir } from "./children.ts"

const existing = (file: string) => fs.lstatSync(file, { throwIfNoEntry: false }) !== undefined

const filesIn = (directory: string) => {
  try {
    return fs.readdirSync(directory).map(name => path.join(directory, name))
  } catch {
    return []
  }
}

/** Drop-ins of a unit, each name once: the first directory wins, then the more specific one. */
const dropInsOf = (unit: string, unitPath: ReadonlyArray<string>) => {
  const type = path.extname(unit).slice(1)
  const template = unit.replace(/@.*\./, "@.")
  const found = new Map<string, string>()
  for (const kind of [unit, template, type]) {
    for (const directory of unitPath) {
      for (const file of filesIn(path.join(directory, `${kind}.d`))) {
        if (file.endsWith(".conf") && !found.has(path.basename(file))) found.set(path.basename(file), file)
      }
    }
  }
  return [...found.values()].map(file => (file.includes(" ") ? `"${file}"` : file))
}

const find = (name: string, unitPath: ReadonlyArray<string>) =>
  [name, name.replace(/@.+\./, "@.")]
    .flatMap(each => unitPath.map(directory => path.join(directory, each)))
    .find(existing)

const propertiesOf = (name: string, unitPath: ReadonlyArray<string>): UnitProperties => {
  const fragment = find(name, unitPath)
  if (fragment === undefined) return { Id: name, Names: name, LoadState: "not-found", FragmentPath: "" }
  if (fs.realpathSync(fragment) === "/dev/null")
    return { Id: name, Names: name, LoadState: "masked", FragmentPath: fragment }
  const DropInPaths = dropInsOf(name, unitPath).join(" ")
  return { Id: name, Names: name, LoadState: "loaded", FragmentPath: fragment, DropInPaths, Transient: "no" }
}

/** Directories of a home with a space in it, and a manager that looks into them. */
export const makeFakeUnits = Effect.map(makeOwnDir, root => {
  const config = `${root}/my config`
  const dirs = { config, state: `${root}/state`, units: `${config}/systemd/user` }
  const etc = `${root}/etc`
  const usr = `${root}/usr`
  const control = `${root}/control`
  const unitPath = [control, dirs.units, etc, usr]
  const write = (file: string, text: string | Buffer, mode = 0o644) => {
    fs.mkdirSync(path.dirname(file), { recursive: true })
    fs.writeFileSync(file, text)
    fs.chmodSync(file, mode)
  }
  const link = (file: string, target: string) => {
    fs.mkdirSync(path.dirname(file), { recursive: true })
    fs.symlinkSync(target, file)
  }
  /** What a test says of a unit, over what is found. */
  const overrides: Record<string, UnitProperties> = {}
  /** What a test says that a unit runs. */
  const commands: Record<string, UnitDetails["commands"]> = {}
  let reloads = 0
  let isRunning = true
  const answer = <A>(value: () => A) =>
    Effect.suspend(() =>
      isRunning
        ? Effect.sync(value)
        : Effect.fail(
            new UserManagerError({ reason: "NotRunning", command: "", message: "no manager", cause: undefined }),
          ),
    )
  const userDirs = Layer.succeed(UserDirs, dirs)
  const layer = Layer.mergeAll(
    userDirs,
    WriteLock.layer.pipe(Layer.provide(Layer.merge(userDirs, ProcessTable.layer))),
    Layer.mock(UserManager, {
      show: names => answer(() => names.map(name => ({ ...propertiesOf(name, unitPath), ...overrides[name] }))),
      details: unit => answer(() => ({ ...noDetails, commands: commands[unit] ?? [] })),
      property: () => Effect.succeed(unitPath.map(each => `"${each}"`).join(" ")),
      reload: answer(() => {
        reloads += 1
      }),
    }),
  )
  return {
    root,
    dirs,
    etc,
    usr,
    control,
    layer,
    overrides,
    commands,
    write,
    link,
    reloads: () => reloads,
    stop: () => {
      isRunning = false
    },
  }
})

/** Everything below a directory but the state: name, type and mode, content, and when a file was written. */
export const treeOf = (root: string) =>
  entriesOf(root)
    .filter(({ name }) => name !== "state" && !name.startsWith("state/"))
    .map(
      ({ content, name, stat }) =>
        [name, stat.mode.toString(8), content, stat.isFile() ? Math.floor(stat.mtimeMs) : 0] as const,
    )
