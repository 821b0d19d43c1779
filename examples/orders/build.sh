# For run and check, which source it: builds the command `kinetrace` and this example into the folder of the workspace around it.

cd "$here/../.."
CARGO_TARGET_DIR=$(realpath -m "${CARGO_TARGET_DIR:-target}")
export CARGO_TARGET_DIR
if [ -z "${KINETRACE:-}" ]; then
  cargo build --release --locked -p kinetrace-cli
  export KINETRACE=$CARGO_TARGET_DIR/release/kinetrace
fi
# `kinetrace local` finds the function in CARGO_TARGET_DIR.
cd "$here"
cargo build --locked --workspace
