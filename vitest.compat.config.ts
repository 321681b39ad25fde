import base from "./vitest.config.ts"

/**
 * What depends on Node: processes, sockets, the workers and clocks of the kernel's own news, paths that are not UTF-8, child
 * processes, signals, terminals, HTTP, the daemon and a round with real compositors. CI runs it under each Node that `.ci/run` lists.
 */
export default {
  ...base,
  test: {
    ...base.test,
    include: [
      "test/layers/system/*.test.ts",
      "test/layers/sockets/{hostile,SocketListeners,SocketProbe,SocketWatcher}.test.ts",
      "test/layers/control/{ControlClient,LineServer,takeover}.test.ts",
      "test/layers/ipc/{Frame,IpcClient}.test.ts",
      "test/layers/systemd/{ServiceManager,systemctl}.test.ts",
      "test/layers/telemetry/exporters.test.ts",
      "test/programs/**/*.process.test.ts",
      "test/programs/daemon/{daemon,sdNotify,telemetry}.test.ts",
      "test/desktop/{cli,health,latin1}.test.ts",
      "test/desktop/daemon-unit.root.test.ts",
    ],
  },
}
