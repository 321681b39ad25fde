/** The model of a disk, and what it finds in sequences of calls that are wrong. */
import * as fs from "node:fs"
import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import { makeScratchDir } from "../support/TestUser.ts"
import { parseCalls } from "./calls.ts"
import { Disk } from "./Disk.ts"
import { survivorsOf } from "./powerCut.ts"
import { readTree, type Tree } from "./tree.ts"

/** The log of a program that replaces `a`, line by line. */
const steps = (directory: string) => ({
  open: `openat(AT_FDCWD</>, "${directory}/.a.1.i3pm", O_WRONLY|O_CREAT|O_EXCL|O_CLOEXEC, 0644) = 7<${directory}/.a.1.i3pm>`,
  write: `write(7<${directory}/.a.1.i3pm>, "\\x6eew", 3) = 3`,
  sync: `fsync(7<${directory}/.a.1.i3pm>) = 0`,
  rename: `rename("${directory}/.a.1.i3pm", "${directory}/a") = 0`,
  inPlace: `openat(AT_FDCWD</>, "${directory}/a", O_WRONLY|O_CREAT|O_TRUNC|O_CLOEXEC, 0644) = 7<${directory}/a>`,
  unlink: `unlink("${directory}/a") = 0`,
  openDirectory: `openat(AT_FDCWD</>, "${directory}", O_RDONLY|O_CLOEXEC) = 8<${directory}>`,
  syncDirectory: `fsync(8<${directory}>) = 0`,
})

type Step = keyof ReturnType<typeof steps>

/** The different states that a power cut may leave of `a`, which was "old" and is to be "new". */
const replay = (...names: ReadonlyArray<Step>) =>
  Effect.gen(function* () {
    const directory = yield* makeScratchDir
    const before = readTree([directory])
    fs.writeFileSync(`${directory}/a`, "old", { mode: 0o644 })
    const old = readTree([directory])
    const next = old.map(entry => ({ ...entry, content: "new" }))
    const known = steps(directory)
    const calls = parseCalls(names.map(name => known[name]).join("\n"))
    const survivors = survivorsOf(new Disk([directory]), calls, {
      lasting: [directory],
      wholes: { states: [old, next], records: `${directory}/none` },
    })
    assert.deepStrictEqual(before, [])
    const contentOf = (tree: Tree) => tree.find(({ path }) => path === `${directory}/a`)?.content
    return new Set(survivors.map(({ tree }) => contentOf(tree)))
  })

describe("a power cut", () => {
  it.scoped("leaves the old or the new file where it is written, synced and renamed", () =>
    Effect.gen(function* () {
      assert.deepStrictEqual(yield* replay("open", "write", "sync", "rename"), new Set(["old", "new"]))
    }),
  )

  for (const [title, names] of Object.entries({
    "renamed without a sync": ["open", "write", "rename"],
    "synced only after it was renamed": ["open", "write", "rename", "sync"],
    "written in place": ["inPlace", "write", "sync"],
    "removed, and then written": ["unlink", "open", "write", "sync", "rename"],
  } satisfies Record<string, ReadonlyArray<Step>>)) {
    it.scoped(`finds a file that is ${title}`, () =>
      Effect.gen(function* () {
        const outcome = yield* Effect.exit(replay(...names))
        assert.match(String(outcome), /neither old nor new|lost/)
      }),
    )
  }

  it.scoped("leaves what was not synced in the directory, or not", () =>
    Effect.gen(function* () {
      const all = yield* replay("open", "write", "sync", "rename", "openDirectory", "syncDirectory")
      assert.deepStrictEqual(all, new Set(["old", "new"]))
    }),
  )
})
