#!/bin/bash
# report.sh BUILD_DIR MEDIA_DIR [PAIRS]: every benchmark, as one Markdown report on stdout.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
build=$1 media=$2 pairs=${3:-5}
bootsim=$build/bootsim/bootsim
echo "# bootsim beside QEMU, $pairs pairs"
echo
"$bootsim" --version | head -n 3
qemu-system-i386 --version | head -n 1
grep -m 1 'model name' /proc/cpuinfo || true
echo
echo "## To the first text that needs no typing"
echo
/usr/bin/python3 "$here/versus_qemu.py" --bootsim "$bootsim" --media "$media" --pairs "$pairs"
echo
echo "## The machine"
echo
/usr/bin/python3 "$here/machine.py" --bootsim "$bootsim" --media "$media" --pairs "$pairs"
echo
echo "## 64 MB into the memory disk"
echo
/usr/bin/python3 "$here/memdisk.py" --bootsim "$bootsim" --pairs "$pairs" || echo "a target is missed"
echo
echo "## Going back in time"
echo
"$build/bench/history" "$media" "$pairs"
echo
for micro in "$build"/bench/*_bench; do
  if [ -x "$micro" ]; then "$micro" --benchmark_min_time=0.2; fi
done
