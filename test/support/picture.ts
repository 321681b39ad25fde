/** A picture of a headless sway's screen, pixel by pixel, and as a file for people. */
import * as fs from "node:fs"
import * as path from "node:path"
import * as Effect from "effect/Effect"
import { runAs } from "./Spawn.ts"
import { HarnessError } from "./TestUser.ts"

export interface Picture {
  readonly width: number
  readonly height: number
  /** How many pixels between these rows have exactly this colour, `#rrggbb`. */
  readonly count: (colour: string, fromRow: number, toRow: number) => number
  /** The first pixel of exactly this colour. */
  readonly find: (colour: string) => { readonly x: number; readonly y: number } | undefined
}

/** A picture of `width` × `height` pixels; `pixel` gives one of them as `0xrrggbb`. */
const pictureOf = (width: number, height: number, pixel: (index: number) => number): Picture => ({
  width,
  height,
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

/** Keeps what is on the screen as `.artifacts/<name>.png`, which is outside of git. */
export const keepPicture = (runtimeDir: string, display: string, name: string): Effect.Effect<void, HarnessError> =>
  Effect.map(grim(runtimeDir, display, [], path.join(runtimeDir, `${name}.png`)), bytes => {
    fs.mkdirSync(".artifacts", { recursive: true })
    fs.writeFileSync(`.artifacts/${name}.png`, bytes)
  })
