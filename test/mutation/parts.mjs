/**
 * The parts of the program whose tests are tried by mutants: `npm run mutation`. For each part the files that are changed, and the
 * test files that have to notice. These are unit tests with mocked layers, so that a part takes minutes.
 */
const layers = (folder, names) => names.map(name => `src/layers/${folder}/${name}.ts`)
const tests = (folder, names) => names.map(name => `test/layers/${folder}/${name}.test.ts`)

/** The tests have the names of the files that they try. */
const alike = (directory, names) => ({ mutates: layers(directory, names), tests: tests(directory, names) })

export const parts = [
  {
    name: "verdict",
    what: "the verdict on a socket file",
    ...alike("sockets", ["Verdict"]),
  },
  {
    name: "ranking",
    what: "the rank of candidates, and the best live one",
    ...alike("sockets", ["Candidate", "bestLive", "asker"]),
  },
  {
    name: "health",
    what: "the state machine of health, and the snapshot",
    ...alike("health", ["HealthState", "Snapshot", "SocketHealth"]),
  },
  {
    name: "resync",
    what: "what a client of the relay is told after a restart",
    mutates: layers("relay", ["resync", "workspaces"]),
    tests: tests("relay", ["resync", "workspaces", "ClientSession"]),
  },
  {
    name: "policy",
    what: "what a restricted socket of the relay lets through",
    mutates: layers("relay/policy", ["CommandPattern", "commandText", "judge", "makePolicy"]),
    tests: tests("relay/policy", ["bypass", "commands", "commas", "letThrough", "requests", "wrongPolicy"]),
  },
  {
    name: "rewrite",
    what: "the rewriting of unit files",
    mutates: layers("systemd/units", ["rewrite", "unitText"]),
    tests: tests("systemd/units", ["rewrite"]),
  },
  {
    name: "session",
    what: "session run: the order of its steps, its target and its variables",
    ...alike("session", ["Session", "relayVariables", "sessionTarget", "sessionVariables"]),
  },
  {
    name: "lock",
    what: "the lock of a session, and orders that are repeated",
    ...alike("session", ["sessionLock", "retryKilled"]),
  },
  {
    name: "connection",
    what: "the kept connection: attempts, waits, replacement, requests",
    ...alike("sway", [
      "ConnectionState",
      "SwayConnection",
      "connect",
      "progress",
      "replacement",
      "requests",
      "supervisor",
    ]),
  },
  {
    name: "probe",
    what: "the probes of a connection, the wait for the first attempt, what is published",
    ...alike("health", ["acceptance", "firstAttempt", "prober", "publisher"]),
  },
  {
    name: "HealthProbe",
    what: "the service that puts the probe together",
    ...alike("health", ["HealthProbe"]),
  },
]
