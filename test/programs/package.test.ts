/** What `npm pack` makes of this repository, and that it works where it is installed. */
import * as fs from "node:fs"
import * as path from "node:path"
import { fileURLToPath } from "node:url"
import { assert, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import packageJson from "../../package.json" with { type: "json" }
import { tree } from "../../src/programs/cli/catalogue/root.ts"
import { helpOf } from "../../src/programs/cli/usage/help.ts"
import { describeWith } from "../support/needs.ts"
import { runAs, spawnAs } from "../support/Spawn.ts"
import { makeRuntimeDir, makeScratchDir } from "../support/TestUser.ts"

const repository = fileURLToPath(new URL("../..", import.meta.url))

/** As the test run's own uid: the test uid can not read a checkout below `/root`. It asks nobody outside. */
const npm = (args: ReadonlyArray<string>) =>
  Effect.scoped(
    Effect.gen(function* () {
      const result = yield* runAs("npm", [...args, "--offline", "--ignore-scripts", "--no-update-notifier"], {
        runtimeDir: yield* makeRuntimeDir,
        cwd: repository,
        asRoot: true,
      })
      assert.strictEqual(result.code, 0, result.stderr)
      return result.stdout
    }),
  )

const filesBelow = (name: string) => {
  const directory = path.join(repository, name)
  if (!fs.existsSync(directory)) return []
  const entries = fs.readdirSync(directory, { recursive: true, withFileTypes: true })
  return entries
    .filter(entry => entry.isFile())
    .map(({ name, parentPath }) => path.relative(repository, path.join(parentPath, name)))
}

/** Every file of the package. */
const contents = [
  "CHANGELOG.md",
  "LICENSE",
  "README.md",
  "SECURITY.md",
  "bench/README.md",
  "dist/ask.cjs",
  "dist/begin.cjs",
  "dist/binding.cjs",
  "dist/cleanup.cjs",
  "dist/cli.cjs",
  "dist/completions/_i3pm",
  "dist/completions/i3pm.bash",
  "dist/completions/i3pm.fish",
  "dist/connection.cjs",
  "dist/daemon.cjs",
  "dist/help.cjs",
  "dist/main.cjs",
  "dist/man/i3pm-config.5",
  "dist/man/i3pm.1",
  "dist/probe.cjs",
  "dist/relay.cjs",
  "dist/session.cjs",
  "dist/sweep.cjs",
  "dist/systemd/i3-project-daemon.service",
  "dist/systemd/i3pm-relay.service",
  "dist/systemd/i3pm-relay.socket",
  "dist/systemd/i3pm-relay@.socket",
  "dist/systemd/sway-session.target",
  "dist/systemd/sway-socket-cleanup.service",
  "dist/systemd/sway-socket-cleanup.timer",
  "dist/telemetry.cjs",
  "dist/third-party.txt",
  "dist/toml.cjs",
  "dist/units.cjs",
  "dist/units.json",
  "dist/wire.cjs",
  "docs/indicator.png",
  "docs/library.md",
  "docs/live-view.png",
  "docs/monitoring.md",
  "docs/nix-migration.md",
  "docs/nix-options.md",
  "docs/relay.md",
  "package.json",
  "packaging/examples/sway-session.conf",
  "packaging/files.mjs",
  "packaging/i3pm.sh",
  "packaging/session-target.sh",
  "packaging/stage.mjs",
]

/** Installs the package from its tarball; succeeds with the prefix. */
const install = Effect.gen(function* () {
  const directory = yield* makeScratchDir
  const prefix = path.join(directory, "prefix")
  const tarball = (yield* npm(["pack", "--pack-destination", directory])).trim().split("\n").at(-1) ?? ""
  yield* npm(["install", "--global", "--prefix", prefix, path.join(directory, tarball)])
  return prefix
})

/** The paths that `npm pack` puts into the tarball. */
const packed = Effect.map(npm(["pack", "--dry-run", "--json"]), text => {
  const [{ files }]: [{ files: Array<{ path: string }> }] = JSON.parse(text)
  // The library is built when a package is made; `test/desktop/library.test.ts` tries it.
  return files.map(file => file.path).filter(file => !file.startsWith("dist/lib/"))
})

/** Where the links and pictures of a page of the package point to, but for those to other sites and to its own headings. */
const relativeLinks = (page: string): ReadonlyArray<string> => {
  const targets = [...fs.readFileSync(path.join(repository, page), "utf8").matchAll(/\]\(([^)\s]+)\)/g)]
  return targets
    .map(([, target = ""]) => target.replace(/#.*/, ""))
    .filter(target => target !== "" && !/^[a-z]+:/.test(target))
    .map(target => path.join(path.dirname(page), target))
}

describeWith(["npm", "node", "setpriv"], "the npm package", () => {
  it.live("holds what is needed and nothing else", () =>
    Effect.gen(function* () {
      assert.deepStrictEqual(
        (yield* packed).toSorted(),
        [
          ...contents,
          ...filesBelow("docs/api"),
          ...filesBelow("docs/monitoring"),
          ...filesBelow("docs/snippets"),
          ...filesBelow("examples"),
        ].toSorted(),
      )
    }),
  )

  it.live("has no page with a link to what it does not hold", () =>
    Effect.gen(function* () {
      const files = yield* packed
      const pages = files.filter(file => file.endsWith(".md"))
      const links = pages.flatMap(page => relativeLinks(page).map(target => `${page}: ${target}`))
      assert.includeMembers(links, ["README.md: docs/monitoring.md", "docs/nix-options.md: docs/nix-migration.md"])
      const isHeld = (target: string) => files.some(file => file === target || file.startsWith(`${target}/`))
      assert.deepStrictEqual(
        links.filter(link => !isHeld(link.split(": ")[1] ?? "")),
        [],
      )
    }),
  )

  it("needs nothing beside Node at run time", () => {
    for (const kind of ["dependencies", "optionalDependencies", "bundleDependencies"]) {
      assert.notProperty(packageJson, kind)
    }
    // Only the library has them, and not all of it.
    const { peerDependencies, peerDependenciesMeta } = packageJson
    assert.sameMembers(Object.keys(peerDependencies), Object.keys(peerDependenciesMeta))
    for (const { optional } of Object.values(peerDependenciesMeta)) assert.isTrue(optional)
  })

  it.scopedLive("works where it is installed with scripts disabled and without a network", () =>
    Effect.gen(function* () {
      const prefix = yield* install
      const runtimeDir = yield* makeRuntimeDir
      const command = path.join(prefix, "bin/i3pm")
      const i3pm = (...args: ReadonlyArray<string>) => runAs(command, args, { runtimeDir })

      assert.deepInclude(yield* i3pm("--version"), { stdout: `${packageJson.version}\n`, stderr: "", code: 0 })
      const help = helpOf(tree, { bold: false, width: 80 })
      assert.deepInclude(yield* i3pm("--help"), { stdout: help, stderr: "", code: 0 })

      const compositor = yield* spawnAs(command, ["simulate"], { runtimeDir })
      const socket = yield* compositor.stdout.lines.take
      const sockets = yield* i3pm("diagnose", "sockets")
      assert.strictEqual(sockets.code, 0, sockets.stderr)
      assert.strictEqual(JSON.parse(sockets.stdout).chosen, socket)
      yield* compositor.kill("SIGTERM")
      assert.strictEqual((yield* compositor.exited).code, 0)
    }),
  )
})

describeWith(["npm", "node", "man", "setpriv"], "its manual pages", () => {
  it.scopedLive("are found by man where it is installed", () =>
    Effect.gen(function* () {
      const prefix = yield* install
      const runtimeDir = yield* makeRuntimeDir
      for (const name of ["i3pm", "i3pm-config"]) {
        const found = yield* runAs("man", ["-M", path.join(prefix, "share/man"), name], {
          runtimeDir,
          env: { MANPAGER: "cat" },
        })
        assert.deepStrictEqual([found.stderr, found.code], ["", 0])
        assert.include(found.stdout, `${name} - `)
      }
    }),
  )
})
