#!/usr/bin/env bash
# Fits BG/NBD to CDNOW's 23,570 customers with the Python package lifetimes and with tend_stats,
# in one run on one machine, and fails unless tend_stats is at least twenty times as fast:
# against_lifetimes.sh DIR, where DIR is what data.sh filled.
set -euo pipefail

if [ $# -ne 1 ]; then
    echo "usage: against_lifetimes.sh DIR" >&2
    exit 2
fi
data=$(cd "$1" && pwd)
cd "$(dirname "$0")"

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install --quiet --disable-pip-version-check \
    lifetimes==0.11.3 "pandas==1.5.3" "numpy<1.27" "scipy<1.12" "setuptools<80"

# Writes what both are given, and prints the best of three fits in milliseconds.
theirs=$("$work/venv/bin/python" -W ignore - "$data/CDNOW_master.txt" "$work/rfm.csv" <<'PYTHON'
import sys, time
import pandas as pd
from lifetimes import BetaGeoFitter
from lifetimes.utils import calibration_and_holdout_data

log = pd.read_csv(sys.argv[1], sep=r"\s+", skiprows=1, header=None,
                  names=["id", "date", "n", "value"], dtype={"date": str})
log["date"] = pd.to_datetime(log["date"], format="%Y%m%d")
rfm = calibration_and_holdout_data(log, "id", "date", calibration_period_end="1997-09-30",
                                   observation_period_end="1998-06-30", freq="D")
x, last, age = rfm.frequency_cal, rfm.recency_cal / 7, rfm.T_cal / 7
pd.DataFrame({"frequency": x.astype(int), "recency": last, "T": age}).to_csv(
    sys.argv[2], index=False)
best = float("inf")
for _ in range(3):
    start = time.perf_counter()
    BetaGeoFitter().fit(x, last, age)
    best = min(best, time.perf_counter() - start)
print(f"{1000 * best:.3f}")
PYTHON
)
ours=$(cargo run --quiet --release -p tend_stats --example bg_nbd_time -- "$work/rfm.csv")
awk -v ours="$ours" -v theirs="$theirs" 'BEGIN {
    printf "lifetimes %.0f ms, tend_stats %.1f ms: %.0f times as fast\n", theirs, ours, theirs / ours
    exit !(theirs >= 20 * ours)
}'
