import { assert, it } from "@effect/vitest"
import { childEnvironment } from "../../../src/layers/system/childEnvironment.ts"

it("a child's output has one form, whatever the user has set for terminals", () => {
  const { PATH, ...rest } = childEnvironment({
    PATH: "/bin",
    SYSTEMD_COLORS: "1",
    SYSTEMD_PAGER: "less",
    SYSTEMD_URLIFY: "1",
    SYSTEMD_LOG_LEVEL: "debug",
    SYSTEMD_LOG_COLOR: "1",
    PAGER: "less",
    COLUMNS: "20",
    LANG: "de_DE.UTF-8",
    LC_MESSAGES: "de_DE.UTF-8",
    LANGUAGE: "de",
    FORCE_COLOR: "1",
    TERM: "xterm",
    GONE: undefined,
  })
  assert.strictEqual(PATH, "/bin")
  assert.deepStrictEqual(rest, {
    LC_ALL: "C.UTF-8",
    NO_COLOR: "1",
    SYSTEMD_COLORS: "0",
    SYSTEMD_PAGER: "",
    SYSTEMD_URLIFY: "0",
    TERM: "dumb",
  })
})
