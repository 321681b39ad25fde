/** Looks at i3pm's own units: what systemd has loaded, and what is in the directories. */
import { existsSync } from "node:fs"
import * as Effect from "effect/Effect"
import * as Either from "effect/Either"
import * as Option from "effect/Option"
import { variable } from "../../system/environment.ts"
import { lstatAt } from "../../system/lookAt.ts"
import { UserDirs } from "../../system/UserDirs.ts"
import { detailsOf } from "../../systemd/unitDetails.ts"
import { allWantsLinks, type CatalogueOptions, catalogue, unitNames } from "../../systemd/units/catalogue.ts"
import { installedLifetime } from "../../systemd/units/installPlan.ts"
import { spelledHere } from "../../systemd/units/managed.ts"
import { mark } from "../../systemd/units/marker.ts"
import { packagedFile, systemDirectories } from "../../systemd/units/packaged.ts"
import { pathsIn } from "../../systemd/units/pathsIn.ts"
import type { UnitProperties } from "../../systemd/units/properties.ts"
import { render } from "../../systemd/units/UnitFile.ts"
import { readUnitPath, type UnitPath } from "../../systemd/units/unitStore.ts"
import type { OwnUnit, Program } from "../Facts.ts"

/** i3pm's own units. */
export const OWN_NAMES: ReadonlyArray<string> = Object.values(unitNames)

/** The properties that are asked for each unit. Their values have no newlines. */
export const OWN_PROPERTIES: ReadonlyArray<string> = [
  ...["Id", "LoadState", "ActiveState", "UnitFileState", "FragmentPath", "DropInPaths", "NeedDaemonReload"],
  ...["WantedBy", "RequiredBy", "Requisite", "WatchdogUSec", "NotifyAccess", "MainPID", "Result", "ExecStart"],
]

const ownState = (state: UnitPath, expected: string | undefined): OwnUnit["own"] => {
  switch (state.kind) {
    case "ours":
      return expected === undefined || state.bytes.toString() === expected ? "current" : "old"
    case "link":
      return state.target === "/dev/null" ? "masked" : "foreign"
    case "other":
      return "foreign"
    default:
      return state.kind
  }
}

/** True also for a link to a file that does not exist: systemd looks only at the link's name. */
const isThere = (path: string) => lstatAt(path) !== undefined

/** The links that enable a unit, below a directory of units. */
const wanted = (name: string) =>
  allWantsLinks({ command: ["/"], systemd: 0 }).flatMap(([link, unit]) => (unit === name ? [link] : []))

/** The absolute paths in a command that name a program or a script which does not exist. */
const missingIn = (argv: ReadonlyArray<string>) =>
  argv.filter((word, index) => word.startsWith("/") && (index === 0 || /\.[cm]?js$/.test(word)) && !existsSync(word))

/** What `units install` of this program would write. */
const expectedTexts = (options: CatalogueOptions): ReadonlyMap<string, string> =>
  new Map(catalogue(options).map(unit => [unit.name, mark(render(unit))]))

/** The answers of systemd by which the units are judged. */
export interface UnitAnswers {
  /** {@link OWN_PROPERTIES} of each of {@link OWN_NAMES}. */
  readonly shown: ReadonlyArray<UnitProperties>
  /** The manager's search path for units. */
  readonly unitPath: string
  /** systemd's major version. */
  readonly systemd: number
}

/** Compares the files of i3pm's units with what systemd has loaded. */
export const unitFacts = (program: Program, notifySocket: string, { shown, systemd, unitPath }: UnitAnswers) =>
  Effect.gen(function* () {
    const { units: directory } = yield* UserDirs
    const runtimeDir = Option.getOrElse(yield* variable("XDG_RUNTIME_DIR"), () => "/run")
    const daemonLifetime = yield* installedLifetime(directory)
    const expected = expectedTexts({ command: program.command, notifySocket, systemd, daemonLifetime })
    const paths = pathsIn(unitPath)
    const system = systemDirectories(spelledHere(paths, directory)?.paths ?? paths, directory, runtimeDir)
    return yield* Effect.forEach(OWN_NAMES, name =>
      Effect.gen(function* () {
        const ownPath = `${directory}/${name}`
        const state = yield* Effect.option(readUnitPath(ownPath))
        const properties = shown.find(({ Id }) => Id === name) ?? {}
        const unit: OwnUnit = {
          name,
          properties,
          own: Option.match(state, { onNone: () => "unknown", onSome: found => ownState(found, expected.get(name)) }),
          ownPath,
          packaged: packagedFile(system, name),
          isEnabledForAll: system.some(path => wanted(name).some(link => isThere(`${path}/${link}`))),
          missingPrograms: detailsOf(properties).commands.flatMap(({ argv, path }) =>
            missingIn([path, ...argv.slice(1)]),
          ),
        }
        return unit
      }),
    )
  }).pipe(Effect.map(Either.right))
