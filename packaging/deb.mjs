/** Makes .deb files with dpkg-deb, without root and debhelper. The same date gives the same bytes. */
import { execFileSync } from "node:child_process"
import { lutimesSync, readdirSync, readFileSync, rmSync } from "node:fs"
import { join } from "node:path"
import { fileURLToPath } from "node:url"
import { gzipSync } from "node:zlib"
import { enabled } from "./files.mjs"
import { treeOf, write } from "./stage.mjs"

/** The revision of the package, not of i3pm. Increase it to make a package again from the same version. */
const REVISION = 1

/** Debian's names of architectures, by Node's `process.arch`. */
export const architectures = { x64: "amd64", arm64: "arm64" }

const read = name => readFileSync(fileURLToPath(new URL(`debian/${name}`, import.meta.url)), "utf8")

/** Shell that says at a removal which services are still bound, indented as the body of an `if`. */
export const boundServices = read("../bound-services.sh").trimEnd().replace(/^/gm, "  ")

/** The one who makes the package, from the variables that `debchange` uses. The project has no mail address. */
const { DEBEMAIL = "i3pm@localhost", DEBFULLNAME = "the i3pm authors" } = process.env
const maintainer = `${DEBFULLNAME} <${DEBEMAIL}>`

const control = fields =>
  Object.entries(fields)
    .map(([name, value]) => `${name}: ${value}\n`)
    .join("")

const changelog = ({ Package, Version }, epoch, text) => {
  const date = new Date(epoch * 1000).toUTCString().replace("GMT", "+0000")
  return gzipSync(`${Package} (${Version}) unstable; urgency=medium\n\n  * ${text}\n\n -- ${maintainer}  ${date}\n`, {
    level: 9,
  })
}

/** Sets the time of each file, since dpkg-deb packs it. */
const setTimes = (path, epoch) => {
  for (const entry of readdirSync(path, { withFileTypes: true })) {
    const each = join(path, entry.name)
    if (entry.isDirectory()) setTimes(each, epoch)
    else lutimesSync(each, epoch, epoch)
  }
  lutimesSync(path, epoch, epoch)
}

const sizeOf = tree => Math.ceil(tree.reduce((sum, { bytes }) => sum + bytes.length, 0) / 1024)

/** Makes one package, and returns its path. `compression`: options of dpkg-deb. `epoch`: seconds since 1970. */
const make = ({ compression, directory, epoch, fields, news, scripts = {}, tree }) => {
  const { Architecture, Package, Version } = fields
  const all = [...tree, { path: `usr/share/doc/${Package}/changelog.Debian.gz`, bytes: changelog(fields, epoch, news) }]
  const description = {
    Package,
    Version,
    Architecture,
    Maintainer: maintainer,
    "Installed-Size": sizeOf(all),
    ...fields,
  }
  const own = [
    { path: "DEBIAN/control", bytes: Buffer.from(control(description)) },
    ...Object.entries(scripts).map(([name, text]) => ({
      path: `DEBIAN/${name}`,
      mode: 0o755,
      bytes: Buffer.from(text),
    })),
  ]
  const root = join(directory, `.${Package}-${Architecture}`)
  rmSync(root, { recursive: true, force: true })
  write(
    [...all, ...own].map(each => ({ mode: 0o644, ...each })),
    root,
  )
  setTimes(root, epoch)
  const file = join(directory, `${Package}_${Version}_${Architecture}.deb`)
  const env = { ...process.env, SOURCE_DATE_EPOCH: String(epoch) }
  execFileSync("dpkg-deb", ["--root-owner-group", ...compression, "--build", root, file], {
    env,
    stdio: ["ignore", "ignore", "inherit"],
  })
  rmSync(root, { recursive: true })
  return file
}

const scripts = () =>
  Object.fromEntries(
    ["postinst", "prerm", "postrm"].map(name => [
      name,
      read(name)
        .replaceAll("@enabled@", enabled.join(" "))
        .replace("@bound@", () => boundServices),
    ]),
  )

/** Makes `i3pm_VERSION-1_all.deb` in a directory, and returns its path. */
export const makeI3pm = ({ directory, epoch, manifest }) =>
  make({
    directory,
    epoch,
    compression: ["-Zxz"],
    fields: {
      Package: "i3pm",
      Version: `${manifest.version}-${REVISION}`,
      Architecture: "all",
      Depends: `nodejs (>= ${manifest.engines.node.replace(">=", "")}) | i3pm-node`,
      Recommends: "dbus-user-session",
      Suggests: "sway | i3-wm, waybar",
      Section: "x11",
      Priority: "optional",
      Description: read("description").trimEnd(),
    },
    news: "See changelog.gz.",
    scripts: scripts(),
    tree: treeOf("deb"),
  })

/** Makes `i3pm-node_VERSION-1_ARCHITECTURE.deb` in a directory, and returns its path. `node`: the result of `fetchNode`. */
export const makeNode = ({ directory, epoch, node }) =>
  make({
    directory,
    epoch,
    // xz takes ten times as long and saves a quarter. Some tools that read packages do not know zstd.
    compression: ["-Zgzip", "-z6"],
    fields: {
      Package: "i3pm-node",
      Version: `${node.version}-${REVISION}`,
      Architecture: architectures[node.arch],
      Depends: "libc6 (>= 2.28), libgcc-s1, libstdc++6 (>= 5.2)",
      Section: "javascript",
      Priority: "optional",
      Description: read("node/description").trimEnd(),
    },
    news: `Node ${node.version}, as npm's node-linux-${node.arch} has it.`,
    tree: [
      { path: "usr/lib/i3pm/node", mode: 0o755, bytes: node.program },
      { path: "usr/share/doc/i3pm-node/copyright", bytes: Buffer.from(`${read("node/copyright")}\n${node.license}`) },
      { path: "usr/share/lintian/overrides/i3pm-node", bytes: Buffer.from(read("node/lintian-overrides")) },
    ],
  })
