package source

import (
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"slices"
	"time"

	"github.com/jackc/pgx/v5"

	"klausul/server/access"
	"klausul/server/clause"
	"klausul/server/clause/template"
	"klausul/server/document"
	"klausul/server/fault"
	"klausul/server/field"
	"klausul/server/files"
	"klausul/server/storage"
	"klausul/server/word"
)

// Service keeps sources.
type Service struct {
	db        *storage.Store
	documents *document.Service
}

// New returns the service on its store; files lie among the documents.
func New(db *storage.Store, documents *document.Service) *Service {
	return &Service{db: db, documents: documents}
}

const mediaType = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"

type row struct {
	ID          int64               `db:"id"`
	Family      string              `db:"family"`
	Language    string              `db:"language"`
	Convention  template.Convention `db:"convention"`
	Evidence    []byte              `db:"evidence"`
	Fields      []byte              `db:"fields"`
	Provenance  clause.Provenance   `db:"provenance"`
	DeclaredBy  string              `db:"declared_by"`
	DeclaredOn  *time.Time          `db:"declared_on"`
	FileName    string              `db:"file_name"`
	File        int64               `db:"file_id"`
	SHA256      string              `db:"sha256"`
	Size        int64               `db:"size"`
	Previous    *int64              `db:"previous_id"`
	Template    *int64              `db:"template_id"`
	Version     int                 `db:"version"`
	CreatedAt   *time.Time          `db:"created_at"`
	Creator     string              `db:"creator"`
	ChangedAt   *time.Time          `db:"changed_at"`
	Changer     string              `db:"changer"`
	DiscardedAt *time.Time          `db:"discarded_at"`
	Open        int                 `db:"open"`
	Total       int                 `db:"total"`
}

const sourceSQL = `select s.id, s.family, s.language, s.convention, s.evidence, s.fields, s.provenance, s.declared_by, s.declared_on, s.file_name, s.file_id, f.sha256, f.size,
	s.previous_id, v.id as template_id, s.version, s.created_at, coalesce(c.name, '') as creator, s.changed_at, coalesce(u.name, '') as changer, s.discarded_at, n.open, n.total
	from template_source s join stored_file f on f.id = s.file_id left join app_user c on c.id = s.created_by left join app_user u on u.id = s.changed_by
	left join template_version v on v.id = s.template_id and v.discarded_at is null
	cross join lateral (select count(*) filter (where coalesce(p.corrected, p.recognised) -> 'seen' is null
	  and (coalesce(p.corrected, p.recognised) ->> 'confidence' = 'guess' or coalesce(p.corrected, p.recognised) ->> 'class' = 'unplaced' or p.recognised -> 'found' is not null)) as open, count(*) as total from template_paragraph p where p.source_id = s.id) n`

func (r row) source() (Source, error) {
	s := Source{ID: r.ID, Family: r.Family, Language: r.Language, Convention: r.Convention, Provenance: r.Provenance, DeclaredBy: r.DeclaredBy, DeclaredOn: r.DeclaredOn,
		FileName: r.FileName, File: r.File, SHA256: r.SHA256, Size: r.Size, Previous: r.Previous, Template: r.Template, Version: r.Version,
		Created: clause.Act{At: r.CreatedAt, Name: r.Creator}, Changed: clause.Act{At: r.ChangedAt, Name: r.Changer}, DiscardedAt: r.DiscardedAt, Open: r.Open, Total: r.Total}
	return s, errors.Join(json.Unmarshal(r.Evidence, &s.Evidence), json.Unmarshal(r.Fields, &s.Fields))
}

// List returns the sources, newest first, those that were put away among them.
func (s *Service) List(ctx context.Context, scope access.Scope) ([]Source, error) {
	rows, err := storage.Select[row](ctx, s.db, scope, storage.List(sourceSQL).Last("order by s.id desc limit 200"))
	if err != nil {
		return nil, err
	}
	out := make([]Source, len(rows))
	for i, r := range rows {
		if out[i], err = r.source(); err != nil {
			return nil, err
		}
	}
	return out, nil
}

// Of is the source that a version was made of, 0 for one that was written here.
func (s *Service) Of(ctx context.Context, scope access.Scope, template int64) (int64, error) {
	rows, err := storage.Select[struct {
		ID int64 `db:"id"`
	}](ctx, s.db, scope, storage.List("select s.id from template_source s").And("s.template_id = ?", template).Last("limit 1"))
	if err != nil || len(rows) == 0 {
		return 0, err
	}
	return rows[0].ID, nil
}

// Get returns a source with the tree that its paragraphs make now. It refuses with fault.ErrNotFound.
func (s *Service) Get(ctx context.Context, scope access.Scope, id int64) (Detail, error) {
	var d Detail
	err := s.db.Read(ctx, scope, func(tx *storage.Tx) (err error) {
		d, err = load(tx, id)
		return err
	})
	return d, err
}

// load reads a source and makes the tree of it.
func load(tx *storage.Tx, id int64) (Detail, error) {
	d, err := read(tx, id)
	if err == nil {
		d.assemble()
	}
	return d, err
}

// read reads a source with its paragraphs and no tree. It refuses with fault.ErrNotFound.
func read(tx *storage.Tx, id int64) (d Detail, err error) {
	r, found, err := storage.Find[row](tx, sourceSQL+" where s.id = $1", id)
	if err != nil || !found {
		return d, orNotFound(err)
	}
	if d.Source, err = r.source(); err != nil {
		return d, err
	}
	d.Paragraphs, err = paragraphs(tx, id)
	return d, err
}

// one reads a source alone. It refuses with fault.ErrNotFound.
func (s *Service) one(ctx context.Context, scope access.Scope, id int64) (Source, error) {
	r, err := storage.One[row](ctx, s.db, scope, storage.List(sourceSQL).And("s.id = ?", id))
	if err != nil {
		return Source{}, err
	}
	return r.source()
}

func orNotFound(err error) error {
	if err == nil {
		return fault.ErrNotFound
	}
	return err
}

func paragraphs(tx *storage.Tx, id int64) ([]Said, error) {
	rows, err := tx.Pgx().Query(tx.Context(), `select p.place, p.recognised, p.corrected, p.version, coalesce(u.name, '') from template_paragraph p
		left join app_user u on u.id = p.changed_by where p.source_id = $1 order by p.place`, id)
	if err != nil {
		return nil, err
	}
	return pgx.CollectRows(rows, func(row pgx.CollectableRow) (Said, error) {
		var p Said
		var recognised, corrected []byte
		if err := row.Scan(&p.Place, &recognised, &corrected, &p.Version, &p.By); err != nil {
			return p, err
		}
		if corrected == nil {
			return p, json.Unmarshal(recognised, &p.Paragraph)
		}
		p.Recognised = &template.Paragraph{}
		return p, errors.Join(json.Unmarshal(recognised, p.Recognised), json.Unmarshal(corrected, &p.Paragraph))
	})
}

// Intake is what comes with a file. An empty Convention and Language are told from it.
type Intake struct {
	Family, Language string
	Convention       template.Convention
	FileName         string
	Declaration
}

// Receive keeps a Word file and says of every paragraph what it is; what was said of the
// same words in the family's former file is said again. It refuses with what package word
// refuses, ErrEmpty, ErrDeclaration, ErrFamily, document.ErrUploadName or what the scanner found.
func (s *Service) Receive(ctx context.Context, scope access.Scope, in Intake, body io.Reader) (Source, error) {
	if err := in.check(s.db.Now()); err != nil {
		return Source{}, err
	}
	name, err := document.FileName(in.FileName)
	if err != nil {
		return Source{}, err
	}
	raw, err := io.ReadAll(io.LimitReader(body, MaxSize+1))
	var large *http.MaxBytesError
	switch {
	case errors.As(err, &large):
		return Source{}, ErrTooLarge.With("limit", MaxSize)
	case err != nil:
		return Source{}, err
	case len(raw) == 0:
		return Source{}, files.ErrEmpty
	}
	doc, err := word.Read(bytes.NewReader(raw), int64(len(raw)))
	if err != nil {
		return Source{}, err
	}
	if len(doc.Paragraphs) == 0 {
		return Source{}, ErrEmpty
	}
	if in.Language == "" {
		in.Language = template.Language(doc)
	}
	before, err := s.before(ctx, scope, in)
	if err != nil {
		return Source{}, err
	}
	options := template.Options{Convention: in.Convention, Language: in.Language, Previous: before.version}
	r := template.Recognise(doc, options)
	r.Recall(before.corrected, before.fields)
	staged, err := s.documents.Take(ctx, 0, "skabelon.docx", raw, mediaType)
	if err != nil {
		return Source{}, err
	}
	var id int64
	err = s.db.Write(ctx, scope, "source.receive", func(tx *storage.Tx) error {
		file, err := s.documents.Register(tx, staged)
		if err != nil {
			return err
		}
		var previous *int64
		if before.version != nil {
			previous = &before.version.ID
		}
		id, err = insert(tx, in, name, r, file, previous)
		tx.Record("template_source", id, 0, nil, map[string]any{"family": in.Family, "file": name, "sha256": staged.SHA256, "provenance": in.Provenance, "declaredBy": in.DeclaredBy, "declaredOn": in.DeclaredOn})
		return err
	})
	if err != nil {
		return Source{}, err
	}
	return s.one(ctx, scope, id)
}

// former is what a file is a newer edition of.
type former struct {
	version   *clause.Version      // the family's newest that was published, or else its newest
	corrected []template.Paragraph // what a lawyer said of the family's newest file
	fields    []field.Field        // that the corrections may name
}

// before finds it. It refuses with ErrFamily.
func (s *Service) before(ctx context.Context, scope access.Scope, in Intake) (f former, err error) {
	type found struct {
		ID int64 `db:"id"`
	}
	return f, s.db.Read(ctx, scope, func(tx *storage.Tx) error {
		if _, ok, err := storage.Find[struct {
			Key string `db:"key"`
		}](tx, "select key from template_family where key = $1", in.Family); err != nil || !ok {
			return cmp.Or(err, error(ErrFamily))
		}
		newest, ok, err := storage.Find[found](tx, `select id from template_version where key = $1 and language = $2 and discarded_at is null
			order by state = 'published' desc, id desc limit 1`, in.Family, in.Language)
		if err != nil {
			return err
		}
		if ok {
			v, err := clause.Load(tx, newest.ID)
			if err != nil {
				return err
			}
			f.version = &v
		}
		last, ok, err := storage.Find[found](tx, "select id from template_source where family = $1 and language = $2 and discarded_at is null order by id desc limit 1", in.Family, in.Language)
		if err != nil || !ok {
			return err
		}
		d, err := read(tx, last.ID)
		for _, p := range d.Paragraphs {
			if p.Recognised != nil && p.Seen || slices.Contains(p.Reasons, template.ByFormer) {
				f.corrected = append(f.corrected, p.Paragraph)
			}
		}
		f.fields = d.Fields
		return err
	})
}

func insert(tx *storage.Tx, in Intake, name string, r template.Recognition, file int64, previous *int64) (int64, error) {
	evidence, err := json.Marshal(append([]template.Evidence{}, r.Evidence...))
	if err != nil {
		return 0, err
	}
	fields, err := json.Marshal(append([]field.Field{}, r.Fields...))
	if err != nil {
		return 0, err
	}
	made, _, err := storage.Find[struct {
		ID int64 `db:"id"`
	}](tx, `insert into template_source (family, language, convention, evidence, fields, provenance, declared_by, declared_on, file_name, file_id, previous_id, created_at, created_by, changed_at, changed_by)
		values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $12, $13) returning id`,
		in.Family, r.Language, r.Convention, evidence, fields, in.Provenance, in.DeclaredBy, in.DeclaredOn, name, file, previous, tx.Now(), tx.Scope().Actor().User)
	if err != nil {
		return 0, err
	}
	all, err := json.Marshal(append([]template.Paragraph{}, r.Paragraphs...))
	if err != nil {
		return 0, err
	}
	_, err = tx.Pgx().Exec(tx.Context(), `insert into template_paragraph (source_id, place, recognised)
		select $1, x.place - 1, x.paragraph from jsonb_array_elements($2::jsonb) with ordinality x (paragraph, place)`, made.ID, all)
	return made.ID, err
}

// Download opens the file as it came and logs that it was fetched. It refuses with fault.ErrNotFound.
func (s *Service) Download(ctx context.Context, scope access.Scope, id int64) (name string, f document.File, body io.ReadCloser, err error) {
	src, err := s.one(ctx, scope, id)
	if err != nil {
		return "", f, nil, err
	}
	if err := s.db.Write(ctx, scope, "source.download", func(tx *storage.Tx) error {
		tx.Record("template_source", id, 0, nil, map[string]any{"sha256": src.SHA256})
		return nil
	}); err != nil {
		return "", f, nil, err
	}
	f, body, err = s.documents.Open(ctx, scope, src.File)
	return src.FileName, f, body, err
}

// Compare tells what the file changes in the version that it is newer than. It refuses
// with ErrNoPrevious.
func (s *Service) Compare(ctx context.Context, scope access.Scope, id int64) (clause.Comparison, error) {
	var c clause.Comparison
	err := s.db.Read(ctx, scope, func(tx *storage.Tx) error {
		d, err := load(tx, id)
		if err != nil {
			return err
		}
		if d.Previous == nil {
			return ErrNoPrevious
		}
		before, err := clause.Load(tx, *d.Previous)
		if err != nil {
			return err
		}
		d.Tree.Name, d.Tree.State = d.FileName, clause.Draft
		c = clause.Compare(before, d.Tree)
		return nil
	})
	return c, err
}
