/** The page i3pm-config(5), from the list of settings. Pure. */
import { type SettingDescription, settingKeys, settingsByKey } from "../../../layers/settings/catalogue.ts"
import { example, header, item, name, page, paragraph, prose, section, text } from "./roff.ts"

const meaning = ({ fallback, meaning, variable }: SettingDescription) =>
  `${prose(`${meaning.charAt(0).toUpperCase()}${meaning.slice(1)}.`)} ${prose(
    `Default: ${fallback === undefined ? "none" : `\`${fallback}\``}. Variable: \`${variable}\`.`,
  )}`

/** The whole page in roff. `date` is the day of the build: `2026-11-24`. */
export const configPage = (version: string, date: string): string =>
  page(
    header("I3PM-CONFIG", 5, date, version),
    section("NAME", `i3pm\\-config \\- ${text("settings of i3pm")}`),
    section("SYNOPSIS", name("$XDG_CONFIG_HOME/i3pm/config.toml")),
    section(
      "DESCRIPTION",
      text(
        "A TOML file with one line for each setting that is to differ from its default; all values are text in quotes. " +
          "A variable of the environment that is not empty has precedence over the file, and an option of the command line over both.",
      ),
      paragraph(
        prose(
          "It has to be a regular file, or a link to one, of at most 1 MiB. `socket` is an absolute path, in which `~` is not expanded.",
        ),
      ),
      paragraph(
        prose(
          "An unknown key and a value that cannot be used are errors: the message says where they are, and the exit status is 64. " +
            "The daemon reloads its settings on SIGHUP (`systemctl --user reload i3-project-daemon`); if they cannot be used, it keeps the old ones.",
        ),
      ),
    ),
    section("SETTINGS", ...settingKeys.map(key => item(name(key), meaning(settingsByKey[key])))),
    section("DURATIONS", prose("A number followed by `ms`, `s` or `min`: `250ms`, `2.5s`, `1min`.")),
    section("FILES", item(name("~/.config/i3pm/config.toml"), prose("Read where `XDG_CONFIG_HOME` is not set."))),
    section(
      "EXAMPLES",
      text("A file that sets all of them:"),
      example(...settingKeys.map(key => `${key} = "${settingsByKey[key].example}"`)),
    ),
    section("SEE ALSO", `${name("i3pm")}(1)`),
  )
