/** Socket files that nobody listens on, made in bulk. */
import * as Effect from "effect/Effect"
import { runAs } from "./Spawn.ts"
import { HarnessError } from "./TestUser.ts"

/** Binds each path of its input and abandons it, an hour ago by its looks. */
const script = `use Socket;
while (<STDIN>) {
  chomp;
  socket(my $socket, AF_UNIX, SOCK_STREAM, 0) or die $!;
  bind($socket, pack_sockaddr_un($_)) or die "$_: $!";
  utime time - 3600, time - 3600, $_;
}`

/** More than a pid can be (pid_max is 2^22 at most). */
const NOBODY = 5_000_000

/** Makes this many orphans in a runtime directory of the test uid. */
export const makeOrphans = (runtimeDir: string, count: number): Effect.Effect<void, HarnessError> => {
  const paths = Array.from({ length: count }, (_, index) => `${runtimeDir}/sway-ipc.${index}.${NOBODY + index}.sock`)
  return runAs("perl", ["-e", script], { runtimeDir, stdin: paths.join("\n") }).pipe(
    Effect.filterOrFail(
      ({ code }) => code === 0,
      ({ stderr }) => new HarnessError({ message: `could not make ${count} sockets: ${stderr}` }),
    ),
    Effect.asVoid,
  )
}
