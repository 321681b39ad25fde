import { assert, describe, it } from "vitest"
import { anyMountMayHang } from "../../../src/layers/system/mounts.ts"

/** As on a desktop. */
const harmless = [
  "22 1 8:1 / / rw,relatime shared:1 - ext4 /dev/sda1 rw",
  "30 22 0:28 / /proc/sys/fs/binfmt_misc rw,relatime shared:14 - autofs systemd-1 rw,fd=30",
  "33 22 0:31 / /sys/fs/fuse/connections rw,nosuid shared:20 - fusectl fusectl rw",
  "90 22 0:60 / /run/user/1000/gvfs rw,nosuid - fuse.gvfsd-fuse gvfsd-fuse rw,user_id=1000",
  "91 22 0:61 / /run/user/1000/doc rw,nosuid - fuse.portal portal rw,user_id=1000",
  "",
]

describe("anyMountMayHang", () => {
  it("is not said of what every desktop has, nor of names that only look like it", () => {
    assert.isFalse(anyMountMayHang(harmless.join("\n")))
    assert.isFalse(anyMountMayHang("40 22 8:2 / /srv/nfs rw - btrfs /dev/nfs rw"))
  })

  for (const type of ["nfs", "nfs4", "cifs", "smb3", "9p", "fuse.sshfs", "fuseblk", "ceph", "virtiofs", "autofs"]) {
    it(`is said where ${type} is mounted`, () => {
      assert.isTrue(anyMountMayHang([...harmless, `99 22 0:70 / /home rw shared:9 - ${type} there rw`].join("\n")))
    })
  }
})
