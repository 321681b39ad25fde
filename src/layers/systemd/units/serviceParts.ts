/** Directives that several of i3pm's units have: hardening, the name in the journal, memory, the reload. Pure. */
import type { UnitSections } from "./UnitFile.ts"

/**
 * The hardening that works in a user manager. Without `MemoryDenyWriteExecute=`, since V8 compiles code, and without private file
 * systems, since i3pm needs sockets at any path and `/proc`.
 */
export const hardening = {
  NoNewPrivileges: "yes",
  LockPersonality: "yes",
  RestrictRealtime: "yes",
  RestrictSUIDSGID: "yes",
  RestrictNamespaces: "yes",
  RestrictAddressFamilies: "AF_UNIX",
  SystemCallArchitectures: "native",
  // V8 uses memory protection keys. System calls of future Node versions get ENOSYS, as from an older kernel.
  SystemCallFilter: "@system-service @pkey",
  SystemCallErrorNumber: "ENOSYS",
  KeyringMode: "private",
  UMask: "0077",
} as const satisfies UnitSections[string]

/**
 * The name in the journal, which would be `node` otherwise. Searching for it also finds lines that the journal could not assign
 * to a unit because the process had ended (one line in forty on a busy machine, systemd 252).
 */
export const identifier = { SyslogIdentifier: "i3pm" } as const

/**
 * One heap of the C library for all threads. With the default each thread of V8 that collects garbage or compiles keeps one of its own,
 * together 3 to 5 MB that are hardly used and grow for hours (mallopt(3), M_ARENA_MAX).
 */
export const oneHeap = { Environment: "MALLOC_ARENA_MAX=1" } as const

/** The shell's built-in kill: NixOS and minimal Debian systems have no kill program in systemd's path. */
export const reloadBySignal = '/bin/sh -c "kill -HUP $$MAINPID"'
