# The types of options that nix/home-manager.nix and its surroundings need, with the descriptions that nixpkgs' have.
{
  evaluate,
  filterAttrs,
  genAttrs,
  isDefined,
  mergeDefinitions,
  namesIn,
  pushDown,
  showOption,
}:
let
  inherit (builtins)
    all
    concatMap
    concatStringsSep
    catAttrs
    elem
    filter
    foldl'
    head
    isAttrs
    isBool
    isInt
    isList
    isPath
    isString
    map
    mapAttrs
    match
    substring
    toJSON
    ;

  mergeEqual =
    location: values:
    if all (value: value == head values) values then
      head values
    else
      throw "The option `${showOption location}' has conflicting definition values: ${toJSON values}";

  mkType =
    description: check:
    {
      _type = "option-type";
      inherit description check;
      merge = mergeEqual;
    };
in
rec {
  anything = mkType "anything" (_: true);
  bool = mkType "boolean" isBool;
  int = mkType "signed integer" isInt;
  str = mkType "string" isString;
  package = mkType "package" (value: isAttrs value && value ? outPath);
  path = mkType "absolute path" (value: isPath value || (isString value && substring 0 1 value == "/"));
  enum = values: mkType "one of ${concatStringsSep ", " (map toJSON values)}" (value: elem value values);
  lines = mkType "strings concatenated with \"\\n\"" isString // {
    merge = _: concatStringsSep "\n";
  };
  strMatching =
    pattern:
    mkType "string matching the pattern ${pattern}" (value: isString value && match pattern value != null);
  either =
    first: second:
    mkType "${first.description} or ${second.description}" (value: first.check value || second.check value)
    // {
      merge =
        location: values:
        if all first.check values then
          first.merge location values
        else if all second.check values then
          second.merge location values
        else
          mergeEqual location values;
    };
  oneOf = alternatives: foldl' either (head alternatives) alternatives;
  nullOr =
    type:
    either (mkType "null" (value: value == null)) type
    // {
      description = "null or ${type.description}";
    };
  listOf =
    type:
    mkType "list of ${type.description}" isList
    // {
      merge =
        location: values:
        map (element: mergeDefinitions (location ++ [ "*" ]) type [ element ]) (
          filter isDefined (concatMap (value: value) values)
        );
    };
  attrsOf =
    type:
    mkType "attribute set of ${type.description}" isAttrs
    // {
      merge =
        location: values:
        let
          sets = concatMap pushDown values;
          definitions = genAttrs (namesIn sets) (name: filter isDefined (catAttrs name sets));
        in
        mapAttrs (name: mergeDefinitions (location ++ [ name ]) type) (
          filterAttrs (_: some: some != [ ]) definitions
        );
    };
  submodule =
    module:
    mkType "submodule" isAttrs
    // {
      options = location: (evaluate location [ module ] { }).options;
      merge =
        location: values: (evaluate location ([ module ] ++ map (config: { inherit config; }) values) { }).config;
    };
}
