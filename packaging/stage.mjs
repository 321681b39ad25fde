/**
 * Makes the tree of a package: `node packaging/stage.mjs deb|arch|rpm DESTDIR`. Prints the path of each file, from `/` on. It
 * needs what the npm package has and nothing else, so that a PKGBUILD and a spec can start from that.
 */
import { chmodSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs"
import { basename, dirname, join, relative } from "node:path"
import { fileURLToPath } from "node:url"
import { constants, gzipSync } from "node:zlib"
import { files, formats } from "./files.mjs"

const source = fileURLToPath(new URL("..", import.meta.url))

const filesIn = (directory, options) =>
  readdirSync(join(source, directory), { ...options, withFileTypes: true })
    .filter(each => each.isFile())
    .map(({ name, parentPath }) => relative(source, join(parentPath, name)))

/** The files that `from` stands for, each with its path in the package. */
const matches = (from, to) => {
  if (from.includes("*")) {
    const [before, after] = from.split("*")
    const found = filesIn(dirname(from)).filter(file => file.startsWith(before) && file.endsWith(after))
    return found.map(file => [`${to}${basename(file)}`, file])
  }
  if (statSync(join(source, from), { throwIfNoEntry: false })?.isDirectory()) {
    return filesIn(from, { recursive: true }).map(file => [`${to}${file.slice(from.length)}`, file])
  }
  return [[to.endsWith("/") ? `${to}${basename(from)}` : to, from]]
}

const compress = bytes => gzipSync(bytes, { level: constants.Z_BEST_COMPRESSION })

/** One line of the description as files with their bytes. */
const expand = ({ from, gzip = false, mode = 0o644, text, to }) => {
  if (from === undefined) return [{ path: to, mode, bytes: Buffer.from(text) }]
  const found = matches(from, to)
  if (found.length === 0) throw new Error(`packaging/files.mjs: nothing matches ${from}: run npm run build first`)
  return found.map(([path, file]) => {
    const bytes = readFileSync(join(source, file))
    return gzip ? { path: `${path}.gz`, mode, bytes: compress(bytes) } : { path, mode, bytes }
  })
}

/** The files of a package: path without the first `/`, mode, bytes. */
export const treeOf = format => files.filter(({ formats: only = formats }) => only.includes(format)).flatMap(expand)

/** Writes files below a directory, with their modes and with directories of mode 0755, whatever the umask is. */
export const write = (tree, directory) => {
  const make = path => {
    if (mkdirSync(path, { recursive: true }) === undefined) return
    for (let each = path; each.length > directory.length; each = dirname(each)) chmodSync(each, 0o755)
  }
  make(directory)
  chmodSync(directory, 0o755)
  for (const { bytes, mode, path } of tree) {
    make(dirname(join(directory, path)))
    writeFileSync(join(directory, path), bytes)
    chmodSync(join(directory, path), mode)
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const [format, directory] = process.argv.slice(2)
  if (!formats.includes(format) || directory === undefined) {
    process.stderr.write(`usage: node packaging/stage.mjs ${formats.join("|")} DESTDIR\n`)
    process.exit(64)
  }
  const tree = treeOf(format)
  write(tree, directory)
  process.stdout.write(
    tree
      .map(({ path }) => `/${path}\n`)
      .sort()
      .join(""),
  )
}
