/** The text of docs/files.md. */
export const fileIndex: () => string
