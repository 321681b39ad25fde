# The flake's outputs with inputs that are no more than their outlines: what is there, for which systems, and that every
# part of it evaluates as far as it is this repository's.
#
#   nix-instantiate --store dummy:// --eval --strict --json nix/tests/flake-outputs.nix
let
  inherit (builtins)
    attrNames
    isFunction
    isPath
    listToAttrs
    mapAttrs
    ;

  named = name: { inherit name; outPath = "/nix/store/${name}"; };
  genAttrs = names: make: listToAttrs (map (name: { inherit name; value = make name; }) names);

  pkgs = system: {
    inherit lib;
    stdenv.hostPlatform = { inherit system; };
    callPackage =
      path: _:
      assert isPath path;
      named "i3pm"
      // {
        meta = {
          description = "i3pm";
          mainProgram = "i3pm";
        };
      };
    mkShell = { packages }: named "shell" // { inherit packages; };
    testers.runNixOSTest = test: test { inherit lib; };
    foot = named "foot";
    i3 = named "i3";
    jq = named "jq";
    nodejs_24 = named "nodejs";
    socat = named "socat";
    sway = named "sway";
    xorg-server = named "xorg-server";
    runtimeShell = "/bin/sh";
    coreutils = named "coreutils";
  };
  lib = {
    inherit genAttrs;
    getExe = package: "${package}/bin/${package.meta.mainProgram}";
  };

  nixpkgs = {
    inherit lib;
    legacyPackages = genAttrs [ "x86_64-linux" "aarch64-linux" ] pkgs;
  };

  homeManager = {
    lib.homeManagerConfiguration =
      { pkgs, modules }:
      {
        activationPackage = named "home-${pkgs.stdenv.hostPlatform.system}" // { inherit modules; };
      };
    nixosModules.home-manager = { };
  };

  flake = import ../../flake.nix;
  outputs = flake.outputs {
    self = outputs;
    inherit nixpkgs;
    home-manager = homeManager;
  };

  each = mapAttrs (_: mapAttrs (_: package: "${package}"));
  checks = outputs.checks.x86_64-linux;
  machine = checks.session.nodes.machine { pkgs = pkgs "x86_64-linux"; };
in
{
  names = attrNames outputs;
  inputs = mapAttrs (_: input: input.url) flake.inputs;
  packages = each outputs.packages;
  apps = mapAttrs (_: mapAttrs (_: app: app.program)) outputs.apps;
  overlay = "${(outputs.overlays.default (pkgs "x86_64-linux") { }).i3pm}";
  module = isFunction (import outputs.homeManagerModules.default);
  devShells = each outputs.devShells;
  checks = mapAttrs (_: attrNames) outputs.checks;
  vm = {
    inherit (checks.session) name testScript;
    services = attrNames machine.home-manager.users.alice.systemd.user.services;
  };
}
