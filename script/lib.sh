# Shared by script/demo and script/test: what must be installed, and where things are. Sourced, not run.
# Debian 12 or newer; a bare system is enough.

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
build_packages="gcc libc6-dev meson ninja-build pkg-config python3 libsqlite3-dev libmicrohttpd-dev libjansson-dev liblua5.4-dev
  libsodium-dev libssl-dev zlib1g-dev libzip-dev libexpat1-dev libjpeg-dev libpng-dev libwebp-dev libexif-dev
  libcairo2-dev libpango1.0-dev libcmocka-dev libcurl4-openssl-dev libgeos-dev"
web_packages="nodejs npm"
test_packages="poppler-utils openssl clang clang-format clang-tidy libclang-rt-dev chromium fonts-noto-cjk curl git"

say() { printf '%s\n' "$*" >&2; }

# install_packages NAME...: only what is missing, without questions.
install_packages() {
  if ! command -v dpkg-query >/dev/null || ! command -v apt-get >/dev/null; then
    say "This system has no apt. Install the equivalents of these Debian packages and run again: $(echo "$@" | tr -s ' \n' ' ')"
    have_tools "$@" && return 0
    exit 1
  fi
  local missing=() name
  for name in "$@"; do
    # The sanitizer runtime's package carries clang's version in Debian 12.
    if [ "$name" = libclang-rt-dev ]; then name=libclang-rt-$(clang_version)-dev; fi
    # A newer Node from elsewhere brings its own npm, which Debian's npm package would fight.
    if [ "$name" = nodejs ] && command -v node >/dev/null; then continue; fi
    if [ "$name" = npm ] && command -v npm >/dev/null; then continue; fi
    dpkg-query -W -f '${Status}' "$name" 2>/dev/null | grep -q 'ok installed' || missing+=("$name")
  done
  [ ${#missing[@]} -eq 0 ] && return 0
  local sudo=""
  if [ "$(id -u)" -ne 0 ]; then
    command -v sudo >/dev/null || { say "Install these packages as root, then run again: ${missing[*]}"; exit 1; }
    sudo=sudo
  fi
  say "Installing: ${missing[*]}"
  $sudo apt-get update -qq
  $sudo env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "${missing[@]}" >/dev/null
}

clang_version() {
  local v
  v=$(apt-cache depends clang 2>/dev/null | sed -n 's/.*Depends: clang-\([0-9]*\).*/\1/p' | head -1)
  echo "${v:-14}"
}

# On a system without apt: are the tools there all the same?
have_tools() { command -v meson >/dev/null && command -v ninja >/dev/null && command -v node >/dev/null && command -v npm >/dev/null; }

# configure DIR [meson options]: once; later runs reuse it.
configure() {
  local dir=$1
  shift
  [ -f "$dir/build.ninja" ] || meson setup "$dir" "$root" "$@" >"$dir.log" 2>&1 || { cat "$dir.log" >&2; exit 1; }
  rm -f "$dir.log"
}

# The browser client, built only when its sources are newer than the result.
build_web() {
  local web=$root/web
  if [ ! -d "$web/node_modules" ] || [ "$web/package-lock.json" -nt "$web/node_modules/.package-lock.json" ]; then
    say "Fetching the browser client's packages"
    (cd "$web" && npm ci --no-audit --no-fund --loglevel=error >&2)
    touch "$web/node_modules/.package-lock.json"
  fi
  if [ ! -f "$web/dist/index.html" ] || [ -n "$(find "$web/src" "$web/index.html" "$web/package-lock.json" "$web/vite.config.ts" -newer "$web/dist/index.html" 2>/dev/null | head -1)" ]; then
    say "Building the browser client"
    (cd "$web" && npm run --silent build >&2)
    touch "$web/dist/index.html"
  fi
}
