/**
 * Imports run one way. `src/layers` has floors: a folder imports from the floors below its own, and from no other folder of the
 * same floor. ARCHITECTURE.md says what is where.
 */
const floors = [
  ["system"],
  ["ipc", "settings", "systemd"],
  ["embedded", "sockets"],
  ["sway", "session"],
  ["health"],
  ["telemetry"],
  ["control"],
  ["doctor", "relay"],
]

const layers = folders => `^src/layers/(${folders.join("|")})/`

const upwards = floors.flatMap((folders, floor) =>
  folders.map(folder => ({
    name: `${folder}-imports-from-below`,
    comment: `${folder} is on floor ${floor}: it may import from ${floors.slice(0, floor).flat().join(", ") || "nothing else"}`,
    severity: "error",
    from: { path: layers([folder]) },
    to: { path: "^src/layers/", pathNot: layers([folder, ...floors.slice(0, floor).flat()]) },
  })),
)

/** @type {import("dependency-cruiser").IConfiguration} */
export default {
  forbidden: [
    ...upwards,
    {
      name: "every-folder-has-a-floor",
      comment: "a file of src/layers lies in one of the folders that are listed here",
      severity: "error",
      from: { path: "^src/layers/", pathNot: layers(floors.flat()) },
      to: {},
    },
    {
      name: "layers-know-no-program",
      severity: "error",
      from: { path: "^src/layers/" },
      to: { path: "^src/programs/" },
    },
    {
      name: "library-knows-no-program",
      comment:
        "what the library puts together is in src/layers; only the order of the layers is shared with the programs",
      severity: "error",
      from: { path: "^src/library/" },
      to: { path: "^src/programs/", pathNot: "^src/programs/layers/" },
    },
    {
      name: "programs-know-no-library",
      severity: "error",
      from: { path: "^src/(programs|layers)/" },
      to: { path: "^src/library/" },
    },
    {
      name: "daemon-knows-no-command",
      comment: "commands start the daemon, and not the other way round",
      severity: "error",
      from: { path: "^src/programs/daemon/" },
      to: { path: "^src/programs/cli/" },
    },
    {
      name: "source-knows-no-test",
      severity: "error",
      from: { path: "^src/" },
      to: { path: "^(test|bench|scripts)/" },
    },
    {
      name: "no-circle",
      comment: "a part that is loaded when it is needed may import what loads it",
      severity: "error",
      from: { path: "^src/" },
      to: { circular: true, viaOnly: { dependencyTypesNot: ["dynamic-import"] } },
    },
  ],
  options: {
    doNotFollow: { path: "node_modules" },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: "tsconfig.json" },
    enhancedResolveOptions: { extensions: [".ts"], conditionNames: ["import", "node", "default", "types"] },
  },
}
