/** Who listens on a control socket, as messages name it. */
export type ControlledProgram = "daemon" | "relay"
