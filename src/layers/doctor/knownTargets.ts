/** Tells which project a session target belongs to, by its name and the path of its file. Pure. */
import type { TargetFacts } from "./Facts.ts"

interface KnownTarget {
  readonly project: string
  readonly unit: RegExp
  readonly path: RegExp
}

const SESSION = /^sway-session\.target$/

/**
 * The first entry that matches counts. uwsm: `wayland-session@.target` and its relatives, one instance for each compositor. sway-systemd: a
 * `sway-session.target` of the system beside `sway-session-shutdown.target`. home-manager and NixOS' `programs.sway` write the
 * same name, into the Nix store; the path tells them apart.
 */
const known: ReadonlyArray<KnownTarget> = [
  { project: "uwsm", unit: /^wayland-(?:session|wm)(?:-[\w-]+)?(?:@.*)?\.target$/, path: /./ },
  { project: "home-manager", unit: SESSION, path: /^\/nix\/store\/.*home-manager/ },
  { project: "NixOS", unit: SESSION, path: /^\/(?:nix\/store|etc\/systemd\/user)\// },
  { project: "i3pm", unit: SESSION, path: /i3pm/ },
  { project: "sway-systemd", unit: /^sway-(?:session(?:-shutdown)?|xdg-autostart)\.target$/, path: /^\/usr\// },
  { project: "another project", unit: /./, path: /^(?:)/ },
]

/** The project that a target belongs to: a name for a person. */
export const projectOf = ({ ours, path, unit }: TargetFacts): string =>
  ours ? "i3pm" : (known.find(each => each.unit.test(unit) && each.path.test(path))?.project ?? "another project")

/** True for a target of a session manager that starts the compositor itself: i3pm's target runs beside it, which is right. */
export const isSessionManager = (target: TargetFacts): boolean => projectOf(target) === "uwsm"
