/** One actor: a process that plays a compositor, and what its file has to do in each state of it. */
import * as Effect from "effect/Effect"
import { began, type Held, type Referee } from "./Referee.ts"
import type { Stage } from "./Stage.ts"

export interface ActorOptions {
  readonly token: string
  readonly stage: Stage
  /** 0 where it does not matter or can not be chosen. */
  readonly pid: number
  readonly comm: string
  /** `%p` stands for the pid. */
  readonly path: string
}

export interface Actor {
  readonly pid: number
  readonly path: string
  readonly token: string
  /** Unlinks and binds, as a compositor does; from now on the file has to stay. */
  readonly bind: Effect.Effect<void>
  readonly listen: Effect.Effect<void>
  /** Both at once. */
  readonly open: Effect.Effect<void>
  /** Makes a plain file; nobody says that it has to stay. */
  readonly touch: Effect.Effect<void>
  /** Makes a file with content, or a FIFO; from now on it has to stay. */
  readonly makeOther: (kind: "fill" | "pipe") => Effect.Effect<void>
  /** Closes the socket; the file still has to stay, since a compositor of this pid runs. */
  readonly closeAndStay: Effect.Effect<void>
  readonly rename: (comm: string) => Effect.Effect<void>
  readonly deafen: Effect.Effect<void>
  readonly stop: Effect.Effect<void>
  readonly goOn: Effect.Effect<void>
  /** SIGKILL; its file stays and is an orphan from now on. */
  readonly kill: Effect.Effect<void>
  /** Unlinks its file and exits. */
  readonly leave: Effect.Effect<void>
  /** Keeps the file from now on, or does not any more. */
  readonly keep: Effect.Effect<void>
  readonly letGo: Effect.Effect<void>
  readonly greet: Effect.Effect<void>
  readonly waiting: (limit: number) => Effect.Effect<number>
  /** Waits until the file that it has bound is gone. */
  readonly untilGone: Effect.Effect<void>
  /** Something that must not be, about this actor. */
  readonly accuse: (what: string) => Effect.Effect<never>
}

/** Nobody was started: the pid is taken, by a process of the machine. */
export const TAKEN = "taken"

/** Forks an actor; {@link TAKEN} when its pid is another's. */
export const startActor = (referee: Referee, options: ActorOptions): Effect.Effect<Actor, typeof TAKEN> =>
  Effect.gen(function* () {
    const { comm, stage, token } = options
    const story: Array<string> = []
    let held: Held = { path: options.path, identity: "none", token, story }
    const tell = (what: string) => void story.push(`${((performance.now() - began) / 1000).toFixed(3)} ${what}`)
    const accuse = (what: string) => Effect.suspend(() => referee.violation(held, what))

    const order = (expected: string, ...words: ReadonlyArray<string | number>) =>
      Effect.gen(function* () {
        tell(words.join(" "))
        const answer = yield* stage.order(token, ...words)
        tell(`-> ${answer.join(" ")}`)
        if (answer[0] !== expected) return yield* accuse(`${words[0]} ended with ${answer.join(" ")}`)
        return answer
      })
    const orderOnly = (expected: string, ...words: ReadonlyArray<string>) => Effect.asVoid(order(expected, ...words))

    tell(`on the stage ${stage.name}, fork ${options.pid} ${comm}`)
    const [up, number] = yield* stage.order(token, "fork", options.pid, comm, options.path)
    if (up === "failed" && number === "EEXIST") return yield* Effect.fail<typeof TAKEN>(TAKEN)
    if (up !== "up") return yield* accuse(`fork ended with ${up} ${number}`)
    const pid = Number(number)
    const path = options.path.replace("%p", `${pid}`)
    held = { ...held, path }

    const takeFile = (verb: string) =>
      Effect.map(order("bound", verb), ([, dev, ino]) => {
        held = { ...held, identity: `${dev}:${ino}` }
      })
    const keep = Effect.sync(() => referee.hold(held))
    const letGo = Effect.suspend(() => referee.letGo(held))

    return {
      pid,
      path,
      token,
      bind: Effect.zipRight(takeFile("bind"), keep),
      listen: orderOnly("listening", "listen"),
      open: Effect.zipRight(takeFile("open"), keep),
      touch: takeFile("touch"),
      makeOther: kind => Effect.zipRight(takeFile(kind), keep),
      closeAndStay: orderOnly("closed", "close"),
      rename: name => orderOnly("named", "name", name),
      deafen: orderOnly("deafened", "deaf"),
      stop: orderOnly("stopped", "stop"),
      goOn: orderOnly("continued", "cont"),
      kill: Effect.zipRight(letGo, orderOnly("gone", "kill")),
      leave: Effect.zipRight(letGo, orderOnly("gone", "leave")),
      keep,
      letGo,
      greet: Effect.suspend(() => referee.greet(held)),
      waiting: limit => Effect.suspend(() => referee.waiting(held, limit)),
      untilGone: Effect.suspend(() => referee.untilGone(held)),
      accuse,
    }
  })
