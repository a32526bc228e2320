#!/bin/bash
# Runs one fuzz target and says in one line how it ended: run_one.sh TARGET CORPUS_DIR FINDINGS_DIR SECONDS
set -uo pipefail
target=$1 corpus=$2 findings=$3 seconds=$4
name=${target##*/}
mkdir -p "$corpus"
case $name in
  boot_sector_fuzz | option_rom_fuzz) length=6000 ;; # guest code
  bios_call_fuzz | languages_fuzz | shadow_ram_fuzz) length=2000 ;;
  int13_fuzz) length=20000 ;;
  archive_fuzz | partition_table_fuzz | el_torito_fuzz | linux_boot_fuzz) length=65536 ;;
  *) length=400000 ;; # whole media
esac
timeout=100
[ "$name" != diagnosis_fuzz ] || timeout=600 # boots that are followed step by step, under the sanitizers
ASAN_OPTIONS=detect_stack_use_after_return=0 LSAN_OPTIONS="suppressions=$(dirname "$0")/../tests/lsan.supp:print_suppressions=0" \
  "$target" -max_total_time="$seconds" -max_len=$length -len_control=20 -timeout=$timeout -rss_limit_mb=2048 \
  -artifact_prefix="$findings/$name-" -print_final_stats=1 "$corpus" >"$corpus.log" 2>&1
status=$?
if [ $status = 0 ]; then
  echo "$name: clean after $seconds s, $(sed -n 's/^stat::number_of_executed_units: *//p' "$corpus.log") inputs"
else
  echo "$name: FOUND SOMETHING: $(grep -m 1 -E '^SUMMARY|ERROR:|DEADLYSIGNAL' "$corpus.log"); see $corpus.log and $findings"
fi
exit $((status != 0))
