# For interop/run and deploy/check, which source it under the name in `caller`: other people's packages, in
# pinned versions, below target/.

say() { printf '   %s: %s\n' "$caller" "$*"; }

missing=()
need_python() {
  python3 -c 'import sys; sys.exit(sys.version_info < (3, 10))' 2>/dev/null \
    || missing+=('python3, 3.10 or later: install Python (Debian: python3)')
  python3 -c 'import ensurepip, venv' 2>/dev/null \
    || missing+=('the venv module of python3: install it with Python (Debian: python3-venv)')
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
