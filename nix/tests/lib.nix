# As much of nixpkgs' module system as nix/home-manager.nix needs, so that CI can evaluate the module without a network:
# the names, meanings and messages of nixpkgs' lib, as far as they go. nix/tests/real.nix is for the real one.
let
  inherit (builtins)
    all
    any
    attrNames
    catAttrs
    concatMap
    concatStringsSep
    filter
    foldl'
    head
    isAttrs
    isFunction
    isPath
    listToAttrs
    map
    mapAttrs
    removeAttrs
    stringLength
    substring
    toJSON
    ;

  genAttrs = names: make: listToAttrs (map (name: { inherit name; value = make name; }) names);
  filterAttrs = keep: set: removeAttrs set (filter (name: !keep name set.${name}) (attrNames set));
  namesIn = sets: attrNames (foldl' (all: set: all // set) { } sets);
  showOption = concatStringsSep ".";

  isType = type: value: isAttrs value && value._type or null == type;
  mkIf = condition: content: { _type = "if"; inherit condition content; };
  mkMerge = contents: { _type = "merge"; inherit contents; };
  mkOverride = priority: content: { _type = "override"; inherit priority content; };
  mkOption = attributes: attributes // { _type = "option"; };

  optionPriority = 1500;
  plainPriority = 100;

  # The values that a definition comes to, with their priorities: its conditions, merges and overrides taken off.
  discharge =
    definition:
    if isType "if" definition then
      if definition.condition then discharge definition.content else [ ]
    else if isType "merge" definition then
      concatMap discharge definition.contents
    else if isType "override" definition then
      map (each: each // { inherit (definition) priority; }) (discharge definition.content)
    else
      [ { value = definition; priority = plainPriority; } ];

  # The same for sets of definitions: what is taken off the set is put on each of its members, and no condition is
  # looked at.
  pushDown =
    definition:
    if isType "merge" definition then
      concatMap pushDown definition.contents
    else if isType "if" definition then
      map (mapAttrs (_: mkIf definition.condition)) (pushDown definition.content)
    else if isType "override" definition then
      map (mapAttrs (_: mkOverride definition.priority)) (pushDown definition.content)
    else
      [ definition ];

  # The values of the lowest priority number.
  strongest =
    definitions:
    let
      priority = foldl' (least: each: if each.priority < least then each.priority else least) 9999 definitions;
    in
    catAttrs "value" (filter (each: each.priority == priority) definitions);

  mergeDefinitions =
    location: type: definitions:
    let
      values = strongest (concatMap discharge definitions);
      wrong = filter (value: !type.check value) values;
    in
    if values == [ ] then
      throw "The option `${showOption location}' was accessed but has no value defined. Try setting the option."
    else if wrong != [ ] then
      throw ''
        A definition for option `${showOption location}' is not of type `${type.description}'. Definition values:
        - ${toJSON (head wrong)}''
    else
      type.merge location values;

  isDefined = definition: discharge definition != [ ];

  types = import ./types.nix {
    inherit
      evaluate
      filterAttrs
      genAttrs
      isDefined
      mergeDefinitions
      namesIn
      pushDown
      showOption
      ;
  };

  # An option's declarations as one: nixpkgs too refuses two that say the same thing.
  mergeDeclarations =
    location:
    foldl' (
      whole: part:
      if
        any (key: whole ? ${key} && part ? ${key}) [
          "apply"
          "default"
          "description"
          "type"
        ]
      then
        throw "The option `${showOption location}' is already declared."
      else
        part // whole
    ) { };

  evaluateOption =
    location: declarations: definitions:
    let
      option = mergeDeclarations location declarations;
      apply = option.apply or (value: value);
      default = if option ? default then [ (mkOverride optionPriority option.default) ] else [ ];
    in
    option
    // {
      loc = location;
      value = apply (mergeDefinitions location option.type (definitions ++ default));
    };

  # The tree of declared options, each with its value.
  evaluateTree =
    location: trees: definitions:
    genAttrs (namesIn trees) (
      name:
      let
        below = location ++ [ name ];
        declarations = catAttrs name trees;
        defined = catAttrs name (concatMap pushDown definitions);
      in
      if any (isType "option") declarations then
        evaluateOption below declarations defined
      else
        evaluateTree below declarations defined
    );

  valuesOf = mapAttrs (_: each: if isType "option" each then each.value else valuesOf each);

  # What is defined and declared nowhere.
  undeclared =
    location: options: definitions:
    let
      sets = concatMap pushDown definitions;
    in
    concatMap (
      name:
      let
        below = location ++ [ name ];
      in
      if !(options ? ${name}) then
        [ { inherit name; option = showOption below; } ]
      else if isType "option" options.${name} then
        [ ]
      else
        undeclared below options.${name} (catAttrs name sets)
    ) (namesIn sets);

  evaluate =
    location: modules: specialArgs:
    let
      arguments = specialArgs // {
        inherit lib options;
        config = values;
      };

      load =
        module:
        let
          loaded = if isPath module then import module else module;
          called = if isFunction loaded then loaded arguments else loaded;
          isShort = !(called ? config || called ? options);
          rest = removeAttrs called [
            "freeformType"
            "imports"
          ];
          this = {
            options = called.options or { };
            config = if isShort then rest else called.config or { };
            freeform = if called ? freeformType then [ called.freeformType ] else [ ];
          };
        in
        concatMap load (called.imports or [ ]) ++ [ this ];

      loaded = concatMap load modules;
      definitions = catAttrs "config" loaded;
      freeform = concatMap (each: each.freeform) loaded;
      options = evaluateTree location (catAttrs "options" loaded) definitions;
      unknown = undeclared location options definitions;
      free =
        if freeform == [ ] then
          { }
        else
          (head freeform).merge location (
            map (filterAttrs (name: _: any (each: each.name == name) unknown)) (concatMap pushDown definitions)
          );
      values = free // valuesOf options;
    in
    {
      inherit options;
      config =
        if freeform == [ ] && unknown != [ ] then
          throw "The option `${(head unknown).option}' does not exist."
        else
          values;
    };

  lib = {
    inherit
      filterAttrs
      mkIf
      mkMerge
      mkOption
      mkOverride
      types
      ;

    evalModules =
      {
        modules,
        specialArgs ? { },
      }:
      evaluate [ ] modules specialArgs;

    mkDefault = mkOverride 1000;
    mkForce = mkOverride 50;
    mkEnableOption =
      name:
      mkOption {
        type = types.bool;
        default = false;
        example = true;
        description = "Whether to enable ${name}.";
      };
    literalExpression = text: {
      _type = "literalExpression";
      inherit text;
    };

    getExe' = package: name: "${package}/bin/${name}";
    hasPrefix = prefix: text: substring 0 (stringLength prefix) text == prefix;
    removeSuffix =
      suffix: text:
      let
        rest = stringLength text - stringLength suffix;
      in
      if rest >= 0 && substring rest (stringLength suffix) text == suffix then substring 0 rest text else text;
  };
in
lib
