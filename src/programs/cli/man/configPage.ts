/** The page i3pm-config(5), from the list of settings. Pure. */
import {
  exampleLine,
  placeOf,
  type SettingDescription,
  settingKeys,
  settingsByKey,
} from "../../../layers/settings/catalogue.ts"
import { example, header, item, name, page, paragraph, prose, section, text } from "./roff.ts"

const meaning = ({ fallback, meaning, variable }: SettingDescription) =>
  `${prose(`${meaning.charAt(0).toUpperCase()}${meaning.slice(1)}.`)} ${prose(
    `Default: ${fallback === undefined ? "none" : `\`${fallback}\``}. Variable: \`${variable}\`.`,
  )}`

/** A file that sets everything: the settings in no table come first. */
const exampleFile: ReadonlyArray<string> = settingKeys.flatMap((key, index) => {
  const before = settingKeys[index - 1]
  const { table } = placeOf(key)
  const isNew = table !== (before === undefined ? "" : placeOf(before).table)
  return [...(isNew ? ["", `[${table}]`] : []), exampleLine(key)]
})

/** The list of `[relay.sockets.NAME]`: a key, and what it means. */
const socketKeys: ReadonlyArray<readonly [string, string]> = [
  ["preset", "`read-only` or `bar`: a set of requests, events and commands. The lists below add to it."],
  ["requests", "Names as for `i3pm msg -t`, for example `get_workspaces`."],
  ["events", "Names as for `i3pm events`, for example `workspace`."],
  [
    "commands",
    "Patterns of whole commands, for example `workspace number *`. A word stands for itself; `*` stands for one word that " +
      "does not begin with a hyphen, or for one text in double quotes. Such a text has no comma where i3 would not see the quotes, as in " +
      "`nop from *`.",
  ],
  ["resync", "As `relay.resync`, which it replaces for this socket."],
]

/** The whole page in roff. `date` is the day of the build: `2026-11-24`. */
export const configPage = (version: string, date: string): string =>
  page(
    header("I3PM-CONFIG", 5, date, version),
    section("NAME", `i3pm\\-config \\- ${text("settings of i3pm")}`),
    section("SYNOPSIS", name("$XDG_CONFIG_HOME/i3pm/config.toml")),
    section(
      "DESCRIPTION",
      text(
        "A TOML file with one line for each setting that is to differ from its default. Values are text in quotes, or true or false without. " +
          "A variable of the environment that is not empty has precedence over the file, and an option of the command line over both.",
      ),
      paragraph(
        prose(
          "What is before the dot in the name of a setting is the TOML table that it is in: `relay.buffer` is `buffer` under `[relay]`.",
        ),
      ),
      paragraph(
        prose(
          "It has to be a regular file, or a link to one, of at most 1 MiB. `socket` is an absolute path, in which `~` is not expanded.",
        ),
      ),
      paragraph(
        prose(
          "An unknown key and a value that cannot be used are errors: the message says where they are, and the exit status is 64. " +
            "The daemon and the relay reload their settings on SIGHUP (`systemctl --user reload i3-project-daemon`); if they cannot be used, they keep the old ones.",
        ),
      ),
    ),
    section("SETTINGS", ...settingKeys.map(key => item(name(key), meaning(settingsByKey[key])))),
    section("DURATIONS", prose("A number followed by `ms`, `s` or `min`: `250ms`, `2.5s`, `1min`.")),
    section("SIZES", prose("A number followed by `B`, `KiB`, `MiB` or `GiB`: `512KiB`, `16MiB`.")),
    section(
      "RESTRICTED SOCKETS",
      prose(
        "For each table `[relay.sockets.NAME]` the relay also listens on `$XDG_RUNTIME_DIR/i3pm/NAME/relay.sock`, where clients can " +
          "do only what is listed. NAME has 1 to 32 characters of a to z, 0 to 9 and hyphen.",
      ),
      ...socketKeys.map(([key, meaning]) => item(name(key), prose(meaning))),
    ),
    section("FILES", item(name("~/.config/i3pm/config.toml"), prose("Read where `XDG_CONFIG_HOME` is not set."))),
    section(
      "EXAMPLES",
      text("A file that sets all of them:"),
      example(...exampleFile),
      text("A relay socket for a program that may read, and switch between workspaces:"),
      example("[relay.sockets.kiosk]", 'preset = "read-only"', 'commands = ["workspace number *"]'),
    ),
    section("SEE ALSO", `${name("i3pm")}(1)`),
  )
