#!/usr/bin/env bash
# run.sh BUILD TARGET SECONDS: one target over its corpus and its regressions, then that long over new inputs. What it found new stays in
# BUILD/fuzz/new/TARGET and is where the next run begins; what breaks something is BUILD/fuzz/found/TARGET-….
set -euo pipefail
here=$(dirname "$(readlink -f "$0")")
build=$1 target=$2 seconds=$3
new=$build/fuzz/new/$target found=$build/fuzz/found
mkdir -p "$new" "$found"
folders=("$new")
for folder in "$here/corpus/$target" "$here/regressions/$target"; do
    [ ! -d "$folder" ] || folders+=("$folder")
done
words=()
[ ! -f "$here/$target.dict" ] || words=("-dict=$here/$target.dict")
exec "$build/fuzz/fuzz_$target" "-max_total_time=$seconds" -max_len=4096 -timeout=10 -rss_limit_mb=2048 -print_final_stats=1 -verbosity=0 \
    "${words[@]}" "-artifact_prefix=$found/$target-" "${folders[@]}"
