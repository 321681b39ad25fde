# What the module touches of home-manager: the options, what home-manager's sway module does with its own, and how the
# units become files. real.nix shows the same with home-manager itself.
{ config, lib, ... }:
let
  inherit (builtins)
    attrNames
    attrValues
    concatLists
    concatMap
    concatStringsSep
    isBool
    isList
    listToAttrs
    map
    mapAttrs
    ;
  inherit (lib)
    filterAttrs
    mkIf
    mkOption
    types
    ;

  sway = config.wayland.windowManager.sway;

  primitive = types.oneOf [
    types.bool
    types.int
    types.str
  ];
  units = mkOption {
    type = types.attrsOf (types.attrsOf (types.attrsOf (types.either primitive (types.listOf primitive))));
    default = { };
  };
  option = type: default: mkOption { inherit type default; };

  suffixes = {
    services = "service";
    sockets = "socket";
    timers = "timer";
    targets = "target";
  };

  textOf =
    sections:
    let
      line = name: value: "${name}=${if isBool value then (if value then "true" else "false") else toString value}\n";
      lines = name: value: map (line name) (if isList value then value else [ value ]);
      section =
        name: directives:
        concatStringsSep "" ([ "[${name}]\n" ] ++ concatLists (attrValues (mapAttrs lines directives)));
      withoutEmpty = mapAttrs (_: filterAttrs (_: value: value != [ ])) sections;
      filled = filterAttrs (_: directives: directives != { }) withoutEmpty;
    in
    concatStringsSep "\n" (attrValues (mapAttrs section filled));

  filesOf =
    kind:
    concatMap (
      name:
      let
        file = "${name}.${suffixes.${kind}}";
        sections = config.systemd.user.${kind}.${name};
        text = textOf sections;
        linksIn =
          directory: targets:
          map (target: {
            name = "systemd/user/${target}.${directory}/${file}";
            value = { inherit text; };
          }) targets;
      in
      [
        {
          name = "systemd/user/${file}";
          value = { inherit text; };
        }
      ]
      ++ linksIn "wants" (sections.Install.WantedBy or [ ])
      ++ linksIn "requires" (sections.Install.RequiredBy or [ ])
    ) (attrNames config.systemd.user.${kind});
in
{
  options = {
    assertions = option (types.listOf types.anything) [ ];
    warnings = option (types.listOf types.str) [ ];
    home.packages = option (types.listOf types.package) [ ];
    xdg.configFile = option (types.attrsOf (
      types.submodule {
        options = {
          text = option (types.nullOr types.str) null;
          source = option types.anything null;
        };
      }
    )) { };
    systemd.user = mapAttrs (_: _: units) suffixes;
    wayland.windowManager.sway = {
      enable = option types.bool false;
      extraConfig = option types.lines "";
      systemd = {
        enable = option types.bool true;
        variables = option (types.listOf types.str) [
          "DISPLAY"
          "WAYLAND_DISPLAY"
          "SWAYSOCK"
          "XDG_CURRENT_DESKTOP"
          "XDG_SESSION_TYPE"
          "NIXOS_OZONE_WL"
          "XCURSOR_THEME"
          "XCURSOR_SIZE"
        ];
        xdgAutostart = option types.bool false;
      };
    };
  };

  config = {
    systemd.user.targets.sway-session = mkIf (sway.enable && sway.systemd.enable) {
      Unit = {
        Description = "sway compositor session";
        Documentation = [ "man:systemd.special(7)" ];
        BindsTo = [ "graphical-session.target" ];
        Wants = [ "graphical-session-pre.target" ];
        After = [ "graphical-session-pre.target" ];
      };
    };
    xdg.configFile = listToAttrs (concatMap filesOf (attrNames suffixes));
  };
}
