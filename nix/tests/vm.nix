# A NixOS machine whose user has the module and a real sway session: `nix build .#checks.x86_64-linux.session`.
{
  # home-manager's NixOS module.
  homeManager,
  # ../home-manager.nix.
  i3pm,
}:
let
  services = [
    "eww-monitoring-panel"
    "sway-config-manager"
    "i3wsr"
  ];
in
{ lib, ... }:
{
  name = "i3pm";

  nodes.machine =
    { pkgs, ... }:
    {
      imports = [ homeManager ];

      users.users.alice = {
        isNormalUser = true;
        uid = 1000;
      };

      programs.sway.enable = true;
      services.getty.autologinUser = "alice";
      # A compositor that dies is followed by the next one.
      programs.bash.loginShellInit = ''
        if [ "$(tty)" = /dev/tty1 ]; then
          while true; do sway; sleep 1; done
        fi
      '';
      environment.variables.WLR_RENDERER = "pixman";
      # As nixosTests.sway has it: sway needs a graphics card.
      virtualisation.qemu.options = [ "-vga none -device virtio-gpu-pci" ];

      home-manager.useGlobalPkgs = true;
      home-manager.users.alice = {
        imports = [ i3pm ];

        home.stateVersion = "25.11";

        wayland.windowManager.sway = {
          enable = true;
          # From programs.sway.
          package = null;
          config = null;
        };

        services.i3pm = {
          enable = true;
          session = {
            manage = true;
            inherit services;
          };
        };

        # On the target that most modules name.
        systemd.user.services = lib.genAttrs services (name: {
          Unit = {
            Description = name;
            PartOf = [ "graphical-session.target" ];
            After = [ "graphical-session.target" ];
          };
          Service.ExecStart =
            let
              sleep = "${pkgs.coreutils}/bin/sleep";
            in
            "${pkgs.runtimeShell} -c 'echo $SWAYSOCK >>%t/${name}.started; exec ${sleep} infinity'";
          Install.WantedBy = [ "graphical-session.target" ];
        });
      };
    };

  testScript = ''
    import json

    runtime_dir = "/run/user/1000"
    target = "sway-session.target"
    services = ${builtins.toJSON (map (name: "${name}.service") services)}
    everything = ["i3-project-daemon.service", *services]


    def as_alice(command):
        return f"su - alice -c 'export XDG_RUNTIME_DIR={runtime_dir}; {command}'"


    def systemctl(command):
        return as_alice(f"systemctl --user {command}")


    def wait_for_state(unit, state):
        machine.wait_until_succeeds(systemctl(f"show --property=ActiveState --value {unit} | grep -qx {state}"), 60)


    def wait_for_health():
        machine.wait_until_succeeds(as_alice("i3pm diagnose socket-health --json"), 60)
        health = json.loads(machine.succeed(as_alice("i3pm diagnose socket-health --json")))
        assert health["status"] == "healthy", health
        return health


    start_all()

    with subtest("sway brings its session up"):
        for unit in [target, "graphical-session.target", *everything]:
            wait_for_state(unit, "active")
        first = wait_for_health()
        assert first["source"] == "daemon", first

    with subtest("the services hang on the session target and on nothing else"):
        dependencies = machine.succeed(systemctl(f"list-dependencies --plain {target}"))
        for unit in everything:
            assert unit in dependencies, dependencies
        dependencies = machine.succeed(systemctl("list-dependencies --plain graphical-session.target"))
        for unit in everything:
            assert unit not in dependencies, dependencies
        survey = json.loads(machine.execute(as_alice("i3pm diagnose session --json"))[1])
        assert not {each["unit"] for each in survey["units"] if each["wrong"]} & set(everything), survey

    with subtest("an orphan is removed, and the journal says why"):
        orphan = f"{runtime_dir}/sway-ipc.1000.99999.sock"
        machine.succeed(systemctl("stop i3-project-daemon.service"))
        machine.succeed(as_alice(f"touch {orphan}"))
        machine.succeed(systemctl("start sway-socket-cleanup.service"))
        machine.fail(f"test -e {orphan}")
        # By its name: the journal may lack the unit of a process that has ended.
        machine.wait_until_succeeds(f"journalctl -t i3pm | grep -F {orphan}", 60)
        machine.succeed(systemctl("list-timers | grep -F sway-socket-cleanup.timer"))
        machine.succeed(systemctl("start i3-project-daemon.service"))
        wait_for_health()

    with subtest("a daemon that is stuck or dead is replaced"):
        for signal in ["STOP", "KILL"]:
            show = systemctl("show --property=MainPID --value i3-project-daemon.service")
            pid = machine.succeed(show).strip()
            machine.succeed(f"kill -{signal} {pid}")
            machine.wait_until_succeeds(f"pid=$({show}); test $pid != 0 && test $pid != {pid}", 90)
            wait_for_state("i3-project-daemon.service", "active")
        wait_for_health()

    with subtest("a killed sway takes its session along, and the next one has it back"):
        machine.succeed("pkill -KILL -x sway || pkill -KILL -x .sway-wrapped")
        for name in services:
            started = f"{runtime_dir}/{name.removesuffix('.service')}.started"
            machine.wait_until_succeeds(f"test $(wc -l <{started}) = 2", 60)
            assert machine.succeed(f"sort -u {started} | wc -l").strip() == "2"
        for unit in [target, *everything]:
            wait_for_state(unit, "active")
        second = wait_for_health()
        assert second["socket_path"] != first["socket_path"], second
        environment = machine.succeed(systemctl("show-environment"))
        assert f"SWAYSOCK={second['socket_path']}" in environment, environment

    with subtest("stopping the target stops them all"):
        machine.succeed(systemctl(f"stop {target}"))
        for unit in everything:
            wait_for_state(unit, "inactive")
  '';
}
