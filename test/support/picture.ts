/** A picture of a headless sway's screen, pixel by pixel, and as a file for people. */
import * as fs from "node:fs"
import * as path from "node:path"
import { crc32, deflateSync } from "node:zlib"
import * as Effect from "effect/Effect"
import { runAs } from "./Spawn.ts"
import { HarnessError } from "./TestUser.ts"

export interface Picture {
  readonly width: number
  readonly height: number
  /** A pixel as `0xrrggbb`. */
  readonly pixel: (x: number, y: number) => number
  /** How many pixels between these rows have exactly this colour, `#rrggbb`. */
  readonly count: (colour: string, fromRow: number, toRow: number) => number
  /** The first pixel of exactly this colour. */
  readonly find: (colour: string) => { readonly x: number; readonly y: number } | undefined
}

/** A picture of `width` × `height` pixels; `pixel` gives one of them as `0xrrggbb`. */
const pictureOf = (width: number, height: number, pixel: (index: number) => number): Picture => ({
  width,
  height,
  pixel: (x, y) => pixel(y * width + x),
  count: (colour, fromRow, toRow) => {
    const wanted = Number.parseInt(colour.slice(1), 16)
    let found = 0
    for (let at = fromRow * width; at < toRow * width; at += 1) if (pixel(at) === wanted) found += 1
    return found
  },
  find: colour => {
    const wanted = Number.parseInt(colour.slice(1), 16)
    for (let at = 0; at < width * height; at += 1) {
      if (pixel(at) === wanted) return { x: at % width, y: Math.floor(at / width) }
    }
    return undefined
  },
})

/** Reads a PPM of 8 bits a channel (`P6 WIDTH HEIGHT 255`, then the pixels), which is what `grim -t ppm` writes. */
const parsePpm = (bytes: Buffer): Picture | undefined => {
  const header = /^P6\s+(\d+)\s+(\d+)\s+255\s/.exec(bytes.toString("latin1", 0, 64))
  if (header === null) return undefined
  const start = header[0].length
  return pictureOf(Number(header[1]), Number(header[2]), index => bytes.readUIntBE(start + index * 3, 3))
}

/**
 * What is on the screen of an Xvfb now, by the file that it keeps with `-fbdir`: an X window dump (X11/XWDFile.h), a header of
 * big-endian numbers, a colour map of 12 bytes an entry, and here pixels of four bytes, little-endian.
 */
export const readFramebuffer = (file: string): Picture => {
  const bytes = fs.readFileSync(file)
  const field = (index: number) => bytes.readUInt32BE(index * 4)
  const [headerSize, width, height, colours] = [field(0), field(4), field(5), field(19)]
  const start = headerSize + colours * 12
  return pictureOf(width, height, index => bytes.readUIntLE(start + index * 4, 3))
}

const grim = (runtimeDir: string, display: string, args: ReadonlyArray<string>, file: string) =>
  Effect.flatMap(
    runAs("grim", [...args, file], { runtimeDir, env: { WAYLAND_DISPLAY: display } }),
    ({ code, stderr }) =>
      code === 0
        ? Effect.sync(() => fs.readFileSync(file))
        : Effect.fail(new HarnessError({ message: `grim: ${stderr}` })),
  )

/** What is on the screen now. */
export const takePicture = (runtimeDir: string, display: string): Effect.Effect<Picture, HarnessError> =>
  Effect.flatMap(grim(runtimeDir, display, ["-t", "ppm"], path.join(runtimeDir, "picture.ppm")), bytes => {
    const picture = parsePpm(bytes)
    return picture === undefined
      ? Effect.fail(new HarnessError({ message: "grim wrote no PPM" }))
      : Effect.succeed(picture)
  })

/** Rows of a picture, from `from` to before `to`, below `gap` white rows. */
export interface Strip {
  readonly picture: Picture
  readonly from: number
  readonly to: number
  readonly gap: number
}

/** Strips of the same width below each other. */
export const stacked = (strips: ReadonlyArray<Strip>): Picture => {
  const width = strips[0]?.picture.width ?? 0
  const rows = strips.flatMap(({ from, gap, picture, to }) => [
    ...Array.from({ length: gap }, () => undefined),
    ...Array.from({ length: to - from }, (_, row) => ({ picture, y: from + row })),
  ])
  return pictureOf(width, rows.length, at => {
    const row = rows[Math.floor(at / width)]
    return row === undefined ? 0xffffff : row.picture.pixel(at % width, row.y)
  })
}

const chunk = (type: string, data: Buffer) => {
  const body = Buffer.concat([Buffer.from(type, "latin1"), data])
  const [length, sum] = [Buffer.alloc(4), Buffer.alloc(4)]
  length.writeUInt32BE(data.length)
  sum.writeUInt32BE(crc32(body))
  return Buffer.concat([length, body, sum])
}

/** A PNG of 8 bits a channel (PNG 1.2, chapter 4): no filter, one chunk of data. */
const toPng = ({ height, pixel, width }: Picture): Buffer => {
  const header = Buffer.alloc(13)
  header.writeUInt32BE(width, 0)
  header.writeUInt32BE(height, 4)
  header.set([8, 2], 8)
  const rows = Buffer.alloc(height * (1 + width * 3))
  for (let y = 0; y < height; y += 1) {
    for (let x = 0; x < width; x += 1) rows.writeUIntBE(pixel(x, y), y * (1 + width * 3) + 1 + x * 3, 3)
  }
  const signature = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a])
  const data = deflateSync(rows, { level: 9 })
  return Buffer.concat([signature, chunk("IHDR", header), chunk("IDAT", data), chunk("IEND", Buffer.alloc(0))])
}

/** Outside of git. */
const directory = ".artifacts"

/** Keeps a picture as `.artifacts/<name>.png`. */
export const keepPicture = (picture: Picture, name: string): void => {
  fs.mkdirSync(directory, { recursive: true })
  fs.writeFileSync(path.join(directory, `${name}.png`), toPng(picture))
}
