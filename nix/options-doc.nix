# docs/nix-options.md, made from the module: `node scripts/nix-data.mjs` writes it.
let
  inherit (builtins)
    attrValues
    concatMap
    concatStringsSep
    isAttrs
    isList
    map
    mapAttrs
    replaceStrings
    toJSON
    ;

  lib = import ./tests/lib.nix;

  inherit
    (lib.evalModules {
      modules = [ ./home-manager.nix ];
      specialArgs.pkgs.formats.toml = _: { type = lib.types.attrsOf lib.types.anything; };
    })
    options
    ;

  # The options below an option or a set of them, those of submodules included.
  flatten =
    tree:
    concatMap (
      each:
      if each._type or null == "option" then
        [ each ] ++ (if each.type ? options then flatten (each.type.options each.loc) else [ ])
      else
        flatten each
    ) (attrValues tree);

  # As Nix would have it.
  show =
    value:
    if isAttrs value then
      if value._type or null == "literalExpression" then
        value.text
      else
        "{ ${concatStringsSep "" (attrValues (mapAttrs (name: each: "${name} = ${show each}; ") value))}}"
    else if isList value then
      "[ ${concatStringsSep "" (map (each: "${show each} ") value)}]"
    else
      toJSON value;

  withoutRoles = replaceStrings [ "{file}" "{option}" ] [ "" "" ];

  field = option: title: key: if option ? ${key} then [ "${title}: `${show option.${key}}`" ] else [ ];

  section =
    option:
    concatStringsSep "\n\n" [
      "## `${concatStringsSep "." option.loc}`"
      (withoutRoles option.description)
      (concatStringsSep "  \n" (
        [ "Type: ${option.type.description}" ]
        ++ field option "Default" (if option ? defaultText then "defaultText" else "default")
        ++ field option "Example" "example"
      ))
    ];
in
concatStringsSep "\n\n" (
  [
    "# Options of the home-manager module"
    ''
      Made from `nix/home-manager.nix` by `node scripts/nix-data.mjs`; how to move a configuration is in
      [nix-migration.md](nix-migration.md).''
  ]
  ++ map section (flatten options.services)
)
+ "\n"
