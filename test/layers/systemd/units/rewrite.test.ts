import { assert, describe, it } from "@effect/vitest"
import * as Arbitrary from "effect/Arbitrary"
import * as FastCheck from "effect/FastCheck"
import * as Schema from "effect/Schema"
import { additionsTo, rewriteDropIn, rewriteUnit } from "../../../../src/layers/systemd/units/rewrite.ts"
import { parseUnitText, renderUnitText } from "../../../../src/layers/systemd/units/unitText.ts"
import { numRuns } from "../../../fuzz/runs.ts"

const move = { from: "graphical-session.target", to: "sway-session.target" }
const G = move.from
const S = move.to

/** All that a unit needs besides what the case is about. */
const needed = `PartOf=${S}\nRequisite=${S}\nAfter=${S}\n`
const install = `[Install]\nWantedBy=${S}\n`

/** Title, the text, what becomes of it as a drop-in: nothing is added there, so that only the case itself is seen. */
const moves: ReadonlyArray<readonly [string, string, string]> = [
  ["a token among others", `[Unit]\nAfter=a.service ${G} b.service\n`, `[Unit]\nAfter=a.service ${S} b.service\n`],
  [
    "a name that only begins alike",
    "[Unit]\nAfter=graphical-session-pre.target\n",
    "[Unit]\nAfter=graphical-session-pre.target\n",
  ],
  ["a name that only ends alike", `[Unit]\nAfter=my-${G} x@${G}\n`, `[Unit]\nAfter=my-${G} x@${G}\n`],
  ["PartOf, Requisite", `[Unit]\nPartOf=${G}\nRequisite=${G}\n`, `[Unit]\nPartOf=${S}\nRequisite=${S}\n`],
  ["StopPropagatedFrom", `[Unit]\nStopPropagatedFrom=${G}\n`, `[Unit]\nStopPropagatedFrom=${S}\n`],
  [
    "what would start the target",
    `[Unit]\nBindsTo=${G}\nRequires=${G}\nWants=${G}\nUpholds=${G}\nX=y\n`,
    "[Unit]\nX=y\n",
  ],
  [
    "the same, but for what else is there",
    `[Unit]\nWants=a.service ${G}\nRequires=${G}  b.service\n`,
    "[Unit]\nWants=a.service\nRequires=b.service\n",
  ],
  [
    "an order that would contradict the new one",
    `[Unit]\nBefore=${G} a.service\nBefore=${S}\n`,
    "[Unit]\nBefore=a.service\n",
  ],
  ["Conflicts, which is no hanging on", `[Unit]\nConflicts=${G}\n`, `[Unit]\nConflicts=${G}\n`],
  ["both targets in one line", `[Unit]\nAfter=${G} ${S} x.service\n`, `[Unit]\nAfter=${S} x.service\n`],
  [
    "the target in two lines",
    `[Unit]\nAfter=${G}\nAfter=a.service\nAfter=${G} b.service\n`,
    `[Unit]\nAfter=${S}\nAfter=a.service\nAfter=b.service\n`,
  ],
  [
    "sections that come again",
    `[Unit]\nPartOf=${G}\n[Service]\nX=1\n[Unit]\nPartOf=${G}\nAfter=${G}\n`,
    `[Unit]\nPartOf=${S}\n[Service]\nX=1\n[Unit]\nAfter=${S}\n`,
  ],
  [
    "the same key in another section",
    `[Service]\nAfter=${G}\n[X-Mine]\nPartOf=${G}\n`,
    `[Service]\nAfter=${G}\n[X-Mine]\nPartOf=${G}\n`,
  ],
  [
    "spaces around the sign",
    `[Unit]\nAfter =  ${G}\n  PartOf\t=\t${G} \n`,
    `[Unit]\nAfter =  ${S}\n  PartOf\t=\t${S} \n`,
  ],
  ["quotes", `[Unit]\nAfter="${G}" "b.service"\n`, `[Unit]\nAfter=${S} "b.service"\n`],
  [
    "an empty assignment, which resets nothing",
    `[Unit]\nAfter=\nAfter=${G}\nBindsTo=\n`,
    `[Unit]\nAfter=\nAfter=${S}\nBindsTo=\n`,
  ],
  [
    "comments",
    `# After=${G}\n[Unit]\n; PartOf=${G}\n#BindsTo=${G}\n`,
    `# After=${G}\n[Unit]\n; PartOf=${G}\n#BindsTo=${G}\n`,
  ],
  ["CRLF", `[Unit]\r\nAfter=${G}\r\nBindsTo=${G}\r\nX=y\r\n`, `[Unit]\r\nAfter=${S}\r\nX=y\r\n`],
  ["a last line without an end", `[Unit]\nAfter=${G}`, `[Unit]\nAfter=${S}`],
  [
    "lines that are joined",
    `[Unit]\nAfter=a.service \\\n   ${G} \\\n b.service\nX=y\n`,
    `[Unit]\nAfter=a.service \\\n   ${S} \\\n b.service\nX=y\n`,
  ],
  [
    "a joined line that goes",
    `[Unit]\nWants=a.service \\\n   ${G} \\\n b.service\n`,
    "[Unit]\nWants=a.service \\\n b.service\n",
  ],
  [
    "a joined line that goes, the last one",
    `[Unit]\nWants=a.service \\\n  ${G}\nX=y\n`,
    "[Unit]\nWants=a.service\nX=y\n",
  ],
  ["joined lines that all go", `[Unit]\nWants= \\\n  ${G} \\\n  ${G}\nX=y\n`, "[Unit]\nX=y\n"],
  [
    "comments between joined lines",
    `[Unit]\nWants=a.service \\\n# ${G} \\\n  ${G}\nX=y\n`,
    `[Unit]\nWants=a.service\n# ${G} \\\nX=y\n`,
  ],
  ["comments between joined lines that all go", `[Unit]\nWants=${G} \\\n; why\n\nX=y\n`, "[Unit]\n; why\nX=y\n"],
  ["a comment that ends in a backslash", `[Unit]\n# c \\\nAfter=${G}\n`, `[Unit]\n# c \\\nAfter=${S}\n`],
  [
    "an escaped backslash, which joins nothing",
    `[Unit]\nDescription=a\\\\\nAfter=${G}\n`,
    `[Unit]\nDescription=a\\\\\nAfter=${S}\n`,
  ],
  [
    "a line that only looks like an assignment",
    `[Unit]\nDescription=a \\\nAfter=${G}\n`,
    `[Unit]\nDescription=a \\\nAfter=${G}\n`,
  ],
  ["a key that is joined to its sign", `[Unit]\nAfter \\\n= ${G}\n`, `[Unit]\nAfter \\\n= ${S}\n`],
  ["a byte order mark", `\xef\xbb\xbf[Unit]\nAfter=${G}\n`, `\xef\xbb\xbf[Unit]\nAfter=${S}\n`],
  [
    "what makes other targets want it",
    `[Install]\nWantedBy=default.target ${G}\nRequiredBy=${G} x.target\nUpheldBy=${G}\n`,
    `[Install]\nWantedBy=default.target ${S}\nRequiredBy=x.target\n`,
  ],
  ["what Install says of others", `[Install]\nAlso=${G}\nAlias=${G}\n`, `[Install]\nAlso=${G}\nAlias=${G}\n`],
  [
    "WantedBy before another one, before what is empty, and before an empty one of another section",
    `[Install]\nWantedBy=${G}\nWantedBy=a.target\nAlias=\n# c\n[X]\nWantedBy=\n`,
    `[Install]\nWantedBy=${S}\nWantedBy=a.target\nAlias=\n# c\n[X]\nWantedBy=\n`,
  ],
  ["ReloadPropagatedFrom", `[Unit]\nReloadPropagatedFrom=${G}\n`, `[Unit]\nReloadPropagatedFrom=${S}\n`],
  ["a key with a space in it", `[Unit]\nAft er=${G}\n`, `[Unit]\nAft er=${G}\n`],
  ["many spaces before the key and behind the value", `[Unit]\n     After=${G}   \n`, `[Unit]\n     After=${S}   \n`],
  [
    "brackets that are no header's",
    `[[Unit]\nAfter=${G}\n[Unit]]\nAfter=${G}\n`,
    `[[Unit]\nAfter=${G}\n[Unit]]\nAfter=${G}\n`,
  ],
  ["a sign of comments within a value", `[Unit]\nAfter=a#b.service;c ${G}\n`, `[Unit]\nAfter=a#b.service;c ${S}\n`],
  [
    "quotes within a word",
    '[Unit]\nAfter=graphical-session."target" "graphical-session."target\n',
    '[Unit]\nAfter=graphical-session."target" "graphical-session."target\n',
  ],
  [
    "a word that goes, with the space before it",
    `[Unit]\nWants=a.service   ${G} b.service\n`,
    "[Unit]\nWants=a.service b.service\n",
  ],
  [
    "a joined line that goes, behind an escape and spaces",
    `[Unit]\nWants=a\\x2db.service  \\\n  ${G}\nX=y\n`,
    "[Unit]\nWants=a\\x2db.service\nX=y\n",
  ],
  [
    "a joined line that goes, without a space",
    `[Unit]\nWants=a.service\\\n  ${G}\nX=y\n`,
    "[Unit]\nWants=a.service\nX=y\n",
  ],
  ["an empty joined line", `[Unit]\nAfter=a.service \\\n  \\\n ${G}\n`, `[Unit]\nAfter=a.service \\\n  \\\n ${S}\n`],
  ["a key that is joined to its sign, and goes", `[Unit]\nBindsTo \\\n= ${G}\nX=y\n`, "[Unit]\nX=y\n"],
  [
    "a key that is joined to its sign over a comment",
    `[Unit]\nAfter \\\n# c\n= ${G}\n`,
    `[Unit]\nAfter \\\n# c\n= ${S}\n`,
  ],
  [
    "an empty WantedBy, which resets what is before it",
    `[Install]\nWantedBy=a.target ${G}\nWantedBy=\nWantedBy=${G}\n`,
    `[Install]\nWantedBy=a.target\nWantedBy=\nWantedBy=${S}\n`,
  ],
]

describe("dependencies", () => {
  for (const [title, before, after] of moves) {
    it(title, () => {
      assert.strictEqual(rewriteDropIn(before, move), after)
      assert.strictEqual(rewriteDropIn(after, move), after)
    })
  }
})

/** Title, the text, what becomes of it as a unit. */
const units: ReadonlyArray<readonly [string, string, string]> = [
  ["is complete already", `[Unit]\n${needed}\n${install}`, `[Unit]\n${needed}\n${install}`],
  ["has nothing", "", `[Unit]\n${needed}\n${install}`],
  ["has no such sections", "[Service]\nExecStart=x\n", `[Service]\nExecStart=x\n\n[Unit]\n${needed}\n${install}`],
  [
    "has some",
    `[Unit]\nAfter=${G}\nX=y\n\n# about the service\n[Service]\nExecStart=x\n${install}`,
    `[Unit]\nAfter=${S}\nX=y\nPartOf=${S}\nRequisite=${S}\n\n# about the service\n[Service]\nExecStart=x\n${install}`,
  ],
  ["has an empty section", "[Unit]\n[Install]", `[Unit]\n${needed}${install}`],
  [
    "has it more than once",
    `[Unit]\n${needed}PartOf=${G}\n${install}WantedBy=${S} ${G}\n`,
    `[Unit]\n${needed}${install}`,
  ],
  [
    "has it where a reset makes it void",
    `[Unit]\n${needed}[Install]\nWantedBy=${G}\nWantedBy=\n`,
    `[Unit]\n${needed}[Install]\nWantedBy=\nWantedBy=${S}\n`,
  ],
  ["ends without a newline", `${install}[Unit]\nX=y`, `${install}[Unit]\nX=y\n${needed}`],
  ["ends in the middle of a joined line", `${install}[Unit]\nX=y \\`, `${install}[Unit]\nX=y \\\n\n${needed}`],
  ["ends in CRLF", "[Unit]\r\nX=y\r\n", `[Unit]\r\nX=y\r\n${needed}\n${install}`.replace(/\r?\n/g, "\r\n")],
  [
    "ends in a comment within a joined line",
    `${install}[Unit]\nX=y \\\n# c`,
    `${install}[Unit]\nX=y \\\n# c\n\n${needed}`,
  ],
  [
    "is complete, without a newline at its end",
    `[Unit]\n${needed}[Install]\nWantedBy=${S}`,
    `[Unit]\n${needed}[Install]\nWantedBy=${S}`,
  ],
  ["has two kinds of line endings", `${install}[Unit]\r\nX=y\n`, `${install}[Unit]\r\nX=y\n${needed}`],
  [
    "has two kinds of line endings, the other one first",
    `[Unit]\r\nX=y\n${install}`,
    `[Unit]\r\nX=y\n${needed.replaceAll("\n", "\r\n")}${install}`,
  ],
  [
    "has a line that is neither",
    `${install}[Unit]\nX=y\ngarbage\n  \n`,
    `${install}[Unit]\nX=y\ngarbage\n${needed}  \n`,
  ],
  [
    "has a joined line that is neither, over a comment",
    `${install}[Unit]\nfoo \\\n# c\nbar\n`,
    `${install}[Unit]\nfoo \\\n# c\nbar\n${needed}`,
  ],
  [
    "keeps the comment of what goes at the end of a section",
    `${install}[Unit]\nX=y\nBindsTo=${G} \\\n# c\n ${G}\n`,
    `${install}[Unit]\nX=y\n${needed}# c\n`,
  ],
  ["has an empty dependency, which is none", `[Unit]\nAfter=\n${install}`, `[Unit]\nAfter=\n${needed}${install}`],
]

describe("a unit that", () => {
  for (const [title, before, after] of units) {
    it(title, () => {
      assert.strictEqual(rewriteUnit(before, move), after)
      assert.strictEqual(rewriteUnit(after, move), after)
    })
  }
})

const piece = Schema.Literal(
  ...["[Unit]", "[Install]", "[Service]", "After", "Wants", "WantedBy", "Before", " = ", "=", "#", ";", "\\", '"'],
  ...[" ", "\t", "\n", "\r\n", "\r", G, S, "a.service", "graphical-session-pre.target", "\xe4", "\xa0", "\xff"],
)
const anyText = Arbitrary.make(Schema.Array(piece)).map(pieces => pieces.join(""))

/** Lines and values that systemd takes for dependencies on a target, by its own rules and no code of ours. */
const dependenciesOn = (text: string, target: string, section: string, key: string) => {
  let current = ""
  let found = 0
  for (const line of text
    .replace(/^[ \t]*[#;].*\n/gm, "")
    .replace(/\\\n/g, " ")
    .split("\n")) {
    const header = /^\s*\[(\w+)\]\s*$/.exec(line)
    if (header !== null) current = header[1] ?? ""
    const [, name, value = ""] = /^\s*(\w+)\s*=(.*)$/.exec(line) ?? []
    if (current === section && name === key) found += value.split(/\s+/).filter(word => word === target).length
  }
  return found
}

const simpleLine = Schema.Literal(
  ...[
    "[Unit]",
    "[Install]",
    "[Service]",
    "# c \\",
    "",
    "X=\xe4\xff",
    `After=a.service ${G}`,
    `PartOf=${G}`,
    "After=\\",
  ],
  ...[
    `WantedBy=${G} default.target`,
    `BindsTo=${G} \\`,
    `Requisite=${S}`,
    ` ${G} b.service`,
    `  ${S}`,
    `RequiredBy=${G}`,
  ],
)
const simpleText = Arbitrary.make(Schema.Array(simpleLine)).map(lines => lines.map(line => `${line}\n`).join(""))

describe("any text", () => {
  it("is its lines", () => {
    FastCheck.assert(
      FastCheck.property(anyText, text => renderUnitText(parseUnitText(text)) === text),
      { numRuns },
    )
  })

  it("is the same after the second time as after the first", () => {
    FastCheck.assert(
      FastCheck.property(anyText, text => {
        const once = rewriteUnit(text, move)
        assert.strictEqual(rewriteUnit(once, move), once)
      }),
      { numRuns },
    )
  })

  it("without a word of the targets survives byte for byte", () => {
    FastCheck.assert(
      FastCheck.property(anyText, text => {
        const other = text.replaceAll(G, "x").replaceAll(S, "y")
        assert.strictEqual(rewriteDropIn(other, move), other)
      }),
      { numRuns },
    )
  })

  it("keeps every line with text that does not mention the targets, in its order", () => {
    FastCheck.assert(
      FastCheck.property(simpleText, text => {
        const kept = text
          .split("\n")
          .filter(line => line !== "" && !line.includes(G) && !line.includes(S) && !line.endsWith("\\"))
        const lines = rewriteUnit(text, move).split("\n")
        let at = -1
        for (const line of kept) {
          at = lines.indexOf(line, at + 1)
          assert.isAtLeast(at, 0, `${JSON.stringify(line)} is gone`)
        }
      }),
      { numRuns },
    )
  })

  it("hangs on the new target once in each way, and on the old one in none", () => {
    FastCheck.assert(
      FastCheck.property(simpleText, text => {
        const result = rewriteUnit(text, move)
        for (const key of ["PartOf", "Requisite", "After"]) {
          assert.strictEqual(dependenciesOn(result, S, "Unit", key), 1, result)
          assert.strictEqual(dependenciesOn(result, G, "Unit", key), 0, result)
        }
        assert.strictEqual(dependenciesOn(result, S, "Install", "WantedBy"), 1, result)
        for (const key of ["WantedBy", "RequiredBy"]) {
          assert.strictEqual(dependenciesOn(result, G, "Install", key), 0, result)
        }
        assert.strictEqual(dependenciesOn(result, G, "Unit", "BindsTo"), 0, result)
      }),
      { numRuns },
    )
  })
})

describe("a drop-in", () => {
  it.each([
    ["[Service]\nExecStart=/bin/a\n", `[Unit]\nPartOf=${S}\nRequisite=${S}\nAfter=${S}\n`],
    [`[Unit]\nAfter=${S}\n[Install]\nWantedBy=${G}\n`, `[Unit]\nPartOf=${S}\nRequisite=${S}\n`],
    [`[Unit]\nPartOf=${S}\nRequisite=${S}\nAfter=${S}\n`, ""],
    [`[Unit]\nAfter=${G}\n`, undefined],
    [`[Unit]\nBindsTo=${G}\n`, undefined],
    [`[Unit]\nBefore=${S}\n`, undefined],
  ])("adds what is missing, where nothing has to go: %j", (text, expected) => {
    assert.strictEqual(additionsTo(text, move), expected)
  })
})
