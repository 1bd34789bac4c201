//go:build chroot

package tests

import (
	"bufio"
	"bytes"
	"debug/elf"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"klausul/server/files/filestest"
	"klausul/server/storage/storagetest"
)

// jail is a root folder that holds the program, a CA file and a writable cache
// folder, and nothing else: no shell, no libraries, no fonts, no time zones, no /tmp.
type jail struct {
	dir string
	env []string
}

// jailUser is who the program runs as when the test may choose.
const jailUser = 65532

func newJail(t *testing.T) *jail {
	t.Helper()
	program := os.Getenv("KLAUSUL_PROGRAM")
	if program == "" {
		t.Fatal("KLAUSUL_PROGRAM must name the program with its front end built in: run scripts/test chroot")
	}
	j := &jail{dir: filepath.Join(t.TempDir(), "root")}
	for _, d := range []string{"etc/ssl/certs", "cache"} {
		if err := os.MkdirAll(filepath.Join(j.dir, d), 0o755); err != nil {
			t.Fatal(err)
		}
	}
	j.copy(t, program, "klausul", 0o555)
	j.copy(t, "/etc/ssl/certs/ca-certificates.crt", "etc/ssl/certs/ca-certificates.crt", 0o444)
	if os.Geteuid() == 0 {
		if err := os.Chown(filepath.Join(j.dir, "cache"), jailUser, jailUser); err != nil {
			t.Fatal(err)
		}
		for up := j.dir; up != os.TempDir() && up != "/"; up = filepath.Dir(up) { // jailUser must get here
			if err := os.Chmod(up, 0o755); err != nil {
				t.Fatal(err)
			}
		}
	}
	for _, d := range []string{"etc/ssl/certs", "etc/ssl", "etc", ""} {
		d = filepath.Join(j.dir, d)
		if err := os.Chmod(d, 0o555); err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { _ = os.Chmod(d, 0o755) }) // so that the folder can be removed
	}
	return j
}

func (j *jail) copy(t *testing.T, from, to string, mode fs.FileMode) {
	t.Helper()
	content, err := os.ReadFile(from)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(j.dir, to), content, mode); err != nil {
		t.Fatal(err)
	}
}

// command is the program in its jail: as jailUser, or for a normal user in a namespace of its own.
func (j *jail) command(args ...string) *exec.Cmd {
	cmd := exec.Command(filepath.Join(j.dir, "klausul"), args...)
	cmd.Path, cmd.Dir, cmd.Env = "/klausul", "/", j.env
	cmd.SysProcAttr = &syscall.SysProcAttr{Chroot: j.dir, Pdeathsig: syscall.SIGTERM}
	if os.Geteuid() == 0 {
		cmd.SysProcAttr.Credential = &syscall.Credential{Uid: jailUser, Gid: jailUser}
		return cmd
	}
	cmd.SysProcAttr.Cloneflags = syscall.CLONE_NEWUSER
	cmd.SysProcAttr.UidMappings = []syscall.SysProcIDMap{{ContainerID: jailUser, HostID: os.Getuid(), Size: 1}}
	cmd.SysProcAttr.GidMappings = []syscall.SysProcIDMap{{ContainerID: jailUser, HostID: os.Getgid(), Size: 1}}
	return cmd
}

func (j *jail) run(t *testing.T, args ...string) string {
	t.Helper()
	out, err := j.command(args...).CombinedOutput()
	if err != nil {
		t.Fatalf("klausul %s: %v\n%s", strings.Join(args, " "), err, out)
	}
	return string(out)
}

// files lists what lies in the jail.
func (j *jail) files(t *testing.T) []string {
	t.Helper()
	var found []string
	err := filepath.WalkDir(j.dir, func(name string, d fs.DirEntry, err error) error {
		if err == nil && !d.IsDir() {
			rel, _ := filepath.Rel(j.dir, name) // it lies below
			found = append(found, rel)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return found
}

func TestChroot(t *testing.T) {
	j := newJail(t)
	db, s3 := storagetest.Empty(t, ""), filestest.New(t)
	super, err := url.Parse(db.SuperURL)
	if err != nil {
		t.Fatal(err)
	}
	pg := newProxy(t, filepath.Join(super.Query().Get("host"), ".s.PGSQL.5432"))
	at := s3.Config
	j.env = []string{
		"TMPDIR=/cache", "KLAUSUL_DATA_DIR=/cache", "KLAUSUL_ADDR=127.0.0.1:0", "KLAUSUL_DEMO=on",
		"KLAUSUL_DATABASE_URL=postgres://" + pg.address() + super.Path + "?sslmode=disable",
		"KLAUSUL_FILE_KEY=" + base64.StdEncoding.EncodeToString(at.Key[:]),
		"KLAUSUL_S3_ENDPOINT=" + at.Endpoint, "KLAUSUL_S3_PLAIN=true", "KLAUSUL_S3_REGION=" + at.Region,
		"KLAUSUL_S3_ACCESS_KEY=" + at.AccessKey, "KLAUSUL_S3_SECRET_KEY=" + at.SecretKey,
		"KLAUSUL_S3_STAGING_BUCKET=" + at.StagingBucket, "KLAUSUL_S3_VAULT_BUCKET=" + at.VaultBucket,
	}
	before := j.files(t)

	t.Run("the program needs no libraries", func(t *testing.T) { static(t, filepath.Join(j.dir, "klausul")) })
	t.Run("it tells how it is used", func(t *testing.T) {
		if said := j.run(t, "--help"); !strings.Contains(said, "serve") || !strings.Contains(said, "migrate") {
			t.Error(said)
		}
	})
	t.Run("it makes the schema", func(t *testing.T) { j.run(t, "migrate") })
	t.Run("it serves", func(t *testing.T) { serveInJail(t, j) })
	t.Run("it wrote nothing outside its cache folder", func(t *testing.T) {
		for _, f := range j.files(t) {
			if !strings.HasPrefix(f, "cache/") && !slices.Contains(before, f) {
				t.Error(f)
			}
		}
	})
}

func static(t *testing.T, program string) {
	f, err := elf.Open(program)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	libraries, err := f.ImportedLibraries()
	if err != nil || len(libraries) > 0 {
		t.Errorf("it imports %v: %v", libraries, err)
	}
	for _, p := range f.Progs {
		if p.Type == elf.PT_INTERP {
			t.Error("it asks for a dynamic linker")
		}
	}
}

var script = regexp.MustCompile(`src="(/[^"]+\.js)"`)

// serveInJail looks for what must be inside the program: pages, fonts, time zones.
func serveInJail(t *testing.T, j *jail) {
	cmd := j.command("serve")
	var log bytes.Buffer
	cmd.Stderr = &log
	stdout, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = cmd.Process.Signal(syscall.SIGTERM) // it may have ended by itself
		if err := cmd.Wait(); err != nil {
			t.Errorf("the server ended with %v\n%s", err, log.String())
		}
	})
	b := &jailBrowser{url: readyLine(stdout), http: &http.Client{Timeout: 30 * time.Second}}
	if b.url == "" {
		t.Fatal("the server did not become ready")
	}
	if b.http.Jar, err = cookiejar.New(nil); err != nil {
		t.Fatal(err)
	}
	b.get(t, "/healthz")
	b.get(t, "/readyz")
	page := b.get(t, "/")
	m := script.FindSubmatch(page)
	if m == nil {
		t.Fatalf("the page loads no script: is the front end in it?\n%s", page)
	}
	b.get(t, string(m[1]))
	b.signIn(t, "jurist")
	printed := map[string][]byte{}
	for format, magic := range map[string]string{"pdf": "%PDF-", "docx": "PK"} {
		if printed[format] = b.get(t, "/api/v1/agreements/1/preview?format="+format); !bytes.HasPrefix(printed[format], []byte(magic)) {
			t.Errorf("the preview is no %s", format)
		}
	}
	b.readsPDF(t, printed["pdf"])
	if made, err := os.ReadDir(filepath.Join(j.dir, "cache", "pdfium")); err != nil || len(made) == 0 {
		t.Errorf("what reads PDFs is not kept in the cache folder: %v, %v", made, err)
	}
}

// readsPDF takes a PDF in as a vendor's own paper.
func (b *jailBrowser) readsPDF(t *testing.T, raw []byte) {
	t.Helper()
	type numbered struct{ Number int32 }
	var d struct { // of the released agreement, and of the draft that is begun like it
		Agreement struct {
			ID     int64
			Vendor numbered
		}
		Systems     []numbered
		Template    struct{ ID int64 }
		Negotiation struct{ ID int64 }
	}
	read := func(answer []byte, into any) {
		if err := json.Unmarshal(answer, into); err != nil {
			t.Fatal(err)
		}
	}
	read(b.get(t, "/api/v1/agreements/1"), &d)
	draft, err := json.Marshal(map[string]any{"vendor": d.Agreement.Vendor.Number, "systems": []int32{d.Systems[0].Number}, "template": d.Template.ID})
	if err != nil {
		t.Fatal(err)
	}
	read(b.post(t, "/api/v1/agreements", "application/json", draft), &d)
	read(b.post(t, fmt.Sprintf("/api/v1/agreements/%d/negotiation", d.Agreement.ID), "application/json", []byte("{}")), &d)
	var paper struct{ Head struct{ Agreement bool } }
	read(b.post(t, fmt.Sprintf("/api/v1/negotiations/%d/papers?name=aftale.pdf", d.Negotiation.ID), "application/octet-stream", raw), &paper)
	if !paper.Head.Agreement {
		t.Error("the PDF of an agreement does not read like one")
	}
}

func readyLine(stdout io.Reader) string {
	for lines := bufio.NewScanner(stdout); lines.Scan(); {
		if at, ok := strings.CutPrefix(lines.Text(), "klausul ready at "); ok {
			return strings.TrimSpace(at)
		}
	}
	return ""
}

type jailBrowser struct {
	url  string
	http *http.Client
	me   struct{ CSRF string }
}

func (b *jailBrowser) get(t *testing.T, path string) []byte {
	t.Helper()
	answer, err := b.http.Get(b.url + path)
	if err != nil {
		t.Fatal(err)
	}
	defer answer.Body.Close()
	body, err := io.ReadAll(answer.Body)
	if err == nil && answer.StatusCode != http.StatusOK {
		err = errors.New(answer.Status)
	}
	if err != nil {
		t.Fatalf("GET %s: %v\n%.300s", path, err, body)
	}
	return body
}

func (b *jailBrowser) signIn(t *testing.T, persona string) {
	t.Helper()
	body, err := json.Marshal(map[string]string{"persona": persona})
	if err != nil {
		t.Fatal(err)
	}
	b.post(t, "/api/v1/session/demo", "application/json", body)
	if err := json.Unmarshal(b.get(t, "/api/v1/me"), &b.me); err != nil {
		t.Fatal(err)
	}
}

func (b *jailBrowser) post(t *testing.T, path, kind string, body []byte) []byte {
	t.Helper()
	ask, err := http.NewRequestWithContext(t.Context(), http.MethodPost, b.url+path, bytes.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	ask.Header.Set("Content-Type", kind)
	ask.Header.Set("X-CSRF-Token", b.me.CSRF)
	answer, err := b.http.Do(ask)
	if err != nil {
		t.Fatal(err)
	}
	defer answer.Body.Close()
	said, err := io.ReadAll(answer.Body)
	if err == nil && answer.StatusCode >= http.StatusBadRequest {
		err = errors.New(answer.Status)
	}
	if err != nil {
		t.Fatalf("POST %s: %v\n%.300s", path, err, said)
	}
	return said
}
