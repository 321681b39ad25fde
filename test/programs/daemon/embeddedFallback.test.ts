import * as fs from "node:fs"
import { assert, describe, it } from "@effect/vitest"
import * as Deferred from "effect/Deferred"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Ref from "effect/Ref"
import * as Stream from "effect/Stream"
import * as TestClock from "effect/TestClock"
import { layerOf } from "../../../src/layers/settings/Settings.ts"
import type { JudgedCandidate } from "../../../src/layers/sockets/Candidate.ts"
import { NoLiveSocket } from "../../../src/layers/sockets/LiveSocket.ts"
import { SocketDiscovery } from "../../../src/layers/sockets/SocketDiscovery.ts"
import { RuntimeDir } from "../../../src/layers/system/RuntimeDir.ts"
import * as Workers from "../../../src/layers/system/Workers.ts"
import * as EmbeddedFallback from "../../../src/programs/daemon/embeddedFallback.ts"
import { makeOwnDir, ownUid } from "../../layers/support/children.ts"
import { until } from "../../support/waiting.ts"

const real: JudgedCandidate = {
  path: "/run/sway.sock",
  origins: ["runtime_dir"],
  kind: "sway",
  pid: 7,
  process: undefined,
  file: "socket",
  owner: ownUid,
  identity: "1:2",
  inode: 2,
  modifiedAt: 0,
  stamp: undefined,
  verdict: "live",
  reason: "answered GET_VERSION",
  proof: undefined,
  compositorPid: undefined,
}

describe("the embedded compositor of the daemon", () => {
  it.scoped("ends when a real one answers, also if that was not listening yet when its socket was noticed", () =>
    Effect.gen(function* () {
      const path = yield* makeOwnDir
      const listening = yield* Ref.make(false)
      const looked = yield* Deferred.make<void>()
      const noLiveSocket = new NoLiveSocket({ reason: "NoCandidate", candidates: [], message: "none" })
      const discovery = Layer.mock(SocketDiscovery, {
        find: () => Effect.fail(noLiveSocket),
        survey: () =>
          Effect.zipRight(
            Deferred.succeed(looked, undefined),
            Effect.map(Ref.get(listening), isLive => (isLive ? [real] : [{ ...real, verdict: "suspect" as const }])),
          ),
        changes: Stream.concat(Stream.make(undefined), Stream.never),
      })
      yield* Layer.build(
        EmbeddedFallback.layer.pipe(
          Layer.provide([
            discovery,
            layerOf({}),
            Layer.succeed(RuntimeDir, { path, uid: ownUid, controlSocketPath: `${path}/ipc.sock` }),
            Workers.layer,
          ]),
        ),
      )
      const sockets = Effect.sync(() => fs.readdirSync(path).filter(name => name.startsWith("sway-ipc")))
      yield* Deferred.await(looked)
      assert.lengthOf(yield* sockets, 1)
      yield* Ref.set(listening, true)
      yield* TestClock.adjust("5 seconds")
      yield* until(sockets, found => found.length === 0)
    }),
  )
})
