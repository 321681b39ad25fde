/** What binding and unbinding need, and what they fail with. */
import type { UserManager, UserManagerError } from "../../systemd/UserManager.ts"
import type { PathError } from "./PathState.ts"
import type { SessionBindingError } from "./SessionBindingError.ts"

/** The user manager, and the paths of the user's state and unit directories. */
export interface BindingServices {
  readonly manager: UserManager["Type"]
  readonly state: string
  readonly units: string
}

/** All that binding can fail with once it holds the write lock. */
export type BindingFailure = SessionBindingError | PathError | UserManagerError
