# For interop/run, interop/browser/run, benches/rivals/run and deploy/check, which source it under the name in `caller`: other people's packages, in
# pinned versions, below target/.

say() { printf '   %s: %s\n' "$caller" "$*"; }

missing=()
need_python() {
  python3 -c 'import sys; sys.exit(sys.version_info < (3, 10))' 2>/dev/null \
    || missing+=('python3, 3.10 or later: install Python (Debian: python3)')
  python3 -c 'import ensurepip, venv' 2>/dev/null \
    || missing+=('the venv module of python3: install it with Python (Debian: python3-venv)')
}
need_node() {
  node -e 'process.exit(parseInt(process.versions.node) < 20 ? 1 : 0)' 2>/dev/null \
    || missing+=('node, 20 or later: install Node.js (https://nodejs.org)')
  npm --version >/dev/null 2>&1 \
    || missing+=('npm: install it with Node.js (Debian: npm)')
}
needed_to_build() { # <command> <Debian's package>
  "$1" --version > /dev/null 2>&1 \
    || missing+=("$1, by which aws-lambda-ric is built: install it (Debian: $2)")
}
# All at once, so that nobody installs one thing only to hear about the next.
end_if_missing() {
  ((${#missing[@]} == 0)) && return
  printf "$caller: missing: %s\n" "${missing[@]}" >&2
  exit 1
}

# What an installation is made of; the last complete one has left it there. Another interpreter has other packages.
made_of() { # <interpreter> <file>…
  local interpreter=$1
  shift
  cat "$@" && "$interpreter" --version
}
is_installed() { # <folder> <interpreter> <file>…
  local folder=$1
  shift
  made_of "$@" | cmp -s - "$folder/installed" || return
  say "$folder is up to date"
}

python_packages() { # <list> <folder>
  local list=$1 folder=$2
  "$folder/bin/python" -c "" 2>/dev/null && is_installed "$folder" python3 "$list" && return
  say "installing $list into $folder"
  rm -rf "$folder"
  python3 -m venv "$folder"
  # Nothing but what the list names; the check says if it names too little.
  "$folder/bin/python" -m pip install --quiet --disable-pip-version-check --no-deps --requirement "$list"
  "$folder/bin/python" -m pip --disable-pip-version-check check
  made_of python3 "$list" > "$folder/installed"
}

node_packages() { # <folder with the list> <folder>
  local list=$1/package-lock.json folder=$2 files
  files=("$list" "$1/package.json" "$1/.npmrc")
  is_installed "$folder" node "${files[@]}" && return
  say "installing $list into $folder"
  rm -rf "$folder"
  mkdir -p "$folder"
  cp "${files[@]}" "$folder"
  npm --prefix "$folder" ci --loglevel=error
  made_of node "${files[@]}" > "$folder/installed"
}

# The one package here whose scripts may run: it is C++, and is built in about a minute.
build_runtime_client() { # <folder>
  local built=$1/node_modules/aws-lambda-ric/rapid-client.node log=$PWD/$1/build.log headers
  [ -e "$built" ] && return
  say "building aws-lambda-ric in $1"
  # Where this Node.js has its headers, if it came with them; node-gyp would fetch them from nodejs.org.
  headers=$(node -p 'path.resolve(fs.realpathSync(process.execPath), "../..")')
  [ ! -e "$headers/include/node/node_api.h" ] || export npm_config_nodedir=$headers
  npm --prefix "$1" rebuild --ignore-scripts=false --foreground-scripts aws-lambda-ric > "$log" 2>&1 && [ -e "$built" ] && return
  tail -20 "$log" >&2
  printf '%s: cannot build aws-lambda-ric; %s has all that was said\n' "$caller" "$log" >&2
  return 1
}
