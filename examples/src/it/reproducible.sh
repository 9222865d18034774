#!/usr/bin/env bash
# Builds the last commit twice, in folders, time zones, languages and umasks of their own, and compares every artifact
# byte by byte.
set -euo pipefail
repository=$(cd "$(dirname "$0")/../../.." && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

build() { # folder umask time-zone locale language country
  mkdir -p "$work/$1"
  (
    umask "$2"
    git -C "$repository" archive HEAD | tar -x -C "$work/$1"
    cd "$work/$1"
    TZ=$3 LC_ALL=$4 MAVEN_OPTS="${MAVEN_OPTS:-} -Duser.timezone=$3 -Duser.language=$5 -Duser.country=$6" \
      mvn -q -B package -Dmaven.test.skip=true -Dspotless.check.skip=true -Denforcer.skip=true
  )
}

artifacts() { # the folder's jars and the BOM that gets published
  (cd "$work/$1" && find . \( -path '*/target/*.jar' -o -name .flattened-pom.xml \) \
    -not -path '*/target/lib/*' -not -path '*/target/it*' | sort)
}

build a 022 UTC C en US
build "another folder" 077 Asia/Kathmandu C.UTF-8 tr TR

artifacts a >"$work/a.list"
artifacts "another folder" >"$work/b.list"
diff "$work/a.list" "$work/b.list"
count=0
while read -r file; do
  cmp "$work/a/$file" "$work/another folder/$file"
  count=$((count + 1))
done <"$work/a.list"
[ "$count" -ge 12 ] || { echo "only $count artifacts were built"; exit 1; }
echo "$count artifacts are the same byte for byte in both builds"
