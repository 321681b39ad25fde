# Which durations are fit for what, given as text.
let
  inherit (builtins)
    attrNames
    concatStringsSep
    elemAt
    filter
    foldl'
    fromJSON
    head
    isList
    match
    split
    substring
    ;

  # Without the leading zeros, which JSON has not.
  toInt = digits: fromJSON (head (match "0*([0-9]+)" digits));

  # In thousandths, so that it is a whole one.
  number =
    whole: fraction:
    toInt whole * 1000 + (if fraction == null then 0 else toInt (substring 0 3 "${fraction}000"));

  # The sum of numbers with their units, in thousandths of what the units are given in.
  thousandths =
    units: text:
    foldl' (sum: part: sum + number (elemAt part 0) (elemAt part 2) * units.${elemAt part 3}) 0 (
      filter isList (split "([0-9]+)(\\.([0-9]+))? *([A-Za-z]*)" text)
    );

  # So few digits that no sum of a few is too large for an integer.
  numberOf = digits: "[0-9]{1,${toString digits}}(\\.[0-9]{1,3})?";
  oneOf = units: "(${concatStringsSep "|" (attrNames units)})";

  isWithin =
    units: least: most: text:
    thousandths units text >= thousandths units least && thousandths units text <= thousandths units most;

  # As src/layers/settings/Settings.ts reads them.
  milliseconds = {
    ms = 1;
    s = 1000;
    min = 60000;
  };

  # Those of systemd.time(7) from a second up, with what they have there as months and years.
  seconds = {
    s = 1;
    sec = 1;
    second = 1;
    seconds = 1;
    m = 60;
    min = 60;
    minute = 60;
    minutes = 60;
    h = 3600;
    hr = 3600;
    hour = 3600;
    hours = 3600;
    d = 86400;
    day = 86400;
    days = 86400;
    w = 604800;
    week = 604800;
    weeks = 604800;
    M = 2629800;
    month = 2629800;
    months = 2629800;
    y = 31557600;
    year = 31557600;
    years = 31557600;
  };
  term = " *${numberOf 6}";
in
{
  # A setting of i3pm's from `least` to `most`.
  isSetting =
    least: most: text:
    match "${numberOf 7} ?${oneOf milliseconds}" text != null && isWithin milliseconds least most text;

  # A time span as systemd has it, from `least` to `most`: numbers with units, or one number, of seconds.
  isTimeSpan =
    least: most: text:
    match "${term} *|(${term} *${oneOf seconds}){1,9} *" text != null
    && isWithin (seconds // { "" = 1; }) least most text;
}
