#!/bin/sh
# Fuzzes the native packet path under the address and undefined-behaviour sanitizers.
#   fuzz.sh SECONDS    how long for each target
# What is found is left in build/fuzz/, and the exit status tells.
set -eu

seconds=${1:?seconds for each target}
native=media/sfu/native
out=build/fuzz
mkdir -p "$out"
for source in tests/fuzz/fuzz_*.c; do
    target=$(basename "$source" .c)
    clang -std=gnu11 -g -O1 -fsanitize=fuzzer,address,undefined -fno-sanitize-recover=undefined -I"$native" \
        "$source" "$native"/[!_]*.c -lcrypto -lpthread -o "$out/$target"
    mkdir -p "$out/$target.corpus"
    "$out/$target" -max_total_time="$seconds" -max_len=4096 -timeout=10 -print_final_stats=1 -verbosity=0 \
        -artifact_prefix="$out/$target-" "$out/$target.corpus"
    echo "$target: nothing found in $seconds s"
done
