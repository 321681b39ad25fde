# Moves a user unit from one target to another, as `i3pm session bind` does (src/layers/systemd/units/rewrite.ts): every
# dependency on the old target goes, and PartOf, Requisite, After and WantedBy name the new one. All others stay.
#
# A unit is an attribute set of sections, as in home-manager's systemd.user.services.
{ from, to }:
unit:
let
  inherit (builtins)
    attrNames
    elem
    filter
    foldl'
    intersectAttrs
    listToAttrs
    map
    mapAttrs
    removeAttrs
    ;

  words = import ./words.nix;
  unique = foldl' (seen: word: if elem word seen then seen else seen ++ [ word ]) [ ];
  each = names: value: listToAttrs (map (name: { inherit name value; }) names);

  # What a unit of a session needs besides its WantedBy: to stop with it, to refuse to start without it, to start after
  # it.
  required = [
    "PartOf"
    "Requisite"
    "After"
  ];

  # One target stands in the other's place.
  replace = value: unique (map (word: if word == from then to else word) (words value));

  without = targets: value: filter (word: !elem word targets) (words value);

  # A directive that names nothing any more goes: home-manager would write an empty one.
  edit =
    changes: section:
    let
      changed = mapAttrs (name: value: changes.${name} value) (intersectAttrs changes section);
    in
    removeAttrs (section // changed) (filter (name: changed.${name} == [ ]) (attrNames changed));

  add =
    names: section: section // mapAttrs (name: _: unique (words (section.${name} or [ ]) ++ [ to ])) (each names null);
in
unit
// {
  Unit = add required (
    edit (
      each (
        required
        ++ [
          "StopPropagatedFrom"
          "ReloadPropagatedFrom"
        ]
      ) replace
      # These would start the target; only a compositor's session does that.
      // each [
        "Requires"
        "BindsTo"
        "Wants"
        "Upholds"
      ] (without [ from ])
      # It would contradict the new After.
      // {
        Before = without [
          from
          to
        ];
      }
    ) (unit.Unit or { })
  );
  Install = add [ "WantedBy" ] (
    edit (
      {
        WantedBy = replace;
      }
      // each [
        "RequiredBy"
        "UpheldBy"
      ] (without [ from ])
    ) (unit.Install or { })
  );
}
