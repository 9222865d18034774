#!/usr/bin/env bash
# Links a Java runtime with just the modules the library needs and runs capture, analyses and figures on it, the
# library on the class path. Needs examples/target, which "mvn verify" or "mvn -Pdemo" makes. Usage: jlinked.sh [JDK]
set -euo pipefail
cd "$(dirname "$0")/../../.."
jdk=${1:-$(dirname "$(dirname "$(readlink -f "$(command -v javac)")")")}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# The README names the same modules.
modules=java.base,java.desktop,java.logging,java.net.http,jdk.unsupported,jdk.incubator.vector
"$jdk/bin/jlink" --add-modules "$modules" --strip-debug --no-header-files --no-man-pages --output "$work/runtime"
"$work/runtime/bin/java" -Djava.awt.headless=true --add-modules jdk.incubator.vector \
  -jar examples/target/residual4j.jar demo --out "$work/demo" >"$work/out"
grep -q France "$work/out"
for file in tensors.npz analysis.json grid.png layers.gif layers.html explore.html index.html; do
  [ -s "$work/demo/$file" ] || { echo "the demo on the linked runtime did not write $file"; exit 1; }
done
echo "the demo runs on a linked runtime of $(du -sm "$work/runtime" | cut -f1) MB"
