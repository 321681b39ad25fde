# package-lock.json as importNpmLock can use it.
#
# The lock file says which package in which version with which hash, and not where from: npm knows its registry, and the
# user's own, if there is one. importNpmLock wants a source for each package, so each gets one here, checked against the
# lock file's own hash. Optional packages for other platforms are left out: they are not needed, and not all of them have
# a hash.
{
  lock,
  # As Node names it: "x64", "arm64".
  cpu,
  libc,
  # The source of a package: { name, version, integrity } to a derivation.
  fetch,
}:
let
  inherit (builtins)
    attrNames
    elem
    elemAt
    filter
    map
    mapAttrs
    match
    removeAttrs
    ;

  suits = value: list: list == null || elem value list;
  isForUs =
    package:
    !(package.optional or false)
    || package ? integrity
    && suits "linux" (package.os or null)
    && suits cpu (package.cpu or null)
    && suits libc (package.libc or null);

  leftOut = filter (path: !isForUs lock.packages.${path}) (attrNames lock.packages);

  # An alias has its real name in `name`; any other is named as the last directory of its path.
  nameAt = path: package: package.name or (elemAt (match "(.*/)?node_modules/(.*)" path) 1);

  kept = removeAttrs lock.packages leftOut;
  names = map (path: nameAt path lock.packages.${path}) leftOut;
in
{
  packageLock = lock // {
    packages = mapAttrs (
      _: package:
      if package ? optionalDependencies then
        package // { optionalDependencies = removeAttrs package.optionalDependencies names; }
      else
        package
    ) kept;
  };

  # For packageSourceOverrides, by the same paths.
  sources = mapAttrs (
    path: package:
    fetch {
      inherit (package) integrity version;
      name = nameAt path package;
    }
  ) (removeAttrs kept [ "" ]);
}
