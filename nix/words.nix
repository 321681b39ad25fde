# The words of a directive's value, which is a string or a list of strings: unit names, separated by white space.
value:
let
  inherit (builtins) concatMap filter isList isString split;
  values = if isList value then value else [ value ];
in
filter (word: word != "") (concatMap (each: filter isString (split "[ \t\n]+" (toString each))) values)
