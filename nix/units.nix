# i3pm's units in the shape of home-manager's systemd.user: { services, sockets, timers, targets }, each by name without
# its suffix.
#
# They are read from units.json, which is what the build exports (dist/units.json, from src/layers/systemd/units/catalogue.ts):
# data in the repository, so that nothing has to be built to evaluate a configuration. A test and the package's own
# build refuse one that is not current.
{
  # The path of the program, for the Exec lines.
  program,
  # Between two sweeps, as a time span of systemd.time(7).
  cleanupInterval,
  # What the daemon hangs on. Only i3pm's own target is defined here; any other has to be there already.
  sessionTarget,
  # "session": the daemon is part of the session target. "manager": it lives as long as the user manager.
  daemonLifetime ? "session",
  # The names of the relay's restricted sockets: each gets a unit of its own, since home-manager cannot enable an
  # instance of a template.
  restrictedSockets ? [ ],
}:
let
  inherit (builtins)
    attrNames
    elem
    elemAt
    filter
    fromJSON
    head
    isList
    listToAttrs
    map
    mapAttrs
    match
    readFile
    removeAttrs
    replaceStrings
    ;

  exported = fromJSON (readFile ./units.json);
  words = import ./words.nix;

  # As in catalogue.ts.
  ownTarget = "sway-session.target";
  timer = "sway-socket-cleanup.timer";
  daemon = "i3-project-daemon.service";

  # home-manager makes a link for each element of WantedBy, and merges lists of dependencies.
  dependencies = [
    "After"
    "Before"
    "BindsTo"
    "PartOf"
    "Requires"
    "Requisite"
    "WantedBy"
    "Wants"
  ];

  perhapsEach = change: value: if isList value then map change value else change value;
  replace = from: to: perhapsEach (replaceStrings [ from ] [ to ]);

  directive =
    unit: name: value:
    if elem name dependencies then
      map (word: if word == ownTarget then sessionTarget else word) (words value)
    else if unit == timer && name == "OnUnitActiveSec" then
      cleanupInterval
    else
      replace "@i3pm@" program value;

  # As in catalogue.ts: tied to no session, and started with the user manager.
  placed =
    unit: file:
    if unit == daemon && daemonLifetime == "manager" then
      file
      // {
        Unit =
          removeAttrs file.Unit [
            "After"
            "PartOf"
            "Requisite"
          ]
          // {
            Description = replaceStrings [ "for one session of" ] [ "across restarts of" ] file.Unit.Description;
          };
        Install.WantedBy = "default.target";
      }
    else
      file;

  sections = unit: mapAttrs (_: mapAttrs (directive unit)) (placed unit exported.${unit});

  ofKind =
    kind:
    listToAttrs (
      map (unit: {
        name = head (match "(.*)\\.[a-z]+" unit);
        value = sections unit;
      }) (filter (unit: elemAt (match ".*\\.([a-z]+)" unit) 0 == kind) (attrNames exported))
    );

  sockets = ofKind "socket";
  template = "i3pm-relay@";
in
{
  services = ofKind "service";
  sockets =
    removeAttrs sockets [ template ]
    // listToAttrs (
      map (name: {
        name = "${template}${name}";
        value = sockets.${template};
      }) restrictedSockets
    );
  timers = ofKind "timer";
  targets = if sessionTarget == ownTarget then ofKind "target" else { };
}
