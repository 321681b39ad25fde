/**
 * Makes the files of a package: `node packaging/stage.mjs deb|arch|rpm DESTDIR`. Prints the path of each file, starting with `/`.
 * It needs only what is in the npm package, so that a PKGBUILD and an RPM spec can use that package as their source.
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

/** The files of one line of the list, with their bytes. */
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

/** Writes files into a directory, with their modes. Directories get mode 0755. The umask has no effect. */
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
