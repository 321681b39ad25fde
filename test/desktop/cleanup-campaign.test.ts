/**
 * The campaign "never a live one": thousands of compositors start, listen late, stop, die and have their pids used again, in
 * this and in other namespaces, while sweeps run without pause in several processes.
 *
 * `I3PM_CAMPAIGN_SEED=n` repeats the choices of a run and `I3PM_CAMPAIGN_ROUNDS=n` says how many rounds; which process runs
 * when is the kernel's choice and can not be repeated.
 */
import { spawnSync } from "node:child_process"
import { assert, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import { campaign, type Outcome } from "../support/campaign/campaign.ts"
import type { Theatre } from "../support/campaign/Stage.ts"
import { describeWith } from "../support/needs.ts"
import { runsAsRoot } from "../support/TestUser.ts"

const { CI, I3PM_CAMPAIGN_ROUNDS, I3PM_CAMPAIGN_SEED } = process.env

const seed = Number(I3PM_CAMPAIGN_SEED ?? Math.floor(Math.random() * 2 ** 31))
const rounds = Number(I3PM_CAMPAIGN_ROUNDS ?? 2_000)

const here: Theatre = { name: "here", pidNamespace: false, netNamespace: false, seen: true }
const elsewhere: ReadonlyArray<Theatre> = [
  { name: "PID namespace", pidNamespace: true, netNamespace: false, seen: true },
  { name: "network namespace", pidNamespace: false, netNamespace: true, seen: true },
  { name: "both namespaces", pidNamespace: true, netNamespace: true, seen: true },
  { name: "both, hidden", pidNamespace: true, netNamespace: true, seen: false },
]

const canUnshare =
  spawnSync("unshare", [...(runsAsRoot ? [] : ["-Ur"]), "--pid", "--fork", "--mount-proc", "--net", "true"]).status ===
  0

const print = (title: string, rounds: number, { counts, seconds }: Outcome) => {
  const lines = [...counts].toSorted(([a], [b]) => (a < b ? -1 : 1)).map(([what, number]) => `  ${what}: ${number}`)
  console.log([`campaign "${title}": ${rounds} rounds in ${seconds.toFixed(0)} s, seed ${seed}`, ...lines].join("\n"))
}

describeWith(["setpriv", "unshare", "node"], "the campaign", () => {
  const play = (title: string, rounds: number, sweepElsewhere: boolean) =>
    it.scopedLive(
      title,
      () =>
        Effect.gen(function* () {
          assert.isTrue(
            canUnshare || !CI || !runsAsRoot,
            "CI must not leave out the namespaces for root: unshare works there",
          )
          if (!canUnshare) console.log("left out: all that needs another PID or network namespace, and pids used again")
          if (!runsAsRoot) console.log("left out: pids used again outside of a PID namespace, which takes root")
          const theatres = canUnshare ? [here, ...elsewhere] : [here]
          const outcome = yield* campaign({ seed, rounds, theatres, sweepElsewhere: sweepElsewhere && canUnshare })
          print(title, rounds, outcome)
          assert.strictEqual(outcome.counts.get("files left at the end"), 0)
        }),
      120_000 + rounds * 200,
    )
  play("no live socket is ever removed and every orphan is", rounds, false)
  play("the same while one sweeps in another PID namespace", Math.ceil(rounds / 8), true)
})
