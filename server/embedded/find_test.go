package embedded

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/minio/minio-go/v7"
)

// writeObject proves that an S3 server keeps a locked object and its lock.
func writeObject(t *testing.T, e S3Endpoint) {
	t.Helper()
	ctx, c := context.Background(), s3Client(t, e)
	if err := c.MakeBucket(ctx, "locked", minio.MakeBucketOptions{ObjectLocking: true}); err != nil {
		t.Fatal(err)
	}
	info, err := c.PutObject(ctx, "locked", "x", strings.NewReader("bytes"), 5, minio.PutObjectOptions{LegalHold: minio.LegalHoldEnabled})
	if err != nil {
		t.Fatal(err)
	}
	if err := c.RemoveObject(ctx, "locked", "x", minio.RemoveObjectOptions{VersionID: info.VersionID}); err == nil {
		t.Fatal("a locked object could be deleted")
	}
}

// fake is an installation that says it is of a version.
func fake(t *testing.T, version string) string {
	t.Helper()
	dir := filepath.Join(openDir(t, os.Geteuid()), "bin")
	if err := os.Mkdir(dir, 0o755); err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"initdb", "postgres"} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte("#!/bin/sh\necho '"+version+"'\n"), 0o755); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

func TestFindPostgres(t *testing.T) {
	dir, err := FindPostgres()
	if err != nil {
		t.Fatal(err)
	}
	if b, err := inspect(dir); err != nil || b.major < minMajor {
		t.Fatalf("found %+v: %v", b, err)
	}
	for _, row := range []struct{ name, dir, says string }{
		{"an empty folder", t.TempDir(), "holds no initdb"},
		{"an old version", fake(t, "postgres (PostgreSQL) 14.9"), "is older than 15"},
		{"something else", fake(t, "hello"), "names no version"},
	} {
		t.Setenv("PG_BIN_DIR", row.dir)
		_, err := FindPostgres()
		if err == nil || !strings.Contains(err.Error(), row.says) || !strings.Contains(err.Error(), "PG_BIN_DIR="+row.dir) {
			t.Errorf("%s: %v", row.name, err)
		}
	}
	t.Setenv("PG_BIN_DIR", fake(t, "postgres (PostgreSQL) 17beta1 (Debian 17~beta1-1)"))
	if got, err := FindPostgres(); err != nil || got != os.Getenv("PG_BIN_DIR") {
		t.Errorf("got %q: %v", got, err)
	}
}

func TestNothingFound(t *testing.T) {
	t.Parallel()
	for _, err := range []error{missing(nil), missing([]string{"PostgreSQL 13 in /x is older than 15"})} {
		for _, fix := range []string{"apt-get install", "brew install", "npm ci", "PG_BIN_DIR", "DATABASE_URL"} {
			if !strings.Contains(err.Error(), fix) {
				t.Errorf("%q does not name %q", err, fix)
			}
		}
	}
}

func TestNewestFirst(t *testing.T) {
	t.Parallel()
	base := openDir(t, os.Geteuid())
	for _, v := range []string{"9", "15", "18"} {
		if err := os.MkdirAll(filepath.Join(base, v, "bin"), 0o755); err != nil {
			t.Fatal(err)
		}
	}
	var got []string
	for _, d := range newestFirst(filepath.Join(base, "*", "bin")) {
		got = append(got, filepath.Base(filepath.Dir(d)))
	}
	if strings.Join(got, " ") != "18 15 9" {
		t.Fatalf("in the order %v", got)
	}
}

func TestNpmLinks(t *testing.T) {
	t.Parallel()
	pkg := openDir(t, os.Geteuid())
	native := filepath.Join(pkg, "native")
	if err := os.MkdirAll(filepath.Join(native, "lib"), 0o755); err != nil {
		t.Fatal(err)
	}
	write := func(list string) {
		if err := os.WriteFile(filepath.Join(native, "pg-symlinks.json"), []byte(list), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.WriteFile(filepath.Join(native, "lib", "libicuuc.so.60.2"), []byte("library"), 0o644); err != nil {
		t.Fatal(err)
	}
	write(`[{"source":"native/lib/libicuuc.so.60.2","target":"native/lib/libicuuc.so.60"}]`)
	for range 2 { // the second time they are there
		if err := linkLibraries(native); err != nil {
			t.Fatal(err)
		}
	}
	if text, err := os.ReadFile(filepath.Join(native, "lib", "libicuuc.so.60")); err != nil || string(text) != "library" {
		t.Fatalf("the link leads to %q: %v", text, err)
	}
	write(`[{"source":"native/lib/x","target":"../outside"}]`)
	if err := linkLibraries(native); err == nil {
		t.Fatal("a link outside the package was made")
	}
}

func TestDataOfAnotherVersion(t *testing.T) {
	t.Parallel()
	dir := openDir(t, os.Geteuid())
	put := func(folder, version string) {
		if err := os.MkdirAll(filepath.Join(dir, folder), 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(dir, folder, "PG_VERSION"), []byte(version+"\n"), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	here := []binaries{{"/newest", 18}, {"/older", 15}}
	if b, err := match(dir, here); err != nil || b.major != 18 {
		t.Fatalf("an empty directory gets %v: %v", b, err)
	}
	put("pg15", "15")
	if b, err := match(dir, here); err != nil || b.dir != "/older" {
		t.Fatalf("data of 15 get %v: %v", b, err)
	}
	put("pg18.new", "18") // cut off, no data
	if b, err := match(dir, here); err != nil || b.dir != "/older" {
		t.Fatalf("data of 15 beside half a database get %v: %v", b, err)
	}
	var other *OtherMajor
	if _, err := match(dir, here[:1]); !errors.As(err, &other) || other.Major != 15 || other.Found != 18 || !strings.Contains(err.Error(), "nothing was touched") {
		t.Fatalf("data of 15 under 18: %v", err)
	}
	put("pg16", "15")
	if _, err := match(dir, here); err == nil || !strings.Contains(err.Error(), "rename it to pg15") {
		t.Fatalf("a folder with a wrong name: %v", err)
	}

	// The same through the front door, with the real programs and data of a version they cannot open.
	dir = openDir(t, os.Geteuid())
	put("pg12", "12")
	_, err := Start(t.Context(), both(t, dir))
	if !errors.As(err, &other) || other.Major != 12 {
		t.Fatalf("got %v", err)
	}
	left, err := os.ReadDir(filepath.Join(dir, "pg12"))
	if err != nil || len(left) != 1 {
		t.Fatalf("the data were touched: %v %v", left, err)
	}
	if made, _ := filepath.Glob(filepath.Join(dir, "pg*")); len(made) != 1 {
		t.Fatal(fmt.Sprint("an empty database was begun beside them: ", made))
	}
}
