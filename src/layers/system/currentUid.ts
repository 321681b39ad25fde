/** The uid of this process. Every system with Unix sockets has one. */
export const currentUid = (): number => process.getuid?.() ?? 0
