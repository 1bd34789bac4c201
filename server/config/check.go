package config

import (
	"encoding/base64"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/netip"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"time"
)

// Complete returns the settings with everything that was left out filled in.
func (c Config) Complete() Config {
	fill(&c.Addr, "127.0.0.1:8080")
	fill(&c.DataDir, ".klausul")
	fill(&c.Demo, "auto")
	fill(&c.AllowPrivateHosts, "auto")
	fill(&c.SessionLifetime, 8*time.Hour)
	fill(&c.BodyLimit, 1<<20)
	fill(&c.RateUser, 20)
	fill(&c.RateKey, 10)
	fill(&c.RateAnonymous, 5)
	fill(&c.MaxConns, 12)
	fill(&c.LockDays, 30)
	fill(&c.PDFEngine, "fpdf")
	fill(&c.LogLevel, "info")
	fill(&c.S3.Staging, "klausul-staging")
	fill(&c.S3.Vault, "klausul-vault")
	return c
}

func fill[T comparable](field *T, value T) {
	var zero T
	if *field == zero {
		*field = value
	}
}

// Loopback tells whether only this machine can reach the address.
func (c Config) Loopback() bool {
	host, _, err := net.SplitHostPort(c.Addr)
	if err != nil {
		return false
	}
	return isLoopback(host)
}

func isLoopback(host string) bool {
	ip, err := netip.ParseAddr(host)
	return host == "localhost" || err == nil && ip.IsLoopback()
}

// reach says how others than this machine come to this server; empty when they cannot.
// A proxy makes a loopback address everybody's.
func (c Config) reach() string {
	if !c.Loopback() {
		return fmt.Sprintf("%s is not a loopback address", c.Addr)
	}
	if c.ProxyHops > 0 {
		return "KLAUSUL_PROXY_HOPS says that a proxy stands in front"
	}
	if u, err := url.Parse(c.PublicURL); c.PublicURL != "" && (err != nil || !isLoopback(u.Hostname())) {
		return "KLAUSUL_PUBLIC_URL is not a loopback address"
	}
	return ""
}

// DemoOn tells whether demo personas may sign in: never where others reach this server.
func (c Config) DemoOn() bool {
	return c.reach() == "" && (c.Demo == "on" || c.Demo == "auto" && c.EmbeddedDatabase())
}

// EmbeddedDatabase tells whether PostgreSQL runs below DataDir.
func (c Config) EmbeddedDatabase() bool { return c.Database.URL == "" }

// EmbeddedS3 tells whether the S3 server runs below DataDir.
func (c Config) EmbeddedS3() bool { return c.S3.Endpoint == "" }

// Key is the decoded FileKey.
func (c Config) Key() (key [32]byte, err error) {
	raw, err := base64.StdEncoding.DecodeString(string(c.FileKey))
	if err != nil || len(raw) != len(key) {
		return key, errors.New("KLAUSUL_FILE_KEY must be 32 random bytes in base64 (openssl rand -base64 32)")
	}
	return [32]byte(raw), nil
}

// Level is the decoded LogLevel.
func (c Config) Level() slog.Level {
	var l slog.Level
	_ = l.UnmarshalText([]byte(c.LogLevel)) // Check has read it once
	return l
}

// Check refuses completed settings that cannot work, all of them at once.
func (c Config) Check() error {
	var bad []error
	refuse := func(wrong bool, format string, args ...any) {
		if wrong {
			bad = append(bad, fmt.Errorf(format, args...))
		}
	}
	_, _, err := net.SplitHostPort(c.Addr)
	refuse(err != nil, "KLAUSUL_ADDR must be host:port, not %q", c.Addr)
	refuse(!slices.Contains([]string{"auto", "on", "off"}, c.Demo), "KLAUSUL_DEMO must be auto, on or off, not %q", c.Demo)
	refuse(c.Demo == "on" && c.reach() != "", "KLAUSUL_DEMO is on, but %s: anybody could sign in as anybody", c.reach())
	refuse(!slices.Contains([]string{"auto", "on", "off"}, c.AllowPrivateHosts), "KLAUSUL_ALLOW_PRIVATE_HOSTS must be auto, on or off, not %q", c.AllowPrivateHosts)
	refuse(c.PublicURL != "" && !isURL(c.PublicURL, "http", "https"), "KLAUSUL_PUBLIC_URL must be http(s)://host, not %q", c.PublicURL)
	refuse(err == nil && !c.Loopback() && c.PublicURL == "", "KLAUSUL_PUBLIC_URL is missing: %s is not a loopback address, and others need to know how browsers reach this server (https://klausul.example)", c.Addr)
	refuse(c.ProxyHops < 0 || c.ProxyHops > 5, "KLAUSUL_PROXY_HOPS must be 0 to 5, not %d", c.ProxyHops)
	refuse(c.SessionLifetime < time.Minute || c.SessionLifetime > 7*24*time.Hour, "KLAUSUL_SESSION_LIFETIME must be between 1m and 168h, not %s", c.SessionLifetime)
	refuse(c.BodyLimit < 1024, "KLAUSUL_BODY_LIMIT must be at least 1024 bytes, not %d", c.BodyLimit)
	refuse(c.RateUser < 0 || c.RateKey < 0 || c.RateAnonymous < 0, "KLAUSUL_RATE_USER, _KEY and _ANONYMOUS must be positive")
	refuse(c.MaxConns < 2, "KLAUSUL_MAX_CONNS must be at least 2, not %d", c.MaxConns)
	refuse(c.LockDays < 1, "KLAUSUL_LOCK_DAYS must be at least 1, not %d", c.LockDays)
	refuse(!slices.Contains([]string{"fpdf", "unipdf"}, c.PDFEngine), "KLAUSUL_PDF_ENGINE must be fpdf or unipdf, not %q", c.PDFEngine)
	refuse(c.OTLP != "" && !isURL(c.OTLP, "http", "https"), "KLAUSUL_OTLP must be http(s)://host:port, not %q", c.OTLP)
	refuse(c.SMTP != "" && !isURL(string(c.SMTP), "smtp", "smtps"), "KLAUSUL_SMTP must be smtp://user:pass@host:port or smtps://…")
	refuse(c.SMTP != "" && c.MailFrom == "", "KLAUSUL_MAIL_FROM is missing: KLAUSUL_SMTP needs a sender")
	var level slog.Level
	refuse(level.UnmarshalText([]byte(c.LogLevel)) != nil, "KLAUSUL_LOG_LEVEL must be debug, info, warn or error, not %q", c.LogLevel)
	bad = append(bad, c.checkDatabase(), c.checkS3(), c.checkIssuers())
	return errors.Join(bad...)
}

func isURL(text string, schemes ...string) bool {
	u, err := url.Parse(text)
	return err == nil && u.Host != "" && slices.Contains(schemes, u.Scheme)
}

func (c Config) checkDatabase() error {
	if c.EmbeddedDatabase() {
		return nil
	}
	u, err := url.Parse(c.Database.URL)
	if err != nil || u.Scheme != "postgres" && u.Scheme != "postgresql" || len(u.Path) < 2 || u.Host == "" && u.Query().Get("host") == "" {
		return errors.New("KLAUSUL_DATABASE_URL must be postgres://host/database")
	}
	if u.User != nil {
		return errors.New("KLAUSUL_DATABASE_URL must not name a user: Klausul uses five logins (klausul migrate --roles prints them) with KLAUSUL_DB_PASSWORD_ADMIN, _MEMBER, _OFFICE, _BOARD and _JOB")
	}
	return nil
}

func (c Config) checkS3() error {
	if c.EmbeddedS3() {
		if c.FileKey != "" {
			_, err := c.Key()
			return err
		}
		return nil
	}
	u, err := url.Parse(c.S3.Endpoint)
	if err != nil || u.Host == "" || u.Scheme != "https" && u.Scheme != "http" {
		return fmt.Errorf("KLAUSUL_S3_ENDPOINT must be https://host[:port], not %q", c.S3.Endpoint)
	}
	if u.Scheme == "http" && !c.S3.Plain {
		return errors.New("KLAUSUL_S3_ENDPOINT has no TLS: contracts would cross the network in the clear; use https://, or set KLAUSUL_S3_PLAIN=true if the way there is protected otherwise")
	}
	if c.FileKey == "" {
		return errors.New("KLAUSUL_FILE_KEY is missing: with a store of your own you keep the key too (openssl rand -base64 32)")
	}
	_, err = c.Key()
	return err
}

var keyPattern = regexp.MustCompile(`^[a-z0-9-]{1,40}$`)

func (c Config) checkIssuers() error {
	seen := map[string]bool{}
	var bad []error
	for n, i := range c.OIDC {
		at := fmt.Sprintf("KLAUSUL_OIDC, provider %d", n+1)
		switch {
		case !keyPattern.MatchString(i.Key):
			bad = append(bad, fmt.Errorf("%s: key must be small letters, digits and hyphens, not %q", at, i.Key))
		case seen[i.Key] || seen[i.Issuer]:
			bad = append(bad, fmt.Errorf("%s: key %q or its issuer is there twice", at, i.Key))
		case i.Name == "" || i.ClientID == "":
			bad = append(bad, fmt.Errorf("%s (%s): name or clientId is missing", at, i.Key))
		case !isURL(i.Issuer, "https") && !(isURL(i.Issuer, "http") && c.DemoOn()):
			bad = append(bad, fmt.Errorf("%s (%s): issuer must be https://…, not %q", at, i.Key, i.Issuer))
		case len(i.Organisations) == 0 && !i.Secretariat:
			bad = append(bad, fmt.Errorf("%s (%s): it may speak for nobody; give organisations (CVR numbers) or secretariat", at, i.Key))
		case (i.GroupsClaim == "") != (len(i.Roles) == 0):
			bad = append(bad, fmt.Errorf("%s (%s): groupsClaim and roles belong together", at, i.Key))
		}
		seen[i.Key], seen[i.Issuer] = true, true
	}
	return errors.Join(bad...)
}

// LoginURL is the address of the external database for one login. Beyond this machine
// the connection is encrypted and the server's certificate checked, unless the URL says otherwise.
func (c Config) LoginURL(login string) string {
	u, err := url.Parse(c.Database.URL)
	if err != nil {
		return "" // Check has refused it
	}
	password := map[string]Secret{
		"klausul_admin": c.Database.Admin, "klausul_member": c.Database.Member, "klausul_office": c.Database.Office,
		"klausul_board": c.Database.Board, "klausul_job": c.Database.Job,
	}[login]
	u.User = url.User(login)
	if password != "" {
		u.User = url.UserPassword(login, string(password))
	}
	q := u.Query()
	if host := u.Hostname() + q.Get("host"); q.Get("sslmode") == "" && !strings.HasPrefix(host, "/") && !isLoopback(host) {
		q.Set("sslmode", "verify-full")
		u.RawQuery = q.Encode()
	}
	return u.String()
}
