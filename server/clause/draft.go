package clause

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"

	"klausul/server/access"
	"klausul/server/fault"
	"klausul/server/field"
	"klausul/server/storage"
)

// Tree is a version as its page shows it. Removed are the clauses that can be put back.
type Tree struct {
	Version
	Removed  []Clause
	Family   Family
	Siblings []Version // every version of the family in its language that the scope may read, newest first, without text
}

// Tree returns a version with its clauses, its family and its siblings. It refuses with fault.ErrNotFound.
func (s *Service) Tree(ctx context.Context, scope access.Scope, id int64) (Tree, error) {
	families, err := s.Families(ctx, scope)
	if err != nil {
		return Tree{}, err
	}
	var t Tree
	err = s.db.Read(ctx, scope, func(tx *storage.Tx) (err error) {
		if t.Version, err = load(tx, visible(storage.List(headSQL), scope), id); err != nil || t.State != Draft {
			return err
		}
		all, err := loadClauses(tx, id)
		for _, c := range all {
			if c.Removed != nil {
				t.Removed = append(t.Removed, c)
			}
		}
		return err
	})
	t.Family = Family{Key: t.Key, Name: Words{"da": t.Name}} // what an agreement stands on is read without its family
	for _, f := range families {
		if f.Key == t.Key {
			t.Family = f
		}
	}
	for _, v := range t.Family.Versions {
		if v.Language == t.Language && v.DiscardedAt == nil {
			t.Siblings = append(t.Siblings, v)
		}
	}
	return t, err
}

// NewDraft makes a draft from any version: the same text, to be changed. Without a label
// it takes the next number. A text that is changed must be declared anew. It refuses with
// fault.ErrNotFound or ErrLabel.
func (s *Service) NewDraft(ctx context.Context, scope access.Scope, from int64, label string) (int64, error) {
	var id int64
	err := s.db.Write(ctx, scope, "template.draft", func(tx *storage.Tx) error {
		v, err := Load(tx, from)
		if err != nil {
			return err
		}
		d := v
		d.Version, d.Course = label, Course{BasedOn: &v.ID, Leftovers: v.Leftovers}
		d.DeclaredBy, d.DeclaredOn = "", nil
		id, err = AddDraft(tx, d, v.Version)
		return err
	})
	return id, err
}

// AddDraft stores a draft by whoever acts. Without a label of its own it takes the one
// after the given; where a number is to be derived, all are. It refuses with ErrLabel.
func AddDraft(tx *storage.Tx, d Version, after string) (int64, error) {
	if err := tx.Lock("template_family where key = $1", d.Key); err != nil {
		return 0, err
	}
	labels, err := storage.All[struct {
		Version string `db:"version"`
	}](tx, "select version from template_version where key = $1 and language = $2 and discarded_at is null", d.Key, d.Language)
	if err != nil {
		return 0, err
	}
	taken := map[string]bool{}
	for _, l := range labels {
		taken[l.Version] = true
	}
	if d.Version == "" {
		d.Version = nextLabel(after, taken)
	}
	if taken[d.Version] {
		return 0, ErrLabel.With("version", d.Version)
	}
	if slices.ContainsFunc(d.Clauses, func(c Clause) bool { return c.Number == ToNumber }) {
		order(d.Clauses).renumber()
	}
	d.State, d.Added = Draft, Act{By: tx.Scope().Actor().User}
	id, err := Insert(tx.Context(), tx.Pgx(), d)
	tx.Record("template", id, 0, nil, map[string]any{"family": d.Key, "version": d.Version, "language": d.Language, "basedOn": d.BasedOn, "sourceHash": d.SourceHash})
	return id, err
}

// nextLabel counts the last number of a label up until it is free.
func nextLabel(label string, taken map[string]bool) string {
	digits := len(label)
	for digits > 0 && label[digits-1] >= '0' && label[digits-1] <= '9' {
		digits--
	}
	n, err := strconv.Atoi(label[digits:])
	if err != nil {
		label, digits, n = label+".", len(label)+1, 1
	}
	for {
		n++
		if next := label[:digits] + fmt.Sprint(n); !taken[next] {
			return next
		}
	}
}

// change is a draft while it is worked on, inside one transaction.
type change struct {
	tx  *storage.Tx
	was order
	all order
	Version
	quiet bool // goes on with what the person began: the audit has what stood before
}

// edit holds a draft, lets fn change it and stores what became of it. It refuses with
// fault.ErrNotFound, ErrFrozen or ErrDiscarded.
func (s *Service) edit(ctx context.Context, scope access.Scope, action string, id int64, fn func(*change) (before, after any, err error)) error {
	return s.db.Write(ctx, scope, action, func(tx *storage.Tx) error {
		if err := tx.Lock("template_version where id = $1", id); err != nil {
			return err
		}
		c := change{tx: tx}
		var err error
		if c.Version, err = Load(tx, id); err != nil {
			return err
		}
		switch {
		case c.State != Draft:
			return ErrFrozen.With("state", c.State)
		case c.DiscardedAt != nil:
			return ErrDiscarded
		}
		if c.was, err = loadClauses(tx, id); err != nil {
			return err
		}
		c.all = slices.Clone(c.was)
		before, after, err := fn(&c)
		if err != nil {
			return err
		}
		if c.quiet {
			tx.Continues()
		} else {
			tx.Record("template", id, 0, before, after)
		}
		return c.save()
	})
}

// save writes the clauses that are others than before, and the version's revision.
func (c *change) save() error {
	tx, me := c.tx, c.tx.Scope().Actor().User
	c.all.renumber()
	var b pgx.Batch
	b.Queue("set constraints clause_position deferred")
	for i := range c.all {
		x := &c.all[i]
		x.Hash = x.Sum()
		if j := c.was.at(x.Key); j == i && reflect.DeepEqual(c.was[j], *x) {
			continue
		}
		blocks, err := json.Marshal(append([]Block{}, x.Blocks...))
		if err != nil {
			return err
		}
		b.Queue(`insert into clause (template_version_id, key, position, number, level, annex, heading, blocks, hash, version, changed_at, changed_by, removed_at)
			values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, nullif($12, 0), $13)
			on conflict (template_version_id, key) do update set position = excluded.position, number = excluded.number, heading = excluded.heading, blocks = excluded.blocks,
			  hash = excluded.hash, version = excluded.version, changed_at = excluded.changed_at, changed_by = excluded.changed_by, removed_at = excluded.removed_at`,
			c.ID, x.Key, i, x.Number, x.Level, x.Annex, x.Heading, blocks, x.Hash, x.Edited.Version, x.Edited.Changed.At, x.Edited.Changed.By, x.Removed)
	}
	fields, err := json.Marshal(append([]field.Field{}, c.Fields...))
	if err != nil {
		return err
	}
	rules, err := json.Marshal(append([]field.Rule{}, c.Rules...))
	if err != nil {
		return err
	}
	leftovers, err := json.Marshal(append([]Leftover{}, c.Leftovers...))
	if err != nil {
		return err
	}
	b.Queue(`update template_version set name = $2, version = $3, provenance = $4, declared_by = $5, declared_on = $6, fields = $7, text_hash = $8,
		revision = revision + 1, changed_at = $9, changed_by = $10, leftovers = $11, rules = $12 where id = $1`,
		c.ID, c.Name, c.Version.Version, c.Provenance, c.DeclaredBy, c.DeclaredOn, fields, Sum(c.all.standing()), tx.Now(), me, leftovers, rules)
	err = tx.Pgx().SendBatch(tx.Context(), &b).Close()
	return labelled(err, c.Version.Version)
}

// labelled says ErrLabel where the database found the label taken.
func labelled(err error, label string) error {
	var pg *pgconn.PgError
	if errors.As(err, &pg) && pg.Code == "23505" && pg.ConstraintName == "template_version_label" {
		return ErrLabel.With("version", label)
	}
	return err
}

// seen finds the clause that somebody started from. It refuses with fault.ErrNotFound, or
// ErrConflict that tells what stands there now and who wrote it.
func (c *change) seen(key string, base int) (*Clause, error) {
	i := c.all.at(key)
	if i < 0 {
		return nil, fault.ErrNotFound
	}
	x := &c.all[i]
	if x.Edited.Version != base {
		return nil, ErrConflict.With("key", key).With("version", x.Edited.Version).With("heading", x.Heading).With("blocks", x.Blocks).
			With("by", x.Edited.Changed.Name).With("at", x.Edited.Changed.At).With("removed", x.Removed != nil)
	}
	return x, nil
}

// touch notes who changed the clause.
func (c *change) touch(x *Clause) {
	me := c.tx.Scope().Actor()
	now := c.tx.Now()
	x.Edited.Version++
	x.Edited.Changed = Act{&now, me.User, me.Name}
}

// editingSession is how long a pause ends it, as with the answers of an agreement.
const editingSession = 15 * time.Minute

// EditClause saves heading and blocks of one clause. base is the clause's version the
// writer started from. It refuses with ErrConflict, which tells the other text, ErrBlock,
// ErrSlot, ErrCondition, ErrFrozen or fault.ErrNotFound.
func (s *Service) EditClause(ctx context.Context, scope access.Scope, id int64, key string, base int, heading string, blocks []Block) (Clause, error) {
	var saved Clause
	err := s.edit(ctx, scope, "template.edit", id, func(c *change) (any, any, error) {
		x, err := c.seen(key, base)
		if err != nil {
			return nil, nil, err
		}
		if blocks, err = checkBlocks(blocks, c.Fields); err != nil {
			return nil, nil, err
		}
		before := text(*x)
		at := x.Edited.Changed
		c.quiet = at.By == c.tx.Scope().Actor().User && at.At != nil && c.tx.Now().Sub(*at.At) < editingSession && x.Edited.Version > 1
		x.Heading, x.Blocks = strings.TrimSpace(heading), blocks
		c.touch(x)
		saved = *x
		return before, text(*x), nil
	})
	return saved, err
}

// text is a clause as the audit trail keeps it.
func text(c Clause) map[string]any {
	return map[string]any{"key": c.Key, "heading": c.Heading, "blocks": c.Blocks}
}

// AddClause puts a clause, or a section, behind the one with the key, and gives it a key of its own.
func (s *Service) AddClause(ctx context.Context, scope access.Scope, id int64, after string, section bool, heading string, blocks []Block) (Clause, error) {
	var made Clause
	err := s.edit(ctx, scope, "template.add", id, func(c *change) (any, any, error) {
		checked, err := checkBlocks(blocks, c.Fields)
		if err != nil {
			return nil, nil, err
		}
		made = Clause{Key: newKey(), Level: 2, Number: ToNumber, Heading: strings.TrimSpace(heading), Blocks: checked}
		if section {
			made.Level = 1
		}
		c.touch(&made)
		var ok bool
		if c.all, ok = c.all.insert(after, made); !ok {
			return nil, nil, fault.ErrNotFound
		}
		return nil, text(made), nil
	})
	return made, err
}

func newKey() string {
	var b [6]byte
	_, _ = rand.Read(b[:]) // never fails
	return "n" + hex.EncodeToString(b[:])
}

// MoveClause changes places with the neighbour before (by -1) or behind (1). It refuses with ErrPlace or ErrConflict.
func (s *Service) MoveClause(ctx context.Context, scope access.Scope, id int64, key string, base, by int) error {
	return s.edit(ctx, scope, "template.move", id, func(c *change) (any, any, error) {
		x, err := c.seen(key, base)
		if err != nil {
			return nil, nil, err
		}
		before := x.Number
		var ok bool
		if c.all, ok = c.all.move(key, by); !ok {
			return nil, nil, ErrPlace
		}
		c.all.renumber()
		return map[string]any{"key": key, "number": before}, map[string]any{"key": key, "number": c.all[c.all.at(key)].Number}, nil
	})
}

// RemoveClause takes a clause out, a section with everything in it. It refuses with ErrConflict.
func (s *Service) RemoveClause(ctx context.Context, scope access.Scope, id int64, key string, base int) error {
	return s.edit(ctx, scope, "template.remove", id, func(c *change) (any, any, error) {
		x, err := c.seen(key, base)
		if err != nil {
			return nil, nil, err
		}
		before := text(*x)
		c.all.remove(key, c.tx.Now())
		return before, nil, nil
	})
}

// RestoreClause puts back what RemoveClause took out. It refuses with fault.ErrNotFound or ErrConflict.
func (s *Service) RestoreClause(ctx context.Context, scope access.Scope, id int64, key string, base int) error {
	return s.edit(ctx, scope, "template.restore", id, func(c *change) (any, any, error) {
		x, err := c.seen(key, base)
		if err == nil && x.Removed == nil {
			err = fault.ErrNotFound
		}
		if err != nil {
			return nil, nil, err
		}
		c.all.restore(key)
		return nil, text(*x), nil
	})
}

// Declaration is what a draft says of itself.
type Declaration struct {
	Name, Version string
	Provenance    Provenance
	DeclaredBy    string
	DeclaredOn    *time.Time
}

// Declare changes what a draft says of itself. Only a text with a source file can be the
// authority's. It refuses with ErrProvenance, ErrLabel, fault.ErrStale or ErrFrozen.
func (s *Service) Declare(ctx context.Context, scope access.Scope, id int64, seen int, d Declaration) error {
	return s.edit(ctx, scope, "template.declare", id, func(c *change) (any, any, error) {
		before := Declaration{c.Name, c.Version.Version, c.Provenance, c.DeclaredBy, c.DeclaredOn}
		if c.Revision != seen {
			return nil, nil, storage.Stale(c.tx, "template", id, c.Revision, map[string]any{"name": c.Name, "version": c.Version.Version, "provenance": c.Provenance})
		}
		if d.Provenance == Authority && c.SourceHash == "" {
			return nil, nil, ErrProvenance
		}
		c.Name, c.Version.Version, c.Provenance, c.DeclaredBy, c.DeclaredOn = d.Name, d.Version, d.Provenance, d.DeclaredBy, d.DeclaredOn
		return before, d, nil
	})
}

// Settle says that what an import left open is dealt with, or open again. It refuses with
// fault.ErrNotFound for what was not open.
func (s *Service) Settle(ctx context.Context, scope access.Scope, id int64, l Leftover, settled bool) error {
	return s.edit(ctx, scope, "template.settle", id, func(c *change) (any, any, error) {
		i := slices.Index(c.Leftovers, l)
		switch {
		case !settled && i < 0:
			c.Leftovers = append(c.Leftovers, l)
			return nil, l, nil
		case settled && i >= 0:
			c.Leftovers = slices.Delete(c.Leftovers, i, i+1)
			return l, nil, nil
		}
		return nil, nil, fault.ErrNotFound
	})
}
