/**
 * Faults that have been put into the code by hand once, and that no test noticed then. `npm run mutation -- named` puts each in again:
 * `to` in place of `from`, which stands in the file exactly once. The test `fails` of the file `test` must fail then.
 */
export const named = [
  {
    name: "no-compositor-variables",
    what: "the variables that name a compositor are not cleared if they had their value before the session",
    file: "src/layers/session/sessionVariables.ts",
    from: 'new Set(["SWAYSOCK", "I3SOCK", "WAYLAND_DISPLAY", "DISPLAY"])',
    to: "new Set([])",
    test: "test/layers/session/Session.test.ts",
    fails: "leaves what had its value before, but for the compositor's own variables",
  },
  {
    name: "one-health-step",
    what: "a change of the connection is applied once: from healthy to disconnected the second step is missing",
    file: "src/layers/health/HealthProbe.ts",
    from: "SubscriptionRef.update(state, snapshot => onConnection(snapshot, current)),\n      1,",
    to: "SubscriptionRef.update(state, snapshot => onConnection(snapshot, current)),\n      0,",
    test: "test/layers/health/HealthProbe.test.ts",
    fails: "a socket that goes and is replaced at once makes it disconnected in between, too",
  },
  {
    name: "no-reset-failed",
    what: "the failed units of the session's target are not reset",
    file: "src/layers/session/Session.ts",
    from: "    yield* resetFailures(manager)\n",
    to: "",
    test: "test/layers/session/Session.test.ts",
    fails: "forgets the failures of the units of its target and of graphical-session.target alone",
  },
]
