import { assert, describe, it } from "@effect/vitest"
import * as FastCheck from "effect/FastCheck"
import { isI3TmpDir, parseI3Name, parseSwayName } from "../../../src/layers/sockets/SocketName.ts"

describe("parseSwayName", () => {
  it("reads sway's name and the forks'", () => {
    for (const prefix of ["sway", "scroll", "swayfx"]) {
      assert.deepStrictEqual(parseSwayName(`${prefix}-ipc.1000.4242.sock`), { kind: "sway", uid: 1000, pid: 4242 })
    }
    assert.deepStrictEqual(parseSwayName("sway-ipc.0.1.sock"), { kind: "sway", uid: 0, pid: 1 })
  })

  it("reads back every uid and pid", () => {
    const id = FastCheck.integer({ min: 0, max: 2 ** 32 - 1 })
    FastCheck.assert(
      FastCheck.property(id, id, (uid, pid) =>
        assert.deepStrictEqual(parseSwayName(`sway-ipc.${uid}.${pid}.sock`), { kind: "sway", uid, pid }),
      ),
    )
  })

  for (const name of [
    "sway-ipc.1000.4242.sock~",
    "sway-ipc.1000.4242.sock.bak",
    " sway-ipc.1000.4242.sock",
    "sway-ipc.1000.4242.sock\n",
    "sway-ipc.1000.4242.sock\nx",
    "x\nsway-ipc.1000.4242.sock",
    "sway-ipc.1000.sock",
    "sway-ipc..4242.sock",
    "sway-ipc.1000..sock",
    "sway-ipc.01000.4242.sock",
    "sway-ipc.1000.04242.sock",
    "sway-ipc.1000.-1.sock",
    "sway-ipc.1000.4e2.sock",
    "sway-ipc.1000.0x10.sock",
    "sway-ipc.1000.99999999999.sock",
    "sway-ipc.1000.٤٢.sock",
    "sway-ipc.1000.4242xsock",
    "sway_ipc.1000.4242.sock",
    "Sway-ipc.1000.4242.sock",
    "river-ipc.1000.4242.sock",
    "-ipc.1000.4242.sock",
    "ipc-socket.4242",
    "wayland-1",
    "",
  ]) {
    it(`takes ${JSON.stringify(name)} for no socket of sway's`, () => {
      assert.isUndefined(parseSwayName(name))
    })
  }
})

describe("parseI3Name", () => {
  it("reads i3's name, which has no uid", () => {
    assert.deepStrictEqual(parseI3Name("ipc-socket.4242"), { kind: "i3", uid: undefined, pid: 4242 })
  })

  for (const name of [
    "ipc-socket.",
    "ipc-socket.042",
    "ipc-socket.42.1",
    "ipc-socket.42\n",
    "xipc-socket.42",
    "ipc_socket.42",
  ]) {
    it(`takes ${JSON.stringify(name)} for no socket of i3's`, () => {
      assert.isUndefined(parseI3Name(name))
    })
  }
})

describe("isI3TmpDir", () => {
  it("knows a directory of this user by mkdtemp's six characters", () => {
    assert.isTrue(isI3TmpDir("ann")("i3-ann.aB3xYz"))
    assert.isTrue(isI3TmpDir("ann.lee")("i3-ann.lee.aB3xYz"))
  })

  it("takes nobody else's and nothing else", () => {
    const names = [
      "i3-anna.aB3xYz",
      "i3-bob.aB3xYz",
      "i3-ann.aB3xY",
      "i3-ann.aB3xYzz",
      "i3-ann.aB3/Yz",
      "i3-ann.",
      "i3-ann",
    ]
    assert.deepStrictEqual(
      names.filter(name => isI3TmpDir("ann")(name)),
      [],
    )
    assert.isFalse(isI3TmpDir("ann")("i3-ann.lee.aB3xYz"))
    assert.isFalse(isI3TmpDir("a.n")("i3-axn.aB3xYz"))
  })
})
