# Configurations that the module is tried with, as modules for home-manager or for what stands in for it.
let
  # A service as most modules define it: for every graphical session.
  graphical = program: {
    Unit = {
      Description = "A service for sway that hangs on the wrong target";
      PartOf = [ "graphical-session.target" ];
      After = [ "graphical-session.target" ];
    };
    Service.ExecStart = program;
    Install.WantedBy = [ "graphical-session.target" ];
  };
  sleep = graphical "/bin/sleep infinity";

  minimal = {
    services.i3pm.enable = true;
  };

  migrated = {
    systemd.user.services = {
      eww-monitoring-panel = sleep;
      sway-config-manager = sleep;
      # With dependencies of its own, which have to be kept, and some that would start the target.
      i3wsr = sleep // {
        Unit = {
          After = "graphical-session-pre.target graphical-session.target sway-config-manager.service";
          Before = [ "graphical-session.target" ];
          PartOf = [
            "graphical-session.target"
            "tray.target"
          ];
          Requires = [ "graphical-session.target" ];
          Wants = [ "sway-config-manager.service" ];
          ConditionEnvironment = "XDG_RUNTIME_DIR";
        };
        Install.WantedBy = [
          "graphical-session.target"
          "default.target"
        ];
      };
      # Not for sway only: it stays where it is.
      untouched = sleep;
    };
    services.i3pm = {
      enable = true;
      session.services = [
        "i3-project-daemon"
        "eww-monitoring-panel"
        "sway-config-manager.service"
        "i3wsr"
      ];
    };
  };

  managed = {
    imports = [ migrated ];
    wayland.windowManager.sway = {
      enable = true;
      systemd = {
        # As many have it in their configuration.
        enable = true;
        xdgAutostart = true;
      };
    };
    services.i3pm.session.manage = true;
  };

  # home-manager's own sway module makes the target.
  beside = {
    imports = [ migrated ];
    wayland.windowManager.sway.enable = true;
  };

  more = {
    Wants = [ "my.target" ];
    After = [ "my.target" ];
  };
in
{
  inherit
    beside
    managed
    migrated
    minimal
    ;

  disabled = {
    inherit (migrated) systemd;
    services.i3pm.session = migrated.services.i3pm.session;
  };

  # What is added to the target is added, whichever module defines it.
  managedAndMore = {
    wayland.windowManager.sway.enable = true;
    services.i3pm = {
      enable = true;
      session.manage = true;
    };
    systemd.user.targets.sway-session.Unit = more;
  };
  besideAndMore = {
    imports = [ beside ];
    systemd.user.targets.sway-session.Unit = more;
  };

  configured = {
    services.i3pm = {
      enable = true;
      settings = {
        probe_interval = "10s";
        log_level = "debug";
      };
      cleanup.interval = "1h 30min";
    };
    # What the user sets of these units wins or is added.
    systemd.user.services.i3-project-daemon = {
      Unit.After = [ "dbus.socket" ];
      Service.RestartSec = "7";
    };
  };

  withoutCleanup = {
    services.i3pm = {
      enable = true;
      cleanup.enable = false;
    };
  };

  otherTarget = {
    imports = [ migrated ];
    services.i3pm.session.target = "wayland-session@sway.desktop.target";
  };

  # systemd-escape(1) makes such names of those with a hyphen. Whoever starts sway brings the target.
  escapedTarget = {
    imports = [ migrated ];
    systemd.user.targets."wayland-session@sway\\x2duwsm.desktop".Unit.Description = "A session of another's";
    services.i3pm.session.target = "wayland-session@sway\\x2duwsm.desktop.target";
  };

  # As symlinkJoin and the like leave it: without meta.mainProgram.
  wrapped = {
    services.i3pm = {
      enable = true;
      package = {
        type = "derivation";
        name = "i3pm-wrapped";
        outPath = "/nix/store/i3pm-wrapped";
      };
    };
  };

  unknownSetting = {
    services.i3pm = {
      enable = true;
      settings.probe-deadline = "20ms";
    };
  };

  # What has to be refused, each with its message.
  unknownService = {
    imports = [ migrated ];
    services.i3pm.session.services = [ "eww-monitorin-panel" ];
  };
  instance = {
    systemd.user.services."bar@" = sleep;
    services.i3pm = {
      enable = true;
      session.services = [ "bar@left" ];
    };
  };
  timer = {
    imports = [ migrated ];
    services.i3pm.session.services = [ "eww-monitoring-panel.timer" ];
  };
  # A list and text are not merged, nor are they where home-manager's own sway module has the list.
  textAndList = {
    services.i3pm.enable = true;
    systemd.user.targets.sway-session.Unit.After = "my.target";
  };
  badInterval = {
    services.i3pm = {
      enable = true;
      cleanup.interval = "5 minuets";
    };
  };
  zeroInterval = {
    services.i3pm = {
      enable = true;
      cleanup.interval = "0s";
    };
  };
  badSetting = {
    services.i3pm = {
      enable = true;
      settings.log_level = "loud";
    };
  };
  badTarget = {
    services.i3pm = {
      enable = true;
      session.target = "sway-session";
    };
  };
  manageWithoutSway = {
    services.i3pm = {
      enable = true;
      session.manage = true;
    };
  };
  manageOtherTarget = {
    wayland.windowManager.sway.enable = true;
    services.i3pm = {
      enable = true;
      session.manage = true;
      session.target = "my-sway.target";
    };
  };
  importsAll = {
    wayland.windowManager.sway = {
      enable = true;
      systemd.variables = [ "--all" ];
    };
    services.i3pm = {
      enable = true;
      session.manage = true;
    };
  };
  misspelt = {
    services.i3pm = {
      enable = true;
      sesion.manage = true;
    };
  };
}
