import { assert, describe, it } from "@effect/vitest"
import { tree } from "../../../../src/programs/cli/catalogue/root.ts"
import { nameOf } from "../../../../src/programs/cli/tree/CommandSpec.ts"
import { nearest } from "../../../../src/programs/cli/usage/nearest.ts"
import { requestOf } from "../../../../src/programs/cli/usage/request.ts"
import { givenTwice } from "../../../support/wording.ts"

const ask = (line: string) =>
  requestOf(
    tree,
    line.split(" ").filter(word => word !== ""),
  )

/** What a line is refused with. */
const refusal = (line: string) => {
  const answer = ask(line)
  return answer._tag === "Wrong" ? answer : assert.fail(`"${line}" was not refused`)
}

const helpFor = (line: string) => {
  const answer = ask(line)
  return answer._tag === "Help" ? nameOf(answer.command) : assert.fail(`"${line}" is ${answer._tag}`)
}

const runs = (line: string) => {
  const answer = ask(line)
  return answer._tag === "Run"
    ? answer.words.join(" ").replace(/=(\S*)=/g, "$1")
    : assert.fail(`"${line}" is ${answer._tag}`)
}

describe("help", () => {
  it("is for the command that was named, wherever the flag stands", () => {
    assert.strictEqual(helpFor("--help"), "i3pm")
    assert.strictEqual(helpFor("diagnose socket-health --help"), "i3pm diagnose socket-health")
    assert.strictEqual(helpFor("--help diagnose socket-health"), "i3pm diagnose socket-health")
    assert.strictEqual(helpFor("diagnose -h --nonsense"), "i3pm diagnose")
  })

  it("is for a group that is named alone, and for nothing at all", () => {
    for (const group of ["", "diagnose", "session", "units"]) {
      assert.strictEqual(helpFor(group), ["i3pm", group].join(" ").trim())
    }
  })

  it("is asked for by a letter of a cluster, and nothing is sent", () => {
    for (const line of ["msg -qh exit", "msg -hq exit", "msg -rh"]) assert.strictEqual(helpFor(line), "i3pm msg")
    assert.strictEqual(runs("msg -th exit"), "msg -t h -- exit")
  })

  it("is not asked for after --", () => {
    assert.strictEqual(runs("msg -- --help"), "msg -- --help")
  })
})

describe("what goes to the command tree", () => {
  it("is what was typed, options first and by their first names", () => {
    assert.strictEqual(runs("diagnose socket-health --json"), "diagnose socket-health --json")
    assert.strictEqual(runs("msg --type get_tree -r"), "msg -t get_tree -r")
    assert.strictEqual(runs("msg workspace - -- -x"), "msg -- workspace - -x")
    assert.strictEqual(runs("events window tick"), "events -- window tick")
    assert.strictEqual(runs("diagnose socket-health --socket -odd"), "diagnose socket-health --socket -odd")
    assert.strictEqual(runs("socket --socket=/a=b"), "socket --socket /a=b")
  })

  it("is the last of an option of msg that is given twice, and each flag of a cluster, as getopt has it", () => {
    assert.strictEqual(runs("msg -r -t get_tree -r -t get_version x"), "msg -t get_version -r -- x")
    assert.strictEqual(runs("msg -s /a --socket=/b"), "msg -s /b")
    assert.strictEqual(runs("msg -r -- -r"), "msg -r -- -r")
    assert.strictEqual(runs("msg -rqtget_tree"), "msg -t get_tree -r -q")
    assert.strictEqual(runs("msg -rt get_tree"), "msg -t get_tree -r")
    assert.strictEqual(runs("msg -r --pretty"), "msg -p")
    assert.strictEqual(runs("msg -p -q -r"), "msg -r -q")
    assert.strictEqual(runs("msg -rpr"), "msg -r")
  })

  it("is nothing for a dash in a cluster, which does not end the options", () => {
    for (const line of ["msg -q- exit", "msg -rq-h exit"])
      assert.strictEqual(refusal(line).reason, "UnknownOption", line)
    assert.strictEqual(runs("msg -qt-x"), "msg -t -x -q")
  })

  it("is an option as often as it is given, where it is made for that", () => {
    assert.strictEqual(runs("session run --env A --env B"), "session run --env A --env B")
    assert.strictEqual(runs("simulate --fault hang --fault=resume"), "simulate --fault hang --fault resume")
  })

  it("understands the word of the log for a level, and takes no other value for one", () => {
    const valuesOf = (line: string) => {
      const request = requestOf(tree, line.split(" "))
      return request._tag === "Run" ? request.values : request
    }
    assert.deepInclude(valuesOf("daemon --log-level warn"), { logLevel: "warning" })
    assert.deepInclude(valuesOf("daemon --socket constructor"), { socket: "constructor" })
  })

  it("is the same for a short name and for a value in the same word", () => {
    for (const line of ["daemon --log-level debug", "daemon --log-level=debug", "daemon -ldebug", "daemon -l debug"]) {
      assert.strictEqual(runs(line), "daemon -l debug")
    }
  })
})

describe("version and completions", () => {
  it("are answered for every command", () => {
    for (const line of ["--version", "diagnose sockets --version", "msg -v"]) {
      assert.strictEqual(ask(line)._tag, "Version")
    }
    for (const [line, shell] of [
      ["--completions zsh", "zsh"],
      ["--completions=fish", "fish"],
      ["diagnose --completions bash", "bash"],
    ] as const) {
      assert.deepInclude(ask(line), { _tag: "Completions", shell })
    }
  })
})

describe("what is refused", () => {
  const cases: ReadonlyArray<readonly [line: string, reason: string, ...facts: ReadonlyArray<string>]> = [
    ["dignose", "UnknownCommand", "dignose", "did you mean diagnose?"],
    ["diagnose sock", "UnknownCommand", 'unknown command "sock"', "did you mean socket-health or sockets?"],
    ["diagnose sokcets", "UnknownCommand", "did you mean sockets?"],
    ["diagnose socket-health --jsn", "UnknownOption", "--jsn", "did you mean --json?"],
    ["--json", "UnknownOption", "unknown option --json"],
    ["status", "UnknownCommand", "did you mean diagnose status?"],
    ["install", "UnknownCommand", "did you mean session install or units install?"],
    ["help", "UnknownCommand", "did you mean --help?"],
    ["diagnose help", "UnknownCommand", "did you mean --help?"],
    ["help doctor", "UnknownCommand", "did you mean doctor --help?"],
    ["help session bind", "UnknownCommand", "did you mean session bind --help?"],
    ["session help bind", "UnknownCommand", "did you mean session bind --help?"],
    ["help nothing", "UnknownCommand", "did you mean --help?"],
    ["session start", "UnknownCommand", "did you mean session run,"],
    ["session stop", "UnknownCommand", "did you mean swaymsg exit,"],
    ["relay restart", "UnknownCommand", "did you mean systemctl --user restart i3pm-relay.service?"],
    ["session status", "UnknownCommand", "did you mean diagnose session?"],
    ["start", "UnknownCommand", "did you mean systemctl --user start i3-project-daemon?"],
    ["version", "UnknownCommand", "did you mean --version?"],
    ["-V", "UnknownOption", "did you mean --version?"],
    ["logs", "UnknownCommand", "did you mean journalctl --user -u i3-project-daemon?"],
    ["watch", "UnknownCommand", "did you mean diagnose socket-health --watch?"],
    ["diagnose socket-health --format waybr", "BadValue", "is one of json, table, waybar,", "did you mean waybar?"],
    ["cleanup --json=1", "BadValue", "--json takes no value"],
    ["msg -x", "UnknownOption", "-x", "i3pm msg"],
    ["msg mark --add x", "UnknownOption", "--add", "put -- before"],
    ["socket --wizard", "UnknownOption", "--wizard"],
    ["socket --socket", "MissingValue", "--socket PATH"],
    ["socket --socket --json", "MissingValue", "--socket PATH"],
    ["socket --socket -- x", "MissingValue", "--socket PATH"],
    ["socket --socket --version", "MissingValue", "--socket PATH"],
    ["msg -t", "MissingValue", "-t TYPE"],
    ["daemon --log-level loud", "BadValue", "--log-level", "error, warning, info, debug, trace", '"loud"'],
    ["daemon -lloud", "BadValue", "-l", '"loud"'],
    ["--completions tcsh", "BadValue", "--completions", "bash, zsh, fish"],
    ["--completions sh", "BadValue", "--completions", "bash, zsh, fish"],
    ["diagnose sockets --versio", "UnknownOption", "did you mean --version?"],
    ["diagnose socket-health --format waybar --format i3bar", "RepeatedOption", givenTwice("--format")],
    ["diagnose socket-health --watch --json --watch", "RepeatedOption", givenTwice("--watch")],
    ["events --json --json", "RepeatedOption", "i3pm events --help"],
    ["daemon --socket a --socket=b", "RepeatedOption", givenTwice("--socket")],
    ["daemon -l info --log-level debug", "RepeatedOption", givenTwice("--log-level")],
    ["units print --json --json", "RepeatedOption", givenTwice("--json")],
    ["events window nothing", "BadValue", "EVENT", "workspace", '"nothing"'],
    ["session bind", "MissingArgument", "UNIT"],
    ["socket x", "UnexpectedArgument", '"x"', "i3pm socket takes no argument"],
  ]

  for (const [line, reason, ...facts] of cases) {
    it(`i3pm ${line}`, () => {
      const error = refusal(line)
      assert.strictEqual(error.reason, reason)
      for (const fact of [...facts, "--help)"]) assert.include(error.message, fact)
    })
  }

  it("without a guess where nothing is near", () => {
    assert.notInclude(refusal("frobnicate").message, "did you mean")
  })
})

describe("nearest", () => {
  it("prefers what was begun, then the smallest slip", () => {
    assert.deepStrictEqual(nearest("ev", ["events", "session"]), ["events"])
    assert.deepStrictEqual(nearest("sesion", ["events", "session"]), ["session"])
    assert.deepStrictEqual(nearest("evnets", ["events", "session"]), ["events"])
    assert.deepStrictEqual(nearest("--", ["--json"]), [])
    assert.deepStrictEqual(nearest("xyz", ["abc", "msg"]), [])
  })
})
