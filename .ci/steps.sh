# For .ci/fast and .ci/full, which source it: runs named steps, says how long each took, and adds up the tests.

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
  printf '%5d s  %s\n' $((SECONDS - began)) "$*" >> "$times"
}

# What each step took, and all of them.
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
