#!/bin/sh
# Builds the Debian package with dpkg-deb alone: deploy/debian/build.sh [--arch amd64|arm64] [--out DIR] [--fast]
# Prints the path of what it made. Node comes with it: Debian 12 has version 18, and a name server should not change its
# engine because something else on the host did. NODE_BINARY=/path/to/node packs one of your own instead of the pinned
# one. --fast compresses nothing, for tests.
set -eu

node_version=24.21.0
node_x64=sha512-3nULszZ5X0fciYpG0t6TrdApJzAn8+FlINP6OiMX7V8HrvpATPN936U1LlReOJriLRa4e8yEqQBYCnLyPNAs7Q==
node_arm64=sha512-FpJRPEz2OvvTLfjIOlNGFY9JLPMKgl5m+d4oGYBLg24kJ1mmvN1Zl/HPJgF4HDaJ51ISev1l1cRZ/DM+keXW5g==

here=$(cd "$(dirname "$0")" && pwd)
top=$(cd "$here/../.." && pwd)
arch=$(dpkg --print-architecture)
out=$top
compression=-Zxz
while [ $# -gt 0 ]; do
  case $1 in
    --arch) arch=$2; shift ;;
    --out) out=$2; shift ;;
    --fast) compression=-Znone ;;
    *) echo "usage: $0 [--arch amd64|arm64] [--out DIR] [--fast]" >&2; exit 2 ;;
  esac
  shift
done
case $arch in
  amd64) cpu=x64; node_integrity=$node_x64 ;;
  arm64) cpu=arm64; node_integrity=$node_arm64 ;;
  *) echo "there is no Node binary for $arch in npm: only for amd64 and arm64" >&2; exit 2 ;;
esac

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
root=$work/root
lib=$root/usr/lib/meridian
umask 022
mkdir -p "$lib" "$root/DEBIAN"

# The program: what the npm package holds, and what it needs at run time as the lockfile says.
cd "$top"
[ -f dist/main.js ] || npm run build >&2
npm pack --silent --ignore-scripts --pack-destination "$work" >/dev/null
tar -xzf "$work"/meridian-gslb-*.tgz -C "$lib" --strip-components=1
cp package-lock.json .npmrc "$lib"
(cd "$lib" && npm ci --silent --omit=dev --ignore-scripts --prefer-offline --os=linux --cpu=$cpu --libc=glibc >&2)
rm -f "$lib/package-lock.json" "$lib/.npmrc" "$lib/node_modules/.package-lock.json"
# Nobody reads these where a server runs.
find "$lib/node_modules" \( -name '*.map' -o -name '*.d.ts' -o -name '*.d.cts' -o -name '*.d.mts' \) -type f -delete
find "$lib" -type d -empty -delete

mkdir "$lib/bin"
if [ -n "${NODE_BINARY-}" ]; then
  cp "$NODE_BINARY" "$lib/bin/node"
else
  npm pack --silent --prefer-offline --pack-destination "$work" "node-linux-$cpu@$node_version" >/dev/null
  archive=$work/node-linux-$cpu-$node_version.tgz
  found=sha512-$(sha512sum "$archive" | cut -d' ' -f1 | tr -d '\n' | sed 's/../\\x&/g' | xargs -0 printf | base64 -w0)
  [ "$found" = "$node_integrity" ] || { echo "$archive is not what it was: $found" >&2; exit 1; }
  tar -xzf "$archive" -C "$work" package/bin/node package/LICENSE
  mv "$work/package/bin/node" "$lib/bin/node"
  mv "$work/package/LICENSE" "$lib/bin/LICENSE.node"
fi
chmod 755 "$lib/bin/node"

# What belongs elsewhere in the system.
doc=$root/usr/share/doc/meridian-gslb
install -d "$doc/examples" "$root/etc/meridian/zones"
mv "$lib/README.md" "$lib/CHANGELOG.md" "$lib/ARCHITECTURE.md" "$doc"
mv "$lib/LICENSE" "$doc/copyright"
mv "$lib/zones" "$doc/examples/zones"
install -D -m 755 "$here/meridian" "$root/usr/bin/meridian"
install -D -m 644 deploy/systemd/meridian.service "$root/usr/lib/systemd/system/meridian.service"
install -D -m 644 deploy/systemd/meridian.sysusers "$root/usr/lib/sysusers.d/meridian.conf"
install -D -m 644 deploy/systemd/meridian.sysctl "$root/usr/lib/sysctl.d/60-meridian.conf"
install -m 644 deploy/systemd/meridian.yaml geo-data/overrides.csv "$root/etc/meridian"

# How it is installed and removed.
version=$(sed -n 's/^  "version": "\(.*\)",$/\1/p' package.json)-1
for script in postinst prerm postrm; do install -m 755 "$here/$script" "$root/DEBIAN"; done
(cd "$root" && find etc -type f | sed 's|^|/|' | sort) >"$root/DEBIAN/conffiles"
(cd "$root" && find usr -type f -print0 | sort -z | xargs -0 md5sum) >"$root/DEBIAN/md5sums"
sed -e "s/@VERSION@/$version/" -e "s/@ARCH@/$arch/" \
  -e "s/@SIZE@/$(du -sk --exclude=DEBIAN "$root" | cut -f1)/" "$here/control" >"$root/DEBIAN/control"

# The same sources make the same package.
SOURCE_DATE_EPOCH=${SOURCE_DATE_EPOCH:-$(git log -1 --format=%ct 2>/dev/null || date +%s)}
export SOURCE_DATE_EPOCH
find "$root" -exec touch --no-dereference --date="@$SOURCE_DATE_EPOCH" {} +
mkdir -p "$out"
package=$out/meridian-gslb_${version}_$arch.deb
dpkg-deb --root-owner-group "$compression" --build "$root" "$package" >&2
echo "$package"
