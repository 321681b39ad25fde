import { assert, describe, it } from "@effect/vitest"
import * as FastCheck from "effect/FastCheck"
import { explain, type JudgedCandidate, rank, toJson } from "../../../src/layers/sockets/Candidate.ts"

const proof = {
  version: { human_readable: "1.7", variant: "sway", major: 1, minor: 7, patch: 0 },
  latencyMs: 0.25,
  at: 0,
}

const candidate = (path: string, changed: Partial<JudgedCandidate> = {}): JudgedCandidate => ({
  path,
  origins: ["runtime_dir"],
  kind: "sway",
  pid: 42,
  process: { pid: 42, name: "sway", state: "S", uid: 1000 },
  file: "socket",
  owner: 1000,
  identity: `1:${path}`,
  inode: 7,
  modifiedAt: 1000,
  stamp: undefined,
  verdict: "live",
  reason: "answered GET_VERSION",
  proof,
  compositorPid: 42,
  ...changed,
})

/** Best first, each for the reason its path names, and each newer than the one before, so that nothing else can order them. */
const inOrder: ReadonlyArray<JudgedCandidate> = [
  candidate("/flag", { origins: ["flag"], kind: "i3", modifiedAt: 1 }),
  candidate("/in-use", { kind: "i3", modifiedAt: 2 }),
  candidate("/SWAYSOCK", { origins: ["SWAYSOCK"], kind: "i3", modifiedAt: 3 }),
  candidate("/sway-newer", { modifiedAt: 5 }),
  candidate("/sway-older", { modifiedAt: 4 }),
  candidate("/i3-newer", { kind: "i3", modifiedAt: 7 }),
  candidate("/i3-older", { kind: "i3", modifiedAt: 6, origins: ["I3SOCK"] }),
  candidate("/i3-gone", { kind: "i3", modifiedAt: undefined }),
  candidate("/relay", { isRelay: true, modifiedAt: 99 }),
]

const paths = (candidates: ReadonlyArray<JudgedCandidate>) => candidates.map(({ path }) => path)

describe("rank", () => {
  it("has the order of the contract, however the candidates come", () => {
    FastCheck.assert(
      FastCheck.property(FastCheck.shuffledSubarray([...inOrder], { minLength: 2 }), shuffled =>
        assert.deepStrictEqual(
          paths(rank(shuffled, "/in-use")),
          paths(inOrder.filter(each => shuffled.includes(each))),
        ),
      ),
    )
  })

  it("does not let the one in use go before --socket, and does let it go before $SWAYSOCK", () => {
    const flag = candidate("/a", { origins: ["flag"] })
    const used = candidate("/b")
    const named = candidate("/c", { origins: ["SWAYSOCK", "runtime_dir"] })
    assert.deepStrictEqual(paths(rank([named, used, flag], "/b")), ["/a", "/b", "/c"])
    assert.deepStrictEqual(paths(rank([used, named], undefined)), ["/c", "/b"])
  })

  it("finds the origin that counts behind others", () => {
    const both = candidate("/b", { origins: ["I3SOCK", "SWAYSOCK"], modifiedAt: 0 })
    assert.deepStrictEqual(paths(rank([candidate("/a"), both], undefined)), ["/b", "/a"])
  })

  it("is the same each time for files of the same moment, and leaves its argument alone", () => {
    const [a, b, c] = [candidate("/a"), candidate("/b"), candidate("/c")]
    for (const given of [
      [a, b, c],
      [a, c, b],
      [b, a, c],
      [b, c, a],
      [c, a, b],
      [c, b, a],
    ]) {
      const before = paths(given)
      assert.deepStrictEqual(paths(rank(given, undefined)), ["/a", "/b", "/c"])
      assert.deepStrictEqual(paths(given), before)
    }
    const again = candidate("/a")
    assert.deepStrictEqual(rank([again, a], undefined), [again, a])
    assert.strictEqual(rank([again, a], undefined)[0], again)
  })

  it("puts the relay last even where it is in use or named by $SWAYSOCK, but not where the settings name it", () => {
    const relay = candidate("/relay", { isRelay: true, origins: ["SWAYSOCK"] })
    const i3 = candidate("/i3", { kind: "i3", modifiedAt: undefined })
    assert.deepStrictEqual(paths(rank([relay, i3], "/relay")), ["/i3", "/relay"])
    assert.deepStrictEqual(paths(rank([i3, { ...relay, origins: ["flag"] }], undefined)), ["/relay", "/i3"])
  })
})

describe("explain", () => {
  const [flag, used, named, newer, older, i3] = inOrder as [
    JudgedCandidate,
    JudgedCandidate,
    JudgedCandidate,
    JudgedCandidate,
    JudgedCandidate,
    JudgedCandidate,
  ]

  it("says by which rule the winner won", () => {
    const why = (winner: JudgedCandidate) => explain(winner, winner, "/in-use")
    assert.include(why(flag), "used: named explicitly")
    assert.include(why({ ...flag, origins: ["config"] }), "used: named by `socket` in config.toml")
    assert.include(why({ ...flag, origins: ["I3PM_SOCKET"] }), "used: named by $I3PM_SOCKET")
    assert.include(why(used), "used: the current connection")
    assert.include(why(named), "used: named by $SWAYSOCK")
    assert.include(why(newer), "used: a Sway socket")
    assert.include(why(i3), "used: an i3 socket")
    assert.include(why(candidate("/relay", { isRelay: true })), "used: the relay's")
  })

  it("says to whom and by which rule a live one lost", () => {
    assert.include(explain(older, newer, undefined), "not used: /sway-newer is newer")
    assert.include(explain(i3, newer, undefined), "not used: /sway-newer is a Sway socket")
    assert.include(explain(newer, named, undefined), "not used: /SWAYSOCK is named by $SWAYSOCK")
    assert.include(explain(named, used, "/in-use"), "not used: /in-use is the current connection")
  })

  it("leaves a rejected one its own reason", () => {
    const dead = candidate("/dead", { verdict: "orphan", reason: "no listener", proof: undefined })
    assert.strictEqual(explain(dead, newer, undefined), "no listener")
    assert.strictEqual(explain(dead, undefined, undefined), "no listener")
  })
})

describe("toJson", () => {
  it("has every fact of a live one", () => {
    const winner = candidate("/a", { modifiedAt: Date.UTC(2026, 0, 2, 3, 4, 5) })
    assert.deepStrictEqual(toJson(winner, winner, undefined), {
      path: "/a",
      chosen: true,
      verdict: "live",
      reason: "answered GET_VERSION; used: a Sway socket",
      origins: ["runtime_dir"],
      kind: "sway",
      pid: 42,
      process: "sway",
      uid: 1000,
      inode: 7,
      modified_at: "2026-01-02T03:04:05.000Z",
      latency_ms: 0.25,
      compositor: { name: "sway", version: "1.7" },
    })
  })

  it("has null for a time that no date can have, which tmpfs keeps", () => {
    const late = candidate("/a", { modifiedAt: 9e15 })
    assert.isNull(toJson(late, undefined, undefined).modified_at)
    assert.isNull(toJson({ ...late, modifiedAt: -9e15 }, undefined, undefined).modified_at)
  })

  it("has null for what is not known, and names i3", () => {
    const missing = candidate("/b", {
      verdict: "missing",
      reason: "no such file",
      pid: undefined,
      process: undefined,
      owner: undefined,
      inode: undefined,
      modifiedAt: undefined,
      proof: undefined,
    })
    const json = toJson(missing, undefined, undefined)
    assert.deepInclude(json, { chosen: false, pid: null, process: null, uid: null, inode: null, modified_at: null })
    assert.deepInclude(json, { latency_ms: null, compositor: null })
    const i3 = candidate("/c", {
      proof: { ...proof, version: { human_readable: "4.22", major: 4, minor: 22, patch: 0 } },
    })
    assert.deepStrictEqual(toJson(i3, undefined, undefined).compositor, { name: "i3", version: "4.22" })
  })
})
