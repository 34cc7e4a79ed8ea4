#!/bin/sh
# Vendored JavaScript: verify what is here, or make it anew.
#
#   ./refresh.sh            fetches the versions of package.json through npm, builds, and compares
#                           with SHA256SUMS: a difference is an error
#   ./refresh.sh --update   the same, and writes SHA256SUMS and package-lock.json (after a new version)
#   ./refresh.sh --verify   only compares the files that are here; needs no network and no npm
set -eu
here=$(cd "$(dirname "$0")" && pwd)
icons="$here/../../../tend_views/src/parts/icon_table.rs"

if [ "${1:-}" = "--verify" ]; then
    cd "$here" && exec sha256sum --check --quiet SHA256SUMS
fi

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cp "$here/package.json" "$here/.npmrc" "$here/editor.entry.js" "$here/build.mjs" "$work/"
if [ "${1:-}" = "--update" ]; then
    (cd "$work" && npm install --ignore-scripts --silent)
    cp "$work/package-lock.json" "$here/"
else
    cp "$here/package-lock.json" "$work/"
    (cd "$work" && npm ci --ignore-scripts --silent)
fi

# esbuild's own install script only places a binary that is there already; run it without the rest.
node "$work/build.mjs" "$here" "$work" "$icons"

cd "$here"
if [ "${1:-}" = "--update" ]; then
    sha256sum htmx.js editor.js emoji.js LICENSE-*.txt ../../../tend_views/src/parts/icon_table.rs > SHA256SUMS
fi
sha256sum --check --quiet SHA256SUMS
echo "The vendored files are as SHA256SUMS says."
