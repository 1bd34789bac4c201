package negotiation

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io"
	"slices"
	"strings"
	"time"

	"klausul/server/access"
	"klausul/server/agreement"
	"klausul/server/agreement/foreign"
	"klausul/server/clause"
	"klausul/server/document"
	"klausul/server/fault"
	"klausul/server/pdf"
	"klausul/server/storage"
	"klausul/server/word"
)

// Assessment is what a lawyer says of an entry of the checklist. A reading never says it.
type Assessment string

// The assessments.
const (
	Fulfilled    Assessment = "fulfilled"
	Absent       Assessment = "absent"       // the text does not settle it
	Insufficient Assessment = "insufficient" // it does, and not well enough
)

// PaperHead is an agreement that the vendor wrote, without what was found in it.
type PaperHead struct {
	ID        int64     `db:"id"`
	FileName  string    `db:"file_name"`
	SHA256    string    `db:"sha256"`
	MadeAt    time.Time `db:"made_at"`
	MadeBy    string    `db:"made_by"`
	Entries   int       `db:"entries"`  // of the checklist
	Assessed  int       `db:"assessed"` // by a lawyer
	Unmet     int       `db:"unmet"`    // of those: absent or insufficient
	Agreement bool      `db:"agreement"`
}

// Paper is one with what was found, and what was said to it.
type Paper struct {
	PaperHead
	Open    bool // its entries can be assessed
	Reading foreign.Reading
	Said    map[string]PaperEntry // by key of the checklist
}

// PaperEntry is what was said of one entry; version 0 is nothing yet.
type PaperEntry struct {
	Key        string      `db:"entry_key"`
	Assessment *Assessment `db:"assessment"`
	Note       string      `db:"note"`
	Version    int         `db:"version"`
	At         *time.Time  `db:"assessed_at"`
	By         string      `db:"assessed_by"`
}

const (
	paperSQL = `select p.id, p.file_name, coalesce(f.sha256, '') as sha256, p.made_at, coalesce(u.name, '') as made_by, coalesce(jsonb_array_length(p.reading -> 'Checklist'), 0) as entries, e.assessed, e.unmet,
	coalesce((p.reading -> 'Agreement')::boolean, false) as agreement
	from negotiation_paper p left join stored_file f on f.id = p.file_id left join app_user u on u.id = p.made_by
	cross join lateral (select count(x.assessment)::int as assessed, (count(*) filter (where x.assessment <> 'fulfilled'))::int as unmet from negotiation_paper_entry x where x.paper_id = p.id) e
	where p.negotiation_id = $1`
	paperEntrySQL = `select e.entry_key, e.assessment, e.note, e.version, e.assessed_at, coalesce(u.name, '') as assessed_by
	from negotiation_paper_entry e left join app_user u on u.id = e.assessed_by where e.paper_id = $1`
)

// reads tells whether papers can be taken in and assessed: also when the negotiation was taken
// over, for then it is such a text that stands.
func (d Detail) reads() bool { return d.Stage != Agreed && d.Stage != Ended }

// Papers lists the vendor's own texts, newest first. It refuses with fault.ErrNotFound.
func (s *Service) Papers(ctx context.Context, scope access.Scope, id int64) (rows []PaperHead, open bool, err error) {
	err = s.db.Read(ctx, scope, func(tx *storage.Tx) error {
		d, err := load(tx, id)
		if err != nil {
			return err
		}
		open = d.reads()
		rows, err = storage.All[PaperHead](tx, paperSQL+" order by p.id desc", id)
		return err
	})
	return rows, open, err
}

// Paper returns one with everything that was found and said. It refuses with fault.ErrNotFound.
func (s *Service) Paper(ctx context.Context, scope access.Scope, id, paper int64) (p Paper, err error) {
	err = s.db.Read(ctx, scope, func(tx *storage.Tx) error {
		d, err := load(tx, id)
		if err != nil {
			return err
		}
		p, err = loadPaper(tx, d, paper)
		return err
	})
	return p, err
}

func loadPaper(tx *storage.Tx, d Detail, paper int64) (p Paper, err error) {
	found := false
	if p.PaperHead, found, err = storage.Find[PaperHead](tx, paperSQL+" and p.id = $2", d.ID, paper); err != nil || !found {
		return p, fault.Or(err, fault.ErrNotFound)
	}
	row, _, err := storage.Find[struct {
		Reading []byte `db:"reading"`
	}](tx, "select reading from negotiation_paper where id = $1", paper)
	if err != nil {
		return p, err
	}
	if err := json.Unmarshal(row.Reading, &p.Reading); err != nil {
		return p, err
	}
	said, err := storage.All[PaperEntry](tx, paperEntrySQL, paper)
	p.Open, p.Said = d.reads(), map[string]PaperEntry{}
	for _, e := range said {
		p.Said[e.Key] = e
	}
	return p, err
}

// TakePaper reads an agreement that the vendor wrote beside the draft, a Word file or a PDF.
// The same file twice is the same paper. It refuses with fault.ErrNotFound, ErrAct,
// ErrTooLarge, document.ErrDamagedPDF, what packages word and pdf refuse,
// document.ErrUploadName or what the scanner found.
func (s *Service) TakePaper(ctx context.Context, scope access.Scope, id int64, name string, body io.Reader) (Paper, error) {
	name, err := document.FileName(name)
	if err != nil {
		return Paper{}, err
	}
	raw, err := whole(body, ErrTooLarge)
	if err != nil {
		return Paper{}, err
	}
	ours, had, err := s.beside(ctx, scope, id, sum(raw))
	switch {
	case err != nil:
		return Paper{}, err
	case had != 0:
		return s.Paper(ctx, scope, id, had)
	}
	text, ending, kind, err := s.textOf(ctx, raw)
	if err != nil {
		return Paper{}, err
	}
	reading, err := json.Marshal(foreign.Read(text, ours))
	if err != nil {
		return Paper{}, err
	}
	staged, err := s.documents.Take(ctx, 0, "leverandoertekst"+ending, raw, kind)
	if err != nil {
		return Paper{}, err
	}
	var made int64
	err = s.db.Write(ctx, scope, "negotiation.paper", func(tx *storage.Tx) error {
		d, err := held(tx, id, 0)
		if err != nil {
			return err
		}
		if made, err = samePaper(tx, id, staged.SHA256); err != nil || made != 0 {
			tx.Continues()
			return err
		}
		if !d.reads() {
			return ErrAct.With("act", "paper").With("stage", d.Stage)
		}
		file, err := s.documents.Register(tx, staged)
		if err != nil {
			return err
		}
		row, _, err := storage.Find[struct {
			ID int64 `db:"id"`
		}](tx, "insert into negotiation_paper (negotiation_id, file_id, file_name, reading, made_at, made_by) values ($1, $2, $3, $4, $5, $6) returning id", id, file, name, reading, tx.Now(), tx.Scope().Actor().User)
		made = row.ID
		tx.Record("negotiation", id, 0, nil, map[string]any{"paper": made, "sha256": staged.SHA256})
		return err
	})
	if err != nil {
		return Paper{}, err
	}
	return s.Paper(ctx, scope, id, made)
}

// textOf reads a file by what it is, whatever it is called.
func (s *Service) textOf(ctx context.Context, raw []byte) (text foreign.Text, ending, kind string, err error) {
	head, tail := raw[:min(len(raw), 1<<10)], raw[max(0, len(raw)-2<<10):]
	switch err := document.CheckPDF(head, tail); {
	case errors.Is(err, document.ErrNotPDF):
		doc, err := word.Read(bytes.NewReader(raw), int64(len(raw)))
		return foreign.FromWord(doc), ".docx", mediaType, err
	case err != nil:
		return foreign.Text{}, "", "", err
	}
	pages, err := s.pdf.Pages(ctx, raw)
	if text = foreign.FromPages(pages); err == nil && len(text.Unread) == len(pages) {
		err = pdf.ErrNoText.With("pages", len(pages))
	}
	return text, ".pdf", "application/pdf", err
}

// beside are the draft's clauses that a paper is read against, and the paper that the file is already.
func (s *Service) beside(ctx context.Context, scope access.Scope, id int64, sha256 string) (ours []clause.Clause, had int64, err error) {
	err = s.db.Read(ctx, scope, func(tx *storage.Tx) error {
		d, err := load(tx, id)
		if err != nil {
			return err
		}
		if had, err = samePaper(tx, id, sha256); err != nil || had != 0 {
			return err
		}
		if !d.reads() {
			return ErrAct.With("act", "paper").With("stage", d.Stage)
		}
		draft, err := agreement.LoadVersion(tx, d.VersionID)
		ours = draft.Shared()
		return err
	})
	return ours, had, err
}

func samePaper(tx *storage.Tx, id int64, sha256 string) (int64, error) {
	row, _, err := storage.Find[struct {
		ID int64 `db:"id"`
	}](tx, "select p.id from negotiation_paper p join stored_file f on f.id = p.file_id where p.negotiation_id = $1 and f.sha256 = $2", id, sha256)
	return row.ID, err
}

// Assess says something of an entry of a paper's checklist; no assessment takes back what was
// said. That something is fulfilled wants a note where it stands when nothing was found. It
// refuses with fault.ErrNotFound, ErrAct, ErrNote, or ErrEntryConflict, which tells what another said.
func (s *Service) Assess(ctx context.Context, scope access.Scope, id, paper int64, base int, said PaperEntry) (p Paper, err error) {
	said.Note = strings.TrimSpace(said.Note)
	err = s.db.Write(ctx, scope, "negotiation.assess", func(tx *storage.Tx) error {
		d, err := held(tx, id, 0)
		if err != nil {
			return err
		}
		if p, err = loadPaper(tx, d, paper); err != nil {
			return err
		}
		i := slices.IndexFunc(p.Reading.Checklist, func(a foreign.Answer) bool { return a.Key == said.Key })
		if i < 0 {
			return fault.ErrNotFound
		}
		now := p.Said[said.Key]
		switch {
		case !d.reads():
			return ErrAct.With("act", "assess").With("stage", d.Stage)
		case now.Version != base:
			return ErrEntryConflict.With("version", now.Version).With("assessment", now.Assessment).With("note", now.Note).With("by", now.By)
		}
		if err := said.check(p.Reading.Checklist[i]); err != nil {
			return err
		}
		var at *time.Time
		var by *int64
		if said.Assessment != nil {
			when, me := tx.Now(), tx.Scope().Actor().User
			at, by = &when, &me
		}
		if _, err := tx.Pgx().Exec(ctx, `insert into negotiation_paper_entry (paper_id, entry_key, assessment, note, version, assessed_at, assessed_by) values ($1, $2, $3, $4, $5, $6, $7)
			on conflict (paper_id, entry_key) do update set assessment = excluded.assessment, note = excluded.note, version = excluded.version, assessed_at = excluded.assessed_at, assessed_by = excluded.assessed_by`,
			paper, said.Key, said.Assessment, said.Note, base+1, at, by); err != nil {
			return err
		}
		of := func(e PaperEntry) map[string]any {
			return map[string]any{"paper": paper, "entry": said.Key, "assessment": e.Assessment, "note": e.Note}
		}
		tx.Record("negotiation", id, 0, of(now), of(said))
		p, err = loadPaper(tx, d, paper)
		return err
	})
	return p, err
}

// check tells what an assessment lacks.
func (e *PaperEntry) check(a foreign.Answer) error {
	if e.Assessment == nil {
		e.Note = ""
		return nil
	}
	unfounded := *e.Assessment == Fulfilled && a.Confidence == foreign.NotFound
	if e.Note == "" && (unfounded || *e.Assessment == Insufficient) {
		return ErrNote.At(fault.Field{Pointer: "/note", Code: "required"})
	}
	return nil
}
