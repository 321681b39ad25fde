import * as child from "node:child_process"
import * as fs from "node:fs"
import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { layer, SessionBinding } from "../../../../src/layers/session/binding/SessionBinding.ts"
import { WriteLock } from "../../../../src/layers/system/WriteLock.ts"
import { runsAsRoot, TEST_UID } from "../../../support/TestUser.ts"
import { commandStarts } from "../../../support/wording.ts"
import { makeFakeUnits, treeOf } from "../../support/fakeUnits.ts"

const G = "graphical-session.target"
const S = "sway-session.target"
const text = `[Unit]\nDescription=\xe4\xff\nPartOf=${G}\nAfter=${G}\n\n[Service]\nExecStart=/bin/a\n\n[Install]\nWantedBy=${G}\n`
const bytes = Buffer.from(text, "latin1")
const moved = text.replaceAll(G, S).replace(`\n\n[Service]`, `\nRequisite=${S}\n\n[Service]`)

type Fake = Effect.Effect.Success<typeof makeFakeUnits>

const setUp = Effect.tap(makeFakeUnits, fake => Effect.sync(() => fake.write(`${fake.usr}/${S}`, "[Unit]\n")))

const use = <A, E>(fake: Fake, run: (binding: SessionBinding["Type"]) => Effect.Effect<A, E>) =>
  Effect.flatMap(SessionBinding, run).pipe(Effect.provide(Layer.provide(layer, fake.layer)))

const bind = (fake: Fake, ...units: ReadonlyArray<string>) =>
  use(fake, binding => binding.bind(units, { dryRun: false }))
/** Without what was done instead, which is more than a test runner can print. */
const refused = (fake: Fake, ...units: ReadonlyArray<string>) => Effect.flip(Effect.asVoid(bind(fake, ...units)))
const unbind = (fake: Fake, ...units: ReadonlyArray<string>) => use(fake, binding => binding.unbind(units))
const read = (path: string) => fs.readFileSync(path, "latin1")
const recordOf = ({ dirs }: Fake, unit: string) => `${dirs.state}/i3pm/bound/${unit}.json`

/** Each gives the unit's name and what has to be so once it is bound. */
const arrangements: ReadonlyArray<readonly [string, (fake: Fake) => { unit: string; check: () => void }]> = [
  [
    "a file in the user's directory, wanted through a link there",
    ({ dirs: { units }, link, write }) => {
      write(`${units}/a.service`, bytes, 0o600)
      link(`${units}/${G}.wants/a.service`, `${units}/a.service`)
      const check = () => {
        assert.strictEqual(read(`${units}/a.service`), moved)
        assert.strictEqual(fs.statSync(`${units}/a.service`).mode & 0o7777, 0o600)
        assert.isEmpty(fs.readdirSync(`${units}/${G}.wants`))
        assert.strictEqual(fs.readlinkSync(`${units}/${S}.wants/a.service`), `${units}/a.service`)
      }
      return { unit: "a", check }
    },
  ],
  [
    "a link in the user's directory",
    ({ dirs: { units }, link, root, write }) => {
      write(`${root}/store/a.service`, bytes, 0o444)
      link(`${units}/a.service`, `${root}/store/a.service`)
      const check = () => {
        assert.isTrue(fs.lstatSync(`${units}/a.service`).isFile())
        assert.strictEqual(read(`${units}/a.service`), moved)
        assert.strictEqual(read(`${root}/store/a.service`), text)
      }
      return { unit: "a.service", check }
    },
  ],
  [
    "a file elsewhere, wanted and required through links elsewhere",
    ({ dirs: { units }, etc, link, usr, write }) => {
      write(`${usr}/a.service`, bytes)
      link(`${usr}/${G}.wants/a.service`, "../a.service")
      link(`${etc}/${G}.requires/a.service`, `${usr}/a.service`)
      const check = () => {
        assert.strictEqual(read(`${units}/a.service`), moved)
        assert.strictEqual(read(`${usr}/a.service`), text)
        for (const kind of ["wants", "requires"]) {
          assert.strictEqual(fs.readlinkSync(`${units}/${G}.${kind}/a.service`), "/dev/null")
        }
      }
      return { unit: "a.service", check }
    },
  ],
  [
    "drop-ins of its own, of others, and of all services",
    ({ dirs: { units }, usr, write }) => {
      const dropIn = `[Unit]\nBindsTo=${G}\nAfter=${G} b.service\n`
      write(`${units}/a.service`, "[Service]\nExecStart=/bin/a\n")
      write(`${units}/a.service.d/own.conf`, dropIn)
      write(`${units}/a.service.d/other.conf`, "[Service]\nEnvironment=A=B\n")
      write(`${usr}/a.service.d/usr.conf`, dropIn)
      write(`${usr}/service.d/type.conf`, dropIn)
      const check = () => {
        for (const name of ["own", "usr", "type"]) {
          assert.strictEqual(read(`${units}/a.service.d/${name}.conf`), `[Unit]\nAfter=${S} b.service\n`)
        }
        assert.strictEqual(read(`${usr}/service.d/type.conf`), dropIn)
        assert.strictEqual(read(`${units}/a.service.d/other.conf`), "[Service]\nEnvironment=A=B\n")
      }
      return { unit: "a.service", check }
    },
  ],
  [
    "an instance of a template",
    ({ dirs: { units }, link, usr, write }) => {
      write(`${units}/a@.service`, bytes)
      write(`${usr}/a@.service.d/x.conf`, `[Unit]\nWants=${G}\n`)
      link(`${units}/${G}.wants/a@one.service`, `${units}/a@.service`)
      const check = () => {
        assert.strictEqual(read(`${units}/a@.service`), text, "other instances stay where they are")
        assert.strictEqual(read(`${units}/a@one.service`), moved)
        assert.strictEqual(read(`${units}/a@one.service.d/x.conf`), "[Unit]\n")
        assert.strictEqual(fs.readlinkSync(`${units}/${S}.wants/a@one.service`), `${units}/a@one.service`)
      }
      return { unit: "a@one.service", check }
    },
  ],
  [
    "nothing to do with the target",
    ({ dirs: { units }, usr, write }) => {
      write(`${usr}/a.service`, "[Service]\nExecStart=/bin/a\n")
      const check = () => {
        // Later versions of the package's file have an effect.
        assert.isFalse(fs.existsSync(`${units}/a.service`))
        assert.strictEqual(
          read(`${units}/a.service.d/50-i3pm-session.conf`),
          `[Unit]\nPartOf=${S}\nRequisite=${S}\nAfter=${S}\n`,
        )
        assert.strictEqual(fs.readlinkSync(`${units}/${S}.wants/a.service`), `${usr}/a.service`)
      }
      return { unit: "a.service", check }
    },
  ],
  [
    "the right lines already, and only no link",
    ({ dirs: { units }, usr, write }) => {
      write(`${usr}/a.service`, `[Unit]\nPartOf=${S}\nRequisite=${S}\nAfter=${S}\n[Install]\nWantedBy=${S}\n`)
      const check = () => {
        assert.isFalse(fs.existsSync(`${units}/a.service`))
        assert.strictEqual(fs.readlinkSync(`${units}/${S}.wants/a.service`), `${usr}/a.service`)
      }
      return { unit: "a.service", check }
    },
  ],
]

describe("a unit with", () => {
  for (const [title, arrange] of arrangements) {
    it.scoped(`${title}: is bound, is not bound again, and is unbound to the byte`, () =>
      Effect.gen(function* () {
        const fake = yield* setUp
        const { check, unit } = arrange(fake)
        const before = treeOf(fake.root)

        const [planned] = yield* use(fake, binding => binding.bind([unit], { dryRun: true }))
        assert.strictEqual(planned?.status, "planned")
        assert.deepStrictEqual(treeOf(fake.root), before)
        assert.isFalse(fs.existsSync(fake.dirs.state))
        assert.strictEqual(fake.reloads(), 0)

        const [bound] = yield* bind(fake, unit)
        assert.deepStrictEqual({ ...bound, status: "planned" }, planned)
        assert.strictEqual(bound?.status, "bound")
        check()
        assert.strictEqual(fake.reloads(), 1)
        const after = treeOf(fake.root)

        const [again] = yield* bind(fake, unit)
        assert.deepInclude(again, { status: "unchanged", changes: [] })
        assert.deepStrictEqual(treeOf(fake.root), after)
        assert.strictEqual(fake.reloads(), 1)

        assert.deepStrictEqual(yield* unbind(fake, unit), [bound?.unit ?? ""])
        assert.deepStrictEqual(treeOf(fake.root), before)
        assert.strictEqual(fake.reloads(), 2)
        assert.isFalse(fs.existsSync(`${fake.dirs.state}/i3pm/bound`))
      }),
    )
  }
})

describe("several units of which one is refused", () => {
  it.scoped("are left as they were if one cannot be bound or unbound, and the error names them", () =>
    Effect.gen(function* () {
      const fake = yield* makeFakeUnits
      fake.write(`${fake.usr}/a.service`, bytes)
      fake.link(`${fake.dirs.units}/b.service`, "/dev/null")
      const before = treeOf(fake.root)
      const refused = yield* Effect.flip(bind(fake, "a", "b"))
      assert.include(refused.message, "b.service is masked")
      assert.include(refused.message, "; nothing was changed: a is not bound either")
      assert.deepStrictEqual(treeOf(fake.root), before)
      const unknown = yield* Effect.flip(unbind(fake, "a", "b"))
      assert.match(unknown.message, /; nothing was changed: b is not unbound either$/)
      assert.notInclude((yield* Effect.flip(bind(fake, "b"))).message, "nothing was changed")
    }),
  )
})

const refusals: ReadonlyArray<readonly [string, string, (fake: Fake) => void, object]> = [
  ["is not there", "a", () => {}, { reason: "NoSuchUnit", unit: "a.service" }],
  [
    "is masked",
    "a",
    ({ dirs, link }) => link(`${dirs.units}/a.service`, "/dev/null"),
    { reason: "Masked", unit: "a.service" },
  ],
  ["is a template", "a@.service", () => {}, { reason: "Template", unit: "a@.service" }],
  ["is a path", "/usr/a.service", () => {}, { reason: "InvalidName", unit: "/usr/a.service" }],
  ["has no name", "", () => {}, { reason: "InvalidName" }],
  ["is the target", S, () => {}, { reason: "InvalidName", unit: S }],
  [
    "comes from a generator",
    "a",
    ({ overrides, usr, write }) => {
      write(`${usr}/a.service`, bytes)
      const FragmentPath = "/run/user/1/systemd/generator.late/a.service"
      overrides["a.service"] = { FragmentPath, SourcePath: "/etc/xdg/autostart/a.desktop" }
    },
    { reason: "Generated", path: "/etc/xdg/autostart/a.desktop" },
  ],
  [
    "is transient",
    "a",
    ({ overrides, usr, write }) => {
      write(`${usr}/a.service`, bytes)
      overrides["a.service"] = { Transient: "yes" }
    },
    { reason: "Generated", unit: "a.service" },
  ],
  [
    "cannot be loaded",
    "a",
    ({ overrides, usr, write }) => {
      write(`${usr}/a.service`, bytes)
      overrides["a.service"] = { LoadState: "bad-setting" }
    },
    { reason: "Broken" },
  ],
  [
    "has no file",
    "a",
    ({ overrides }) => {
      overrides["a.service"] = { LoadState: "loaded" }
    },
    { reason: "NoFile" },
  ],
  [
    "has a newer file than the manager knows",
    "a",
    ({ dirs, overrides, usr, write }) => {
      write(`${usr}/a.service`, bytes)
      write(`${dirs.units}/a.service`, bytes)
      overrides["a.service"] = { FragmentPath: `${usr}/a.service` }
    },
    { reason: "Outdated" },
  ],
  [
    "would need a directory where a file is",
    "a",
    ({ dirs, usr, write }) => {
      write(`${usr}/a.service`, bytes)
      write(`${dirs.units}/${S}.wants`, "")
    },
    { _tag: "PathError", reason: "NotADirectory" },
  ],
]

describe("bind changes nothing for any unit when one", () => {
  for (const [title, unit, arrange, expected] of refusals) {
    it.scoped(title, () =>
      Effect.gen(function* () {
        const fake = yield* setUp
        fake.write(`${fake.dirs.units}/good.service`, bytes)
        arrange(fake)
        const before = treeOf(fake.root)
        const error = yield* refused(fake, "good", unit)
        assert.deepInclude(error, expected)
        assert.deepStrictEqual(treeOf(fake.root), before)
        assert.isFalse(fs.existsSync(fake.dirs.state))
        assert.strictEqual(fake.reloads(), 0)
      }),
    )
  }

  it.scoped("and without a manager", () =>
    Effect.gen(function* () {
      const fake = yield* setUp
      fake.write(`${fake.dirs.units}/a.service`, bytes)
      fake.stop()
      const before = treeOf(fake.root)
      for (const attempt of [Effect.asVoid(bind(fake, "a")), Effect.asVoid(unbind(fake, "a"))]) {
        assert.deepInclude(yield* Effect.flip(attempt), { reason: "NotRunning", message: "no manager" })
      }
      assert.deepStrictEqual(treeOf(fake.root), before)
    }),
  )
})

describe("several units", () => {
  it.scoped("share the directories that are made: the last one unbound removes them", () =>
    Effect.gen(function* () {
      const fake = yield* setUp
      for (const name of ["a", "b", "c"]) {
        fake.write(`${fake.usr}/${name}.service`, bytes)
        fake.link(`${fake.usr}/${G}.wants/${name}.service`, `../${name}.service`)
      }
      const before = treeOf(fake.root)
      yield* bind(fake, "a", "b")
      yield* bind(fake, "c")
      const records = fs.readdirSync(`${fake.dirs.state}/i3pm/bound`)
      assert.sameMembers(records, ["a.service.json", "b.service.json", "c.service.json"])
      yield* unbind(fake, "a")
      assert.isTrue(fs.existsSync(`${fake.dirs.units}/${S}.wants/b.service`))
      yield* unbind(fake, "b", "c.service")
      assert.deepStrictEqual(treeOf(fake.root), before)
    }),
  )

  it.scoped("are one where a name is another one's alias", () =>
    Effect.gen(function* () {
      const fake = yield* setUp
      fake.write(`${fake.dirs.units}/a.service`, bytes)
      fake.link(`${fake.dirs.units}/${G}.wants/b.service`, `${fake.dirs.units}/a.service`)
      fake.link(`${fake.dirs.units}/b.service`, "a.service")
      const a = { Id: "a.service", Names: "a.service b.service", FragmentPath: `${fake.dirs.units}/a.service` }
      fake.overrides["b.service"] = a
      fake.overrides["a.service"] = a
      const before = treeOf(fake.root)
      const bindings = yield* bind(fake, "b", "a")
      assert.deepStrictEqual(
        bindings.map(({ unit }) => unit),
        ["a.service"],
      )
      assert.include(bindings[0]?.warnings.join(), "b.service is another name of a.service")
      assert.isEmpty(fs.readdirSync(`${fake.dirs.units}/${G}.wants`))
      assert.deepStrictEqual(yield* unbind(fake, "b"), ["a.service"])
      assert.deepStrictEqual(treeOf(fake.root), before)
    }),
  )
})

describe("unbind", () => {
  const bound = Effect.tap(setUp, fake => {
    fake.write(`${fake.dirs.units}/a.service`, bytes)
    fake.write(`${fake.dirs.units}/b.service`, bytes)
    fake.link(`${fake.dirs.units}/${G}.wants/a.service`, `${fake.dirs.units}/a.service`)
    return bind(fake, "a", "b")
  })

  const edits: ReadonlyArray<readonly [string, string, (fake: Fake, path: string) => void]> = [
    ["a file has other bytes", "a.service", ({ write }, path) => write(path, `${moved}#\n`)],
    ["a file has another mode", "a.service", (_, path) => fs.chmodSync(path, 0o600)],
    [
      "a file became a link",
      "a.service",
      ({ root, write }, path) => {
        write(`${root}/x`, moved)
        fs.unlinkSync(path)
        fs.symlinkSync(`${root}/x`, path)
      },
    ],
    [
      "a link leads elsewhere",
      `${S}.wants/a.service`,
      ({ link }, path) => {
        fs.unlinkSync(path)
        link(path, "/dev/null")
      },
    ],
    ["a removed link is another one", `${G}.wants/a.service`, ({ link }, path) => link(path, "/dev/null")],
  ]
  for (const [title, below, edit] of edits) {
    it.scoped(`changes nothing for any unit when ${title}`, () =>
      Effect.gen(function* () {
        const fake = yield* bound
        const path = `${fake.dirs.units}/${below}`
        edit(fake, path)
        const before = treeOf(fake.root)
        const error = yield* Effect.flip(unbind(fake, "b", "a"))
        assert.deepInclude(error, { _tag: "SessionBindingError", reason: "Edited", unit: "a.service", path })
        assert.include(error.message, path)
        assert.deepStrictEqual(treeOf(fake.root), before)
        assert.isTrue(fs.existsSync(recordOf(fake, "a.service")))

        fs.renameSync(path, `${path}.mine`)
        yield* unbind(fake, "b", "a")
        assert.strictEqual(read(`${fake.dirs.units}/a.service`), text)
      }),
    )
  }

  it.scoped("keeps a link that systemctl enable has made since, and binding again takes it away", () =>
    Effect.gen(function* () {
      const fake = yield* setUp
      const { dirs, link, usr, write } = fake
      const [own, other] = [`${dirs.units}/${G}.wants/a.service`, `${dirs.units}/${G}.requires/a.service`]
      write(`${usr}/a.service`, "[Service]\nExecStart=/bin/a\n")
      link(`${usr}/${G}.wants/a.service`, "../a.service")
      link(other, "../a.service")
      const enable = () => {
        fs.rmSync(own, { force: true })
        for (const path of [own, other]) link(path, `${usr}/a.service`)
      }
      yield* bind(fake, "a")
      assert.strictEqual(fs.readlinkSync(own), "/dev/null")

      enable()
      yield* bind(fake, "a")
      assert.deepStrictEqual([fs.readlinkSync(own), fs.existsSync(other)], ["/dev/null", false])
      enable()
      yield* unbind(fake, "a")
      for (const path of [own, other]) assert.strictEqual(fs.readlinkSync(path), `${usr}/a.service`)
      assert.isFalse(fs.existsSync(`${dirs.units}/a.service.d`))
      assert.isFalse(fs.existsSync(recordOf(fake, "a.service")))
    }),
  )

  it.scoped("keeps a directory in which somebody has put something", () =>
    Effect.gen(function* () {
      const fake = yield* bound
      fake.link(`${fake.dirs.units}/${S}.wants/mine.service`, "/mine.service")
      yield* unbind(fake, "a", "b")
      assert.deepStrictEqual(fs.readdirSync(`${fake.dirs.units}/${S}.wants`), ["mine.service"])
    }),
  )

  it.scoped("says when there is nothing to undo", () =>
    Effect.gen(function* () {
      const fake = yield* bound
      fake.write(`${fake.dirs.units}/c.service`, bytes)
      assert.deepInclude(yield* Effect.flip(unbind(fake, "a", "c")), { reason: "NotBound", unit: "c.service" })
      assert.strictEqual(read(`${fake.dirs.units}/a.service`), moved)
    }),
  )

  it.scoped("says when the record is not valid", () =>
    Effect.gen(function* () {
      const fake = yield* bound
      const path = recordOf(fake, "a.service")
      fs.writeFileSync(path, "{}")
      assert.deepInclude(yield* Effect.flip(unbind(fake, "a")), { reason: "BadRecord", unit: "a.service", path })
    }),
  )

  it.scoped("keeps records that only the user can read", () =>
    Effect.gen(function* () {
      const { dirs } = yield* bound
      assert.strictEqual(fs.statSync(`${dirs.state}/i3pm/bound`).mode & 0o777, 0o700)
      assert.strictEqual(fs.statSync(`${dirs.state}/i3pm/bound/a.service.json`).mode & 0o777, 0o600)
    }),
  )
})

describe("a bind that ended half-way", () => {
  /** The record says all, but only the first changes were made. */
  const interrupted = Effect.gen(function* () {
    const fake = yield* setUp
    fake.write(`${fake.dirs.units}/a.service`, bytes)
    fake.link(`${fake.dirs.units}/${G}.wants/a.service`, `${fake.dirs.units}/a.service`)
    const before = treeOf(fake.root)
    yield* bind(fake, "a")
    const after = treeOf(fake.root)
    fs.unlinkSync(`${fake.dirs.units}/${S}.wants/a.service`)
    fs.rmdirSync(`${fake.dirs.units}/${S}.wants`)
    fs.symlinkSync(`${fake.dirs.units}/a.service`, `${fake.dirs.units}/${G}.wants/a.service`)
    return { fake, before, after }
  })

  it.scoped("is rolled back by unbind", () =>
    Effect.gen(function* () {
      const { before, fake } = yield* interrupted
      yield* unbind(fake, "a")
      assert.deepStrictEqual(treeOf(fake.root), before)
    }),
  )

  it.scoped("is made whole by the next bind, and can be undone", () =>
    Effect.gen(function* () {
      const { after, before, fake } = yield* interrupted
      yield* bind(fake, "a")
      assert.deepStrictEqual(
        treeOf(fake.root).map(([name, mode, content]) => [name, mode, content]),
        after.map(([name, mode, content]) => [name, mode, content]),
      )
      yield* unbind(fake, "a")
      assert.deepStrictEqual(treeOf(fake.root), before)
    }),
  )

  if (runsAsRoot)
    it.scoped("by a failure is rolled back at once, with the units before it", () =>
      Effect.gen(function* () {
        const fake = yield* setUp
        for (const name of ["a", "b"]) fake.write(`${fake.dirs.units}/${name}.service`, bytes)
        fake.write(`${fake.dirs.units}/b.service.d/x.conf`, `[Unit]\nAfter=${G}\n`)
        const full = `${fake.dirs.units}/b.service.d`
        assert.strictEqual(child.spawnSync("mount", ["--bind", "-r", full, full]).status, 0)
        yield* Effect.addFinalizer(() => Effect.sync(() => child.spawnSync("umount", [full])))
        child.spawnSync("mount", ["-o", "remount,bind,ro", full])
        const before = treeOf(fake.root)
        const error = yield* refused(fake, "a", "b")
        assert.deepInclude(error, { _tag: "PathError", reason: "Denied", path: `${full}/x.conf` })
        assert.deepStrictEqual(treeOf(fake.root), before)
        assert.isFalse(fs.existsSync(`${fake.dirs.state}/i3pm/bound`))
        assert.strictEqual(fake.reloads(), 0)
      }),
    )
})

describe("a unit of a package", () => {
  it.scoped("that a drop-in cannot move is copied, and the user is told what that means", () =>
    Effect.gen(function* () {
      const fake = yield* setUp
      fake.write(`${fake.usr}/a.service`, bytes)
      fake.write(`${fake.usr}/b.service`, "[Service]\nExecStart=/bin/b\n")
      const [copied, dropped] = yield* bind(fake, "a", "b")
      const copy = `${fake.dirs.units}/a.service is a copy of ${fake.usr}/a.service`
      assert.isTrue(
        copied?.warnings.some(warning => warning.startsWith(copy)),
        JSON.stringify(copied?.warnings),
      )
      assert.isFalse(dropped?.warnings.some(warning => warning.includes("is a copy")))
    }),
  )
})

describe("a unit that is started at login", () => {
  it.scoped("is no longer: it would fail there, without its target", () =>
    Effect.gen(function* () {
      const fake = yield* setUp
      const { units } = fake.dirs
      fake.write(`${units}/a.service`, "[Service]\nExecStart=/bin/a\n\n[Install]\nWantedBy=default.target\n")
      fake.link(`${units}/default.target.wants/a.service`, `${units}/a.service`)
      fake.write(
        `${fake.usr}/b.service`,
        "[Service]\nExecStart=/bin/b\n\n[Install]\nRequiredBy=default.target x.target\n",
      )
      fake.link(`${fake.etc}/default.target.requires/b.service`, "/usr/b.service")
      const before = treeOf(fake.root)
      yield* bind(fake, "a", "b")
      assert.isEmpty(fs.readdirSync(`${units}/default.target.wants`))
      assert.strictEqual(fs.readlinkSync(`${units}/default.target.requires/b.service`), "/dev/null")
      assert.match(read(`${units}/a.service`), new RegExp(`\\[Install\\]\nWantedBy=${S}\n`))
      assert.match(read(`${units}/b.service.d/50-i3pm-session.conf`), new RegExp(`^Requisite=${S}$`, "m"))
      yield* unbind(fake, "a", "b")
      assert.deepStrictEqual(treeOf(fake.root), before)
    }),
  )
})

describe("the unit that starts the session", () => {
  it.scoped("is refused with the reason, and nothing is changed", () =>
    Effect.gen(function* () {
      const fake = yield* setUp
      const { units } = fake.dirs
      for (const name of ["sway-login", "desktop"]) fake.write(`${units}/${name}.service`, bytes)
      fake.commands["sway-login.service"] = [{ path: "/bin/bash", argv: ["/bin/bash", "-lc", "sway"] }]
      fake.overrides["desktop.service"] = { BindsTo: G, After: "graphical-session-pre.target" }
      const before = treeOf(fake.root)
      const byCommand = yield* refused(fake, "sway-login")
      assert.deepInclude(byCommand, { reason: "MakesSession", unit: "sway-login.service" })
      assert.include(byCommand.message, commandStarts)
      assert.include((yield* refused(fake, "desktop")).message, `it brings up ${G}`)
      assert.deepStrictEqual(treeOf(fake.root), before)
    }),
  )
})

describe("a warning", () => {
  it.scoped("says that the session target is missing", () =>
    Effect.gen(function* () {
      const fake = yield* makeFakeUnits
      fake.write(`${fake.dirs.units}/a.service`, bytes)
      const [bound] = yield* bind(fake, "a")
      assert.include(bound?.warnings.join(), "i3pm units install")
    }),
  )

  it.scoped("names what cannot be masked, and what still depends on the old target", () =>
    Effect.gen(function* () {
      const fake = yield* setUp
      fake.write(`${fake.usr}/a.service`, bytes)
      fake.link(`${fake.control}/${G}.wants/a.service`, "/a.service")
      fake.overrides["a.service"] = { WantedBy: `${G} x.target` }
      const [bound] = yield* bind(fake, "a")
      assert.include(bound?.warnings.join(), `${fake.control}/${G}.wants/a.service`)
      assert.include(bound?.warnings.join(), `a.service still has ${G} in WantedBy`)
    }),
  )
})

if (runsAsRoot)
  it.scoped("a directory that cannot be written is named", () =>
    Effect.gen(function* () {
      const fake = yield* setUp
      fake.write(`${fake.dirs.units}/a.service`, bytes)
      const error = yield* Effect.acquireUseRelease(
        Effect.sync(() => {
          fs.chmodSync(fake.root, 0o755)
          fs.mkdirSync(fake.dirs.state)
          fs.chownSync(fake.dirs.state, TEST_UID, TEST_UID)
          process.seteuid?.(TEST_UID)
        }),
        () => refused(fake, "a"),
        () => Effect.sync(() => process.seteuid?.(0)),
      )
      assert.deepInclude(error, { _tag: "PathError", reason: "Denied" })
      assert.strictEqual(read(`${fake.dirs.units}/a.service`), text)
    }),
  )

it.scoped("nothing is changed before it is written down what was there", () =>
  Effect.gen(function* () {
    const fake = yield* setUp
    const path = `${fake.dirs.units}/a.service`
    fake.write(path, bytes)
    // A directory that is not there and cannot be made.
    fake.link(`${fake.dirs.state}/i3pm/bound`, "/proc/none/bound")
    const { ctimeNs } = fs.statSync(path, { bigint: true })
    assert.deepInclude(yield* refused(fake, "a"), { _tag: "PathError", path: recordOf(fake, "a.service") })
    assert.strictEqual(fs.statSync(path, { bigint: true }).ctimeNs, ctimeNs)
    assert.strictEqual(read(path), text)
  }),
)

describe("the lock on all changes", () => {
  it.scoped("is held while a unit is bound and unbound, and not for a preview", () =>
    Effect.gen(function* () {
      const fake = yield* setUp
      fake.write(`${fake.dirs.units}/a.service`, bytes)
      const held: Array<string> = []
      const lock = Layer.succeed(WriteLock, {
        hold: work => {
          const before = read(`${fake.dirs.units}/a.service`)
          return Effect.tap(work, () =>
            Effect.sync(() => held.push(before === text ? "while it was bound" : "while it was unbound")),
          )
        },
      })
      const binding = yield* Effect.provide(SessionBinding, Layer.provide(layer, Layer.merge(fake.layer, lock)))
      yield* binding.bind(["a"], { dryRun: true })
      assert.deepStrictEqual(held, [])
      yield* binding.bind(["a"], { dryRun: false })
      yield* binding.unbind(["a"])
      assert.deepStrictEqual(held, ["while it was bound", "while it was unbound"])
      assert.strictEqual(read(`${fake.dirs.units}/a.service`), text)
    }),
  )

  it.scoped("is held while all units that are bound are looked up", () =>
    Effect.gen(function* () {
      const fake = yield* setUp
      for (const name of ["a.service", "b.service"]) fake.write(`${fake.dirs.units}/${name}`, bytes)
      yield* bind(fake, "a", "b")
      /** Another process holds it, and unbinds one of them meanwhile. */
      const lock = Layer.succeed(WriteLock, { hold: work => Effect.zipRight(Effect.orDie(unbind(fake, "a")), work) })
      const binding = yield* Effect.provide(SessionBinding, Layer.provide(layer, Layer.merge(fake.layer, lock)))
      assert.deepStrictEqual(yield* binding.unbindAll, ["b.service"])
      assert.strictEqual(read(`${fake.dirs.units}/b.service`), text)
    }),
  )
})
