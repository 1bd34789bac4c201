package config_test

import (
	"encoding/json"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	"github.com/alecthomas/kong"

	"klausul/server/config"
)

const key = "MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5MDE="

func TestZeroValueWorks(t *testing.T) {
	c := config.Config{}.Complete()
	if err := c.Check(); err != nil {
		t.Fatal(err)
	}
	if !c.DemoOn() || !c.Loopback() || !c.EmbeddedDatabase() || !c.EmbeddedS3() {
		t.Errorf("%+v", c)
	}
}

func TestCheckNamesTheSetting(t *testing.T) {
	s3 := config.S3{Endpoint: "https://s3.example", Access: "a", Secret: "b"}
	issuer := config.Issuer{Key: "kommunen", Name: "Kommunen", Issuer: "https://id.example", ClientID: "klausul", Secretariat: true}
	with := func(change func(*config.Issuer)) config.Issuers {
		i := issuer
		change(&i)
		return config.Issuers{i}
	}
	for name, tc := range map[string]struct {
		c    config.Config
		says string
	}{
		"address":                  {config.Config{Addr: "8080"}, "KLAUSUL_ADDR"},
		"demo for everybody":       {config.Config{Addr: "0.0.0.0:80", Demo: "on"}, "not a loopback address"},
		"demo by a name":           {config.Config{Addr: "klausul.example:80", Demo: "on"}, "not a loopback address"},
		"demo behind a proxy":      {config.Config{Demo: "on", ProxyHops: 1}, "KLAUSUL_PROXY_HOPS says that a proxy"},
		"demo with a public name":  {config.Config{Demo: "on", PublicURL: "https://klausul.example"}, "KLAUSUL_PUBLIC_URL is not a loopback address"},
		"demo misspelt":            {config.Config{Demo: "yes"}, "KLAUSUL_DEMO"},
		"public URL":               {config.Config{PublicURL: "klausul.example"}, "KLAUSUL_PUBLIC_URL"},
		"no public URL":            {config.Config{Addr: "0.0.0.0:80"}, "KLAUSUL_PUBLIC_URL is missing"},
		"private hosts":            {config.Config{AllowPrivateHosts: "ja"}, "KLAUSUL_ALLOW_PRIVATE_HOSTS"},
		"proxies":                  {config.Config{ProxyHops: 9}, "KLAUSUL_PROXY_HOPS"},
		"session for a month":      {config.Config{SessionLifetime: 1e9 * 3600 * 800}, "KLAUSUL_SESSION_LIFETIME"},
		"body":                     {config.Config{BodyLimit: 1}, "KLAUSUL_BODY_LIMIT"},
		"rate":                     {config.Config{RateUser: -1}, "KLAUSUL_RATE_USER"},
		"connections":              {config.Config{MaxConns: 1}, "KLAUSUL_MAX_CONNS"},
		"lock":                     {config.Config{LockDays: -1}, "KLAUSUL_LOCK_DAYS"},
		"engine":                   {config.Config{PDFEngine: "word"}, "KLAUSUL_PDF_ENGINE"},
		"collector":                {config.Config{OTLP: "host:4318"}, "KLAUSUL_OTLP"},
		"mail":                     {config.Config{SMTP: "host:25", MailFrom: "a@b"}, "KLAUSUL_SMTP"},
		"mail without a sender":    {config.Config{SMTP: "smtp://host"}, "KLAUSUL_MAIL_FROM"},
		"level":                    {config.Config{LogLevel: "loud"}, "KLAUSUL_LOG_LEVEL"},
		"database":                 {config.Config{Database: config.Database{URL: "mysql://host/db"}}, "KLAUSUL_DATABASE_URL"},
		"database without a name":  {config.Config{Database: config.Database{URL: "postgres://host"}}, "KLAUSUL_DATABASE_URL"},
		"database with a user":     {config.Config{Database: config.Database{URL: "postgres://root@host/db"}}, "must not name a user"},
		"store without TLS":        {config.Config{FileKey: key, S3: config.S3{Endpoint: "http://s3.example"}}, "no TLS"},
		"store without a scheme":   {config.Config{FileKey: key, S3: config.S3{Endpoint: "s3.example"}}, "KLAUSUL_S3_ENDPOINT"},
		"store without a file key": {config.Config{S3: s3}, "KLAUSUL_FILE_KEY is missing"},
		"file key too short":       {config.Config{S3: s3, FileKey: "MDEy"}, "KLAUSUL_FILE_KEY"},
		"file key, embedded":       {config.Config{FileKey: "x"}, "KLAUSUL_FILE_KEY"},
		"provider's key":           {config.Config{OIDC: with(func(i *config.Issuer) { i.Key = "../x" })}, "KLAUSUL_OIDC, provider 1"},
		"provider without TLS":     {config.Config{Addr: "0.0.0.0:80", OIDC: with(func(i *config.Issuer) { i.Issuer = "http://id.example" })}, "https://"},
		"provider for nobody":      {config.Config{OIDC: with(func(i *config.Issuer) { i.Secretariat = false })}, "may speak for nobody"},
		"provider without client":  {config.Config{OIDC: with(func(i *config.Issuer) { i.ClientID = "" })}, "clientId"},
		"provider with half roles": {config.Config{OIDC: with(func(i *config.Issuer) { i.GroupsClaim = "groups" })}, "belong together"},
		"provider twice":           {config.Config{OIDC: config.Issuers{issuer, issuer}}, "twice"},
	} {
		t.Run(name, func(t *testing.T) {
			if err := tc.c.Complete().Check(); err == nil || !strings.Contains(err.Error(), tc.says) {
				t.Errorf("got %v, want a sentence with %q", err, tc.says)
			}
		})
	}
}

func TestOthersReachItUnderItsPublicURL(t *testing.T) {
	for _, c := range []config.Config{
		{Addr: "0.0.0.0:8080", PublicURL: "https://klausul.example"},
		{Addr: "127.0.0.1:8080", ProxyHops: 1, PublicURL: "https://klausul.example"},
	} {
		c = c.Complete()
		if err := c.Check(); err != nil || c.DemoOn() {
			t.Errorf("%s: %v, demo %v", c.Addr, err, c.DemoOn())
		}
	}
}

func TestCheckTellsEverythingAtOnce(t *testing.T) {
	err := config.Config{Addr: "x", LogLevel: "loud", PDFEngine: "word"}.Complete().Check()
	for _, s := range []string{"KLAUSUL_ADDR", "KLAUSUL_LOG_LEVEL", "KLAUSUL_PDF_ENGINE"} {
		if err == nil || !strings.Contains(err.Error(), s) {
			t.Errorf("%s is not named in %v", s, err)
		}
	}
}

func TestDemoAuto(t *testing.T) {
	for name, tc := range map[string]struct {
		c  config.Config
		on bool
	}{
		"embedded on loopback":  {config.Config{}, true},
		"IPv6 loopback":         {config.Config{Addr: "[::1]:0"}, true},
		"localhost":             {config.Config{Addr: "localhost:0"}, true},
		"embedded for others":   {config.Config{Addr: ":8080"}, false},
		"external, loopback":    {config.Config{Database: config.Database{URL: "postgres://h/db"}}, false},
		"external, switched on": {config.Config{Demo: "on", Database: config.Database{URL: "postgres://h/db"}}, true},
		"behind a proxy":        {config.Config{ProxyHops: 1}, false},
		"with a public name":    {config.Config{PublicURL: "https://klausul.example"}, false},
		"with its own name":     {config.Config{PublicURL: "http://localhost:8080"}, true},
		"its own IPv6 address":  {config.Config{PublicURL: "http://[::1]:8080"}, true},
		"switched off":          {config.Config{Demo: "off"}, false},
	} {
		if got := tc.c.Complete().DemoOn(); got != tc.on {
			t.Errorf("%s: %v", name, got)
		}
	}
}

func TestLoginURL(t *testing.T) {
	for url, want := range map[string]string{
		"postgres://db.example/klausul":                  "postgres://klausul_member:p%40ss@db.example/klausul?sslmode=verify-full",
		"postgres://db.example/klausul?sslmode=require":  "postgres://klausul_member:p%40ss@db.example/klausul?sslmode=require",
		"postgres://127.0.0.1:5433/klausul":              "postgres://klausul_member:p%40ss@127.0.0.1:5433/klausul",
		"postgres:///klausul?host=%2Frun%2Fpg&port=5432": "postgres://klausul_member:p%40ss@/klausul?host=%2Frun%2Fpg&port=5432",
	} {
		c := config.Config{Database: config.Database{URL: url, Member: "p@ss"}}.Complete()
		if err := c.Check(); err != nil {
			t.Errorf("%s: %v", url, err)
		}
		if got := c.LoginURL("klausul_member"); got != want {
			t.Errorf("%s: %s", url, got)
		}
	}
}

// parse reads arguments as the program does.
func parse(t *testing.T, args ...string) (config.Config, error) {
	t.Helper()
	var c config.Config
	p, err := kong.New(&c, config.FromFiles(), kong.Exit(func(int) { t.Error("the parser ended the program") }))
	if err != nil {
		t.Fatal(err)
	}
	_, err = p.Parse(args)
	return c, err
}

func TestEnvironmentAndFiles(t *testing.T) {
	dir := t.TempDir()
	file := func(name, text string) string {
		path := filepath.Join(dir, name)
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		return path
	}
	t.Setenv("KLAUSUL_ADDR", "127.0.0.1:9")
	t.Setenv("KLAUSUL_SESSION_LIFETIME", "30m")
	t.Setenv("KLAUSUL_DB_PASSWORD_JOB_FILE", file("job", "hush\n"))
	t.Setenv("KLAUSUL_OIDC_FILE", file("oidc", `[{"key":"k","name":"K","issuer":"https://id","clientId":"c","clientSecret":"s","secretariat":true}]`))
	c, err := parse(t, "--lock-days=3")
	if err != nil {
		t.Fatal(err)
	}
	if c.Addr != "127.0.0.1:9" || c.SessionLifetime.Minutes() != 30 || string(c.Database.Job) != "hush" || c.LockDays != 3 ||
		len(c.OIDC) != 1 || string(c.OIDC[0].ClientSecret) != "s" || !c.OIDC[0].Secretariat {
		t.Errorf("%+v", c)
	}
	t.Run("both", func(t *testing.T) {
		t.Setenv("KLAUSUL_DB_PASSWORD_JOB", "other")
		if _, err := parse(t); err == nil || !strings.Contains(err.Error(), "not both") {
			t.Errorf("got %v", err)
		}
	})
	t.Run("a file that is not there", func(t *testing.T) {
		t.Setenv("KLAUSUL_FILE_KEY_FILE", filepath.Join(dir, "gone"))
		if _, err := parse(t); err == nil || !strings.Contains(err.Error(), "KLAUSUL_FILE_KEY_FILE") {
			t.Errorf("got %v", err)
		}
	})
	t.Run("a misspelt member of a provider", func(t *testing.T) {
		t.Setenv("KLAUSUL_OIDC_FILE", file("bad", `[{"key":"k","secretariate":true}]`))
		if _, err := parse(t); err == nil || !strings.Contains(err.Error(), "secretariate") {
			t.Errorf("got %v", err)
		}
	})
}

// Every setting can be given in the environment and says in a sentence what it does.
func TestEveryFieldHasItsSentence(t *testing.T) {
	seen := map[string]bool{}
	var walk func(reflect.Type)
	walk = func(of reflect.Type) {
		for f := range of.Fields() {
			switch {
			case f.Tag.Get("kong") == "-":
			case f.Tag.Get("prefix") != "":
				walk(f.Type)
			default:
				env, help := f.Tag.Get("env"), f.Tag.Get("help")
				if !strings.HasPrefix(env, "KLAUSUL_") || seen[env] || len(help) < 10 || !strings.HasSuffix(help, ".") {
					t.Errorf("%s: env %q, help %q", f.Name, env, help)
				}
				seen[env] = true
			}
		}
	}
	walk(reflect.TypeFor[config.Config]())
	if len(seen) < 30 {
		t.Errorf("only %d settings were looked at", len(seen))
	}
}

func TestSecretsAreNeverShown(t *testing.T) {
	c := config.Config{FileKey: "hush-hush", SMTP: "smtp://u:hush-hush@h", OIDC: config.Issuers{{ClientSecret: "hush-hush"}},
		Database: config.Database{Admin: "hush-hush"}, S3: config.S3{Secret: "hush-hush"}, MetricsToken: "hush-hush"}
	asJSON, err := json.Marshal(c)
	if err != nil {
		t.Fatal(err)
	}
	var log strings.Builder
	slog.New(slog.NewJSONHandler(&log, nil)).Info("settings", "config", c, "key", c.FileKey)
	for _, text := range []string{fmt.Sprint(c), fmt.Sprintf("%+v", c), fmt.Sprintf("%#v", c), fmt.Sprintf("%s %q", c.FileKey, c.FileKey), string(asJSON), log.String()} {
		if strings.Contains(text, "hush") {
			t.Error(text)
		}
	}
}
