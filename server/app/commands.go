package app

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"

	"klausul/server/app/seed"
	"klausul/server/config"
	"klausul/server/storage"
)

// ErrFaults says that the audit trail does not hold.
var ErrFaults = errors.New("the audit trail has faults")

// Serve runs the program until ctx ends.
func Serve(ctx context.Context, cfg config.Config) error {
	a, err := New(ctx, cfg)
	if err != nil {
		return err
	}
	return errors.Join(a.Run(ctx), a.Close())
}

// Roles prints the SQL that makes the five logins, for a superuser to run once.
func Roles(w io.Writer) error {
	_, err := fmt.Fprintf(w, `-- Run as a superuser, then give each login a password of its own:
--   alter role klausul_admin password '…';   (KLAUSUL_DB_PASSWORD_ADMIN, and so on)
-- and make the database:
--   create database klausul owner klausul_admin;
%s`, storage.RolesSQL)
	return err
}

// Migrate brings the schema up to date.
func Migrate(ctx context.Context, cfg config.Config) error {
	return withStores(ctx, cfg, func(s *stores) error { return s.migrate(ctx) })
}

// Seed loads the register of the given size ("demo" or "full") into an empty database.
func Seed(ctx context.Context, cfg config.Config, size string, w io.Writer) error {
	sizes := map[string]seed.Size{seed.Demo.Name: seed.Demo, seed.Full.Name: seed.Full}
	want, ok := sizes[size]
	if !ok {
		return fmt.Errorf("there is no register of size %q: demo or full", size)
	}
	return withStores(ctx, cfg, func(s *stores) error {
		if err := s.migrate(ctx); err != nil {
			return err
		}
		loaded, err := seed.Load(ctx, s.admin(), want, s.log)
		if err != nil {
			return err
		}
		if !loaded {
			return errors.New("the database already holds organisations: a register is loaded into an empty one only")
		}
		_, err = fmt.Fprintf(w, "the %s register is loaded\n", size)
		return err
	})
}

// VerifyAudit checks the whole audit trail and prints what it found. It refuses with ErrFaults.
func VerifyAudit(ctx context.Context, cfg config.Config, w io.Writer) error {
	return withStores(ctx, cfg, func(s *stores) error {
		r, err := storage.VerifyAudit(ctx, s.admin())
		if err != nil {
			return s.explain(storage.Admin, err)
		}
		if _, err := fmt.Fprintf(w, "seals %d\nsealed %d\nunsealed %d\nerased %d\nfaults %d\n", r.Seals, r.Sealed, r.Unsealed, r.Erased, len(r.Faults)); err != nil {
			return err
		}
		for _, f := range r.Faults {
			if _, err := fmt.Fprintln(w, f); err != nil {
				return err
			}
		}
		if len(r.Faults) > 0 {
			return ErrFaults
		}
		return nil
	})
}

// withStores runs fn on the database of the settings: the one that a running server
// owns, or one started for the occasion.
func withStores(ctx context.Context, cfg config.Config, fn func(*stores) error) error {
	cfg.Addr = "" // a command listens nowhere: what only matters to others is not asked for
	cfg = cfg.Complete()
	if err := cfg.Check(); err != nil {
		return err
	}
	log := slog.New(slog.NewJSONHandler(os.Stderr, &slog.HandlerOptions{Level: cfg.Level()}))
	s, err := openStores(ctx, cfg, log, false)
	if err != nil {
		return err
	}
	return errors.Join(fn(s), s.close())
}
