/** The relay with sockets that it got from its service manager, which here is a few lines of Perl. */
import { assert, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import { describeWith } from "../../support/needs.ts"
import { connect } from "../../support/rawIpc.ts"
import { spawnAs } from "../../support/Spawn.ts"
import { makeRuntimeDir, stageBundle, TEST_UID } from "../../support/TestUser.ts"
import { eventually } from "../../support/waiting.ts"

/** Listens at each path of `PATHS`, and passes the sockets on as descriptors 3, 4 and so on. */
const launcher = `use Socket; use POSIX; $^F = 100;
my @sockets = map { socket(my $s, AF_UNIX, SOCK_STREAM, 0); bind($s, pack_sockaddr_un($_)) or die $!; listen($s, 8); $s } split /:/, $ENV{PATHS};
my @high = map { POSIX::dup2(fileno($sockets[$_]), 50 + $_) } 0 .. $#sockets;
POSIX::dup2($high[$_], 3 + $_) for 0 .. $#high;
@ENV{"LISTEN_FDS", "LISTEN_PID"} = (scalar @sockets, $$);
exec @ARGV or die $!;`

describeWith(["setpriv", "node"], "a relay that was given sockets", () => {
  it.scopedLive("serves all of one unit, and refuses the clients of a name that is none", () =>
    Effect.gen(function* () {
      const entry = yield* stageBundle
      const runtimeDir = yield* makeRuntimeDir
      const program = (...args: ReadonlyArray<string>) => spawnAs(process.execPath, [entry, ...args], { runtimeDir })
      yield* program("simulate", "--path", `${runtimeDir}/sway-ipc.${TEST_UID}.99999.sock`)
      const names = { "i3pm-relay.socket": ["a.sock", "b.sock"], default: ["c.sock"], other: ["d.sock"] }
      const given = Object.entries(names).flatMap(([name, files]) => files.map(file => [name, `${runtimeDir}/${file}`]))
      const env = {
        PATHS: given.map(([, path]) => path).join(":"),
        LISTEN_FDNAMES: given.map(([name]) => name).join(":"),
      }
      const relay = yield* spawnAs("/usr/bin/perl", ["-e", launcher, process.execPath, entry, "relay"], {
        runtimeDir,
        env,
      })
      yield* eventually(Effect.sync(relay.stderr.text), text => text.includes("listens on"))
      for (const file of ["a.sock", "b.sock"]) {
        const client = yield* connect(`${runtimeDir}/${file}`)
        assert.deepInclude(yield* client.request("get_version"), { major: 1 }, file)
      }
      for (const file of ["c.sock", "d.sock"]) {
        const client = yield* connect(`${runtimeDir}/${file}`)
        yield* client.replies.await
      }
    }),
  )
})
