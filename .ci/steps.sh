# For .ci/fast and .ci/full, which source it: runs named steps, and says how long each took and how full the disk was after it.

# Nothing is built twice on a machine of CI, and nobody debugs there: what both would be kept for takes time and gigabytes.
[ -z "${CI:-}" ] || export CARGO_INCREMENTAL=0 CARGO_PROFILE_DEV_DEBUG=0

# The folder is not there yet where builds go elsewhere (CARGO_TARGET_DIR).
mkdir -p target
times=target/$layer.times
: > "$times"

step() {
  printf '\n== %s\n' "$*"
  local began=$SECONDS
  "$@"
  drop_executables
  printf '%5d s %6d MiB  %s\n' $((SECONDS - began)) "$(df --block-size=1M --output=used . | tail -1)" "$*" >> "$times"
}

# What no later step takes. A machine of CI has one disk for all of them. On any other, the next run is faster with it.
drop() { [ -z "${CI:-}" ] || rm -rf "$@"; }
# The executables of the tests that have run. The libraries that they are linked from stay.
drop_executables() {
  local linked=${CARGO_TARGET_DIR:-target}/debug/deps
  [ -z "${CI:-}" ] || [ ! -d "$linked" ] || find "$linked" -maxdepth 1 -type f -perm -u+x ! -name '*.so' -delete
}

# What each step took, what was on the disk after it, and the time of all of them.
took() {
  printf '\n== %s: %d s\n' "$layer" "$SECONDS"
  cat "$times"
}

# A command that the README begins with, as it has it.
readme_command() {
  local command
  command=$(grep -m 1 -E "^$1" README.md) || { echo "README.md has no command that begins with: $1"; return 1; }
  printf '   %s\n' "$command"
  eval "$command"
}
