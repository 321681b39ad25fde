import { assert, describe, it } from "@effect/vitest"
import type { JudgedCandidate } from "../../../src/layers/sockets/Candidate.ts"
import { isUsable, noLiveSocket, toLiveSocket } from "../../../src/layers/sockets/LiveSocket.ts"
import { noOtherChecked, noSocketFound } from "../../support/wording.ts"
import { candidateAt } from "../support/candidates.ts"
import { liveAt } from "../support/fakeDiscovery.ts"

const candidate = (changes: Partial<JudgedCandidate> = {}): JudgedCandidate => ({
  ...candidateAt("/run/a.sock"),
  process: undefined,
  proof: undefined,
  compositorPid: undefined,
  verdict: "orphan",
  reason: "no listener",
  ...changes,
})

describe("a candidate as a live socket", () => {
  const { proof } = liveAt("/run/a.sock")

  it("has its proof, and the pid of the compositor instead of the one in the name", () => {
    assert.deepStrictEqual(toLiveSocket(candidate({ proof, compositorPid: 9 })), {
      path: "/run/a.sock",
      identity: "1:2",
      boundAt: 0,
      pid: 9,
      proof,
    })
    assert.isNull(toLiveSocket(candidate({ proof }))?.pid)
  })

  it("is none without a proof or a file", () => {
    assert.isUndefined(toLiveSocket(candidate()))
    assert.isUndefined(toLiveSocket(candidate({ proof, identity: undefined })))
  })
})

describe("the error without a live socket", () => {
  const searched = { path: "/run/user/1000", refusal: undefined }
  const missing = candidate({ path: "/run/none", verdict: "missing", reason: "no such file" })

  it("says that nothing was found, with the named path that does not exist", () => {
    const nothing = noLiveSocket([], searched)
    assert.strictEqual(nothing.reason, "NoCandidate")
    for (const place of ["/run/user/1000,", "/run/user/1000/i3", "/tmp/i3-*", "SWAYSOCK", "start Sway or i3"])
      assert.include(nothing.message, place)
    const error = noLiveSocket([missing], searched)
    assert.strictEqual(error.message, `${noSocketFound}; /run/none: no such file`)
    assert.deepStrictEqual(error.candidates, [missing])
    // It is an error of the library, too, which has no flags.
    assert.notInclude(nothing.message, "--")
  })

  it("has the reason of the best candidate, and how many more there are", () => {
    assert.isFalse(isUsable(missing))
    const error = noLiveSocket([missing, candidate(), candidate()], searched)
    assert.strictEqual(error.reason, "NoneAnswered")
    assert.strictEqual(error.message, "/run/a.sock: no listener (and 1 more that are not live)")
  })

  it("says why the runtime directory was not searched", () => {
    const { message } = noLiveSocket([candidate()], { path: "/run", refusal: "runtime directory /run is not yours" })
    assert.strictEqual(message, `/run/a.sock: no listener; ${noOtherChecked}: runtime directory /run is not yours`)
  })
})
