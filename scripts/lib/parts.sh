# Sourced by scripts/test: what each part runs.

golangci=v2.15.0

# Files that are generated must come out the same again.
part_generated() {
  local files=(server/httpapi/openapi.yaml server/httpapi/{models,routes,strict}.gen.go frontend/src/api/schema.d.ts) before file
  before=$(mktemp -d)
  for file in "${files[@]}"; do cp "$file" "$before/$(basename "$file")"; done
  go generate ./server/...
  npm_packages frontend
  npm --prefix frontend run --silent api >/dev/null
  for file in "${files[@]}"; do
    diff -u "$before/$(basename "$file")" "$file" || {
      echo "$file was not generated anew after a change: commit what stands there now"
      return 1
    }
  done
  rm -r "$before"
  go mod tidy -diff
}

part_lint() {
  local linter=.cache/bin/golangci-lint
  if ! "$linter" version 2>/dev/null | grep -q "version ${golangci#v} "; then
    echo "installing golangci-lint $golangci"
    GOBIN=$PWD/.cache/bin GOFLAGS=-mod=mod go install "github.com/golangci/golangci-lint/v2/cmd/golangci-lint@$golangci"
  fi
  go vet ./...
  "$linter" run ./...
  GOOS=darwin GOARCH=arm64 CGO_ENABLED=0 go vet ./server/embedded # the one package that differs by system
}

part_front() {
  npm_packages frontend
  npm --prefix frontend run --silent lint
  npm --prefix frontend run --silent check
  npm --prefix frontend test
  npm --prefix frontend run --silent build -- --logLevel warn
}

# Every Go test once; those where much runs at once with the race detector.
part_go() {
  local raced='^klausul/server/(storage|jobs|httpapi)(/|$)' all
  all=$(go list ./...)
  CGO_ENABLED=0 go build -o /dev/null ./...
  go test -timeout 20m $(echo "$all" | grep -Ev "$raced")
  CGO_ENABLED=1 go test -race -timeout 20m $(echo "$all" | grep -E "$raced")
  npm_packages frontend
  go test -tags npm -run '^TestServerFromNpm$' ./server/embedded
}

# The second PDF engine must compile, and refuse to work without a licence.
part_unipdf() {
  go vet -tags unipdf ./server/render
  CGO_ENABLED=0 go build -tags unipdf -buildvcs=false -o /dev/null ./server
  go test -tags unipdf ./server/render
}

# The program alone, with a CA file and one writable folder, in a root of its own.
part_chroot() {
  build_frontend
  build_server
  KLAUSUL_PROGRAM=$PWD/bin/klausul go test -tags chroot -run "^TestChroot$" -count=1 -timeout 10m ./tests
}

part_demo() {
  scripts/demo
}

part_browser() {
  build_frontend
  build_server
  npm_packages tests/browser
  npm --prefix tests/browser run --silent check
  npm --prefix tests/browser test
}

# One fuzz target for a minute (KLAUSUL_FUZZ_TIME). Go's coordinator at times calls its own deadline a failure
# (golang/go#75804): nothing was found then and nothing written, and the minute is run once more.
fuzz_target() {
  local log
  log=$(mktemp)
  for again in yes no; do
    go test -run '^$' -fuzz "^$1\$" -fuzztime "${KLAUSUL_FUZZ_TIME:-60s}" -fuzzminimizetime 1s "./$2" 2>&1 | tee "$log" && break
    if [ "$again" = no ] || grep -q 'Failing input' "$log" || ! grep -q '^ *context deadline exceeded$' "$log"; then
      rm "$log"
      return 1
    fi
    echo "$1 ended on its own deadline without a finding; once more"
  done
  rm "$log"
}

part_fuzz() {
  local folder target found=0
  for folder in $(grep -rl --include='*_test.go' '^func Fuzz' server tests --exclude-dir=node_modules | xargs -r -n1 dirname | sort -u); do
    for target in $(go test -list '^Fuzz' "./$folder" | grep '^Fuzz'); do
      found=$((found + 1))
      fuzz_target "$target" "$folder"
    done
  done
  [ "$found" -gt 0 ] || {
    echo "no fuzz target was found"
    return 1
  }
}
