import { configDefaults } from "vitest/config"
import base from "./vitest.config.ts"

/**
 * What depends on the compositor's and systemd's release, for `.ci/debian13`: health, `msg`, events, kill, stop, restart, cleanup,
 * units, the relay, the watchdog through `OpenFile=`, `session run`; and alerts in its Prometheus, and its receiver of OTLP. Files named
 * `*.debian13.test.ts` are selected here only, since Debian 12 has not the programs.
 */
export default {
  ...base,
  test: {
    ...base.test,
    exclude: configDefaults.exclude,
    include: [
      "test/desktop/{cli,events*,health,schemas,named-socket}.test.ts",
      "test/desktop/msg-*.test.ts",
      "test/desktop/units.test.ts",
      "test/desktop/monitoring.test.ts",
      "test/desktop/relay{,-flood,-restricted,-swaymsg,-waiting}.test.ts",
      "test/**/*.debian13.test.ts",
      "test/desktop/{beside-others,doctor-session,cleanup-unit,daemon-unit,daemon-lifetime,relay-unit,session-run,session-bind}.root.test.ts",
    ],
  },
}
