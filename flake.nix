{
  description = "i3pm: finds the live socket of Sway or i3, keeps one connection to it, and reports its health";

  inputs = {
    nixpkgs.url = "github:NixOS/nixpkgs/nixos-unstable";

    # For the checks only: who uses the module brings a home-manager of their own.
    home-manager = {
      url = "github:nix-community/home-manager";
      inputs.nixpkgs.follows = "nixpkgs";
    };
  };

  outputs =
    {
      self,
      nixpkgs,
      home-manager,
    }:
    let
      inherit (nixpkgs) lib;

      forEachSystem =
        make:
        lib.genAttrs [
          "x86_64-linux"
          "aarch64-linux"
        ] (system: make nixpkgs.legacyPackages.${system});
    in
    {
      packages = forEachSystem (pkgs: rec {
        i3pm = pkgs.callPackage ./nix/package.nix { };
        default = i3pm;
      });

      apps = forEachSystem (pkgs: rec {
        i3pm = {
          type = "app";
          program = lib.getExe self.packages.${pkgs.stdenv.hostPlatform.system}.i3pm;
          meta = { inherit (self.packages.${pkgs.stdenv.hostPlatform.system}.i3pm.meta) description; };
        };
        default = i3pm;
      });

      overlays.default = final: _: {
        i3pm = final.callPackage ./nix/package.nix { };
      };

      homeManagerModules = rec {
        i3pm = ./nix/home-manager.nix;
        default = i3pm;
      };

      devShells = forEachSystem (pkgs: {
        default = pkgs.mkShell {
          packages = [
            pkgs.foot
            pkgs.i3
            pkgs.jq
            pkgs.nodejs_24
            pkgs.socat
            pkgs.sway
            pkgs.xorg-server
          ];
        };
      });

      checks = forEachSystem (
        pkgs:
        let
          inherit (pkgs.stdenv.hostPlatform) system;
        in
        {
          package = self.packages.${system}.i3pm;

          # The configuration of docs/nix-migration.md, as home-manager builds it.
          module =
            (home-manager.lib.homeManagerConfiguration {
              inherit pkgs;
              modules = [
                self.homeManagerModules.default
                (import ./nix/tests/configurations.nix).managed
                {
                  home = {
                    username = "i3pm";
                    homeDirectory = "/home/i3pm";
                    stateVersion = "25.11";
                  };
                }
              ];
            }).activationPackage;

          session = pkgs.testers.runNixOSTest (
            import ./nix/tests/vm.nix {
              homeManager = home-manager.nixosModules.home-manager;
              i3pm = self.homeManagerModules.default;
            }
          );
        }
      );
    };
}
