# Shared by the scripts: what must be there, and how the two halves are built.
# Sourced with the working directory at the top of the repository.

die() {
  echo "klausul: $*" >&2
  exit 1
}

# A Go that was unpacked but not put on PATH is found all the same.
if ! command -v go >/dev/null && [ -x /usr/local/go/bin/go ]; then
  PATH=$PATH:/usr/local/go/bin
fi

need_go() {
  command -v go >/dev/null || die "Go is missing: install Go 1.26 or newer"
  go version >/dev/null 2>&1 || die "Go does not accept go.mod: install Go 1.26 or newer"
}

need_node() {
  command -v node >/dev/null && command -v npm >/dev/null || die "Node is missing: install Node 20.19 or newer, with npm"
  node -e 'const [a, b] = process.versions.node.split(".").map(Number); process.exit(a > 20 || (a === 20 && b >= 19) ? 0 : 1)' ||
    die "Node $(node --version) is too old: install Node 20.19 or newer"
}

# npm_packages DIR installs what the lock file names, unless it is installed already.
npm_packages() {
  if ! cmp -s "$1/package-lock.json" "$1/node_modules/.klausul-lock"; then
    echo "klausul: installing the npm packages of $1" >&2
    npm --prefix "$1" ci --no-audit --no-fund --no-update-notifier --loglevel=error >/dev/null || die "npm ci failed in $1"
    cp "$1/package-lock.json" "$1/node_modules/.klausul-lock"
  fi
}

# build_frontend makes frontend/dist, unless nothing has changed since it was made.
build_frontend() {
  npm_packages frontend
  if [ ! -f frontend/dist/index.html ] || [ -n "$(find frontend -path frontend/node_modules -prune -o -path frontend/dist -prune -o -newer frontend/dist/index.html -print -quit)" ]; then
    echo "klausul: building the front end" >&2
    npm --prefix frontend run --silent build -- --logLevel warn >&2 || die "the front end does not build"
    touch frontend/dist/index.html
  fi
}

# build_server makes the static program bin/klausul.
build_server() {
  mkdir -p bin
  [ -e bin/klausul ] || echo "klausul: building the server, which takes some minutes the first time" >&2
  CGO_ENABLED=0 go build -trimpath -buildvcs=false -o bin/klausul ./server || die "the server does not build"
}
