import * as fs from "node:fs"
import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import { mayHang } from "../../../src/layers/system/mounts.ts"
import { makeOwnDir } from "../support/children.ts"

/** As on a desktop. */
const desktop = [
  "22 1 8:1 / / rw,relatime shared:1 - ext4 /dev/sda1 rw",
  "30 22 0:28 / /proc/sys/fs/binfmt_misc rw,relatime shared:14 - autofs systemd-1 rw,fd=30",
  "33 22 0:31 / /sys/fs/fuse/connections rw,nosuid shared:20 - fusectl fusectl rw",
  "90 22 0:60 / /run/user/1000/gvfs rw,nosuid - fuse.gvfsd-fuse gvfsd-fuse rw,user_id=1000",
]

const mounted = (place: string, type: string) =>
  [...desktop, `99 22 0:70 / ${place} rw shared:9 - ${type} there rw`, ""].join("\n")

describe("mayHang", () => {
  it.scoped("is not said of a file that lies elsewhere, nor of a type that only looks like one", () =>
    Effect.gen(function* () {
      const directory = yield* makeOwnDir
      fs.writeFileSync(`${directory}/file`, "")
      for (const path of [`${directory}/file`, `${directory}/none/below`, `${directory}/file/below`]) {
        assert.isFalse(mayHang(path, mounted("/mnt/c", "9p")), path)
        assert.isFalse(mayHang(path, mounted(directory, "btrfs")), path)
      }
    }),
  )

  for (const type of ["nfs4", "cifs", "smb3", "9p", "fuse.sshfs", "fuseblk", "ceph", "virtiofs", "autofs"]) {
    it.scoped(`is said of what lies on ${type}`, () =>
      Effect.gen(function* () {
        const directory = yield* makeOwnDir
        fs.mkdirSync(`${directory}/a`)
        assert.isTrue(mayHang(`${directory}/a/i3pm/config.toml`, mounted(`${directory}/a`, type)))
        assert.isTrue(mayHang("/anything", mounted("/", type)))
      }),
    )
  }

  it.scoped("is said where a link leads there, from a directory or a file, and by a relative way", () =>
    Effect.gen(function* () {
      const directory = yield* makeOwnDir
      fs.mkdirSync(`${directory}/a b`)
      fs.mkdirSync(`${directory}/home`)
      fs.symlinkSync("../a b", `${directory}/home/config`)
      fs.symlinkSync(`${directory}/home/config/config.toml`, `${directory}/config.toml`)
      fs.symlinkSync("loop", `${directory}/loop`)
      const list = mounted(`${directory}/a\\040b`, "nfs")
      assert.isTrue(mayHang(`${directory}/home/config/config.toml`, list))
      assert.isTrue(mayHang(`${directory}/config.toml`, list))
      assert.isFalse(mayHang(`${directory}/home`, list))
      assert.isFalse(mayHang(`${directory}/loop`, list))
    }),
  )

  it("is not said where nothing of the kind is mounted", () => {
    assert.isFalse(mayHang("/", ""))
    assert.isFalse(mayHang("/proc/self/mountinfo"))
  })
})
