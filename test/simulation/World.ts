/** The desktop around the program under test: compositors, orphans and faults of the kernel. */
import { type Action, describeAction } from "./actions.ts"
import { Compositor, type CompositorLog, socketPathOf } from "./Compositor.ts"
import { SystemError } from "./machine/Files.ts"
import { Machine, OWN_PID, RUNTIME_DIR } from "./machine/Machine.ts"
import type { Random } from "./machine/random.ts"
import type { Time } from "./machine/Time.ts"
import type { Report } from "./Report.ts"

/** The most compositors at a time. */
const MOST = 4

/** What happens right before the next such call. */
interface Trap {
  readonly syscall: string
  readonly spring: (path: string) => void
}

/** The system calls that fail together: those that look at files, and those that change a directory. */
const calls = {
  looks: new Set(["lstat", "stat", "scandir"]),
  changes: new Set(["rename", "unlink", "link"]),
} as const

/** What actions do that only the harness of a program can do. */
export interface Clients {
  /** False if what a compositor sends goes to clients, who then get what is wrong: such a compositor is only late. */
  readonly judgesReplies: boolean
  readonly ask: () => void
  readonly misbehave: (manner: Extract<Action, { do: "bad client" }>["manner"]) => void
}

/** One desktop. */
export class World {
  readonly machine: Machine
  readonly log: CompositorLog = { commands: new Map(), compositors: 0 }
  readonly #time: Time
  readonly #random: Random
  readonly #report: Report
  readonly #compositors: Array<Compositor> = []
  readonly #traps: Array<Trap> = []
  #failing: { readonly calls: ReadonlySet<string>; readonly errno: string } | undefined
  /** Undoes of faults that last for a while. */
  readonly #lasting = new Set<() => void>()
  #pids = 1000
  /** Faults so far. */
  faults = 0

  constructor(time: Time, random: Random, report: Report) {
    this.#time = time
    this.#random = random
    this.#report = report
    this.machine = new Machine(time)
    this.machine.beforeCall = (syscall, path) => this.#beforeCall(syscall, path)
  }

  /** The compositors that run. */
  get alive(): ReadonlyArray<Compositor> {
    return this.#compositors.filter(({ isAlive }) => isAlive)
  }

  start(listensAfter: number, pid = this.#nextPid()): Compositor | undefined {
    if (this.alive.length >= MOST || this.machine.processes.has(pid)) return undefined
    const compositor = new Compositor(this.machine, this.#random, this.log, pid, listensAfter)
    this.#compositors.push(compositor)
    if (this.#compositors.length > 50)
      this.#compositors.splice(0, 10, ...this.#compositors.slice(0, 10).filter(({ isAlive }) => isAlive))
    return compositor
  }

  #nextPid(): number {
    this.#pids += 1
    return this.#pids
  }

  #pick(which: number): Compositor | undefined {
    const { alive } = this
    return alive[which % alive.length]
  }

  /** Makes a fault that ends after a while, or when the faults end. */
  #forAWhile(milliseconds: number, undo: () => void): void {
    const once = () => {
      if (this.#lasting.delete(once)) undo()
    }
    this.#lasting.add(once)
    this.#time.after(milliseconds, once)
  }

  #beforeCall(syscall: string, path: string): void {
    // Only sockets of compositors and their directory: the program's own socket is not to be harmed.
    if (path !== RUNTIME_DIR && !path.includes("-ipc.")) return
    if (this.#failing?.calls.has(syscall) === true) throw new SystemError(this.#failing.errno, syscall, path)
    const index = this.#traps.findIndex(trap => trap.syscall === syscall)
    const [trap] = index < 0 ? [] : this.#traps.splice(index, 1)
    trap?.spring(path)
  }

  /** Does one action. `clients` are of the program under test. */
  perform(action: Action, clients: Clients): void {
    this.faults += 1
    this.#report.say(describeAction(action))
    switch (action.do) {
      case "start":
        this.start(action.listensAfter)
        return
      case "ask":
        clients.ask()
        return
      case "bad client":
        clients.misbehave(action.manner)
        return
      case "step clock":
        this.#time.wallOffset += action.by
        return
      case "orphan":
        this.#leaveOrphan(action)
        return
      case "lose events":
      case "delay events":
        this.#disturbEvents(action)
        return
      case "refuse connections":
        this.machine.refuseConnect = () => action.errno
        this.#forAWhile(action.for, () => {
          this.machine.refuseConnect = () => undefined
        })
        return
      case "fail calls":
        this.#failing = { calls: calls[action.calls], errno: action.errno }
        this.#forAWhile(action.for, () => {
          this.#failing = undefined
        })
        return
      case "race":
        this.#setTrap(action)
        return
      default:
        this.#performOn(action, this.#pick(action.which), clients)
    }
  }

  #performOn(
    action: Exclude<Extract<Action, { which: number }>, { do: "race" }>,
    compositor: Compositor | undefined,
    { judgesReplies }: Clients,
  ): void {
    if (compositor === undefined) return
    switch (action.do) {
      case "crash":
        compositor.crash()
        return
      case "exit":
        compositor.exit()
        return
      case "restart":
        this.#restart(compositor, action)
        return
      case "stop":
        compositor.stop()
        this.#forAWhile(action.for, () => compositor.resume())
        return
      case "slow":
        compositor.delay = action.by
        this.#forAWhile(action.for, () => {
          compositor.delay = 0
        })
        return
      case "split":
        compositor.isSplitting = true
        this.#forAWhile(action.for, () => {
          compositor.isSplitting = false
        })
        return
      case "misbehave":
        compositor.manner = judgesReplies ? action.manner : "late"
        this.#forAWhile(action.for, () => {
          compositor.manner = "right"
        })
        return
      case "flood":
        for (let count = 0; count < action.events; count += 1) compositor.emit(count % 2 === 0 ? "workspace" : "tick")
        return
      case "remove file":
        this.machine.files.drop(compositor.path)
        return
    }
  }

  #restart(compositor: Compositor, action: Extract<Action, { do: "restart" }>): void {
    const { pid } = compositor.process
    compositor.crash()
    this.#time.after(action.after, () => {
      this.start(this.#random.pick([0, 0.05, 20]), action.samePid ? pid : undefined)
    })
  }

  /** A file of a compositor that has crashed, whose pid is of no process, of another program, or of this one. */
  #leaveOrphan({ age, pid: whose }: Extract<Action, { do: "orphan" }>): void {
    const pid = whose === "own" ? OWN_PID : this.#nextPid()
    const path = socketPathOf(pid)
    if (this.machine.files.peek(path) !== undefined) return
    if (whose === "other") this.machine.start(pid, "bash")
    const dead = { pid, isStopped: false }
    this.machine.unbind(this.machine.bind(path, dead, end => end.close()))
    const file = this.machine.files.peek(path)
    if (file !== undefined) file.mtimeNs -= BigInt(age) * 1_000_000n
  }

  #disturbEvents(action: Extract<Action, { do: "lose events" | "delay events" }>): void {
    this.machine.events = { delay: () => (action.do === "lose events" ? undefined : action.by) }
    this.#forAWhile(action.for, () => {
      this.machine.events = { delay: () => 0.05 }
    })
  }

  #setTrap({ syscall }: Extract<Action, { do: "race" }>): void {
    // In the moment before the call, a compositor with the pid in the name starts at that path.
    const spring = (path: string) => {
      const pid = /\.(\d+)\.sock$/.exec(path)?.[1]
      const started = pid === undefined ? undefined : this.start(0, Number(pid))
      if (started !== undefined) this.#report.say(`race before ${syscall}: sway ${pid} starts`)
    }
    this.#traps.push({ syscall, spring })
  }

  /** Ends all faults. Compositors that nobody can reach end, and one that is well is left or started. */
  calm(): void {
    this.#traps.length = 0
    for (const undo of [...this.#lasting]) undo()
    for (const compositor of this.alive) {
      compositor.manner = "right"
      compositor.delay = 0
      if (compositor.isStopped) compositor.resume()
      if (compositor.listensSince !== undefined && !compositor.isReachable) compositor.exit()
    }
    if (!this.alive.some(({ isReachable }) => isReachable)) this.start(0)
    this.#report.say(`the faults end: ${this.alive.map(({ process }) => `sway ${process.pid}`).join(", ")}`)
  }

  /** Socket files of compositors that have no listener. */
  get orphans(): ReadonlyArray<string> {
    const directory = this.machine.files.peek(RUNTIME_DIR)
    return [...(directory?.entries ?? [])].flatMap(([name, { bound }]) =>
      name.includes("-ipc.") && bound?.isClosed !== false ? [name] : [],
    )
  }
}
