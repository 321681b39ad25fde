/** Measures nothing: makes the orphans that are swept, and the shell loop that a user would write to sweep them. */
import { spawnSync } from "node:child_process"
import { readdirSync } from "node:fs"
import { asMeasured, publish, start } from "./world.mjs"

/** Real socket files, an hour old: bound, and abandoned when the next one takes the descriptor. Names come from stdin. */
const maker = publish(
  "orphans.pl",
  `use Socket;
while (<STDIN>) {
  chomp;
  socket(my $socket, AF_UNIX, SOCK_STREAM, 0) or die $!;
  bind($socket, pack_sockaddr_un($_)) or die "$_: $!";
  utime time - 3600, time - 3600, $_;
}
`,
)

/** What a person would write who knows that \`kill -0\` alone keeps the files of pids that are used again. */
export const shellLoop = publish(
  "loop.sh",
  `for socket in "$XDG_RUNTIME_DIR"/*-ipc.*.sock; do
  pid=\${socket%.sock}
  pid=\${pid##*.}
  if kill -0 "$pid" 2>/dev/null && grep -qxE 'sway|scroll|swayfx|\\.sway-wrapped' "/proc/$pid/comm" 2>/dev/null; then
    continue
  fi
  rm -f "$socket"
done
`,
)

/** More than a pid can be (pid_max is 2^22 at most). */
const NOBODY = 5_000_000

/** Living processes that are no compositors. */
export const startBystanders = runtimeDir => Array.from({ length: 50 }, () => start(runtimeDir, "sleep", ["100000"]))

/**
 * With bystanders the names have their pids, without them pids of no process. The uid in a name, which is never read, makes it another
 * name.
 */
export const makeOrphans = (runtimeDir, count, bystanders) => {
  const paths = Array.from({ length: count }, (_, index) => {
    const pid = bystanders[index % bystanders.length]?.pid ?? NOBODY + index
    return `${runtimeDir}/sway-ipc.${index}.${pid}.sock`
  })
  const { status, stderr } = spawnSync("perl", [maker], { ...asMeasured(runtimeDir), input: paths.join("\n") })
  if (status !== 0) throw new Error(`could not make ${count} sockets: ${stderr}`)
}

/** How many of them are still there. */
export const remaining = runtimeDir => readdirSync(runtimeDir).filter(name => name.endsWith(".sock")).length
