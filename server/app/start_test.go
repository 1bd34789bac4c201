package app

import (
	"bufio"
	"context"
	"crypto/rand"
	"encoding/base64"
	"flag"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"klausul/server/access"
	"klausul/server/config"
	"klausul/server/embedded"
	"klausul/server/files/filestest"
	"klausul/server/storage"
	"klausul/server/storage/storagetest"
)

var quiet = slog.New(slog.DiscardHandler)

// external is a configuration on two stores that nobody else uses, as an operator
// would give it for servers of their own.
func external(t *testing.T) config.Config {
	t.Helper()
	db := storagetest.NewClosed(t)
	u, err := url.Parse(db.AdminURL)
	if err != nil {
		t.Fatal(err)
	}
	u.User = nil
	s3 := filestest.New(t).Config
	return config.Config{
		Addr: "127.0.0.1:0", DataDir: t.TempDir(), Demo: "off", AllowPrivateHosts: "on", MaxConns: 5,
		Database: config.Database{URL: u.String()},
		S3: config.S3{Endpoint: s3.Endpoint, Access: config.Secret(s3.AccessKey), Secret: config.Secret(s3.SecretKey), Region: s3.Region,
			Staging: s3.StagingBucket, Vault: s3.VaultBucket, Plain: true},
		FileKey: config.Secret(base64.StdEncoding.EncodeToString(s3.Key[:])),
	}
}

// refused says why New does not start, which it must not.
func refused(t *testing.T, cfg config.Config) string {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	a, err := New(ctx, cfg, WithLogger(quiet), WithOutput(io.Discard))
	if err == nil {
		t.Error("it starts", a.Close())
		return ""
	}
	return err.Error()
}

// Not parallel: it takes the flags of the test binary away for a moment.
func TestGuardCannotBeSwitchedOffInTheProgram(t *testing.T) {
	all := flag.CommandLine
	flag.CommandLine = flag.NewFlagSet("klausul", flag.ContinueOnError)
	defer func() { flag.CommandLine = all }()
	cfg := config.Config{Addr: "127.0.0.1:0", DataDir: t.TempDir()}
	if _, err := New(t.Context(), cfg, WithPolicy(access.Unguarded{}), WithLogger(quiet)); err == nil || !strings.Contains(err.Error(), "outside tests") {
		t.Errorf("got %v", err)
	}
	linked, err := exec.CommandContext(t.Context(), "go", "list", "-deps", "klausul/server").Output()
	if err != nil {
		t.Fatal(err)
	}
	if lines := strings.Split(string(linked), "\n"); slices.Contains(lines, "testing") || !slices.Contains(lines, "klausul/server/app") {
		t.Error("the program links package testing, or is not listed")
	}
}

func TestEachServiceIsRefusedByItsSetting(t *testing.T) {
	t.Parallel()
	taken, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer taken.Close()
	page := httptest.NewServer(http.NotFoundHandler())
	defer page.Close()
	issuer := func(at string) config.Issuers {
		return config.Issuers{{Key: "kommunen", Name: "Kommunen", Issuer: at, ClientID: "c", Secretariat: true}}
	}
	good := external(t)
	for _, tc := range []struct {
		name   string
		change func(*config.Config)
		says   []string
	}{
		{"address in use", func(c *config.Config) { c.Addr = taken.Addr().String() }, []string{"KLAUSUL_ADDR", "in use"}},
		{"database: nobody there", func(c *config.Config) { c.Database.URL = "postgres://127.0.0.1:1/klausul" }, []string{"KLAUSUL_DATABASE_URL", "no PostgreSQL answers"}},
		{"database: no such name", func(c *config.Config) {
			c.Database.URL = strings.Replace(c.Database.URL, "?", "_gone?", 1)
		}, []string{"KLAUSUL_DATABASE_URL", "no database of this name"}},
		{"store: nobody there", func(c *config.Config) { c.S3.Endpoint = "http://127.0.0.1:1" }, []string{"KLAUSUL_S3_ENDPOINT"}},
		{"store: a page, not a store", func(c *config.Config) { c.S3.Endpoint = page.URL }, []string{"KLAUSUL_S3_ENDPOINT"}},
		{"store: wrong key", func(c *config.Config) { c.S3.Secret = "wrong" }, []string{"KLAUSUL_S3_SECRET_KEY"}},
		{"store: unknown key", func(c *config.Config) { c.S3.Access = "nobody" }, []string{"KLAUSUL_S3_ACCESS_KEY"}},
		{"store: one bucket for both", func(c *config.Config) { c.S3.Vault = c.S3.Staging }, []string{"KLAUSUL_S3_VAULT_BUCKET"}},
		{"store: a vault without lock", func(c *config.Config) { c.S3.Vault, c.S3.Staging = c.S3.Staging, c.S3.Vault }, []string{"KLAUSUL_S3_VAULT_BUCKET", "object lock"}},
		{"store: without TLS", func(c *config.Config) { c.S3.Plain = false }, []string{"KLAUSUL_S3_ENDPOINT", "TLS"}},
		{"scanner", func(c *config.Config) { c.Clamd = "tcp:127.0.0.1:1" }, []string{"KLAUSUL_CLAMD"}},
		{"collector", func(c *config.Config) { c.OTLP = "http://127.0.0.1:1" }, []string{"KLAUSUL_OTLP"}},
		{"provider: nobody there", func(c *config.Config) { c.Demo, c.OIDC = "on", issuer("http://127.0.0.1:1") }, []string{"KLAUSUL_OIDC", "kommunen"}},
		{"provider: a page", func(c *config.Config) { c.Demo, c.OIDC = "on", issuer(page.URL) }, []string{"KLAUSUL_OIDC", "kommunen"}},
		{"provider: inside our network", func(c *config.Config) { c.AllowPrivateHosts, c.OIDC = "auto", issuer("https://10.9.8.7") }, []string{"KLAUSUL_OIDC", "private address"}},
		{"mail: nobody there", func(c *config.Config) { c.SMTP, c.MailFrom = "smtp://127.0.0.1:1", "klausul@example.dk" }, []string{"KLAUSUL_SMTP"}},
		{"PDF engine that is not built in", func(c *config.Config) { c.PDFEngine = "unipdf" }, []string{"KLAUSUL_UNIPDF_LICENCE"}},
	} {
		t.Run(tc.name, func(t *testing.T) {
			cfg := good
			tc.change(&cfg)
			got := refused(t, cfg)
			for _, s := range tc.says {
				if !strings.Contains(got, s) {
					t.Errorf("%q is not in %q", s, got)
				}
			}
		})
	}
}

// A PostgreSQL that asks for passwords over TCP, as an operator's does.
func TestDatabasePasswordAndTLS(t *testing.T) {
	t.Parallel()
	b := make([]byte, 3)
	rand.Read(b) // never fails
	host := fmt.Sprintf("127.%d.%d.%d", 1+b[0]%250, b[1], 1+b[2]%250)
	dir := t.TempDir()
	hba := filepath.Join(dir, "pg_hba.conf")
	if err := os.WriteFile(hba, []byte("local all postgres trust\nhost all all 127.0.0.0/8 scram-sha-256\n"), 0o644); err != nil {
		t.Fatal(err)
	}
	pg, err := embedded.Temporary(t.Context(), embedded.Options{Postgres: true, Settings: map[string]string{"listen_addresses": host, "hba_file": hba}})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := pg.Stop(context.Background()); err != nil {
			t.Error(err)
		}
	})
	super := pg.DSN("postgres", "postgres")
	if err := storage.Bootstrap(t.Context(), super, "klausul"); err != nil {
		t.Fatal(err)
	}
	conn, err := pgx.Connect(t.Context(), super)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close(context.Background())
	for _, l := range []string{"admin", "member", "office", "board", "job"} {
		if _, err := conn.Exec(t.Context(), "alter role klausul_"+l+" password '"+l+"-hush'"); err != nil {
			t.Fatal(err)
		}
	}
	good := external(t)
	good.Database = config.Database{URL: "postgres://" + host + ":5432/klausul", Admin: "admin-hush", Member: "member-hush", Office: "office-hush", Board: "board-hush", Job: "job-hush"}
	for name, tc := range map[string]struct {
		change func(*config.Config)
		says   string
	}{
		"the owner's password": {func(c *config.Config) { c.Database.Admin = "wrong" }, "KLAUSUL_DB_PASSWORD_ADMIN"},
		"one login's password": {func(c *config.Config) { c.Database.Office = "wrong" }, "KLAUSUL_DB_PASSWORD_OFFICE"},
		"no password":          {func(c *config.Config) { c.Database.Job = "" }, "KLAUSUL_DB_PASSWORD_JOB"},
		"no TLS":               {func(c *config.Config) { c.Database.URL += "?sslmode=verify-full" }, "no trusted TLS"},
	} {
		cfg := good
		tc.change(&cfg)
		got := refused(t, cfg)
		if !strings.Contains(got, tc.says) {
			t.Errorf("%s: %q", name, got)
		}
		if strings.Contains(got, "hush") || strings.Contains(got, "wrong") {
			t.Errorf("%s: a password is in %q", name, got)
		}
	}
	a, err := New(t.Context(), good, WithLogger(quiet))
	if err != nil {
		t.Fatal(err)
	}
	if err := a.Close(); err != nil {
		t.Error(err)
	}
}

// mailServer speaks SMTP far enough to let somebody in, with one password.
func mailServer(t *testing.T) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = l.Close() })
	right := base64.StdEncoding.EncodeToString([]byte("\x00klausul\x00right"))
	go func() {
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			go func() {
				defer c.Close()
				_, _ = io.WriteString(c, "220 mail.test ESMTP\r\n")
				lines := bufio.NewScanner(c)
				for lines.Scan() {
					say := "250 OK\r\n"
					switch word, rest, _ := strings.Cut(lines.Text(), " "); {
					case word == "EHLO":
						say = "250-mail.test\r\n250 AUTH PLAIN\r\n"
					case word == "AUTH" && rest == "PLAIN "+right:
						say = "235 in\r\n"
					case word == "AUTH":
						say = "535 5.7.8 no\r\n"
					case word == "QUIT":
						_, _ = io.WriteString(c, "221 bye\r\n")
						return
					}
					_, _ = io.WriteString(c, say)
				}
			}()
		}
	}()
	return l.Addr().String()
}

func TestMailServer(t *testing.T) {
	t.Parallel()
	at := mailServer(t)
	cfg := config.Config{MailFrom: "klausul@example.dk", AllowPrivateHosts: "on"}.Complete()
	for name, tc := range map[string]struct{ url, says string }{
		"the right password":      {"smtp://klausul:right@" + at, ""},
		"nobody's":                {"smtp://" + at, ""},
		"a wrong password":        {"smtp://klausul:wrong-hush@" + at, "KLAUSUL_SMTP"},
		"TLS where there is none": {"smtps://klausul:right@" + at, "KLAUSUL_SMTP"},
	} {
		cfg.SMTP = config.Secret(tc.url)
		err := checkMail(t.Context(), cfg)
		if tc.says == "" && err != nil || tc.says != "" && (err == nil || !strings.Contains(err.Error(), tc.says)) {
			t.Errorf("%s: %v", name, err)
		}
		if err != nil && strings.Contains(err.Error(), "hush") {
			t.Errorf("%s: the password is in %v", name, err)
		}
	}
	cfg.AllowPrivateHosts = "off"
	if err := checkMail(t.Context(), cfg); err == nil || !strings.Contains(err.Error(), "private address") {
		t.Errorf("a private address: %v", err)
	}
}

func TestOutboundAddresses(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct {
		allow, demo, address string
		ok                   bool
	}{
		{"auto", "on", "127.0.0.1:80", true}, {"auto", "off", "127.0.0.1:80", false}, {"auto", "on", "10.0.0.1:80", false},
		{"off", "on", "127.0.0.1:80", false}, {"on", "off", "10.0.0.1:80", true},
		{"auto", "on", "169.254.169.254:80", false}, {"auto", "on", "192.168.1.1:80", false}, {"auto", "on", "172.16.0.1:80", false},
		{"auto", "on", "[fe80::1]:80", false}, {"auto", "on", "[fd00::1]:80", false}, {"auto", "on", "[::ffff:10.0.0.1]:80", false},
		{"auto", "on", "0.0.0.0:80", false}, {"auto", "on", "100.100.100.200:80", false}, {"auto", "on", "198.51.100.1:80", true}, {"off", "off", "[2001:db8::1]:80", true},
	} {
		d := outbound(config.Config{AllowPrivateHosts: tc.allow, Demo: tc.demo}.Complete())
		if err := d.Control("tcp", tc.address, nil); (err == nil) != tc.ok {
			t.Errorf("%s, demo %s, %s: %v", tc.allow, tc.demo, tc.address, err)
		}
	}
}
