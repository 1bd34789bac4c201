package clause

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"time"

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

// headRow is a version without what it says and asks.
type headRow struct {
	ID           int64           `db:"id"`
	Key          string          `db:"key"`
	Name         string          `db:"name"`
	Version      string          `db:"version"`
	Language     string          `db:"language"`
	Provenance   Provenance      `db:"provenance"`
	DeclaredBy   string          `db:"declared_by"`
	DeclaredOn   *time.Time      `db:"declared_on"`
	SourceHash   string          `db:"source_hash"`
	TextHash     string          `db:"text_hash"`
	FixedHash    string          `db:"fixed_hash"`
	Translates   *int64          `db:"translation_of"`
	State        State           `db:"state"`
	Revision     int             `db:"revision"`
	BasedOn      *int64          `db:"based_on"`
	Leftovers    json.RawMessage `db:"leftovers"`
	AddedAt      *time.Time      `db:"created_at"`
	AddedBy      int64           `db:"added_by"`
	Adder        string          `db:"adder"`
	ChangedAt    *time.Time      `db:"changed_at"`
	ChangedBy    int64           `db:"changed_by"`
	Changer      string          `db:"changer"`
	Returned     string          `db:"returned"`
	ReviewedAt   *time.Time      `db:"reviewed_at"`
	ReviewedBy   int64           `db:"reviewed_by"`
	Reviewer     string          `db:"reviewer"`
	PublishedAt  *time.Time      `db:"published_at"`
	PublishedBy  int64           `db:"published_by"`
	Publisher    string          `db:"publisher"`
	SupersededAt *time.Time      `db:"superseded_at"`
	SupersededBy *int64          `db:"superseded_by"`
	DiscardedAt  *time.Time      `db:"discarded_at"`
	Clauses      int             `db:"clauses"`
}

// asks is what a version asks, and what its answers must obey.
type asks struct {
	Fields json.RawMessage `db:"fields"`
	Rules  json.RawMessage `db:"rules"`
}

func (a asks) read(v *Version) error {
	if err := errors.Join(json.Unmarshal(a.Fields, &v.Fields), json.Unmarshal(a.Rules, &v.Rules)); err != nil {
		return fmt.Errorf("read the fields of template %d: %w", v.ID, err)
	}
	return nil
}

type versionRow struct {
	headRow
	asks
}

const (
	versionSQL = "select v.fields, v.rules, " + headCols
	headSQL    = "select " + headCols
	headCols   = `v.id, v.key, v.name, v.version, v.language, v.provenance, v.declared_by, v.declared_on, v.source_hash, v.text_hash, v.fixed_hash, v.translation_of,
	v.state, v.revision, v.based_on, v.leftovers, v.created_at, v.changed_at, v.returned, v.reviewed_at, v.published_at, v.superseded_at, v.superseded_by, v.discarded_at,
	coalesce(v.added_by, 0) as added_by, coalesce(v.changed_by, 0) as changed_by, coalesce(v.reviewed_by, 0) as reviewed_by, coalesce(v.published_by, 0) as published_by,
	coalesce(a.name, '') as adder, coalesce(c.name, '') as changer, coalesce(r.name, '') as reviewer, coalesce(p.name, '') as publisher,
	(select count(*) from clause x where x.template_version_id = v.id and x.removed_at is null) as clauses
	from template_version v left join app_user a on a.id = v.added_by left join app_user c on c.id = v.changed_by
	left join app_user r on r.id = v.reviewed_by left join app_user p on p.id = v.published_by`
)

func (r headRow) version() (Version, error) {
	v := Version{ID: r.ID, Key: r.Key, Name: r.Name, Version: r.Version, Language: r.Language,
		Provenance: r.Provenance, DeclaredBy: r.DeclaredBy, DeclaredOn: r.DeclaredOn, SourceHash: r.SourceHash, TextHash: r.TextHash, FixedHash: r.FixedHash, TranslationOf: r.Translates,
		Course: Course{State: r.State, Revision: r.Revision, BasedOn: r.BasedOn, Returned: r.Returned,
			Added: Act{r.AddedAt, r.AddedBy, r.Adder}, Changed: Act{r.ChangedAt, r.ChangedBy, r.Changer},
			Reviewed: Act{r.ReviewedAt, r.ReviewedBy, r.Reviewer}, Published: Act{r.PublishedAt, r.PublishedBy, r.Publisher},
			SupersededAt: r.SupersededAt, SupersededBy: r.SupersededBy, DiscardedAt: r.DiscardedAt}}
	if err := json.Unmarshal(r.Leftovers, &v.Leftovers); err != nil {
		return v, fmt.Errorf("read what the import of template %d left open: %w", r.ID, err)
	}
	return v, nil
}

func (r versionRow) listed() (Listed, error) {
	v, err := r.version()
	if err == nil {
		err = r.read(&v)
	}
	return Listed{Version: v, ClauseCount: r.Clauses, FieldCount: len(v.Fields)}, err
}

// List returns the versions that an agreement can be made from: the published ones in the language that binds, newest first.
func (s *Service) List(ctx context.Context, scope access.Scope) ([]Listed, error) {
	rows, err := storage.Select[versionRow](ctx, s.db, scope, visible(storage.List(versionSQL), scope).And("v.state = 'published' and v.translation_of is null").Last("order by v.id desc limit 200"))
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
		v, err = load(tx, visible(storage.List(headSQL), scope), id)
		return err
	})
	return v, err
}

// Load reads a template version inside a transaction. It refuses with fault.ErrNotFound.
func Load(tx *storage.Tx, id int64) (Version, error) { return load(tx, storage.List(headSQL), id) }

// Fields reads what a template version asks, without its text. It refuses with fault.ErrNotFound.
func Fields(tx *storage.Tx, id int64) ([]field.Field, error) {
	r, found, err := storage.Find[struct {
		Fields json.RawMessage `db:"fields"`
	}](tx, "select fields from template_version where id = $1", id)
	switch {
	case err != nil:
		return nil, err
	case !found:
		return nil, fault.ErrNotFound
	}
	var all []field.Field
	return all, json.Unmarshal(r.Fields, &all)
}

func load(tx *storage.Tx, q *storage.Query, id int64) (Version, error) {
	sql, args, err := q.And("v.id = ?", id).SQL()
	if err != nil {
		return Version{}, err
	}
	r, found, err := storage.Find[headRow](tx, sql, args...)
	if err != nil {
		return Version{}, fmt.Errorf("load template %d: %w", id, err)
	}
	if !found {
		return Version{}, fault.ErrNotFound
	}
	v, err := r.version()
	if err != nil {
		return v, err
	}
	if v.Published.At == nil {
		return v, v.fill(tx)
	}
	// What is published never changes again: the database refuses it.
	text, err := storage.Kept(tx, frozen{id, v.Published.At.UnixMicro()}, func() (Version, error) {
		err := v.fill(tx)
		return v, err
	})
	v.Fields, v.Rules, v.Clauses = text.Fields, text.Rules, slices.Clone(text.Clauses)
	return v, err
}

// frozen names a text for the store's memory.
type frozen struct{ version, published int64 }

// fill reads what the version asks and says.
func (v *Version) fill(tx *storage.Tx) error {
	asked, found, err := storage.Find[asks](tx, "select fields, rules from template_version where id = $1", v.ID)
	switch {
	case err != nil:
		return err
	case !found:
		return fault.ErrNotFound
	}
	if err := asked.read(v); err != nil {
		return err
	}
	all, err := loadClauses(tx, v.ID)
	v.Clauses = all.standing()
	return err
}

func loadClauses(tx *storage.Tx, id int64) (order, error) {
	rows, err := tx.Pgx().Query(tx.Context(), `select c.key, c.number, c.level, c.annex, c.heading, c.blocks, c.hash, c.version, c.changed_at, coalesce(c.changed_by, 0), coalesce(u.name, ''), c.removed_at
		from clause c left join app_user u on u.id = c.changed_by where c.template_version_id = $1 order by c.position`, id)
	if err != nil {
		return nil, err
	}
	return pgx.CollectRows(rows, func(row pgx.CollectableRow) (Clause, error) {
		var c Clause
		var blocks []byte
		if err := row.Scan(&c.Key, &c.Number, &c.Level, &c.Annex, &c.Heading, &blocks, &c.Hash,
			&c.Edited.Version, &c.Changed.At, &c.Changed.By, &c.Changed.Name, &c.Removed); err != nil {
			return c, err
		}
		return c, json.Unmarshal(blocks, &c.Blocks)
	})
}

// Insert stores a template version and its clauses; the same key, version and language
// again returns the one that is there. One that comes published takes the place of the
// former; a family that nobody described is made.
func Insert(ctx context.Context, tx pgx.Tx, v Version) (int64, error) {
	fields, err := json.Marshal(append([]field.Field{}, v.Fields...))
	if err != nil {
		return 0, err
	}
	rules, err := json.Marshal(append([]field.Rule{}, v.Rules...))
	if err != nil {
		return 0, err
	}
	leftovers, err := json.Marshal(append([]Leftover{}, v.Leftovers...))
	if err != nil {
		return 0, err
	}
	var id int64
	err = tx.QueryRow(ctx, "select id from template_version where key = $1 and version = $2 and language = $3 and discarded_at is null", v.Key, v.Version, v.Language).Scan(&id)
	if err == nil || !errors.Is(err, pgx.ErrNoRows) {
		return id, err
	}
	if _, err := tx.Exec(ctx, `insert into template_family (key, name, use_when, audience) values ($1, jsonb_build_object('da', $2::text), '{"da": "Brug den, når aftalen bygger på den."}', 'members')
		on conflict do nothing`, v.Key, v.Name); err != nil {
		return 0, err
	}
	if v.State == Published {
		if _, err := tx.Exec(ctx, "update template_version set state = 'superseded', superseded_at = now() where key = $1 and language = $2 and state = 'published'", v.Key, v.Language); err != nil {
			return 0, err
		}
	}
	err = tx.QueryRow(ctx, `insert into template_version (key, name, version, language, provenance, declared_by, declared_on, source_hash, text_hash, fields, rules, translation_of,
		state, published_at, based_on, leftovers, added_by, changed_by, fixed_hash)
		values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, case when $13 = 'published' then now() end, $14, $15, nullif($16, 0), nullif($16, 0), $17) returning id`,
		v.Key, v.Name, v.Version, v.Language, v.Provenance, v.DeclaredBy, v.DeclaredOn, v.SourceHash, v.TextHash, fields, rules, v.TranslationOf,
		cmp.Or(v.State, Draft), v.BasedOn, leftovers, v.Added.By, v.FixedHash).Scan(&id)
	if err != nil {
		return 0, fmt.Errorf("insert template %s %s: %w", v.Key, v.Version, err)
	}
	var b pgx.Batch
	b.Queue("update template_version set superseded_by = $1 where key = $2 and language = $3 and state = 'superseded' and superseded_by is null", id, v.Key, v.Language)
	for i, c := range v.Clauses {
		blocks, err := json.Marshal(append([]Block{}, c.Blocks...))
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
	v.State = Published
	id, err := Insert(ctx, tx, v)
	if err != nil {
		return 0, err
	}
	translation, err := SampleTranslation()
	if err != nil {
		return 0, err
	}
	translation.TranslationOf, translation.State = &id, Published
	if _, err = Insert(ctx, tx, translation); err != nil {
		return 0, err
	}
	return id, loadPositions(ctx, tx, v)
}
