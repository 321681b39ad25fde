# The package as it would be handed to nixpkgs: what importNpmLock gets, and what is built with it.
#
#   nix-instantiate --store dummy:// --eval --strict --json nix/tests/package.nix --argstr cpu x64
{
  cpu ? "x64",
  isMusl ? false,
  # nixpkgs' importNpmLock, for a look at what it makes of its arguments.
  importNpmLock ? {
    __functor = _: arguments: arguments;
    npmConfigHook = "npmConfigHook";
  },
  # Where the packages are taken to be.
  tarballs ? "/nix/store",
}:
let
  named = name: { inherit name; outPath = "/nix/store/${name}"; };
in
import ../package.nix {
  inherit importNpmLock;
  lib = {
    fetchers.proxyImpureEnvVars = [ ];
    fileset = {
      toSource = { root, fileset }: map toString fileset;
      unions = paths: paths;
    };
    licenses.mit = "MIT";
    platforms.linux = [ "x86_64-linux" ];
  };
  stdenv = {
    hostPlatform = {
      inherit isMusl;
      node.arch = cpu;
    };
    mkDerivation = arguments: arguments // { outPath = "${tarballs}/${arguments.name}"; };
  };
  buildNpmPackage = arguments: removeAttrs arguments [ "nativeBuildInputs" "nodejs" ];
  cacert = named "cacert";
  installShellFiles = named "installShellFiles";
  jq = named "jq";
  nodejs_24 = named "nodejs";
}
