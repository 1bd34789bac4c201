// Package config is everything an operator can set: one struct, filled from flags
// and the environment, one sentence per field.
//
// The zero value is a complete installation on embedded stores. What cannot work is
// refused by Check before anything starts, in a sentence that names the setting.
// Every setting may also be given as a file: KLAUSUL_X_FILE holds the value of KLAUSUL_X.
package config

import (
	"encoding/json"
	"fmt"
	"log/slog"
	"os"
	"strings"
	"time"

	"github.com/alecthomas/kong"
)

// Config holds the settings. Complete fills what is left out.
type Config struct {
	Addr              string        `env:"KLAUSUL_ADDR" placeholder:"127.0.0.1:8080" help:"Address to listen on; port 0 takes a free one."`
	DataDir           string        `env:"KLAUSUL_DATA_DIR" placeholder:".klausul" help:"Folder of the embedded stores, caches and generated keys."`
	Demo              string        `env:"KLAUSUL_DEMO" placeholder:"auto" help:"Demo personas and demo register: on, off, or auto (on when the database is embedded and only this machine can reach the server). Refused on any other address, behind a proxy (KLAUSUL_PROXY_HOPS) and with a KLAUSUL_PUBLIC_URL that is not loopback."`
	PublicURL         string        `env:"KLAUSUL_PUBLIC_URL" placeholder:"https://klausul.example" help:"How browsers reach this server; https makes cookies secure. Needed when the address to listen on is not loopback. Default: the address it listens on."`
	AllowPrivateHosts string        `env:"KLAUSUL_ALLOW_PRIVATE_HOSTS" placeholder:"auto" help:"Whether configured providers (OIDC, OTLP, SMTP) may be at private addresses: on, off, or auto (loopback addresses only, and only in demo)."`
	ProxyHops         int           `env:"KLAUSUL_PROXY_HOPS" placeholder:"0" help:"How many trusted proxies stand in front and add to X-Forwarded-For."`
	FileKey           Secret        `env:"KLAUSUL_FILE_KEY" help:"32 random bytes in base64 that protect the keys of all files; losing them loses every file. Embedded: generated into the data folder."`
	SessionLifetime   time.Duration `env:"KLAUSUL_SESSION_LIFETIME" placeholder:"8h" help:"How long a sign-in lasts."`
	BodyLimit         int64         `env:"KLAUSUL_BODY_LIMIT" placeholder:"1048576" help:"Largest request body in bytes; uploads have a limit of their own."`
	RateUser          float64       `env:"KLAUSUL_RATE_USER" placeholder:"20" help:"Requests per second of one user, with bursts of ten times as many."`
	RateKey           float64       `env:"KLAUSUL_RATE_KEY" placeholder:"10" help:"Requests per second of one API key, with bursts of ten times as many."`
	RateAnonymous     float64       `env:"KLAUSUL_RATE_ANONYMOUS" placeholder:"5" help:"Requests per second of one address that is not signed in, with bursts of ten times as many."`
	MaxConns          int32         `env:"KLAUSUL_MAX_CONNS" placeholder:"12" help:"Connections to PostgreSQL per login."`
	LockDays          int           `env:"KLAUSUL_LOCK_DAYS" placeholder:"30" help:"Days a new file in the vault is locked; the lock is renewed while its retention rule holds."`
	Clamd             string        `env:"KLAUSUL_CLAMD" placeholder:"unix:/path" help:"The ClamAV daemon (unix:/path or tcp:host:port). It is asked at start; nothing is uploaded yet. Empty: nothing is scanned."`
	SMTP              Secret        `env:"KLAUSUL_SMTP" placeholder:"smtp://user:pass@host:587" help:"The mail server; smtps:// for TLS from the start. Empty: no mail is sent."`
	MailFrom          string        `env:"KLAUSUL_MAIL_FROM" placeholder:"klausul@example" help:"The sender of mail; needed with KLAUSUL_SMTP."`
	OIDC              Issuers       `env:"KLAUSUL_OIDC" help:"Sign-in providers as a JSON array: key, name, issuer, clientId, clientSecret, organisations (CVR numbers it may speak for), secretariat (true if it may), groupsClaim and roles (group to role; a role not given by a group is taken away)."`
	PDFEngine         string        `env:"KLAUSUL_PDF_ENGINE" placeholder:"fpdf" help:"fpdf, or unipdf in a program built with it."`
	UnipdfLicence     string        `env:"KLAUSUL_UNIPDF_LICENCE" help:"File with the licence of unipdf; a bad one is refused at start."`
	UnipdfCustomer    string        `env:"KLAUSUL_UNIPDF_CUSTOMER" help:"Customer name of the unipdf licence."`
	OTLP              string        `env:"KLAUSUL_OTLP" placeholder:"https://host:4318" help:"Where traces go (OTLP over HTTP). Empty: nowhere."`
	MetricsToken      Secret        `env:"KLAUSUL_METRICS_TOKEN" help:"Bearer token for /metrics; without one it answers on loopback only."`
	LogLevel          string        `env:"KLAUSUL_LOG_LEVEL" placeholder:"info" help:"debug, info, warn or error."`
	Database          Database      `embed:"" prefix:"database-"`
	S3                S3            `embed:"" prefix:"s3-"`
}

// Database is an external PostgreSQL; without a URL the embedded one runs.
type Database struct {
	URL     string `env:"KLAUSUL_DATABASE_URL" placeholder:"postgres://host/db" help:"The database, without user and password: there is a login for each purpose (klausul migrate --roles makes them). Empty: embedded."`
	Admin   Secret `env:"KLAUSUL_DB_PASSWORD_ADMIN" help:"Password of klausul_admin, which owns the schema and migrates."`
	Member  Secret `env:"KLAUSUL_DB_PASSWORD_MEMBER" help:"Password of klausul_member."`
	Office  Secret `env:"KLAUSUL_DB_PASSWORD_OFFICE" help:"Password of klausul_office."`
	Board   Secret `env:"KLAUSUL_DB_PASSWORD_BOARD" help:"Password of klausul_board."`
	Job     Secret `env:"KLAUSUL_DB_PASSWORD_JOB" help:"Password of klausul_job."`
	NoAudit bool   `kong:"-"` // only for the benchmark that measures what the audit costs
}

// S3 is an external object store; without an endpoint the embedded one runs.
type S3 struct {
	Endpoint string `env:"KLAUSUL_S3_ENDPOINT" placeholder:"https://host" help:"An S3 server with versioning and object lock. Empty: embedded."`
	Access   Secret `env:"KLAUSUL_S3_ACCESS_KEY" help:"Access key."`
	Secret   Secret `env:"KLAUSUL_S3_SECRET_KEY" help:"Secret key."`
	Region   string `env:"KLAUSUL_S3_REGION" help:"Region; empty: the server is asked."`
	Staging  string `env:"KLAUSUL_S3_STAGING_BUCKET" placeholder:"klausul-staging" help:"Bucket for what was just uploaded; without object lock."`
	Vault    string `env:"KLAUSUL_S3_VAULT_BUCKET" placeholder:"klausul-vault" help:"Bucket for kept files; with object lock."`
	Plain    bool   `env:"KLAUSUL_S3_PLAIN" help:"Speak to the S3 server without TLS (an endpoint that starts with http://)."`
}

// Secret never shows itself in a log, an error or a print.
type Secret string

const hidden = "[secret]"

func (Secret) String() string               { return hidden }
func (Secret) GoString() string             { return hidden }
func (Secret) LogValue() slog.Value         { return slog.StringValue(hidden) }
func (Secret) MarshalText() ([]byte, error) { return []byte(hidden), nil }

// Issuer is one OpenID provider.
type Issuer struct {
	Key           string            `json:"key"` // in the address of the sign-in: letters, digits, hyphens
	Name          string            `json:"name"`
	Issuer        string            `json:"issuer"`
	ClientID      string            `json:"clientId"`
	ClientSecret  Secret            `json:"clientSecret"`
	Organisations []string          `json:"organisations"` // CVR numbers it may speak for
	Secretariat   bool              `json:"secretariat"`   // it may speak for the secretariat and the board
	GroupsClaim   string            `json:"groupsClaim"`   // empty: groups decide nothing
	Roles         map[string]string `json:"roles"`         // group -> role that it lets the person keep
}

// Issuers is read from one JSON array.
type Issuers []Issuer

// Decode reads the JSON. Unknown members are refused: a misspelt one would open or close a door unseen.
func (i *Issuers) Decode(ctx *kong.DecodeContext) error {
	var text string
	if err := ctx.Scan.PopValueInto("JSON", &text); err != nil {
		return err
	}
	d := json.NewDecoder(strings.NewReader(text))
	d.DisallowUnknownFields()
	if err := d.Decode((*[]Issuer)(i)); err != nil {
		return fmt.Errorf("KLAUSUL_OIDC is not the JSON array that is asked for: %w", err)
	}
	return nil
}

// FromFiles lets every setting X be given as X_FILE, the name of a file that holds it.
func FromFiles() kong.Option {
	return kong.Resolvers(kong.ResolverFunc(func(_ *kong.Context, _ *kong.Path, flag *kong.Flag) (any, error) {
		for _, name := range flag.Envs {
			file := os.Getenv(name + "_FILE")
			if file == "" {
				continue
			}
			if os.Getenv(name) != "" {
				return nil, fmt.Errorf("set %s or %s_FILE, not both", name, name)
			}
			text, err := os.ReadFile(file)
			if err != nil {
				return nil, fmt.Errorf("read %s_FILE: %w", name, err)
			}
			return strings.TrimRight(string(text), "\r\n"), nil
		}
		return nil, nil
	}))
}
