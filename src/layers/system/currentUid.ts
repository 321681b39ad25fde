/** The uid of this process. Every platform that has Unix sockets has one. */
export const currentUid = (): number => process.getuid?.() ?? 0
