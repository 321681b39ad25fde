/** The packages of distributions: what they install, and that each is made from the one description. */
import { execFileSync } from "node:child_process"
import * as fs from "node:fs"
import * as os from "node:os"
import * as path from "node:path"
import { assert, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import { afterAll, beforeAll } from "vitest"
import packageJson from "../../package.json" with { type: "json" }
import { catalogue } from "../../src/layers/systemd/units/catalogue.ts"
import { render } from "../../src/layers/systemd/units/UnitFile.ts"
import { describeWith, missing } from "../support/needs.ts"
import { inRepository } from "../support/nix.ts"
import { runAs } from "../support/Spawn.ts"
import { makeRuntimeDir, makeScratchDir, runsAsRoot, TEST_GID, TEST_UID } from "../support/TestUser.ts"
import { fileTree, type PackagedFile, textOf } from "./fileTree.ts"

const EPOCH = "1790000000"

const deb = `i3pm_${packageJson.version}-1_all.deb`
const tarball = `i3pm-${packageJson.version}.tgz`

/** Makes the packages of what is in `dist/`; without i3pm-node, which has to be downloaded. */
const makePackages = (directory: string, umask: string) =>
  execFileSync(
    "sh",
    [
      "-c",
      `umask ${umask}; exec "$0" "$@"`,
      process.execPath,
      "scripts/package.mjs",
      "--no-build",
      "--no-node",
      "--out",
      directory,
    ],
    {
      cwd: inRepository("."),
      env: { ...process.env, SOURCE_DATE_EPOCH: EPOCH, LC_ALL: "C" },
    },
  )

/** Where the packages are that are made once for all tests here. */
let packages = ""

beforeAll(() => {
  if (missing(["dpkg-deb"]).length > 0) return
  packages = fs.mkdtempSync(path.join(os.tmpdir(), "i3pm-packages-"))
  fs.chmodSync(packages, 0o755)
  makePackages(packages, "022")
})

afterAll(() => fs.rmSync(packages, { recursive: true, force: true }))

const unpack = (file: string, into: string) => {
  execFileSync("dpkg-deb", ["--extract", file, into])
  return fileTree(into)
}

const control = (file: string, field: string) =>
  execFileSync("dpkg-deb", ["--field", file, field], { encoding: "utf8" }).trim()

const pathsOf = (tree: ReadonlyArray<PackagedFile>) => tree.map(each => each.path)

/** What only one of the formats has, by the rules of its distribution. */
const own =
  /^usr\/share\/(?:lintian|licenses)\/|^usr\/share\/zsh\/|^usr\/share\/doc\/i3pm\/(?:copyright|changelog.*|CHANGELOG.md)$/

const common = (tree: ReadonlyArray<PackagedFile>) => tree.filter(each => !own.test(each.path))

describeWith(["dpkg-deb"], "the Debian package", () => {
  it.scopedLive("is the same to the byte for the same date, whatever the umask is, and so is the npm package", () =>
    Effect.gen(function* () {
      const other = yield* makeScratchDir
      makePackages(other, "077")
      for (const file of [deb, tarball, "PKGBUILD", "i3pm.spec"]) {
        assert.isTrue(fs.readFileSync(path.join(packages, file)).equals(fs.readFileSync(path.join(other, file))), file)
      }
    }),
  )

  it("needs a Node that is new enough, or i3pm-node, and nothing else", () => {
    const file = path.join(packages, deb)
    assert.strictEqual(control(file, "Depends"), "nodejs (>= 20.18) | i3pm-node")
    assert.strictEqual(control(file, "Architecture"), "all")
  })

  it.scopedLive("has the program, the units as i3pm prints them, pages, completions and examples", () =>
    Effect.gen(function* () {
      const tree = unpack(path.join(packages, deb), yield* makeScratchDir)
      const modes = new Map(tree.map(({ mode, path }) => [path, mode]))
      for (const program of ["usr/bin/i3pm", "usr/lib/systemd/user-generators/i3pm-session-target"]) {
        assert.strictEqual(modes.get(program), 0o755, program)
        modes.delete(program)
      }
      assert.deepStrictEqual([...new Set(modes.values())], [0o644])
      assert.includeMembers(pathsOf(tree), [
        "usr/lib/i3pm/main.cjs",
        "usr/share/man/man1/i3pm.1.gz",
        "usr/share/man/man5/i3pm-config.5.gz",
        "usr/share/bash-completion/completions/i3pm",
        "usr/share/zsh/vendor-completions/_i3pm",
        "usr/share/fish/vendor_completions.d/i3pm.fish",
        "usr/share/doc/i3pm/copyright",
        "usr/share/doc/i3pm/README.md",
        "usr/share/doc/i3pm/docs/snippets/waybar.jsonc",
        "usr/share/doc/i3pm/examples/sway-session.conf",
      ])
      for (const unit of catalogue({ command: ["/usr/bin/i3pm"], systemd: Number.POSITIVE_INFINITY })) {
        // sway-systemd has a target of this name in the folder of the others.
        const folder = unit.name === "sway-session.target" ? "usr/lib/i3pm" : "usr/lib/systemd/user"
        assert.strictEqual(textOf(tree, `${folder}/${unit.name}`), render(unit))
      }
      assert.notInclude(pathsOf(tree), "usr/lib/systemd/user/sway-session.target")
    }),
  )

  it.scopedLive(
    "has a preset that names each unit with an [Install] section, and its scripts know those that it enables",
    () =>
      Effect.gen(function* () {
        const file = path.join(packages, deb)
        const tree = unpack(file, yield* makeScratchDir)
        const preset = textOf(tree, "usr/lib/systemd/user-preset/80-i3pm.preset").trim().split("\n")
        const installable = pathsOf(tree).filter(
          each => each.startsWith("usr/lib/systemd/user/") && textOf(tree, each).includes("[Install]"),
        )
        assert.sameMembers(
          preset.map(line => line.replace(/^(?:enable|disable) /, "")),
          installable.map(each => path.basename(each)),
        )
        const enabled = preset.flatMap(line => (line.startsWith("enable ") ? [line.slice("enable ".length)] : []))
        for (const script of ["postinst", "prerm", "postrm"]) {
          const text = execFileSync("dpkg-deb", ["--info", file, script], { encoding: "utf8" })
          assert.include(text, enabled.join(" "), script)
          execFileSync("sh", ["-n"], { input: text })
        }
      }),
  )

  it.scopedLive("has each page that npm packs, where the links between them lead to", () =>
    Effect.gen(function* () {
      const paths = pathsOf(unpack(path.join(packages, deb), yield* makeScratchDir))
      const packed = execFileSync("tar", ["-tzf", path.join(packages, tarball)], { encoding: "utf8" }).trim()
      const pages = packed.split("\n").flatMap(each => {
        const page = each.replace(/^package\//, "")
        return /^(?:docs\/|bench\/|README|SECURITY)/.test(page) ? [`usr/share/doc/i3pm/${page}`] : []
      })
      assert.isAbove(pages.length, 10)
      assert.includeMembers(paths, pages)
    }),
  )
})

describeWith(["dpkg-deb", "lintian"], "lintian", () => {
  it.scopedLive("finds no error and no warning without a written reason", () =>
    Effect.gen(function* () {
      const said = yield* runAs("lintian", ["--fail-on", "error,warning", path.join(packages, deb)], {
        runtimeDir: yield* makeRuntimeDir,
      })
      assert.deepStrictEqual([said.stdout, said.code], ["", 0])
    }),
  )
})

describeWith(["dpkg-deb", "bash"], "the PKGBUILD", () => {
  it.scopedLive("installs what the Debian package has", () =>
    Effect.gen(function* () {
      const work = yield* makeScratchDir
      const [src, pkg] = [path.join(work, "src"), path.join(work, "pkg")]
      for (const each of [src, pkg]) fs.mkdirSync(each)
      execFileSync("tar", ["-xzf", path.join(packages, tarball), "-C", src])
      const script = 'set -eu; . "$0"; cd "$srcdir"; package; printf "%s\\n" "$pkgver" "$depends"'
      const said = execFileSync("bash", ["-c", script, path.join(packages, "PKGBUILD")], {
        env: { ...process.env, srcdir: src, pkgdir: pkg },
        encoding: "utf8",
      })
      assert.strictEqual(said, `${packageJson.version}\nnodejs>=20.18\n`)
      const theirs = fileTree(pkg)
      assert.deepStrictEqual(common(theirs), common(unpack(path.join(packages, deb), path.join(work, "deb"))))
      assert.includeMembers(pathsOf(theirs), ["usr/share/zsh/site-functions/_i3pm", "usr/share/licenses/i3pm/LICENSE"])
    }),
  )
})

describeWith(["dpkg-deb", "makepkg", "pacman", "bsdtar"], "makepkg", () => {
  it.scopedLive("makes a package of it", () =>
    Effect.gen(function* () {
      const work = yield* makeScratchDir
      for (const file of ["PKGBUILD", tarball]) {
        fs.copyFileSync(path.join(packages, file), path.join(work, file))
      }
      if (runsAsRoot)
        for (const each of ["", "PKGBUILD", tarball]) fs.chownSync(path.join(work, each), TEST_UID, TEST_GID)
      // Debian has no database of Arch's packages.
      const made = yield* runAs("makepkg", ["--nodeps", "--nocheck"], {
        runtimeDir: yield* makeRuntimeDir,
        cwd: work,
        env: { PKGEXT: ".pkg.tar", PACKAGER: "i3pm <i3pm@localhost>", SOURCE_DATE_EPOCH: EPOCH },
      })
      assert.strictEqual(made.code, 0, made.stderr)
      const root = path.join(work, "unpacked")
      fs.mkdirSync(root)
      execFileSync("tar", ["-xf", path.join(work, `i3pm-${packageJson.version}-1-any.pkg.tar`), "-C", root, "usr"])
      assert.deepStrictEqual(common(fileTree(root)), common(unpack(path.join(packages, deb), path.join(work, "deb"))))
    }),
  )
})

describeWith(["dpkg-deb", "rpmbuild"], "the RPM spec", () => {
  it.scopedLive("makes a package of it, which enables the units as its distribution does", () =>
    Effect.gen(function* () {
      const work = yield* makeScratchDir
      // Fedora's systemd-rpm-macros, which Debian does not have.
      const macros = ["post", "preun", "postun"].flatMap(each => ["--define", `systemd_user_${each}() : ${each} %*`])
      const options = ["--nodeps", "--define", `_sourcedir ${packages}`, "--define", `_topdir ${work}/rpm`, ...macros]
      execFileSync("rpmbuild", ["-bb", "--quiet", ...options, path.join(packages, "i3pm.spec")], { stdio: "pipe" })
      const file = path.join(work, `rpm/RPMS/noarch/i3pm-${packageJson.version}-1.noarch.rpm`)
      const query = (...args: ReadonlyArray<string>) =>
        execFileSync("rpm", ["-qp", ...args, file], { encoding: "utf8" })
      assert.include(query("--requires"), "nodejs >= 20.18")
      assert.match(
        query("--scripts"),
        /: post i3-project-daemon\.service sway-socket-cleanup\.timer i3pm-relay\.socket/,
      )
      assert.include(query("--scripts"), "still bound to sway-session.target")
      const root = path.join(work, "unpacked")
      fs.mkdirSync(root)
      execFileSync("rpm2archive", [file])
      execFileSync("tar", ["-xzf", `${file}.tgz`, "-C", root])
      assert.deepStrictEqual(common(fileTree(root)), common(unpack(path.join(packages, deb), path.join(work, "deb"))))
    }),
  )
})
