import type { Candidate } from "../../../src/layers/sockets/Candidate.ts"

/** A socket of uid 1000 in the runtime directory, whose name has pid 7. */
export const candidateAt = (path: string): Candidate => ({
  path,
  origins: ["runtime_dir"],
  kind: "sway",
  pid: 7,
  file: "socket",
  owner: 1000,
  identity: "1:2",
  inode: 2,
  modifiedAt: 0,
  stamp: undefined,
})
