package app

import (
	"context"
	"crypto/rand"
	"encoding/base64"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"

	"klausul/server/access"
	"klausul/server/clause"
	"klausul/server/config"
	"klausul/server/embedded"
	"klausul/server/files"
	"klausul/server/storage"
)

// database is the name of the embedded database.
const database = "klausul"

// stores are the two stores, embedded or not.
type stores struct {
	cfg config.Config
	log *slog.Logger
	own *embedded.Stores // nil when both are external
}

// openStores starts or finds the embedded servers that are not configured away.
func openStores(ctx context.Context, cfg config.Config, log *slog.Logger, withS3 bool) (*stores, error) {
	s := &stores{cfg: cfg, log: log}
	o := embedded.Options{Dir: cfg.DataDir, Postgres: cfg.EmbeddedDatabase(), S3: withS3 && cfg.EmbeddedS3(), Log: log}
	if !o.Postgres && !o.S3 {
		return s, nil
	}
	var err error
	if s.own, err = embedded.Open(ctx, o); err != nil {
		return nil, err
	}
	if !o.Postgres {
		return s, nil
	}
	if s.own.DSN(storage.Admin, database) == "" {
		return nil, errors.Join(fmt.Errorf("the klausul that runs in %s has no PostgreSQL of its own; give this one the same KLAUSUL_DATABASE_URL", cfg.DataDir), s.close())
	}
	if err := storage.Bootstrap(ctx, s.own.DSN("postgres", "postgres"), database); err != nil {
		return nil, errors.Join(err, s.close())
	}
	return s, nil
}

// url is the address of the database for a login.
func (s *stores) url(login string) string {
	if s.cfg.EmbeddedDatabase() {
		return s.own.DSN(login, database)
	}
	return s.cfg.LoginURL(login)
}

func (s *stores) admin() string { return s.url(storage.Admin) }

// migrate brings the schema and the shipped template up to date.
func (s *stores) migrate(ctx context.Context) error {
	conn, err := pgx.Connect(ctx, s.admin())
	if err != nil {
		return s.explain(storage.Admin, err)
	}
	defer conn.Close(context.WithoutCancel(ctx))
	if err := storage.Migrate(ctx, s.admin(), s.log); err != nil {
		return err
	}
	return pgx.BeginFunc(ctx, conn, func(tx pgx.Tx) error {
		if _, err := tx.Exec(ctx, "select pg_advisory_xact_lock($1)", int64(sampleLock)); err != nil {
			return err
		}
		_, err := clause.LoadSample(ctx, tx)
		return err
	})
}

// sampleLock is the advisory lock under which one of many servers loads the shipped template.
const sampleLock = 0x6b6c617573756c04

// open opens the door to PostgreSQL.
func (s *stores) open(ctx context.Context, now func() time.Time) (*storage.Store, error) {
	db, err := storage.Open(ctx, storage.Config{
		URL:      func(l access.Login) string { return s.url(string(l)) },
		MaxConns: s.cfg.MaxConns, Now: now, NoAudit: s.cfg.Database.NoAudit, Log: s.log,
	})
	if err != nil {
		return nil, s.explain("", err)
	}
	return db, nil
}

// explain says in one sentence which setting of an external database is wrong.
func (s *stores) explain(login string, err error) error {
	if s.cfg.EmbeddedDatabase() {
		return err
	}
	var pg *pgconn.PgError
	said := func(setting, sentence string) error { return fmt.Errorf("%s: %s (%w)", setting, sentence, err) }
	switch {
	case errors.As(err, &pg) && (pg.Code == "28P01" || pg.Code == "28000"):
		if login == "" {
			login = loginIn(err.Error())
		}
		setting := "KLAUSUL_DB_PASSWORD_" + strings.ToUpper(strings.TrimPrefix(login, "klausul_"))
		return said(setting, "PostgreSQL does not let "+login+" in with this password; klausul migrate --roles prints how to make the logins")
	case errors.As(err, &pg) && pg.Code == "3D000":
		return said("KLAUSUL_DATABASE_URL", "the server has no database of this name")
	case errors.As(err, &pg):
		return err
	case strings.Contains(err.Error(), "tls") || strings.Contains(err.Error(), "x509") || strings.Contains(err.Error(), "SSL"):
		return said("KLAUSUL_DATABASE_URL", "no trusted TLS connection to PostgreSQL; name the root with ?sslrootcert=…, or write ?sslmode=require or ?sslmode=disable if the way there is protected otherwise")
	case isConnect(err):
		return said("KLAUSUL_DATABASE_URL", "no PostgreSQL answers at this address")
	}
	return err
}

func isConnect(err error) bool {
	var c *pgconn.ConnectError
	return errors.As(err, &c)
}

// loginIn finds which of the logins an error is about.
func loginIn(text string) string {
	for _, l := range access.Logins {
		if strings.Contains(text, string(l)) {
			return string(l)
		}
	}
	return storage.Admin
}

// files opens the object store.
func (s *stores) files(ctx context.Context, key [32]byte, wrap func(http.RoundTripper) http.RoundTripper) (*files.Store, error) {
	c := files.Config{
		Endpoint: s.cfg.S3.Endpoint, AccessKey: string(s.cfg.S3.Access), SecretKey: string(s.cfg.S3.Secret), Region: s.cfg.S3.Region,
		StagingBucket: s.cfg.S3.Staging, VaultBucket: s.cfg.S3.Vault, Key: key, LockDays: s.cfg.LockDays,
	}
	if s.cfg.EmbeddedS3() {
		at := s.own.S3()
		if at.Socket == "" {
			return nil, fmt.Errorf("the klausul that runs in %s has no S3 server of its own; give this one the same KLAUSUL_S3_ENDPOINT", s.cfg.DataDir)
		}
		c.Endpoint, c.AccessKey, c.SecretKey, c.Region, c.Transport = "http://"+at.Host(), at.AccessKey, at.SecretKey, at.Region, at.Transport()
	}
	if wrap != nil {
		if c.Transport == nil {
			c.Transport = http.DefaultTransport.(*http.Transport).Clone()
		}
		c.Transport = wrap(c.Transport)
	}
	return files.Open(ctx, c)
}

// fileKey is the key of the files: the configured one, or the one that lies in the
// data folder, made at the first start.
func fileKey(cfg config.Config) ([32]byte, error) {
	if cfg.FileKey != "" {
		return cfg.Key()
	}
	name := filepath.Join(cfg.DataDir, "file.key")
	text, err := os.ReadFile(name)
	if errors.Is(err, os.ErrNotExist) {
		if err := makeKey(name); err != nil {
			return [32]byte{}, fmt.Errorf("make the key of the files: %w", err)
		}
		text, err = os.ReadFile(name)
	}
	if err != nil {
		return [32]byte{}, fmt.Errorf("read the key of the files: %w", err)
	}
	raw, err := base64.StdEncoding.DecodeString(strings.TrimSpace(string(text)))
	if err != nil || len(raw) != 32 {
		return [32]byte{}, fmt.Errorf("%s does not hold a key; without the right one no file can be read: restore it from a backup", name)
	}
	return [32]byte(raw), nil
}

// makeKey writes a new key, whole or not at all; of two servers at once, one wins.
func makeKey(name string) error {
	raw := make([]byte, 32)
	rand.Read(raw) // never fails
	if err := os.MkdirAll(filepath.Dir(name), 0o700); err != nil {
		return err
	}
	f, err := os.CreateTemp(filepath.Dir(name), "file.key.*")
	if err != nil {
		return err
	}
	defer os.Remove(f.Name())
	_, err = f.WriteString(base64.StdEncoding.EncodeToString(raw) + "\n")
	if err = errors.Join(err, f.Sync(), f.Close()); err != nil {
		return err
	}
	if err := os.Link(f.Name(), name); err != nil && !errors.Is(err, os.ErrExist) {
		return err
	}
	return nil
}

// close stops the embedded servers that this process owns.
func (s *stores) close() error {
	if s.own == nil {
		return nil
	}
	ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
	defer cancel()
	return s.own.Stop(ctx)
}
