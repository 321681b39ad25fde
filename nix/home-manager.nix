# The home-manager module: services.i3pm. What each option means is in docs/nix-options.md, made from here.
{
  config,
  lib,
  pkgs,
  ...
}:
let
  inherit (builtins)
    attrNames
    concatStringsSep
    elem
    filter
    foldl'
    head
    isAttrs
    isList
    isString
    map
    mapAttrs
    match
    removeAttrs
    ;
  inherit (lib)
    filterAttrs
    literalExpression
    mkDefault
    mkEnableOption
    mkForce
    mkIf
    mkMerge
    mkOption
    types
    ;

  cfg = config.services.i3pm;
  sway = config.wayland.windowManager.sway;
  program = lib.getExe' cfg.package "i3pm";

  # What `i3pm session run` starts.
  ownTarget = "sway-session.target";

  units = import ./units.nix {
    inherit program;
    cleanupInterval = cfg.cleanup.interval;
    sessionTarget = cfg.session.target;
    daemonLifetime = cfg.daemon.lifetime;
    restrictedSockets = attrNames cfg.settings.relay.sockets;
  };
  isWanted =
    name: _:
    (cfg.cleanup.enable || name != "sway-socket-cleanup") && (cfg.relay.enable || !lib.hasPrefix "i3pm-relay" name);

  eachDirective = change: mapAttrs (_: mapAttrs (_: mapAttrs (_: change)));

  # Whoever else sets a directive of these units is right: a single value gives way, a list is added to.
  overridable = eachDirective (value: if isList value then value else mkDefault value);

  # home-manager's own sway module defines the target as well, with some of the same dependencies.
  unique = foldl' (seen: each: if elem each seen then seen else seen ++ [ each ]) [ ];
  eachOnce = mapAttrs (_: mapAttrs (_: value: if isList value then unique value else value));

  boundServices = map (lib.removeSuffix ".service") cfg.session.services;

  move = import ./move.nix {
    from = "graphical-session.target";
    to = cfg.session.target;
  };

  # Without what is not set, and without tables of which nothing is set.
  given =
    values:
    filterAttrs (_: value: value != null && value != { }) (
      mapAttrs (_: value: if isAttrs value then given value else value) values
    );

  # A socket of which nothing is set is one that allows nothing.
  settings =
    let
      inherit (cfg.settings.relay) sockets;
      others = given (cfg.settings // { relay = removeAttrs cfg.settings.relay [ "sockets" ]; });
    in
    if sockets == { } then
      others
    else
      others // { relay = others.relay or { } // { sockets = mapAttrs (_: given) sockets; }; };

  unknownSettings =
    filter (key: !settingOptions ? ${key}) (attrNames settings) ++ unknownIn "relay" relayOptions ++ unknownIn "session" sessionOptions;
  unknownIn =
    table: known: map (key: "${table}.${key}") (filter (key: !known ? ${key}) (attrNames (settings.${table} or { })));
  allSettings =
    filter (key: key != "relay" && key != "session") (attrNames settingOptions)
    ++ map (key: "relay.${key}") (attrNames relayOptions)
    ++ map (key: "session.${key}") (attrNames sessionOptions);

  settingsFile = toml.generate "i3pm-config.toml" settings;
  toml = pkgs.formats.toml { };

  # What home-manager's own line would import.
  variables = filter (name: match "[A-Za-z_][A-Za-z0-9_]*" name != null) sway.systemd.variables;
  otherVariables = filter (name: !elem name variables) sway.systemd.variables;

  described = type: description: type // { inherit description; };

  # A text for which a function says that it is one.
  textThat = isOne: description: described (types.str // { check = text: isString text && isOne text; }) description;

  durations = import ./durations.nix;

  # As `limits` in src/layers/settings/catalogue.ts has it.
  duration =
    least: most:
    textThat (durations.isSetting least most) "duration from ${least} to ${most}, in ms, s or min";

  # An interval of zero is no timer, and systemd cannot count to one that is too long.
  timeSpan =
    let
      least = "1s";
      most = "100y";
    in
    textThat (durations.isTimeSpan least most)
      "time span of systemd.time(7) from ${least} to ${most}, such as 5min or 1h 30min";

  # With what systemd-escape(1) makes of other characters.
  targetName = described (types.strMatching "[A-Za-z0-9:_.@\\\\-]+\\.target") "name of a target such as ${ownTarget}";

  # What a daemon takes: it does not expand ~, and a relative path has no defined base.
  absolutePath = described (types.strMatching "/.+") "absolute path";

  setting =
    type: description:
    mkOption {
      type = types.nullOr type;
      default = null;
      inherit description;
    };

  # The keys that i3pm knows.
  settingOptions = {
    socket = setting absolutePath "Use this socket and no other.";
    probe_interval = setting (duration "100ms" "10min") "Time between two health checks. i3pm's default is 5s.";
    probe_deadline = setting (duration "1ms" "80ms") ''
      A reply later than this makes the connection stale. i3pm's default is 60ms.'';
    log_level = setting (types.enum [
      "error"
      "warning"
      "info"
      "debug"
      "trace"
    ]) "What is logged. i3pm's default is info.";
    relay = table relayOptions "The relay.";
    session = table sessionOptions "The session.";
  };

  # A table of the file. Whatever else is set in it is named in a warning.
  table =
    options: description:
    mkOption {
      type = types.submodule {
        freeformType = toml.type;
        inherit options;
      };
      default = { };
      inherit description;
    };

  relayOptions = {
    hide_shutdown = setting types.bool ''
      Whether clients of the relay are never told that the compositor shuts down. i3pm's default is true.'';
    patience = setting (duration "100ms" "60min") ''
      Time without a compositor before they are told, if they are. i3pm's default is 60s.'';
    buffer = setting size ''
      The most that waits for a client of the relay that does not read, 64KiB to 1GiB. i3pm's default is 16MiB.'';
    resync = setting resyncMode ''
      What clients of the relay get after a restart of the compositor. i3pm's default is events.'';
    sockets = mkOption {
      type = types.attrsOf (types.submodule { options = socketOptions; });
      default = { };
      example.kiosk.preset = "read-only";
      description = ''
        Sockets of the relay that let through only what is listed, by name. A name has 1 to 32 characters of a to z, 0
        to 9 and hyphen. i3pm-config(5) says what the lists mean.'';
    };
  };

  sessionOptions.relay = setting types.bool ''
    Whether services connect to the relay: `session run` gives them its path. i3pm's default is false.'';

  socketOptions = {
    preset = setting (types.enum [
      "read-only"
      "bar"
    ]) "A set of requests, events and commands that are allowed. The lists add to it.";
    requests = setting names "Requests that are allowed, as for `i3pm msg -t`.";
    events = setting names "Events that are allowed, as for `i3pm events`.";
    commands = setting names "Patterns of whole commands that are allowed.";
    resync = setting resyncMode "As {option}`relay.resync`, for this socket.";
  };

  names = types.listOf types.str;

  resyncMode = types.enum [
    "events"
    "reload"
    "none"
  ];

  # Its limits, 64 KiB and 1 GiB, are i3pm's to check.
  size = described (types.strMatching "[0-9]{1,10}(\\.[0-9]{1,3})? ?(B|KiB|MiB|GiB)") "size, in B, KiB, MiB or GiB";

  # Where a service is that cannot be found by its name.
  hint =
    name:
    let
      template = match "([^@]+@).+" name;
      suffix = match ".+\\.(automount|device|mount|path|scope|slice|socket|swap|target|timer)" name;
    in
    if suffix != null then
      "Only services are moved, and ${name} has the name of a ${head suffix}."
    else if template != null && config.systemd.user.services ? ${head template} then
      "${name} is an instance: name the template, ${head template}, and all its instances are moved."
    else
      "A unit from elsewhere (a package, NixOS, a file in /etc) is moved with: i3pm session bind ${name}.service";

  assertions = [
    {
      assertion = pkgs.stdenv.hostPlatform.isLinux;
      message = "services.i3pm is for Linux only: it talks to sway and to systemd.";
    }
    {
      assertion = cfg.session.manage -> sway.enable;
      message = ''
        services.i3pm.session.manage puts a line into the sway configuration that home-manager writes, and
        wayland.windowManager.sway.enable is false. Enable it, or put this line into your own sway configuration:
        exec i3pm session run'';
    }
    {
      assertion = cfg.session.manage -> cfg.session.target == ownTarget;
      message = ''
        services.i3pm.session.manage starts ${ownTarget}, and services.i3pm.session.target is ${cfg.session.target}.
        Leave session.target at its default, or let the one that starts ${cfg.session.target} do so without
        session.manage.'';
    }
  ]
  ++ map (name: {
    assertion = config.systemd.user.services ? ${name};
    message = ''
      services.i3pm.session.services names ${name}, and no module defines systemd.user.services.${name}.
      Defined are: ${concatStringsSep ", " (attrNames config.systemd.user.services)}.
      ${hint name}'';
  }) boundServices;
in
{
  options.services.i3pm = {
    enable = mkEnableOption ''
      i3pm: a daemon that keeps one connection to the live sway or i3 and reports its health, removal of sockets without a
      listener, and ${ownTarget}'';

    package = mkOption {
      type = types.package;
      default = pkgs.callPackage ./package.nix { };
      defaultText = literalExpression "pkgs.callPackage ./nix/package.nix { }";
      description = "The i3pm package.";
    };

    settings = mkOption {
      type = types.submodule {
        freeformType = toml.type;
        options = settingOptions;
      };
      default = { };
      example = {
        probe_interval = "10s";
        log_level = "debug";
      };
      description = ''
        What is written to {file}`$XDG_CONFIG_HOME/i3pm/config.toml`. No file is written if nothing is set. i3pm
        refuses an unknown key: there is a warning for each that is not an option here.'';
    };

    daemon.lifetime = mkOption {
      type = types.enum [
        "session"
        "manager"
      ];
      default = "session";
      example = "manager";
      description = ''
        How long the daemon lives. `session`: it is part of {option}`services.i3pm.session.target`, and ends with sway.
        `manager`: it lives as long as the user manager across restarts of sway: meanwhile bars show it as
        disconnected, and its counters and history are kept.'';
    };

    cleanup = {
      enable = mkOption {
        type = types.bool;
        default = true;
        example = false;
        description = ''
          Whether a timer removes sockets without a listener. The daemon does so as well, while it runs.'';
      };

      interval = mkOption {
        type = timeSpan;
        default = "5min";
        example = "1h 30min";
        description = "Time between two removals.";
      };
    };

    relay.enable = mkOption {
      type = types.bool;
      default = true;
      example = false;
      description = ''
        Whether systemd listens on the relay's socket, `i3pm/relay.sock` in the runtime directory, from login on, and
        starts the relay for the first client. Clients that connect there stay connected while the compositor restarts.
        Each socket in {option}`services.i3pm.settings.relay.sockets` gets a unit of its own. Services use the relay
        with {option}`services.i3pm.settings.session.relay`.'';
    };

    session = {
      target = mkOption {
        type = targetName;
        default = ownTarget;
        example = "wayland-session@sway.desktop.target";
        description = ''
          The target that the daemon and {option}`services.i3pm.session.services` start and stop with. Only ${ownTarget}
          is defined by this module; any other must exist already, and must be started by what starts sway.'';
      };

      manage = mkOption {
        type = types.bool;
        default = false;
        example = true;
        description = ''
          Whether sway runs `i3pm session run`: it imports the environment, starts ${ownTarget}, and undoes both when
          sway has ended, by exit, crash or kill. It takes the place of home-manager's own lines:
          {option}`wayland.windowManager.sway.systemd.enable` is turned off. The `variables` and `xdgAutostart` beside
          that option are kept, its `extraCommands` are not run.'';
      };

      services = mkOption {
        type = types.listOf types.str;
        default = [ ];
        example = [
          "eww-monitoring-panel"
          "i3wsr"
          "swaync"
        ];
        description = ''
          User services, defined by any module of this configuration, that are for sway only. Their `After`, `PartOf`,
          `Requisite` and `WantedBy` are moved from graphical-session.target to {option}`services.i3pm.session.target`,
          and so are `StopPropagatedFrom` and `ReloadPropagatedFrom` where they name it. It is removed from what would
          start it (`Requires`, `BindsTo`, `Wants`, `Upholds`), from `Before`, and from `RequiredBy` and `UpheldBy`.
          What only reacts to it or acts on it (`Conflicts`, `OnFailure`, `PropagatesStopTo` and the like) is kept, and
          so are all other names in these lists.'';
      };
    };
  };

  # For every reader of the units, home-manager itself included: the definitions stay where they are.
  options.systemd.user = {
    services = mkOption {
      apply =
        services:
        if cfg.enable then
          mapAttrs (name: service: if elem name boundServices then move service else service) services
        else
          services;
    };
    targets = mkOption {
      apply =
        targets:
        if cfg.enable then
          mapAttrs (name: target: if "${name}.target" == ownTarget then eachOnce target else target) targets
        else
          targets;
    };
  };

  config = mkIf cfg.enable (mkMerge [
    {
      inherit assertions;
      warnings = map (key: ''
        services.i3pm.settings.${key} is no setting of i3pm, and its daemon does not start with it. The settings are:
        ${concatStringsSep ", " allSettings}.'') unknownSettings;
      home.packages = [ cfg.package ];
      systemd.user = {
        services = overridable (filterAttrs isWanted units.services);
        sockets = overridable (filterAttrs isWanted units.sockets);
        timers = overridable (filterAttrs isWanted units.timers);
        targets = overridable units.targets;
      };
    }

    (mkIf (settings != { }) {
      xdg.configFile."i3pm/config.toml".source = settingsFile;
      # The daemon and the relay read it again on reload, and the relay disconnects nobody.
      systemd.user.services = mapAttrs (_: _: { Unit.X-Reload-Triggers = [ "${settingsFile}" ]; }) (
        filterAttrs isWanted {
          i3-project-daemon = null;
          i3pm-relay = null;
        }
      );
    })

    (mkIf cfg.session.manage {
      warnings = map (name: ''
        services.i3pm.session.manage cannot import ${name} of wayland.windowManager.sway.systemd.variables: it takes
        names of variables only.'') otherVariables;

      wayland.windowManager.sway = {
        systemd.enable = mkForce false;
        extraConfig = "exec ${program} session run${concatStringsSep "" (map (name: " --env ${name}") variables)}";
      };

      systemd.user.targets = mkIf sway.systemd.xdgAutostart {
        sway-session.Unit = {
          Wants = [ "xdg-desktop-autostart.target" ];
          Before = [ "xdg-desktop-autostart.target" ];
        };
      };
    })
  ]);
}
