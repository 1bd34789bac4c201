// Package tests tries the whole program by what it does, and here how it is laid out.
package tests

import (
	"bufio"
	"bytes"
	"encoding/json"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"io"
	"io/fs"
	"os"
	"os/exec"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// layers, from the lowest: a package imports only from layers below its own, so
// neighbours in one layer do not know each other.
var layers = [][]string{
	{"fault"},
	{"access"},
	{"field", "storage", "files"},
	{"clause", "vendor", "system", "member", "document", "task", "duplicate"},
	{"agreement"},
	{"supervision", "review", "catalogue", "notify", "usage", "bulk", "source"},
	{"report", "intake"},
	{"httpapi", "jobs"},
	{"app"},
}

// domains are the layers where rules live: no web framework, no job queue, no clock.
var domains = slices.Concat([]string{"field", "report", "intake"}, layers[3], layers[4], layers[5])

// pure packages import nothing of ours, and of others only the libraries of their formats.
var pure = map[string][]string{
	"redline":   {"github.com/sergi/go-diff/"},
	"render":    {"codeberg.org/go-pdf/fpdf", "github.com/beevik/etree", "github.com/unidoc/unipdf/v3/", "golang.org/x/text/"},
	"signature": {"github.com/pdfcpu/pdfcpu/"},
	"message":   {"golang.org/x/net/html", "golang.org/x/text/"},
	"pdf":       {"github.com/klippa-app/go-pdfium", "github.com/tetratelabs/wazero"},
	"word":      {},
}

// lowestOfPure is the layer from which pure packages may be used: document and its neighbours.
const lowestOfPure = 3

// data says who reads a folder that embeds itself.
var data = map[string][]string{
	"migrations": {"storage", "app"},
	"policies":   {"access", "app"},
	"templates":  {"clause", "agreement", "render", "notify", "app"},
	"frontend":   {"httpapi", "app"},
}

// outside are libraries that only the named packages may import.
var outside = map[string][]string{
	"github.com/gin-gonic/":         {"httpapi", "app"},
	"github.com/riverqueue/":        {"storage", "jobs", "app"},
	"github.com/casbin/":            {"access"},
	"github.com/minio/":             {"files"},
	"github.com/versity/":           {"embedded"},
	"github.com/pressly/goose":      {"storage"},
	"github.com/oapi-codegen/":      {"httpapi"},
	"github.com/getkin/kin-openapi": {"httpapi"},
}

func layerOf(pkg string) int {
	return slices.IndexFunc(layers, func(names []string) bool { return slices.Contains(names, pkg) })
}

// forTests says whether a package exists for tests only: storage/storagetest, files/filestest.
func forTests(pkg string) bool { return strings.HasSuffix(pkg, "test") && strings.Contains(pkg, "/") }

// refuse says why a package (its path below server/) must not import another; "" means it may.
func refuse(pkg, imported string) string {
	top, _, _ := strings.Cut(pkg, "/")
	if forTests(pkg) || pkg == "" || top == "app" || pkg == "httpapi/merge" {
		top = "app" // wires everything together, or runs beside the program
	}
	for library, users := range outside {
		if strings.HasPrefix(imported, library) && !slices.Contains(users, top) {
			return "only " + strings.Join(users, ", ") + " may import " + library
		}
	}
	ours, isOurs := strings.CutPrefix(imported, "klausul/")
	libraries, isPure := pure[top]
	switch {
	case !isOurs && isPure && strings.Contains(strings.SplitN(imported, "/", 2)[0], "."):
		if !slices.ContainsFunc(libraries, func(l string) bool { return strings.HasPrefix(imported, l) }) {
			return "a pure package imports the standard library and the libraries of its format"
		}
		return ""
	case !isOurs:
		return ""
	}
	below, isServer := strings.CutPrefix(ours, "server/")
	if !isServer {
		if !slices.Contains(data[ours], top) {
			return "only " + strings.Join(data[ours], ", ") + " may read " + ours
		}
		return ""
	}
	return refuseOurs(top, below)
}

func refuseOurs(top, imported string) string {
	target, _, _ := strings.Cut(imported, "/")
	from, to := layerOf(top), layerOf(target)
	_, toPure := pure[target]
	switch {
	case top == target || top == "app":
		return ""
	case forTests(imported):
		return "it is for tests only"
	case (top == "word" || top == "message" || top == "pdf") && target == "fault":
		return "" // they refuse what a person hands in, and say what to do
	case pure[top] != nil:
		return "a pure package imports nothing of ours"
	case target == "config" || target == "embedded":
		return "only app wires settings and embedded stores"
	case top == "config" || top == "embedded":
		return "settings and embedded stores stand by themselves"
	case toPure && from >= lowestOfPure:
		return ""
	case toPure:
		return "pure packages are used from document's layer up"
	case from < 0 || to < 0:
		return "one of the two is not in the table of layers"
	case to >= from:
		return fmt.Sprintf("imports point down: %s stands at or above %s", target, top)
	}
	return ""
}

// listed is what `go list` tells of a package.
type listed struct {
	ImportPath string
	Imports    []string
}

func list(t *testing.T, tags string) []listed {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), "go", "list", "-tags="+tags, "-json=ImportPath,Imports", "./server/...")
	cmd.Dir, cmd.Stderr = root(t), os.Stderr
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("go list: %v", err)
	}
	var all []listed
	for dec := json.NewDecoder(bytes.NewReader(out)); ; {
		var p listed
		if err := dec.Decode(&p); err == io.EOF {
			return all
		} else if err != nil {
			t.Fatal(err)
		}
		all = append(all, p)
	}
}

// root is the top of the repository.
func root(t *testing.T) string {
	t.Helper()
	dir, err := filepath.Abs("..")
	if err != nil {
		t.Fatal(err)
	}
	return dir
}

func TestImports(t *testing.T) {
	for _, tags := range []string{"", "unipdf"} {
		packages := list(t, tags)
		if len(packages) < 10 {
			t.Fatalf("go list names only %d packages", len(packages))
		}
		for _, p := range packages {
			pkg := strings.TrimPrefix(strings.TrimPrefix(p.ImportPath, "klausul/server"), "/")
			for _, imported := range p.Imports {
				if why := refuse(pkg, imported); why != "" {
					t.Errorf("server/%s imports %s: %s", pkg, imported, why)
				}
			}
		}
	}
}

// The table itself, by the sentences of the plan.
func TestImportTable(t *testing.T) {
	for _, c := range []struct {
		pkg, imported string
		allowed       bool
	}{
		{"agreement", "klausul/server/clause", true},
		{"agreement", "klausul/server/render", true},
		{"clause", "klausul/server/agreement", false},
		{"clause", "klausul/server/vendor", false},
		{"httpapi", "klausul/server/jobs", false},
		{"jobs", "klausul/server/agreement", true},
		{"storage", "klausul/server/render", false},
		{"fault", "klausul/server/access", false},
		{"render", "klausul/server/fault", false},
		{"word", "klausul/server/fault", true},
		{"pdf", "klausul/server/fault", true},
		{"pdf", "klausul/server/files", false},
		{"word", "klausul/server/field", false},
		{"message", "klausul/server/fault", true},
		{"message", "klausul/server/word", false},
		{"message", "golang.org/x/net/html", true},
		{"message", "golang.org/x/net/http2", false},
		{"clause", "klausul/server/word", true},
		{"render", "github.com/jackc/pgx/v5", false},
		{"render", "klausul/templates", true},
		{"render", "encoding/xml", true},
		{"agreement", "github.com/gin-gonic/gin", false},
		{"agreement", "github.com/riverqueue/river", false},
		{"agreement", "klausul/server/httpapi", false},
		{"jobs", "github.com/riverqueue/river", true},
		{"member", "klausul/policies", false},
		{"member", "klausul/server/storage/storagetest", false},
		{"member", "klausul/server/embedded", false},
		{"member", "klausul/server/newcomer", false},
		{"app/seed", "klausul/server/clause", true},
		{"", "klausul/server/app", true},
	} {
		if why := refuse(c.pkg, c.imported); (why == "") != c.allowed {
			t.Errorf("%s imports %s: allowed %v, the table says %q", c.pkg, c.imported, c.allowed, why)
		}
	}
}

var (
	generated = regexp.MustCompile(`(?i)code generated .* do not edit|this file was auto-generated`)
	notOurs   = []string{".git", ".cache", ".klausul", "node_modules", "dist", "out", "bin"}
)

// sources calls do with every hand-written source file of the given kinds, path from the root.
func sources(t *testing.T, below string, kinds []string, do func(name string, lines int)) {
	t.Helper()
	top := root(t)
	err := filepath.WalkDir(filepath.Join(top, below), func(name string, d fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case d.IsDir() && slices.Contains(notOurs, d.Name()):
			return fs.SkipDir
		case d.IsDir() || !slices.Contains(kinds, path.Ext(name)):
			return nil
		}
		lines, hand, err := measure(name)
		if err != nil {
			return err
		}
		if hand {
			rel, _ := filepath.Rel(top, name) // both are absolute
			do(rel, lines)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

// measure counts lines and says whether the file was written by hand.
func measure(name string) (lines int, hand bool, err error) {
	f, err := os.Open(name)
	if err != nil {
		return 0, false, err
	}
	defer f.Close()
	hand = true
	scan := bufio.NewScanner(f)
	scan.Buffer(nil, 1<<24)
	for scan.Scan() {
		lines++
		if lines <= 5 && generated.Match(scan.Bytes()) {
			hand = false
		}
	}
	return lines, hand, scan.Err()
}

func TestFilesAreShort(t *testing.T) {
	seen := 0
	sources(t, ".", []string{".go", ".ts", ".tsx", ".mjs", ".css"}, func(name string, lines int) {
		seen++
		if lines > 500 {
			t.Errorf("%s has %d lines: more than 500", name, lines)
		}
	})
	if seen < 50 {
		t.Errorf("only %d files were looked at", seen)
	}
}

// A rule takes the time as an argument; only the store, and what stands above the domains, has a clock.
func TestDomainsHaveNoClock(t *testing.T) {
	seen := 0
	for _, domain := range domains {
		if _, err := os.Stat(filepath.Join(root(t), "server", domain)); err != nil {
			continue // not built yet
		}
		sources(t, "server/"+domain, []string{".go"}, func(name string, _ int) {
			if strings.HasSuffix(name, "_test.go") {
				return
			}
			seen++
			for _, at := range clocks(t, filepath.Join(root(t), name)) {
				t.Errorf("%s: take the time as an argument", at)
			}
		})
	}
	if seen < 10 {
		t.Errorf("only %d files were looked at", seen)
	}
	if len(clocks(t, filepath.Join(root(t), "server/storage/store.go"))) == 0 {
		t.Error("the store's clock was not found: this test sees nothing")
	}
}

// clocks lists the uses of the wall clock in a file.
func clocks(t *testing.T, name string) []string {
	t.Helper()
	set := token.NewFileSet()
	file, err := parser.ParseFile(set, name, nil, 0)
	if err != nil {
		t.Fatal(err)
	}
	var found []string
	ast.Inspect(file, func(n ast.Node) bool {
		s, ok := n.(*ast.SelectorExpr)
		if !ok {
			return true
		}
		if p, ok := s.X.(*ast.Ident); ok && p.Name == "time" && slices.Contains([]string{"Now", "Since", "Until"}, s.Sel.Name) {
			found = append(found, set.Position(s.Pos()).String())
		}
		return true
	})
	return found
}
