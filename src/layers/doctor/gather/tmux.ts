/** Reads the environment of the tmux server, which new windows get. */
import * as Effect from "effect/Effect"
import * as Either from "effect/Either"
import { judgeVariables } from "../../session/survey/variables.ts"
import { Subprocess } from "../../system/Subprocess.ts"
import { type Looked, type TmuxVariable, unseen } from "../Facts.ts"

/** Runs a tmux command that starts no server. */
const ask = (...words: ReadonlyArray<string>) =>
  Effect.flatMap(Subprocess, ({ run }) =>
    Effect.filterOrFail(
      run("tmux", words),
      ({ code }) => code === 0,
      ({ stderr }) => ({ reason: "Refused" as const, message: stderr.trim().split("\n")[0] ?? "" }),
    ),
  ).pipe(Effect.map(({ stdout }) => stdout))

/** Lines `NAME=VALUE`; `-NAME` is a variable that tmux removes. */
export const parseEnvironment = (text: string): ReadonlyMap<string, string> =>
  new Map(
    text.split("\n").flatMap(line => {
      const match = /^(SWAYSOCK|I3SOCK)=(.*)$/.exec(line)
      return match === null ? [] : [[match[1] ?? "", match[2] ?? ""] as const]
    }),
  )

const judged = (session: string | undefined, text: string) =>
  Effect.map(judgeVariables(parseEnvironment(text)), reports =>
    reports.map((report): TmuxVariable => ({ ...report, session })),
  )

/** The sockets that the server and each of its sessions name. */
export const tmuxFacts = Effect.gen(function* () {
  const server = yield* judged(undefined, yield* ask("show-environment", "-g"))
  const ids = (yield* ask("list-sessions", "-F", "#{session_id}")).split("\n").filter(id => /^\$\d+$/.test(id))
  const sessions = yield* Effect.forEach(
    ids,
    id => Effect.flatMap(ask("show-environment", "-t", id), text => judged(id, text)),
    { concurrency: 4 },
  )
  return Either.right([...server, ...sessions.flat()]) as Looked<ReadonlyArray<TmuxVariable>>
}).pipe(
  Effect.catchAll(({ message, reason }) =>
    Effect.succeed(
      unseen(
        reason === "NotFound"
          ? "tmux is not installed"
          : reason === "Refused"
            ? `no tmux server answers: ${message}`
            : message,
      ),
    ),
  ),
)
