package bench

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"

	"klausul/migrations"
	"klausul/server/app"
	"klausul/server/app/seed"
	"klausul/server/config"
	"klausul/server/embedded"
	"klausul/server/storage"
)

// database is the name of the embedded database.
const database = "klausul"

// world is what the rows stand on: data folders that are made once and kept for as
// long as the schema and the generator stay the same.
type world struct {
	dir      string
	key      string
	profile  string
	progress io.Writer
}

func newWorld(o Options) (*world, error) {
	dir, err := filepath.Abs(o.Dir)
	if err != nil {
		return nil, err
	}
	w := &world{dir: dir, profile: o.Profile, progress: o.Progress}
	if w.key, err = key(); err != nil {
		return nil, err
	}
	return w, os.MkdirAll(dir, 0o755)
}

// key names the data: a hash of the schema and of the generator.
func key() (string, error) {
	h := sha256.New()
	err := fs.WalkDir(migrations.FS, ".", func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		text, err := migrations.FS.ReadFile(name)
		if err != nil {
			return err
		}
		_, err = io.WriteString(h, name+"\n"+string(text))
		return err
	})
	if err != nil {
		return "", err
	}
	generator, err := seed.Fingerprint()
	if err != nil {
		return "", err
	}
	_, err = io.WriteString(h, generator)
	return hex.EncodeToString(h.Sum(nil))[:16], err
}

// full is the data folder with the register after years of use.
func (w *world) full(ctx context.Context) (string, error) { return w.data(ctx, seed.Full) }

// data returns the folder of one size, making it first where there is none, whole or
// not at all. Folders of other schemas and generators are removed.
func (w *world) data(ctx context.Context, size seed.Size) (string, error) {
	dir := filepath.Join(w.dir, size.Name+"-"+w.key)
	if _, err := os.Stat(dir); err == nil {
		return dir, nil
	}
	old, err := filepath.Glob(filepath.Join(w.dir, size.Name+"-*"))
	if err != nil {
		return "", err
	}
	for _, name := range old {
		if err := os.RemoveAll(name); err != nil {
			return "", err
		}
	}
	fmt.Fprintf(w.progress, "making the %s register in %s, once\n", size.Name, dir)
	making := dir + ".making"
	cfg := config.Config{DataDir: making, Demo: "off", LogLevel: "error"}
	if err := app.Seed(ctx, cfg, size.Name, io.Discard); err != nil {
		return "", err
	}
	err = onPostgres(ctx, making, func(s *embedded.Stores) error {
		// What the server would do by itself some minutes later, in the middle of a round.
		conn, err := pgx.Connect(ctx, s.DSN("postgres", database))
		if err != nil {
			return err
		}
		defer conn.Close(context.WithoutCancel(ctx))
		_, err = conn.Exec(ctx, "vacuum analyze")
		return err
	})
	if err != nil {
		return "", err
	}
	return dir, os.Rename(making, dir)
}

// onPostgres runs fn while PostgreSQL alone runs on a data folder.
func onPostgres(ctx context.Context, dir string, fn func(*embedded.Stores) error) (err error) {
	s, err := embedded.Start(ctx, embedded.Options{Dir: dir, Postgres: true})
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, stop(ctx, s)) }()
	return fn(s)
}

func stop(ctx context.Context, s *embedded.Stores) error {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), 30*time.Second)
	defer cancel()
	return s.Stop(ctx)
}

// copyOf copies the database under another name, for rows that write, and returns
// the address of the copy for a login.
func copyOf(ctx context.Context, s *embedded.Stores, name string) (func(login string) string, error) {
	conn, err := pgx.Connect(ctx, s.DSN("postgres", "postgres"))
	if err != nil {
		return nil, err
	}
	defer conn.Close(context.WithoutCancel(ctx))
	for _, sql := range []string{
		"drop database if exists " + name + " with (force)",
		"create database " + name + " template " + database + " owner " + storage.Admin + " strategy file_copy",
	} {
		if _, err := conn.Exec(ctx, sql); err != nil {
			return nil, fmt.Errorf("copy the database: %w", err)
		}
	}
	return func(login string) string { return s.DSN(login, name) }, nil
}

// copyTree copies folders and files, for a second server on the same data.
func copyTree(from, to string) error {
	return filepath.WalkDir(from, func(name string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		target := filepath.Join(to, strings.TrimPrefix(name, from))
		switch {
		case d.IsDir():
			return os.MkdirAll(target, 0o700)
		case d.Type().IsRegular():
			return copyFile(name, target)
		}
		return nil // sockets belong to the server that made them
	})
}

func copyFile(from, to string) error {
	in, err := os.Open(from)
	if err != nil {
		return err
	}
	defer in.Close()
	out, err := os.OpenFile(to, os.O_CREATE|os.O_WRONLY|os.O_TRUNC, 0o600)
	if err != nil {
		return err
	}
	_, err = io.Copy(out, in)
	return errors.Join(err, out.Close())
}
