#!/bin/sh
# Makes a repository of this machine's own out of packages that it has in apt's cache, each with a higher version, and leaves apt no
# other source: newer-packages.sh VERSION PACKAGE...
set -eu
version=$1
shift
repository=/srv/newer
rm -rf "$repository"
mkdir -p "$repository"
: >"$repository/Packages"
for package in "$@"; do
  work=$(mktemp -d)
  if [ "$package" = harmless ]; then
    mkdir -p "$work/tree/DEBIAN"
    printf 'Package: harmless\nVersion: 0\nArchitecture: all\nMaintainer: test\nDescription: does nothing\n' >"$work/tree/DEBIAN/control"
    dpkg -l harmless >/dev/null 2>&1 || { dpkg-deb -Znone -b "$work/tree" "$work/old.deb" >/dev/null; dpkg -i "$work/old.deb" >/dev/null; }
  else
    dpkg-deb -R "$(ls /var/cache/apt/archives/"${package}"_*.deb | tail -n 1)" "$work/tree"
  fi
  sed -i "s/^Version: .*/&+lab$version/" "$work/tree/DEBIAN/control"
  dpkg-deb -Znone -b "$work/tree" "$repository/$package.deb" >/dev/null
  {
    dpkg-deb -f "$repository/$package.deb"
    printf 'Filename: ./%s.deb\nSize: %s\nSHA256: %s\n\n' "$package" "$(stat -c %s "$repository/$package.deb")" \
      "$(sha256sum "$repository/$package.deb" | cut -d ' ' -f 1)"
  } >>"$repository/Packages"
  rm -rf "$work"
done
{
  printf 'Origin: Debian\nLabel: Debian\nSuite: stable\nCodename: newer\nVersion: 13.9\nDate: %s\nSHA256:\n' "$(date -Ru)"
  printf ' %s %s Packages\n' "$(sha256sum "$repository/Packages" | cut -d ' ' -f 1)" "$(stat -c %s "$repository/Packages")"
} >"$repository/Release"
rm -f /etc/apt/sources.list /etc/apt/sources.list.d/*
echo "deb [trusted=yes] file:$repository ./" >/etc/apt/sources.list
