package intake

import (
	"context"
	"errors"
	"io"
	"net/http"
	"path"
	"strings"
	"unicode/utf8"

	"github.com/google/uuid"

	"klausul/server/access"
	"klausul/server/document"
	"klausul/server/fault"
	"klausul/server/field"
	"klausul/server/files"
	"klausul/server/storage"
)

// Service takes lists in.
type Service struct {
	db        *storage.Store
	files     *files.Store
	documents *document.Service
}

// New returns the service on its stores; own agreements bring documents of their own.
func New(db *storage.Store, f *files.Store, documents *document.Service) *Service {
	return &Service{db: db, files: f, documents: documents}
}

const (
	importCols = `select i.id, i.organisation_id, i.kind, i.state, i.file_name, i.size, i.staging_key, i.format, i.columns, i.heading_key, i.remembered, i.notices,
	i.total, i.done, i.added, i.changed, i.unchanged, i.refused, i.repeated, i.problem, i.run, i.version, i.created_at, coalesce(u.name, '') as created_by_name,
	i.changed_at, i.applied_at, coalesce(a.name, '') as applied_by_name, i.forgotten_at`
	importFrom = ` from import i left join app_user u on u.id = i.created_by left join app_user a on a.id = i.applied_by`
)

// own narrows to the scope's imports: a member's are its organisation's, the office's nobody's.
func own(q *storage.Query, scope access.Scope) *storage.Query {
	if scope.Own() == 0 {
		return q.And("i.organisation_id is null")
	}
	return q.And("i.organisation_id = ?", scope.Own())
}

// orders: import_own serves the list.
var orders = map[string]storage.Order{"id": {By: "i.id", Type: "bigint", ID: "i.id"}}

// List returns a page of imports, newest first, and the cursor of the next.
func (s *Service) List(ctx context.Context, scope access.Scope, k Kind, p storage.Page) ([]Import, string, error) {
	p.Sort = "-id"
	rows, err := storage.Select[Import](ctx, s.db, scope, own(storage.List(importCols+importFrom), scope).If(k != "", "i.kind = ?", k).Page(orders, p))
	if err != nil {
		return nil, "", err
	}
	rows, next := storage.Cut(rows, p, func(i Import) (string, int64) { return storage.Key(p, map[string]any{"id": i.ID}), i.ID })
	return rows, next, nil
}

// Count returns how many imports there are.
func (s *Service) Count(ctx context.Context, scope access.Scope, k Kind) (int, error) {
	return storage.Count(ctx, s.db, scope, own(storage.List("select count(*) as total from import i"), scope).If(k != "", "i.kind = ?", k))
}

// Get returns one import. It refuses with fault.ErrNotFound.
func (s *Service) Get(ctx context.Context, scope access.Scope, id int64) (Import, error) {
	return storage.One[Import](ctx, s.db, scope, own(storage.List(importCols+importFrom), scope).And("i.id = ?", id))
}

// lineOrders: import_row_by_outcome and the key serve the lines.
var lineOrders = map[string]storage.Order{"line": {By: "r.line", Type: "int", ID: "r.line"}}

// Lines returns a page of the lines of an import in the order of the file, all or those
// with one outcome. It refuses with fault.ErrNotFound.
func (s *Service) Lines(ctx context.Context, scope access.Scope, id int64, o Outcome, p storage.Page) ([]Line, string, error) {
	if _, err := s.Get(ctx, scope, id); err != nil {
		return nil, "", err
	}
	p.Sort = "line"
	q := storage.List("select r.line, r.cells, r.label, r.outcome, r.errors, r.differences from import_row r").And("r.import_id = ?", id).If(o != "", "r.outcome = ?", o)
	rows, err := storage.Select[Line](ctx, s.db, scope, q.Page(lineOrders, p))
	if err != nil {
		return nil, "", err
	}
	rows, next := storage.Cut(rows, p, func(l Line) (string, int64) {
		return storage.Key(p, map[string]any{"line": l.Line}), int64(l.Line)
	})
	return rows, next, nil
}

// Allowed lists the kinds that the scope may take in.
func Allowed(scope access.Scope) []Kind {
	if scope.Own() == 0 {
		return []Kind{Vendors, Systems, Usages, OwnAgreements}
	}
	return []Kind{Usages, OwnAgreements}
}

func checkKind(scope access.Scope, k Kind) error {
	for _, allowed := range Allowed(scope) {
		if k == allowed {
			return nil
		}
	}
	return ErrKind
}

// Receive takes a file as it comes, never whole in memory, and orders its reading. It
// refuses with ErrKind, ErrEmpty, or ErrTooLarge for one of more than MaxSize bytes.
func (s *Service) Receive(ctx context.Context, scope access.Scope, k Kind, fileName string, body io.Reader) (Import, error) {
	if err := checkKind(scope, k); err != nil {
		return Import{}, err
	}
	key := "import/" + uuid.NewString()
	stored, err := s.files.PutStaging(ctx, key, &limited{r: body, left: MaxSize}, -1, "application/octet-stream")
	var large *http.MaxBytesError
	switch {
	case errors.Is(err, files.ErrEmpty):
		return Import{}, ErrEmpty
	case errors.Is(err, ErrTooLarge), errors.As(err, &large):
		return Import{}, ErrTooLarge.With("limit", MaxSize)
	case err != nil:
		return Import{}, err
	}
	var id int64
	err = s.db.Write(ctx, scope, "import.receive", func(tx *storage.Tx) error {
		org := tx.Scope().Own()
		made, _, err := storage.Find[struct {
			ID int64 `db:"id"`
		}](tx, `insert into import (organisation_id, kind, file_name, size, staging_key, created_at, created_by, changed_at)
			values (nullif($1, 0), $2, $3, $4, $5, $6, $7, $6) returning id`, org, k, baseName(fileName), stored.Size, key, tx.Now(), tx.Scope().Actor().User)
		if err != nil {
			return err
		}
		id = made.ID
		tx.Record("import", id, org, nil, map[string]any{"kind": k, "sha256": stored.SHA256, "size": stored.Size})
		tx.Enqueue(ReadJob{Import: id, Organisation: org, Run: 1})
		return nil
	})
	if err != nil {
		return Import{}, err
	}
	return s.Get(ctx, scope, id)
}

// limited breaks off with ErrTooLarge where a file goes on after its limit.
type limited struct {
	r    io.Reader
	left int64
}

func (l *limited) Read(p []byte) (int, error) {
	if l.left < 0 {
		return 0, ErrTooLarge
	}
	if int64(len(p)) > l.left+1 {
		p = p[:l.left+1]
	}
	n, err := l.r.Read(p)
	if l.left -= int64(n); l.left < 0 {
		return 0, ErrTooLarge
	}
	return n, err
}

// baseName is a file's name without folders, as far as a list shows it.
func baseName(name string) string {
	name = field.Clean(path.Base(strings.ReplaceAll(strings.ToValidUTF8(name, ""), `\`, "/")))
	if name == "" || name == "." || name == "/" {
		name = "fil"
	}
	if utf8.RuneCountInString(name) > 120 {
		r := []rune(name)
		name = string(r[:80]) + "…" + string(r[len(r)-39:])
	}
	return name
}

// lock reads the import for an act of a person on the version that was seen.
func (s *Service) lock(tx *storage.Tx, id int64, seen int) (Import, error) {
	if err := tx.Lock("import where id = $1", id); err != nil {
		return Import{}, err
	}
	q := own(storage.List(importCols+importFrom), tx.Scope()).And("i.id = ?", id)
	sql, args, err := q.SQL()
	if err != nil {
		return Import{}, err
	}
	i, found, err := storage.Find[Import](tx, sql, args...)
	switch {
	case err != nil:
		return i, err
	case !found:
		return i, fault.ErrNotFound
	case seen != 0 && i.Version != seen:
		return i, storage.Stale(tx, "import", id, i.Version, map[string]any{"state": i.State})
	}
	return i, nil
}

// Map says which column means what, remembers it for files with the same headings, and
// has the lines checked, again where they were before. It refuses with ErrMapping,
// ErrMissing, ErrTwice, ErrNotReady, ErrFinished or fault.ErrStale.
func (s *Service) Map(ctx context.Context, scope access.Scope, id int64, seen int, fields []string) (Import, error) {
	err := s.db.Write(ctx, scope, "import.map", func(tx *storage.Tx) error {
		i, err := s.lock(tx, id, seen)
		if err != nil {
			return err
		}
		if i.State.Over() || i.ForgottenAt != nil {
			return ErrFinished
		}
		if i.State != Mapping && i.State != Ready {
			return ErrNotReady
		}
		if err := checkMapping(i.Kind, len(i.Columns), fields, scope.Own() == 0); err != nil {
			return err
		}
		for n := range i.Columns {
			i.Columns[n].Field = fields[n]
		}
		if err := remember(tx, i); err != nil {
			return err
		}
		tx.Record("import", id, tx.Scope().Own(), nil, map[string]any{"fields": fields})
		tx.Enqueue(CheckJob{Import: id, Organisation: tx.Scope().Own(), Run: i.Run + 1})
		_, err = tx.Pgx().Exec(tx.Context(), `update import set state = 'checking', columns = $2, run = run + 1, done = 0, version = version + 1, changed_at = $3 where id = $1`,
			id, i.Columns, tx.Now())
		return err
	})
	if err != nil {
		return Import{}, err
	}
	return s.Get(ctx, scope, id)
}

// remember keeps the mapping for the next file with these headings.
func remember(tx *storage.Tx, i Import) error {
	_, err := tx.Pgx().Exec(tx.Context(), `insert into import_mapping (organisation_id, kind, heading_key, fields, used_at) values (nullif($1, 0), $2, $3, $4, $5)
		on conflict (organisation_id, kind, heading_key) do update set fields = excluded.fields, used_at = excluded.used_at`,
		tx.Scope().Own(), i.Kind, i.HeadingKey, withoutErrors(i.Columns), tx.Now())
	return err
}

// mapped is the fields of the columns.
func mapped(columns []Column) []string {
	fields := make([]string, len(columns))
	for n, c := range columns {
		fields[n] = c.Field
	}
	return fields
}

// Cancel gives an import up; nothing of it was written. It refuses with ErrFinished.
func (s *Service) Cancel(ctx context.Context, scope access.Scope, id int64) (Import, error) {
	err := s.db.Write(ctx, scope, "import.cancel", func(tx *storage.Tx) error {
		i, err := s.lock(tx, id, 0)
		if err != nil {
			return err
		}
		if i.State.Over() {
			return ErrFinished
		}
		tx.Record("import", id, tx.Scope().Own(), map[string]any{"state": i.State}, nil)
		_, err = tx.Pgx().Exec(tx.Context(), `update import set state = 'cancelled', run = run + 1, version = version + 1, changed_at = $2 where id = $1`, id, tx.Now())
		return err
	})
	if err != nil {
		return Import{}, err
	}
	return s.Get(ctx, scope, id)
}

// Forget removes the rows of imports that nobody has touched for 90 days.
func (s *Service) Forget(ctx context.Context) error {
	return s.db.Write(ctx, access.System("import.forget"), "import.forget", func(tx *storage.Tx) error {
		_, err := tx.Pgx().Exec(ctx, "select import_forget()")
		return err
	})
}
