# What evaluate.nix gives, with home-manager's own modules and nixpkgs' own lib. Neither is in this repository; of the
# packages no more than their names is needed.
#
#   nix-instantiate --store dummy:// --eval --strict --json nix/tests/real.nix -A migrated \
#     --arg homeManager /path/to/home-manager --arg nixpkgsLib /path/to/nixpkgs/lib
{
  homeManager,
  nixpkgsLib,
  # Where the i3pm package is taken to be.
  package ? "/nix/store/i3pm",
  system ? "x86_64-linux",
}:
let
  inherit (builtins)
    any
    catAttrs
    concatStringsSep
    filter
    map
    mapAttrs
    toJSON
    ;

  lib = import (homeManager + "/modules/lib/stdlib-extended.nix") (import nixpkgsLib);

  named = name: {
    type = "derivation";
    inherit name;
    outPath = "/nix/store/${name}";
    meta.mainProgram = name;
    version = "99";
    override = _: named name;
  };

  # A file whose path is its text, which is how its text comes out again at the end.
  written = text: named "text" // { outPath = "/${text}"; };

  hostPlatform = lib.systems.elaborate system;

  # What home-manager asks for, most of it in passing.
  pkgs =
    lib.genAttrs [
      "bemenu"
      "coreutils"
      "dbus"
      "dejavu_fonts"
      "dmenu"
      "findutils"
      "foot"
      "glibcLocales"
      "i3status"
      "man-db"
      "sd-switch"
      "shared-mime-info"
      "sway"
      "swaynotificationcenter"
      "systemd"
      "xvfb-run"
      "xwayland"
    ] named
    // {
      inherit lib;
      path = ./.;
      stdenv = {
        inherit hostPlatform;
        inherit (hostPlatform) isDarwin isLinux;
      };
      callPackage = _: _: named "i3pm" // { outPath = package; };
      writeTextFile = { text, ... }: written text;
      formats = lib.genAttrs [ "ini" "json" "toml" "yaml" ] (
        _: _: {
          type = lib.types.attrsOf lib.types.anything;
          generate = _: values: written (toJSON values);
          lib.types.atom = lib.types.anything;
        }
      );
    };

  # These read files of nixpkgs; what they declare and is needed here comes after.
  isElsewhere =
    module:
    builtins.isPath module
    && any (suffix: lib.hasSuffix suffix (toString module)) [
      "/misc/assertions.nix"
      "/misc/meta.nix"
      "/modules/services-modular"
    ];
  declarations.options = {
    assertions = lib.mkOption {
      type = lib.types.listOf lib.types.unspecified;
      default = [ ];
    };
    warnings = lib.mkOption {
      type = lib.types.listOf lib.types.str;
      default = [ ];
    };
    meta = lib.mkOption { type = lib.types.lazyAttrsOf lib.types.raw; };
  };

  modules = filter (module: !isElsewhere module) (
    import (homeManager + "/modules/modules.nix") {
      inherit lib pkgs;
      useNixpkgsModule = false;
    }
  );

  user = {
    home = {
      username = "i3pm";
      homeDirectory = "/home/i3pm";
      stateVersion = "25.11";
    };
  };

  evaluate =
    module:
    let
      inherit
        (lib.evalModules {
          class = "homeManager";
          modules = modules ++ [
            declarations
            user
            ../home-manager.nix
            module
          ];
          specialArgs.modulesPath = toString (homeManager + "/modules");
        })
        config
        ;
      failed = catAttrs "message" (filter (each: !each.assertion) config.assertions);
      textOf =
        name: file:
        lib.removeSuffix "/${baseNameOf name}" (lib.removePrefix "/" (toString file.source));
      isOurs = name: _: any (prefix: lib.hasPrefix prefix name) [ "i3pm/" "sway/" "systemd/user/" ];
    in
    if failed != [ ] then
      throw "Failed assertions:\n${concatStringsSep "\n" (map (message: "- ${message}") failed)}"
    else
      {
        inherit (config) warnings;
        files = mapAttrs textOf (lib.filterAttrs isOurs config.xdg.configFile);
        sway = config.wayland.windowManager.sway.extraConfig;
      };
in
mapAttrs (_: evaluate) (
  import ./configurations.nix
  // {
    # A service of home-manager's own.
    swaync = {
      services.swaync.enable = true;
      services.i3pm = {
        enable = true;
        session.services = [ "swaync" ];
      };
    };
  }
)
