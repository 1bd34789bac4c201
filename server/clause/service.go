package clause

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"

	"github.com/jackc/pgx/v5"

	"klausul/server/access"
	"klausul/server/fault"
	"klausul/server/field"
	"klausul/server/storage"
)

// Service keeps templates.
type Service struct{ db *storage.Store }

// New returns the service on its store.
func New(db *storage.Store) *Service { return &Service{db: db} }

// Listed is a template version in a list.
type Listed struct {
	Version
	ClauseCount, FieldCount int
}

type versionRow struct {
	ID         int64           `db:"id"`
	Key        string          `db:"key"`
	Name       string          `db:"name"`
	Version    string          `db:"version"`
	Language   string          `db:"language"`
	Provenance Provenance      `db:"provenance"`
	SourceHash string          `db:"source_hash"`
	TextHash   string          `db:"text_hash"`
	Fields     json.RawMessage `db:"fields"`
	Rules      json.RawMessage `db:"rules"`
	Translates *int64          `db:"translation_of"`
	Clauses    int             `db:"clauses"`
}

const versionSQL = `select v.id, v.key, v.name, v.version, v.language, v.provenance, v.source_hash, v.text_hash, v.fields, v.rules, v.translation_of,
	(select count(*) from clause c where c.template_version_id = v.id) as clauses from template_version v`

func (r versionRow) listed() (Listed, error) {
	l := Listed{ClauseCount: r.Clauses, Version: Version{ID: r.ID, Key: r.Key, Name: r.Name, Version: r.Version, Language: r.Language,
		Provenance: r.Provenance, SourceHash: r.SourceHash, TextHash: r.TextHash, TranslationOf: r.Translates}}
	if err := errors.Join(json.Unmarshal(r.Fields, &l.Fields), json.Unmarshal(r.Rules, &l.Rules)); err != nil {
		return l, fmt.Errorf("read the fields of template %d: %w", r.ID, err)
	}
	l.FieldCount = len(l.Fields)
	return l, nil
}

// List returns every template version, newest first, translations after those that bind.
func (s *Service) List(ctx context.Context, scope access.Scope) ([]Listed, error) {
	rows, err := storage.Select[versionRow](ctx, s.db, scope, storage.List(versionSQL).Last("order by (v.translation_of is not null), v.id desc limit 200"))
	if err != nil {
		return nil, err
	}
	out := make([]Listed, len(rows))
	for i, r := range rows {
		if out[i], err = r.listed(); err != nil {
			return nil, err
		}
	}
	return out, nil
}

// Get returns one template version with its clauses. It refuses with fault.ErrNotFound.
func (s *Service) Get(ctx context.Context, scope access.Scope, id int64) (Version, error) {
	var v Version
	err := s.db.Read(ctx, scope, func(tx *storage.Tx) (err error) {
		v, err = Load(tx, id)
		return err
	})
	return v, err
}

// Load reads a template version inside a transaction. It refuses with fault.ErrNotFound.
func Load(tx *storage.Tx, id int64) (Version, error) {
	rows, err := tx.Pgx().Query(tx.Context(), versionSQL+" where v.id = $1", id)
	if err != nil {
		return Version{}, err
	}
	r, err := pgx.CollectExactlyOneRow(rows, pgx.RowToStructByName[versionRow])
	if errors.Is(err, pgx.ErrNoRows) {
		return Version{}, fault.ErrNotFound
	}
	if err != nil {
		return Version{}, fmt.Errorf("load template %d: %w", id, err)
	}
	l, err := r.listed()
	if err != nil {
		return Version{}, err
	}
	l.Version.Clauses, err = loadClauses(tx, id)
	return l.Version, err
}

func loadClauses(tx *storage.Tx, id int64) ([]Clause, error) {
	rows, err := tx.Pgx().Query(tx.Context(), `select key, number, level, annex, heading, blocks, hash
		from clause where template_version_id = $1 order by position`, id)
	if err != nil {
		return nil, err
	}
	return pgx.CollectRows(rows, func(row pgx.CollectableRow) (Clause, error) {
		var c Clause
		var blocks []byte
		if err := row.Scan(&c.Key, &c.Number, &c.Level, &c.Annex, &c.Heading, &blocks, &c.Hash); err != nil {
			return c, err
		}
		return c, json.Unmarshal(blocks, &c.Blocks)
	})
}

// Insert stores a template version and its clauses; the same key, version and
// language again returns the one that is there.
func Insert(ctx context.Context, tx pgx.Tx, v Version) (int64, error) {
	fields, err := json.Marshal(v.Fields)
	if err != nil {
		return 0, err
	}
	rules, err := json.Marshal(append([]field.Rule{}, v.Rules...))
	if err != nil {
		return 0, err
	}
	var id int64
	err = tx.QueryRow(ctx, "select id from template_version where key = $1 and version = $2 and language = $3", v.Key, v.Version, v.Language).Scan(&id)
	if err == nil || !errors.Is(err, pgx.ErrNoRows) {
		return id, err
	}
	err = tx.QueryRow(ctx, `insert into template_version (key, name, version, language, provenance, declared_by, declared_on, source_hash, text_hash, fields, rules, translation_of)
		values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12) returning id`,
		v.Key, v.Name, v.Version, v.Language, v.Provenance, v.DeclaredBy, v.DeclaredOn, v.SourceHash, v.TextHash, fields, rules, v.TranslationOf).Scan(&id)
	if err != nil {
		return 0, fmt.Errorf("insert template %s %s: %w", v.Key, v.Version, err)
	}
	var b pgx.Batch
	for i, c := range v.Clauses {
		blocks, err := json.Marshal(c.Blocks)
		if err != nil {
			return 0, err
		}
		b.Queue(`insert into clause (template_version_id, key, position, number, level, annex, heading, blocks, hash)
			values ($1, $2, $3, $4, $5, $6, $7, $8, $9)`, id, c.Key, i, c.Number, c.Level, c.Annex, c.Heading, blocks, c.Hash)
	}
	return id, tx.SendBatch(ctx, &b).Close()
}

// LoadSample stores the shipped sample template, its English translation and the first
// negotiation positions on it, once.
func LoadSample(ctx context.Context, tx pgx.Tx) (int64, error) {
	v, err := SampleVersion()
	if err != nil {
		return 0, err
	}
	id, err := Insert(ctx, tx, v)
	if err != nil {
		return 0, err
	}
	translation, err := SampleTranslation()
	if err != nil {
		return 0, err
	}
	translation.TranslationOf = &id
	if _, err = Insert(ctx, tx, translation); err != nil {
		return 0, err
	}
	return id, loadPositions(ctx, tx, v)
}
