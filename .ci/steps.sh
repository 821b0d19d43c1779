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

# A machine of CI stops after 90 minutes, whatever it is at. A step that would then be cut off is passed over, and .ci/run names it.
# Its seconds are those that it takes on a machine on which .ci/fast takes 1,250.
CI_SECONDS=${CI_SECONDS:-5100}
passed_over=
is_passed_over() { [[ $passed_over == *"<$1>"* ]]; } # <step>
pass_over() { # <step> <why>
  passed_over+="<$1>"
  printf 'NOT TESTED: %s, %s\n' "$1" "$2" | tee -a target/tests.log
}
step_in_time() { # <seconds> <step>…
  local takes=$(($1 * ${CI_FAST_TOOK:-1250} / 1250)) is_at=$(($(date +%s) - ${CI_BEGAN:-$(date +%s)}))
  shift
  if [ -z "${CI:-}" ] || ((is_at + takes <= CI_SECONDS)); then
    step "$@"
  else
    pass_over "$*" "which takes $takes s here, $is_at s after the start"
  fi
}

# What no later step takes. A machine of CI has one disk for all of them. On any other, the next run is faster with it.
drop() { [ -z "${CI:-}" ] || rm -rf "$@"; }
# The executables of the tests that have run. What they are linked from stays, and so does what several steps would link anew.
drop_executables() {
  local linked=${CARGO_TARGET_DIR:-target}/debug/deps
  [ -z "${CI:-}" ] || [ ! -d "$linked" ] || find "$linked" -maxdepth 1 -type f -perm -u+x ! -name '*.so' ! -name 'kinetrace-*' -delete
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
