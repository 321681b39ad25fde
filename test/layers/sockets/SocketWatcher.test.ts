import { assert, describe, it } from "@effect/vitest"
import { noneNamed } from "../../../src/layers/sockets/SocketSources.ts"
import { watchedDirectories } from "../../../src/layers/sockets/SocketWatcher.ts"

const runtimeDir = { path: "/run/user/1000", uid: 1000, controlSocketPath: "/run/user/1000/ipc.sock" }

const namedAt = (path: string) => ({ named: [{ by: "SWAYSOCK", path } as const], exclusive: false })

describe("the watched directories", () => {
  it("are the runtime directory, i3's in it, and those of the named sockets", () => {
    assert.deepStrictEqual(
      [...watchedDirectories(runtimeDir, namedAt("/run/other/sway.sock"))],
      ["/run/user/1000", "/run/user/1000/i3", "/run/other"],
    )
  })

  it("are never /tmp", () => {
    assert.deepStrictEqual(
      [...watchedDirectories(runtimeDir, namedAt("/tmp/sway.sock"))],
      [...watchedDirectories(runtimeDir, noneNamed)],
    )
  })
})
