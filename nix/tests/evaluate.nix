# What home-manager would make of a configuration with the module, for the tests: its files by their path below
# $XDG_CONFIG_HOME, what is added to the sway configuration, and the warnings. A failed assertion is an error, as there.
#
#   nix-instantiate --store dummy:// --eval --strict --json nix/tests/evaluate.nix -A configurations.minimal
{
  # Where the i3pm package is taken to be.
  package ? "/nix/store/i3pm",
  # A module of one's own, in place of the configurations here.
  module ? { },
  isLinux ? true,
}:
let
  inherit (builtins)
    attrNames
    catAttrs
    concatStringsSep
    filter
    map
    mapAttrs
    isAttrs
    toJSON
    ;

  lib = import ./lib.nix;

  pkgs = {
    stdenv.hostPlatform.isLinux = isLinux;
    callPackage = _: _: {
      outPath = package;
      meta.mainProgram = "i3pm";
    };
    # As much TOML as the settings need: JSON's strings, booleans and lists are TOML's, tables are written inline.
    formats.toml =
      let
        line = values: key: "${key} = ${toTOML values.${key}}";
        toTOML =
          value:
          if isAttrs value then "{ ${concatStringsSep ", " (map (line value) (attrNames value))} }" else toJSON value;
      in
      _: {
        type = lib.types.attrsOf lib.types.anything;
        generate = name: values: {
          outPath = "/nix/store/${name}";
          text = concatStringsSep "" (map (key: "${line values key}\n") (attrNames values));
        };
      };
  };

  evaluate =
    module:
    let
      inherit
        (lib.evalModules {
          modules = [
            ./home-manager.nix
            ../home-manager.nix
            module
          ];
          specialArgs = { inherit pkgs; };
        })
        config
        ;
      failed = catAttrs "message" (filter (each: !each.assertion) config.assertions);
    in
    if failed != [ ] then
      throw "Failed assertions:\n${concatStringsSep "\n" (map (message: "- ${message}") failed)}"
    else
      {
        inherit (config) warnings;
        files = mapAttrs (_: file: if file.text == null then file.source.text else file.text) config.xdg.configFile;
        packages = map toString config.home.packages;
        sway = config.wayland.windowManager.sway.extraConfig;
      };
in
{
  this = evaluate module;
  configurations = mapAttrs (_: evaluate) (import ./configurations.nix);
}
