/** Clients of the daemon's control socket: those that ask, and those that misbehave. */
import type { Action } from "./actions.ts"
import { SystemError } from "./machine/Files.ts"
import type { Machine } from "./machine/Machine.ts"
import type { End } from "./machine/Sockets.ts"

/** The answer to a question about health, as far as a simulation looks at it. */
export interface Answer {
  readonly status: string
  readonly socketPath: string | null
}

/** A question that has been asked. */
export interface Question {
  readonly askedAt: number
  readonly onAnswer: (answer: Answer) => void
}

const question = Buffer.from('{"jsonrpc":"2.0","method":"get_socket_health","id":1}\n')

const answerIn = (line: string): Answer | undefined => {
  const answer: unknown = JSON.parse(line)
  if (typeof answer !== "object" || answer === null || !("result" in answer)) return undefined
  const { result } = answer
  if (typeof result !== "object" || result === null || !("status" in result) || !("socket_path" in result))
    return undefined
  const { socket_path: socketPath, status } = result
  return { status: String(status), socketPath: typeof socketPath === "string" ? socketPath : null }
}

/** The clients of one control socket. */
export class ControlClients {
  readonly #machine: Machine
  readonly #path: string
  /** Questions without an answer yet. */
  readonly open = new Set<Question>()
  readonly #ends = new Set<End>()

  constructor(machine: Machine, path: string) {
    this.#machine = machine
    this.#path = path
  }

  #connect(onData: (bytes: Buffer, end: End) => boolean): End | undefined {
    try {
      const holder = { pid: 1, isStopped: false }
      const end = this.#machine.connect(this.#path, holder)
      this.#ends.add(end)
      const leave = () => this.#leave(end)
      end.handle({ onData: bytes => onData(bytes, end), onEnd: leave, onBroken: leave })
      return end
    } catch (cause) {
      if (cause instanceof SystemError) return undefined
      throw cause
    }
  }

  #leave(end: End): void {
    this.#ends.delete(end)
    end.close()
  }

  /** Asks for the health. False if nobody listens. */
  ask(onAnswer: (answer: Answer) => void): boolean {
    const asked: Question = { askedAt: this.#machine.time.now, onAnswer }
    let text = ""
    const end = this.#connect((bytes, own) => {
      text += bytes.toString("utf8")
      const newline = text.indexOf("\n")
      if (newline < 0) return true
      const answer = answerIn(text.slice(0, newline))
      this.open.delete(asked)
      this.#leave(own)
      if (answer !== undefined) onAnswer(answer)
      return true
    })
    if (end === undefined) return false
    this.open.add(asked)
    end.send(question)
    return true
  }

  /** Does what no client should do, and leaves after a minute. */
  misbehave(manner: Extract<Action, { do: "bad client" }>["manner"]): void {
    const end = this.#connect(() => manner !== "never reads")
    if (end === undefined) return
    const texts = {
      garbage: "\u0000\u0001{\n}}}\n",
      "half a line": '{"jsonrpc":',
      "long line": "x".repeat(70_000),
      "never reads": question.toString("utf8").repeat(200),
      leaves: question.toString("utf8"),
    }
    end.send(Buffer.from(texts[manner]))
    if (manner === "leaves") this.#leave(end)
    else this.#machine.time.after(60_000, () => this.#leave(end))
  }

  close(): void {
    for (const end of [...this.#ends]) this.#leave(end)
    this.open.clear()
  }
}
