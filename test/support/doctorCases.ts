/** Broken set-ups for `i3pm doctor`, one test each: it names the problem, and the command that it prints fixes it. */
import { afterAll, assert, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Scope from "effect/Scope"
import { type Answer, checkIn, type Desk, type Environment, makeDesk } from "./doctorDesk.ts"
import { describeWith, sessionTools, swayTools } from "./needs.ts"
import type { HarnessError } from "./TestUser.ts"
import { eventually } from "./waiting.ts"

/** A broken set-up. */
export interface Case {
  readonly title: string
  /** The check that names it, with its status. */
  readonly id: string
  readonly status: "wrong" | "warning"
  /** Text of the check that tells this problem from others. */
  readonly says: string
  /** Breaks it. Its scope ends after the test: there it restores what the fix need not. */
  readonly broken?: (desk: Desk) => Effect.Effect<unknown, HarnessError, Scope.Scope>
  /** The variables of the user's shell in which the doctor is asked and its command is run. */
  readonly env?: (desk: Desk) => Effect.Effect<Environment, HarnessError, Scope.Scope>
  /** The command does not end: it is the compositor. */
  readonly stays?: true
}

/** True if the doctor has seen everything that answers: on a busy machine it may run out of time. */
const hasSeenAll = ({ checks }: Answer) => checks.every(({ why }) => why !== "it did not answer in time")

/** The check of a case, once the doctor reports it. */
const named = (desk: Desk, { env: ofShell, id, says, status }: Case, env: Environment) =>
  Effect.gen(function* () {
    const look = Effect.map(desk.doctor(env), answer => ({ answer, check: checkIn(answer, id) }))
    const { answer, check } = yield* eventually(
      look,
      each => each.check?.status === status && (ofShell === undefined || hasSeenAll(each.answer)),
    )
    assert.isDefined(check)
    assert.include(`${check.what}: ${check.why}`, says)
    assert.deepStrictEqual([answer.code, answer.ok], answer.ok ? [0, true] : [1, false])
    assert.isFalse(answer.ok && status === "wrong")
    return check
  })

/** Runs the printed command and asks the doctor again, as a user does in one shell: there a variable is set. */
const fixedInShell = (desk: Desk, id: string, fix: string, env: Environment) =>
  Effect.gen(function* () {
    const again = Effect.map(
      desk.shell(`{ ${fix}\n} >&2 && exec i3pm doctor --json`, env),
      ({ code, stderr, stdout }) => {
        assert.include([0, 1], code, `${fix}: ${stderr}`)
        return checkIn({ code, ...JSON.parse(stdout) }, id)?.status
      },
    )
    // Skipped: on a busy machine the doctor may not have seen it in its time.
    assert.strictEqual(yield* eventually(again, status => status !== "skipped"), "ok", fix)
  })

/** Runs the printed command; in the end nothing is wrong. */
const fixedForGood = (desk: Desk, { id, stays }: Case, fix: string) =>
  Effect.gen(function* () {
    yield* stays === true ? desk.leave(`exec ${fix}`) : desk.line(fix)
    yield* desk.settled
    const left = Effect.map(desk.doctor(), ({ checks }) =>
      checks.filter(check => check.status === "wrong" || (check.id === id && check.status !== "ok")),
    )
    yield* eventually(left, checks => checks.length === 0)
  })

/** Breaks it, reads what the doctor says, and does it. */
const tried = (desk: Desk, each: Case) =>
  Effect.gen(function* () {
    yield* each.broken?.(desk) ?? Effect.void
    const env = yield* each.env?.(desk) ?? Effect.succeed({})
    const { fix } = yield* named(desk, each, env)
    assert.isNotNull(fix, "there is no command")
    yield* each.env === undefined ? fixedForGood(desk, each, fix) : fixedInShell(desk, each.id, fix, env)
  })

/** The session that the cases of a group share. */
interface SharedDesk {
  /** Uses the session. After a failure the next use gets a new one. */
  readonly use: <A>(use: (desk: Desk) => Effect.Effect<A, HarnessError, Scope.Scope>) => Effect.Effect<A, HarnessError>
  readonly close: Effect.Effect<void>
}

const makeSharedDesk = (): SharedDesk => {
  let current: { readonly desk: Desk; readonly scope: Scope.CloseableScope } | undefined
  const close = Effect.suspend(() => {
    const last = current
    current = undefined
    return last === undefined ? Effect.void : Scope.close(last.scope, Exit.void)
  })
  const open = Effect.gen(function* () {
    if (current !== undefined) return current.desk
    const scope = yield* Scope.make()
    const desk = yield* Effect.onError(Scope.extend(makeDesk, scope), () => Scope.close(scope, Exit.void))
    current = { desk, scope }
    return desk
  })
  return {
    use: use => Effect.flatMap(open, desk => Effect.onError(Effect.scoped(use(desk)), () => close)),
    close,
  }
}

const tools = [...swayTools, ...sessionTools, "node"] as const

/** A test for each case, in one session. */
export const testCases = (title: string, cases: ReadonlyArray<Case>, more: ReadonlyArray<"tmux"> = []): void =>
  describeWith([...tools, ...more], title, () => {
    // Not by `layer` of @effect/vitest: it replaces `it.effect` for every later file of the process.
    const { close, use } = makeSharedDesk()
    afterAll(() => Effect.runPromise(close))
    for (const each of cases) {
      it.live(`${each.id}: names ${each.title}, and its own command fixes it`, () => use(desk => tried(desk, each)))
    }
  })
