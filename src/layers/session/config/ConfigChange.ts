/** The requests to `SessionConfig`, and its results. */

/** What was done or would be done to one file. `before` and `after` are its text, one byte a character. */
export interface ConfigChange {
  readonly status: "installed" | "removed" | "planned" | "unchanged"
  /** The changed file, or the one that has the line already. */
  readonly path: string
  /** The file that a new one was copied from. */
  readonly copiedFrom: string | undefined
  readonly before: string
  /** Empty if the file is removed. */
  readonly after: string
  /** Things that the user should know, one sentence each. */
  readonly warnings: ReadonlyArray<string>
}

/** Where to look for the line. */
export interface UninstallRequest {
  /** The file that the running sway has loaded, if one runs. */
  readonly loaded: string | undefined
  /** With it nothing is changed. */
  readonly dryRun: boolean
  /** The variables that the configuration is read with. */
  readonly environment: Readonly<Record<string, string>>
}

/** Where to put which line. */
export interface InstallRequest extends UninstallRequest {
  readonly line: string
}

/** The user's configuration and state directories (`UserDirs`). */
export interface ConfigDirs {
  readonly config: string
  readonly state: string
}
