import { assert, describe, it } from "@effect/vitest"
import { tooOld } from "../../../src/programs/process/nodeVersion.ts"

describe("the Node that is needed", () => {
  for (const version of ["20.18.0", "20.20.2", "22.0.0", "100.1.0"]) {
    it(`may be ${version}`, () => assert.isUndefined(tooOld(version, "/usr/bin/node")))
  }

  for (const version of ["18.20.8", "20.9.0", "20.17.9", "8.0.0"]) {
    it(`may not be ${version}`, () => {
      const said = tooOld(version, "/usr/bin/node")
      assert.include(said, `/usr/bin/node is Node ${version}`)
      assert.include(said, "20.18")
    })
  }
})
