# i3pm, built from this repository.
{
  lib,
  stdenv,
  buildNpmPackage,
  cacert,
  importNpmLock,
  installShellFiles,
  jq,
  # Pinned. What was run: with Node 24.9 the tests of test/layers and test/programs, and all passed but one bound on
  # memory, as V8's young generation is larger there; with 22, 24 and 26 i3pm was built and started.
  nodejs_24,
}:
let
  inherit (builtins) fromJSON readFile replaceStrings;
  nodejs = nodejs_24;

  root = ../.;
  manifest = fromJSON (readFile (root + "/package.json"));

  # npm itself brings a package, from wherever it is set up to; the hash is the lock file's, so there is none to keep
  # here.
  fetch =
    {
      name,
      version,
      integrity,
    }:
    stdenv.mkDerivation {
      # npm takes a file for an archive by its suffix.
      name = "${replaceStrings [ "@" "/" ] [ "" "-" ] name}-${version}.tgz";
      nativeBuildInputs = [
        cacert
        nodejs
      ];
      dontUnpack = true;
      buildPhase = ''
        export HOME=$TMPDIR
        npm pack --silent --ignore-scripts "${name}@${version}"
      '';
      installPhase = "mv *.tgz $out";
      dontFixup = true;
      outputHash = integrity;
      outputHashMode = "flat";
      impureEnvVars = lib.fetchers.proxyImpureEnvVars ++ [
        "NPM_CONFIG_CAFILE"
        "NPM_CONFIG_REGISTRY"
        "NODE_EXTRA_CA_CERTS"
      ];
      preferLocalBuild = true;
    };

  dependencies = import ./npm-lock.nix {
    inherit fetch;
    lock = fromJSON (readFile (root + "/package-lock.json"));
    cpu = stdenv.hostPlatform.node.arch;
    libc = if stdenv.hostPlatform.isMusl then "musl" else "glibc";
  };
in
buildNpmPackage {
  pname = manifest.name;
  inherit (manifest) version;
  inherit nodejs;

  src = lib.fileset.toSource {
    inherit root;
    fileset = lib.fileset.unions [
      (root + "/package.json")
      (root + "/package-lock.json")
      (root + "/docs/monitoring")
      (root + "/docs/snippets")
      (root + "/scripts")
      (root + "/tsconfig.json")
      (root + "/src")
      ./units.json
    ];
  };

  npmDeps = importNpmLock {
    package = manifest;
    inherit (dependencies) packageLock;
    packageSourceOverrides = dependencies.sources;
  };
  inherit (importNpmLock) npmConfigHook;

  # No install script is needed to bundle, and some would look for a compiler.
  npmRebuildFlags = [ "--ignore-scripts" ];

  nativeBuildInputs = [
    installShellFiles
    jq
  ];

  # The module reads the units from the repository, so that nothing has to be built to evaluate it.
  postBuild = ''
    cmp dist/units.json nix/units.json || {
      echo "nix/units.json is not what the build exports: node scripts/nix-data.mjs" >&2
      exit 1
    }
  '';

  # Everything is in the bundle: there is no node_modules to install.
  installPhase = ''
    runHook preInstall

    mkdir -p $out/bin $out/lib/i3pm $out/lib/systemd/user
    cp dist/*.cjs $out/lib/i3pm
    ln -s ../lib/i3pm/main.cjs $out/bin/i3pm

    # Here the Node that will run it is known: what it need not compile is more than a third of the time to start.
    (cd $(mktemp -d) && node ${./code-cache}/make.cjs $out/lib/i3pm/cli.cjs init-service service >/dev/null)

    # For `systemd.packages`; home-manager's module makes its own from the same description.
    for unit in $(jq --raw-output 'keys[]' dist/units.json); do
      jq --raw-output --arg unit "$unit" --arg program "$out/bin/i3pm" --from-file ${./unit-file.jq} \
        dist/units.json >$out/lib/systemd/user/$unit
    done

    if [ -d dist/completions ]; then
      installShellCompletion --bash dist/completions/i3pm.bash
      installShellCompletion --zsh dist/completions/_i3pm
      installShellCompletion --fish dist/completions/i3pm.fish
    fi
    if [ -d dist/man ]; then
      installManPage dist/man/*
    fi

    mkdir -p $out/share/doc/i3pm
    cp -r docs/monitoring docs/snippets $out/share/doc/i3pm/

    runHook postInstall
  '';

  doInstallCheck = true;
  installCheckPhase = ''
    runHook preInstallCheck
    $out/bin/i3pm --version
    runHook postInstallCheck
  '';

  meta = {
    inherit (manifest) description;
    license = lib.licenses.mit;
    mainProgram = "i3pm";
    platforms = lib.platforms.linux;
  };
}
