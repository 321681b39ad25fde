/**
 * What a package of i3pm installs, and where. The .deb, the PKGBUILD and the RPM spec are all made from this: for a new file, add a
 * line here. The Nix package has its own list (nix/package.nix).
 */

import { readFileSync } from "node:fs"

/** The formats of packages that are made from this list. */
export const formats = ["deb", "arch", "rpm"]

/**
 * The units that a new installation enables for all users: in the preset, in Debian's maintainer scripts, in the RPM's scriptlets.
 * Each other unit with an [Install] section is named in `notEnabled`.
 */
export const enabled = ["i3-project-daemon.service", "sway-socket-cleanup.timer", "i3pm-relay.socket"]

/** Units that each user may enable. */
export const notEnabled = ["i3pm-relay@.socket"]

/**
 * The documents in the npm package: README.md, SECURITY.md, pages in docs/ and so on, by `files` in package.json. They have the same
 * paths in other packages, so that links between them work.
 */
const pages = JSON.parse(readFileSync(new URL("../package.json", import.meta.url), "utf8")).files.filter(
  path => path !== "dist" && path !== "CHANGELOG.md" && !path.startsWith("packaging/"),
)

/**
 * One line for each kind of file. `from` is a path in the npm package: a file, a directory with everything in it, or a pattern with
 * a `*` in its last part, which stands for any characters except `/`. `to` is the path to install to; if it ends in `/`, a
 * directory. `mode` is 0644 by default. `gzip` compresses and appends `.gz`. `text` is the content, instead of `from`. `formats`
 * are the packages that get it, all by default.
 */
export const files = [
  { from: "packaging/i3pm.sh", to: "usr/bin/i3pm", mode: 0o755 },
  { from: "dist/*.cjs", to: "usr/lib/i3pm/" },

  { from: "dist/systemd/*.service", to: "usr/lib/systemd/user/" },
  { from: "dist/systemd/*.timer", to: "usr/lib/systemd/user/" },
  { from: "dist/systemd/*.socket", to: "usr/lib/systemd/user/" },
  // Not in usr/lib/systemd/user, where sway-systemd has a file of this name. The generator adds it if there is no other.
  { from: "dist/systemd/sway-session.target", to: "usr/lib/i3pm/" },
  { from: "packaging/session-target.sh", to: "usr/lib/systemd/user-generators/i3pm-session-target", mode: 0o755 },
  {
    text: [...enabled.map(unit => `enable ${unit}\n`), ...notEnabled.map(unit => `disable ${unit}\n`)].join(""),
    to: "usr/lib/systemd/user-preset/80-i3pm.preset",
  },

  { from: "dist/man/*.1", to: "usr/share/man/man1/", gzip: true },
  { from: "dist/man/*.5", to: "usr/share/man/man5/", gzip: true },
  { from: "dist/completions/i3pm.bash", to: "usr/share/bash-completion/completions/i3pm" },
  { from: "dist/completions/i3pm.fish", to: "usr/share/fish/vendor_completions.d/i3pm.fish" },
  { from: "dist/completions/_i3pm", to: "usr/share/zsh/vendor-completions/_i3pm", formats: ["deb"] },
  { from: "dist/completions/_i3pm", to: "usr/share/zsh/site-functions/_i3pm", formats: ["arch", "rpm"] },

  ...["README.md", ...pages].map(page => ({ from: page, to: `usr/share/doc/i3pm/${page}` })),
  { from: "CHANGELOG.md", to: "usr/share/doc/i3pm/", formats: ["arch", "rpm"] },
  { from: "dist/third-party.txt", to: "usr/share/doc/i3pm/" },
  { from: "packaging/examples/*", to: "usr/share/doc/i3pm/examples/" },

  { from: "LICENSE", to: "usr/share/licenses/i3pm/LICENSE", formats: ["arch", "rpm"] },
  { from: "packaging/debian/copyright", to: "usr/share/doc/i3pm/", formats: ["deb"] },
  { from: "CHANGELOG.md", to: "usr/share/doc/i3pm/changelog", gzip: true, formats: ["deb"] },
  { from: "packaging/debian/lintian-overrides", to: "usr/share/lintian/overrides/i3pm", formats: ["deb"] },
]
