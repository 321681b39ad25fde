/**
 * Faults that are put into the real code on purpose, one at a time: the simulation has to find each within a minute. `from` stands in
 * the file exactly once.
 */
export const mutations = [
  {
    name: "lost-wake",
    what: "a change of the directory does not wake the supervisor of the connection",
    file: "src/layers/sway/SwayConnection.ts",
    from: "discovery.changes, () => Queue.offer(wake, undefined))",
    to: "discovery.changes, () => Effect.void)",
  },
  {
    name: "swapped-reply",
    what: "the relay takes the newest request in flight of a type for the one that a reply answers",
    file: "src/layers/relay/RequestQueue.ts",
    from: 'this.#entries.findIndex(request => request.state === "Sent"',
    to: 'this.#entries.findLastIndex(request => request.state === "Sent"',
  },
  {
    name: "stale-mode",
    what: "after a restart a client is told of the mode that the relay has read, although an event was newer",
    file: "src/layers/relay/Resubscription.ts",
    from: "this.#hasState = true",
    to: "this.#hasState = false",
  },
  {
    name: "no-second-look",
    what: "a file that was moved aside is removed without a second look at it",
    file: "src/layers/system/removeIfSame.ts",
    from: "if (isSameFile(judged, look(aside))) {",
    to: "if (look(aside) !== undefined) {",
  },
]
