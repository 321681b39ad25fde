/** How each fault of the embedded compositor is written on a command line: its name, then what it takes. */
export const faultUsages = [
  "hang",
  "resume",
  "slow MILLISECONDS",
  "split BYTES",
  "refuse-subscriptions",
  "garbage",
  "truncate",
  "flood COUNT [EVENT]",
  "drop",
  "unlink",
  "crash",
  "exit",
  "normal",
] as const

/** The first word of each. */
export type FaultName = (typeof faultUsages)[number] extends infer Usage
  ? Usage extends `${infer Name} ${string}`
    ? Name
    : Usage
  : never
