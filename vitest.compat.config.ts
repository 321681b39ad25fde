import base from "./vitest.config.ts"

/**
 * What depends on Node: processes, sockets, the workers and clocks of the kernel's own news, paths that are not UTF-8, child
 * processes, signals, terminals, HTTP, the daemon, the library and a round with real compositors. CI runs it under each Node that `.ci/run` lists.
 */
export default {
  ...base,
  test: {
    ...base.test,
    include: [
      "test/layers/system/{KernelSockets,ProcessTable,RuntimeDir,Subprocess,UnixSocket,Workers,WriteLock}.test.ts",
      "test/layers/system/{durable,eventLoop,lockFile,pacedReadings,pageBuffer,plainSocket,rawText,removeIfSame,socketPath}.test.ts",
      "test/layers/sockets/{SocketListeners,SocketProbe}.test.ts",
      "test/layers/control/{ControlClient,LineServer}.test.ts",
      "test/layers/ipc/IpcClient.test.ts",
      "test/layers/systemd/{ServiceManager,systemctl}.test.ts",
      "test/programs/process/logger.process.test.ts",
      "test/programs/cli/{cleanup,compileCache,diagnose,fastCompositor,fastHealth}.process.test.ts",
      "test/programs/cli/watch/*.process.test.ts",
      "test/programs/daemon/{daemon.process,sdNotify,telemetry}.test.ts",
      "test/desktop/{cli,health,latin1,library}.test.ts",
      "test/desktop/daemon-unit.root.test.ts",
    ],
  },
}
