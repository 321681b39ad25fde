import { assert, describe, it } from "@effect/vitest"
import * as Either from "effect/Either"
import { detailsOf, noDetails, parseDetails, unitObjectPath } from "../../../src/layers/systemd/unitDetails.ts"

describe("the details of a unit", () => {
  it("are read from busctl's JSON, whatever their values hold", () => {
    const text = "cat <<EOT\n\nId=phantom-sway.service\n\nEOT"
    const reply = {
      type: "a{sv}",
      data: [
        {
          Id: { type: "s", data: "writer.service" },
          Description: { type: "s", data: "a\nb" },
          ExecStart: {
            type: "a(sasbttttuii)",
            data: [["/bin/sh", ["/bin/sh", "-c", text], false, 0, 0, 0, 0, 0, 0, 0]],
          },
          ExecStartPre: { type: "a(sasbttttuii)", data: [["/bin/true", ["true"], true, 0, 0, 0, 0, 0, 0, 0]] },
          Environment: { type: "as", data: ["A=x\ny"] },
          PassEnvironment: { type: "as", data: ["SWAYSOCK"] },
        },
      ],
    }
    assert.deepStrictEqual(Either.getOrThrow(parseDetails(JSON.stringify(reply))), {
      description: "a\nb",
      commands: [
        { path: "/bin/true", argv: ["true"] },
        { path: "/bin/sh", argv: ["/bin/sh", "-c", text] },
      ],
      environment: ["A=x\ny"],
      passEnvironment: ["SWAYSOCK"],
    })
  })

  it("of what runs nothing are none, and what is no answer is none", () => {
    assert.deepStrictEqual(Either.getOrThrow(parseDetails('{"type":"a{sv}","data":[{}]}')), noDetails)
    for (const text of ["", "{}", "\u001b[1m{", '{"data":[{"ExecStart":{"data":[["/bin/a"]]}}]}']) {
      assert.isTrue(Either.isLeft(parseDetails(text)), text)
    }
  })

  it("are read from systemctl's text where there is no bus", () => {
    const command = (path: string, words: string) =>
      `{ path=${path} ; argv[]=${words} ; ignore_errors=no ; start_time=[n/a] ; stop_time=[n/a] ; pid=0 ; code=(null) ; status=0/0 }`
    const { commands, description } = detailsOf({
      Description: "a",
      ExecStart: `${command("/bin/a", "/bin/a -b")} ${command("/bin/sh", "/bin/sh -c x\ny")}`,
    })
    assert.strictEqual(description, "a")
    assert.deepStrictEqual(commands, [
      { path: "/bin/a", argv: ["/bin/a", "-b"] },
      { path: "/bin/sh", argv: ["/bin/sh", "-c", "x\ny"] },
    ])
  })

  it("are asked of the object that systemd has for the unit's name", () => {
    const below = "/org/freedesktop/systemd1/unit/"
    assert.strictEqual(unitObjectPath("dbus.service"), `${below}dbus_2eservice`)
    assert.strictEqual(unitObjectPath("3a-b@c\\x2d.service"), `${below}_33a_2db_40c_5cx2d_2eservice`)
  })
})
