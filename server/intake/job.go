package intake

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path"
	"strings"
	"time"

	"klausul/server/access"
	"klausul/server/fault"
	"klausul/server/files"
	"klausul/server/storage"
)

// ReadJob reads the file of one import into rows.
type ReadJob struct {
	Import       int64 `json:"import"`
	Organisation int32 `json:"organisation"`
	Run          int   `json:"run"`
}

// Kind names the job in the queue.
func (ReadJob) Kind() string { return "import.read" }

// CheckJob holds the rows of one import against the register.
type CheckJob struct {
	Import       int64 `json:"import"`
	Organisation int32 `json:"organisation"`
	Run          int   `json:"run"`
}

// Kind names the job in the queue.
func (CheckJob) Kind() string { return "import.check" }

// MaxTime is how long reading or checking may take.
const MaxTime = 5 * time.Minute

// portion is how many lines are written at a time; progress moves with each.
const portion = 2000

// work is one run of a job on an import.
type work struct {
	*Service
	scope  access.Scope
	id     int64
	org    int32
	run    int
	action string
	state  State
}

// errLeft ends a run that somebody cancelled or that a later one has taken over.
var errLeft = errors.New("intake: nobody waits for this run")

// Read reads the file. It may run twice: it begins anew. A file that cannot be read
// fails the import with the code of why.
func (s *Service) Read(ctx context.Context, j ReadJob) error {
	w := &work{s, access.System("import.read").For(j.Organisation), j.Import, j.Organisation, j.Run, "import.read", Reading}
	return w.finish(ctx, func() error { return w.read(ctx) })
}

// finish ends a run: what is the file's own fault is written down, the rest is tried again.
func (w *work) finish(ctx context.Context, do func() error) (err error) {
	err = func() (err error) {
		defer func() {
			if v := recover(); v != nil { // a hostile file may break its reader; it is not read again
				err = ErrFormat.Because(fmt.Errorf("the reader panicked: %v", v))
			}
		}()
		return do()
	}()
	if errors.Is(err, errLeft) {
		return nil
	}
	if errors.Is(ctx.Err(), context.DeadlineExceeded) {
		err = ErrTooSlow.Because(err)
	}
	code := codeOf(err)
	if err == nil || code == "" {
		return err
	}
	last, done := context.WithTimeout(context.WithoutCancel(ctx), 10*time.Second)
	defer done()
	f, _ := fault.Of(err)
	return w.db.Write(last, w.scope, "import.fail", func(tx *storage.Tx) error {
		tx.Record("import", w.id, w.org, nil, map[string]any{"problem": f.Code})
		_, err := tx.Pgx().Exec(tx.Context(), `update import set state = 'failed', problem = $2, version = version + 1, changed_at = $3 where id = $1 and state = $4 and run = $5`,
			w.id, f.Code, tx.Now(), w.state, w.run)
		return err
	})
}

// step writes in a transaction that counts only while the run does.
func (w *work) step(ctx context.Context, do func(tx *storage.Tx) error) error {
	return w.db.Write(ctx, w.scope, w.action, func(tx *storage.Tx) error {
		tx.Continues() // the last step says what came of it
		_, found, err := storage.Find[struct {
			ID int64 `db:"id"`
		}](tx, "select id from import where id = $1 and state = $2 and run = $3 for update", w.id, w.state, w.run)
		if err != nil {
			return err
		}
		if !found {
			return errLeft
		}
		return do(tx)
	})
}

func (w *work) load(ctx context.Context) (i Import, err error) {
	err = w.db.Read(ctx, w.scope, func(tx *storage.Tx) error {
		var found bool
		i, found, err = storage.Find[Import](tx, importCols+importFrom+" where i.id = $1 and i.state = $2 and i.run = $3", w.id, w.state, w.run)
		if err == nil && !found {
			return errLeft
		}
		return err
	})
	return i, err
}

func (w *work) read(ctx context.Context) (err error) {
	i, err := w.load(ctx)
	if err != nil {
		return err
	}
	in, done, err := w.open(ctx, i.StagingKey, i.FileName)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, done()) }()
	if err := w.step(ctx, func(tx *storage.Tx) error {
		_, err := tx.Pgx().Exec(tx.Context(), "delete from import_row where import_id = $1", w.id)
		return err
	}); err != nil {
		return err
	}
	office := i.Organisation == nil
	first, err := head(in, 20)
	if err != nil {
		return err
	}
	at := heading(i.Kind, first, office)
	if at < 0 {
		return ErrNoHeadings
	}
	columns := columnsOf(first[at].cells)
	b := &batch{w: w, org: i.Organisation}
	for _, r := range first[at+1:] {
		if err := b.add(ctx, r, columns); err != nil {
			return err
		}
	}
	for {
		r, err := in.next()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return err
		}
		if err := b.add(ctx, r, columns); err != nil {
			return err
		}
	}
	if b.total == 0 {
		return ErrEmpty
	}
	if err := b.write(ctx); err != nil {
		return err
	}
	if err := w.understood(ctx, i, columns, in, b.total); err != nil {
		return err // the file stays: the reading is tried again
	}
	return w.files.DeleteStaging(ctx, i.StagingKey)
}

// open reads text as it comes from the store; a workbook is unpacked from a file of its
// own. It refuses with ErrNoWorkbook text that is named as a workbook: its cells would be
// guessed at.
func (w *work) open(ctx context.Context, key, name string) (source, func() error, error) {
	body, _, err := w.files.OpenStaging(ctx, key)
	if errors.Is(err, files.ErrMissing) {
		return nil, nil, ErrGone
	}
	if err != nil {
		return nil, nil, err
	}
	in := bufio.NewReaderSize(body, 64<<10)
	start, err := in.Peek(4)
	if err != nil && !errors.Is(err, io.EOF) {
		return nil, nil, errors.Join(err, body.Close())
	}
	if !isZip(start) {
		src, err := openText(in)
		if err == nil && strings.EqualFold(path.Ext(name), ".xlsx") {
			err = ErrNoWorkbook
		}
		if err != nil {
			return nil, nil, errors.Join(err, body.Close())
		}
		return src, func() error { return errors.Join(src.close(), body.Close()) }, nil
	}
	defer body.Close()
	f, err := os.CreateTemp("", "klausul-import-*.xlsx")
	if err != nil {
		return nil, nil, err
	}
	gone := func() error { return os.Remove(f.Name()) }
	_, err = io.Copy(f, in)
	if err := errors.Join(err, f.Close()); err != nil {
		return nil, nil, errors.Join(err, gone())
	}
	src, err := openSheet(f.Name())
	if err != nil {
		return nil, nil, errors.Join(err, gone())
	}
	return src, func() error { return errors.Join(src.close(), gone()) }, nil
}

// head is the first lines that say something.
func head(in source, n int) ([]record, error) {
	var first []record
	for len(first) < n {
		r, err := in.next()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return nil, err
		}
		if !blank(r.cells) {
			first = append(first, r)
		}
	}
	if len(first) == 0 {
		return nil, ErrEmpty
	}
	return first, nil
}

func columnsOf(headings []string) []Column {
	columns := make([]Column, len(headings))
	for i, h := range headings {
		r := []rune(h)
		columns[i].Heading = string(r[:min(len(r), 100)])
	}
	return columns
}

// batch collects lines and writes them by portions.
type batch struct {
	w     *work
	org   *int32
	lines []int
	cells []string
	total int
}

func (b *batch) add(ctx context.Context, r record, columns []Column) error {
	if blank(r.cells) {
		return nil
	}
	if b.total++; b.total > maxRows {
		return ErrTooManyRows.With("limit", maxRows)
	}
	for i, c := range r.cells {
		if i < len(columns) && columns[i].Sample == "" {
			s := []rune(c)
			columns[i].Sample = string(s[:min(len(s), 60)])
		}
	}
	raw, err := json.Marshal(r.cells)
	if err != nil {
		return err
	}
	b.lines, b.cells = append(b.lines, r.number), append(b.cells, string(raw))
	if len(b.lines) == portion {
		return b.write(ctx)
	}
	return nil
}

func (b *batch) write(ctx context.Context) error {
	err := b.w.step(ctx, func(tx *storage.Tx) error {
		_, err := tx.Pgx().Exec(tx.Context(), `insert into import_row (import_id, line, organisation_id, cells)
			select $1, l, $2, c::jsonb from unnest($3::int[], $4::text[]) x(l, c)`, b.w.id, b.org, b.lines, b.cells)
		if err != nil {
			return err
		}
		_, err = tx.Pgx().Exec(tx.Context(), "update import set done = $2 where id = $1", b.w.id, b.total)
		return err
	})
	b.lines, b.cells = b.lines[:0], b.cells[:0]
	return err
}

// understood ends the reading: the columns are those that files with these headings had
// before, or those whose headings are known. Only a doubt waits for a person.
func (w *work) understood(ctx context.Context, i Import, columns []Column, in source, total int) error {
	headings := make([]string, len(columns))
	for n, c := range columns {
		headings[n] = c.Heading
	}
	office := i.Organisation == nil
	key := headingKey(headings)
	return w.step(ctx, func(tx *storage.Tx) error {
		had, remembered, err := storage.Find[struct {
			Fields []string `db:"fields"`
		}](tx, "select fields from import_mapping where organisation_id is not distinct from $1 and kind = $2 and heading_key = $3", i.Organisation, i.Kind, key)
		if err != nil {
			return err
		}
		fields := Recognise(i.Kind, headings, office)
		before, fits := again(headings, had.Fields)
		if remembered = remembered && fits && checkMapping(i.Kind, len(headings), before, office) == nil; remembered {
			fields = before
		}
		doubt := len(Lacking(i.Kind, fields, office)) > 0
		for n, f := range fields {
			columns[n].Field = f
			doubt = doubt || !remembered && f == "" && !IsErrorHeading(headings[n])
		}
		next := Checking
		if doubt {
			next = Mapping
		} else {
			tx.Enqueue(CheckJob{Import: w.id, Organisation: w.org, Run: w.run})
		}
		notices := in.notices()
		if notices == nil {
			notices = []Notice{}
		}
		tx.Record("import", w.id, w.org, nil, map[string]any{"state": next, "lines": total})
		_, err = tx.Pgx().Exec(tx.Context(), `update import set state = $2, columns = $3, heading_key = $4, remembered = $5, notices = $6, format = $7, total = $8, done = 0,
			staging_key = '', version = version + 1, changed_at = $9 where id = $1`, w.id, next, columns, key, remembered, notices, in.format(), total, tx.Now())
		return err
	})
}
