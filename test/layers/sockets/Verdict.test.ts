import { assert, describe, it } from "@effect/vitest"
import {
  type Evidence,
  type FileKind,
  judge,
  judgeForRemoval,
  type Listener,
} from "../../../src/layers/sockets/Verdict.ts"
import type { ProcessInfo } from "../../../src/layers/system/ProcessTable.ts"
import { beingTraced, noProcess, ofUid } from "../../support/wording.ts"

const UID = 1000

const process = (name: string, state = "S"): ProcessInfo => ({ pid: 4242, name, state, uid: UID })

const evidence = (changed: Partial<Evidence>): Evidence => ({
  file: "socket",
  owner: UID,
  uid: UID,
  listener: { _tag: "refused" },
  pid: 4242,
  process: undefined,
  ...changed,
})

const listeners: ReadonlyArray<Listener> = [
  { _tag: "replied" },
  { _tag: "accepted" },
  { _tag: "bound" },
  { _tag: "silent" },
  { _tag: "full" },
  { _tag: "refused" },
  { _tag: "gone" },
  { _tag: "notChecked" },
  { _tag: "invalidReply", detail: "HTTP" },
  { _tag: "unknown", detail: "permission denied" },
]

const owners: ReadonlyArray<ProcessInfo | undefined> = [
  undefined,
  process("sway"),
  process("sway", "T"),
  process("bash"),
]

describe("a socket with a listener", () => {
  for (const owner of owners) {
    const who = owner === undefined ? "no process" : `${owner.name} in state ${owner.state}`
    it(`is never an orphan, with ${who} behind the pid`, () => {
      const verdicts = (["replied", "silent", "full"] as const).map(
        _tag => judge(evidence({ listener: { _tag }, process: owner })).verdict,
      )
      assert.deepStrictEqual(verdicts, ["live", "unresponsive", "unresponsive"])
      assert.strictEqual(
        judge(evidence({ listener: { _tag: "invalidReply", detail: "HTTP" }, process: owner })).verdict,
        "unresponsive",
      )
    })
  }

  it("names the process that does not answer, and says whether it is stopped", () => {
    const reason = (owner: ProcessInfo | undefined, _tag: "silent" | "full") =>
      judge(evidence({ listener: { _tag }, process: owner })).reason
    assert.strictEqual(
      reason(process("sway", "T"), "silent"),
      "sway (pid 4242) is stopped (SIGSTOP) and does not answer",
    )
    assert.strictEqual(
      reason({ ...process("sway", "t"), tracer: 7 }, "full"),
      `sway ${beingTraced(4242, 7)} and does not accept connections`,
    )
    assert.strictEqual(reason(process("i3"), "silent"), "i3 (pid 4242) is running and does not answer")
    assert.strictEqual(reason(process("bash"), "silent"), "the listener does not answer")
    assert.strictEqual(reason(undefined, "full"), "the listener does not accept connections")
  })

  it("has its shortage of file descriptors in the reason, if there is one", () => {
    const reason = (descriptors: Evidence["descriptors"]) =>
      judge(evidence({ listener: { _tag: "full" }, process: process("sway"), descriptors })).reason
    const plain = "sway (pid 4242) is running and does not accept connections"
    assert.strictEqual(reason(undefined), plain)
    assert.strictEqual(reason({ open: 8, limit: 1024 }), plain)
    assert.match(reason({ open: 1024, limit: 1024 }), new RegExp(`^${plain.replace(/[()]/g, "\\$&")}: .*1024 of 1024`))
  })

  it("says of what it has answered, and of whose it is where it is another user's", () => {
    assert.strictEqual(judge(evidence({ listener: { _tag: "replied" } })).reason, "answered GET_VERSION")
    const theirs = (_tag: "notChecked" | "refused") => judge(evidence({ owner: 1001, listener: { _tag } }))
    assert.deepStrictEqual(theirs("notChecked"), { verdict: "foreign", reason: ofUid(1001) })
    assert.deepStrictEqual(theirs("refused"), { verdict: "foreign", reason: `no listener, and ${ofUid(1001)}` })
  })
})

describe("a socket without a listener", () => {
  it("is an orphan without a process of that pid", () => {
    assert.deepStrictEqual(judge(evidence({})), {
      verdict: "orphan",
      reason: noProcess(4242),
    })
  })

  it("is an orphan when the pid is now another program's", () => {
    for (const name of ["bash", "swaybar", "swayidle", "i3status", "systemd"]) {
      assert.deepStrictEqual(judge(evidence({ process: process(name) })), {
        verdict: "orphan",
        reason: `no listener, and pid 4242 is now ${name}`,
      })
    }
  })

  it("is a suspect while a compositor of that pid runs, forks and wrappers included", () => {
    for (const name of ["sway", "scroll", "swayfx", ".sway-wrapped", "i3"]) {
      const { verdict, reason } = judge(evidence({ process: process(name) }))
      assert.strictEqual(verdict, "suspect", name)
      assert.include(reason, `${name} (pid 4242) is running`)
    }
  })

  it("is an orphan as an empty plain file, too", () => {
    assert.strictEqual(judge(evidence({ file: "file" })).verdict, "orphan")
    assert.strictEqual(judge(evidence({ file: "file", process: process("sway") })).verdict, "suspect")
  })

  it("is unknown when the name of the process with that pid cannot be read", () => {
    const { verdict, reason } = judge(evidence({ process: { ...process(""), unreadable: true } }))
    assert.strictEqual(verdict, "unknown")
    assert.include(reason, "4242")
  })

  it("is unknown without a pid in the name", () => {
    assert.strictEqual(judge(evidence({ pid: undefined })).verdict, "unknown")
  })
})

describe("a failed check", () => {
  for (const owner of owners) {
    it(`is unknown and keeps the cause, with ${owner?.name ?? "no process"} (${owner?.state ?? "-"}) behind the pid`, () => {
      assert.deepStrictEqual(
        judge(evidence({ listener: { _tag: "unknown", detail: "permission denied" }, process: owner })),
        {
          verdict: "unknown",
          reason: "permission denied",
        },
      )
      assert.strictEqual(judge(evidence({ listener: { _tag: "notChecked" }, process: owner })).verdict, "unknown")
    })
  }

  it("is unknown when the file cannot be examined", () => {
    assert.strictEqual(judge(evidence({ file: "unreadable", owner: undefined })).verdict, "unknown")
  })
})

describe("a file that is not a socket of this user", () => {
  it("is foreign as a link, a directory, a FIFO, a device or a file with content, whatever its listener", () => {
    for (const listener of listeners) {
      for (const process of owners) {
        assert.strictEqual(judge(evidence({ file: "link", listener, process })).verdict, "foreign")
        assert.strictEqual(judge(evidence({ file: "directory", listener, process })).verdict, "foreign")
        assert.strictEqual(judge(evidence({ file: "fifo", listener, process })).verdict, "foreign")
        assert.strictEqual(judge(evidence({ file: "device", listener, process })).verdict, "foreign")
        assert.strictEqual(judge(evidence({ file: "content", listener, process })).verdict, "foreign")
      }
    }
  })

  it("is foreign when another user owns it, and the reason has the uid", () => {
    const asked = ["replied", "silent", "full", "invalidReply"]
    for (const listener of listeners.filter(({ _tag }) => !asked.includes(_tag))) {
      const { verdict, reason } = judge(evidence({ owner: 1001, listener }))
      assert.strictEqual(verdict, "foreign", listener._tag)
      assert.include(reason, "1001")
    }
  })

  it("is judged by its answer or its silence when another user owns it, which only --socket can have asked", () => {
    const theirs = (listener: Listener) => judge(evidence({ owner: 1001, listener, process: process("sway", "T") }))
    assert.strictEqual(theirs({ _tag: "replied" }).verdict, "live")
    for (const listener of [{ _tag: "silent" }, { _tag: "full" }, { _tag: "invalidReply", detail: "HTTP" }] as const) {
      assert.deepStrictEqual(theirs(listener), judge(evidence({ listener, process: process("sway", "T") })))
      assert.strictEqual(theirs(listener).verdict, "unresponsive")
    }
  })
})

describe("judge", () => {
  it("is an orphan only for a refused socket of this user whose pid is no compositor", () => {
    const kinds: ReadonlyArray<FileKind> = [
      "socket",
      "file",
      "content",
      "fifo",
      "device",
      "link",
      "directory",
      "missing",
      "unreadable",
    ]
    for (const file of kinds) {
      for (const listener of listeners) {
        for (const process of owners) {
          for (const owner of [UID, 0]) {
            const { verdict } = judge(evidence({ file, listener, process, owner }))
            const may =
              (file === "socket" || file === "file") &&
              owner === UID &&
              listener._tag === "refused" &&
              process?.name !== "sway"
            assert.strictEqual(verdict === "orphan", may, `${file} ${listener._tag} ${process?.name} ${owner}`)
          }
        }
      }
    }
  })

  it("is missing without a file, and where the file went meanwhile", () => {
    assert.strictEqual(judge(evidence({ file: "missing", owner: undefined })).verdict, "missing")
    assert.strictEqual(judge(evidence({ listener: { _tag: "gone" } })).verdict, "missing")
  })

  it("gives a reason for each verdict, with what the listener has sent", () => {
    const kinds = ["link", "directory", "fifo", "device", "content", "missing", "unreadable"] as const
    const all = [
      ...listeners.map(listener => evidence({ listener })),
      ...kinds.map(file => evidence({ file })),
      evidence({ pid: undefined }),
    ]
    const reasons = all.map(each => judge(each).reason)
    assert.strictEqual(new Set(reasons.filter(reason => reason !== "")).size, all.length, reasons.join("\n"))
    assert.include(judge(evidence({ listener: { _tag: "invalidReply", detail: "HTTP" } })).reason, "HTTP")
  })
})

describe("judgeForRemoval", () => {
  const compositor = process("sway")
  const stopped = process("sway", "T")
  const other = process("bash")
  const nobody = undefined
  const anybody = [nobody, other, compositor, stopped]
  const foreign: ReadonlyArray<Partial<Evidence>> = [
    { owner: 0 },
    { file: "link" },
    { file: "directory" },
    { file: "fifo" },
    { file: "device" },
    { file: "content" },
  ]

  /** The contract's table "which socket files are orphans", row by row. */
  const rows: ReadonlyArray<
    readonly [ReadonlyArray<Partial<Evidence>>, ReadonlyArray<ProcessInfo | undefined>, string]
  > = [
    [
      [
        { listener: { _tag: "replied" } },
        { listener: { _tag: "accepted" } },
        { listener: { _tag: "silent" } },
        { listener: { _tag: "full" } },
        { listener: { _tag: "invalidReply", detail: "HTTP" } },
      ],
      anybody,
      "live",
    ],
    [[{ listener: { _tag: "refused" } }, { listener: { _tag: "refused" }, file: "file" }], [nobody, other], "orphan"],
    [[{ listener: { _tag: "refused" } }], [compositor, stopped, process(".sway-wrapped")], "suspect"],
    // Nobody knows the pid here, as in another PID namespace, but the kernel knows that somebody has the socket.
    [[{ listener: { _tag: "bound" } }], anybody, "suspect"],
    [
      [
        { listener: { _tag: "unknown", detail: "EACCES" } },
        { listener: { _tag: "notChecked" } },
        { file: "unreadable", listener: { _tag: "notChecked" } },
      ],
      anybody,
      "unknown",
    ],
    [foreign.map(each => ({ ...each, listener: { _tag: "refused" } })), anybody, "foreign"],
    [foreign.map(each => ({ ...each, listener: { _tag: "notChecked" } })), anybody, "foreign"],
  ]

  for (const [evidences, processes, expected] of rows) {
    for (const each of evidences) {
      for (const owner of processes) {
        const who = owner === undefined ? "no process" : `${owner.name} (${owner.state})`
        it(`${each.file ?? "socket"}, ${each.listener?._tag}, uid ${each.owner ?? UID}, ${who}: ${expected}`, () => {
          assert.strictEqual(judgeForRemoval(evidence({ ...each, process: owner }))?.verdict, expected)
        })
      }
    }
  }

  it("is undefined for a missing file", () => {
    assert.isUndefined(judgeForRemoval(evidence({ file: "missing", owner: undefined })))
  })
})
