/** Attempts to get a forbidden command past a restricted socket. */
import { describe, expect, it } from "vitest"
import { requestTypes } from "../../../../src/layers/ipc/Message.ts"
import { bypassAttempts } from "../../support/bypassAttempts.ts"
import { i3Calls } from "../../support/i3Grammar.ts"
import { kiosk, policyOf } from "../../support/policies.ts"
import { swayCommands } from "../../support/swayGrammar.ts"

describe("the corpus", () => {
  it.each([
    ["nothing", policyOf({}), "focus left"],
    ["read-only", policyOf({ preset: "read-only" }), "workspace number 1"],
    ["bar", policyOf({ preset: "bar" }), "workspace number 1"],
    ["bar", policyOf({ preset: "bar" }), "scratchpad show"],
    ["the kiosk", policyOf(kiosk), "focus left"],
    ["the kiosk", policyOf(kiosk), "workspace number 1"],
    ["bar and the kiosk", policyOf({ ...kiosk, preset: "bar" }), "mouse_warping none"],
  ])("is refused by %s", (_, policy, ok) => {
    const attempts = bypassAttempts("touch /tmp/witness", ok)
    const letThrough = attempts.filter(([, payload]) => {
      const verdict = policy.judge(requestTypes.command, payload, "sway")
      return verdict._tag !== "Refuse" || verdict.answer.includes("true")
    })
    expect(letThrough.map(([what, payload]) => [what, payload.toString("latin1")])).toEqual([])
  })

  it("has attempts that would succeed on a socket without a policy", () => {
    const payloads = bypassAttempts("touch /tmp/witness", "focus left").map(([, payload]) => payload)
    const inSway = payloads.filter(payload => swayCommands(payload).some(({ argv }) => /^exec/i.test(argv[0] ?? "")))
    const inI3 = payloads.filter(payload => i3Calls(payload).some(([command]) => command === "exec"))
    expect(inSway.length).toBeGreaterThan(20)
    expect(inI3.length).toBeGreaterThan(20)
  })
})
