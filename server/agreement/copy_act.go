package agreement

import (
	"context"
	"encoding/json"

	"klausul/server/access"
	"klausul/server/fault"
	"klausul/server/field"
	"klausul/server/storage"
)

// ErrNothingCopied refuses to undo a copying that is none, or was undone or overtaken already.
var ErrNothingCopied = fault.New(fault.Conflict, "agreement.nothing_copied")

// Picked is an answer that a person chose to copy, over the versions of both answers that the person saw.
type Picked struct {
	Path       string
	Base, Seen int
}

// Why an answer was passed over.
const (
	PassedChanged = "changed"        // somebody answered meanwhile
	PassedSource  = "source_changed" // the source says something else by now
	PassedUnfit   = "unfit"          // it has no question here, or breaks its rule
)

// Passed is an answer that was not copied, or not put back.
type Passed struct {
	Path, Label, Why string
	By               string // who changed it
}

// CopyDone is what became of a copying, or of undoing one.
type CopyDone struct {
	Act    int // names the copying; 0 when nothing was copied
	Count  int
	Passed []Passed
}

// Copied is an answer that stands as it was copied.
type Copied struct {
	Path          string `db:"path"`
	Act           int    `db:"act"`
	AnswerVersion int    `db:"answer_version"`
	CopySource
}

// Copy copies the chosen answers in one act. What somebody answered since the person looked,
// and what does not fit, is passed over and told. It refuses with fault.ErrNotFound, ErrOffered
// or ErrCopySource.
func (s *Service) Copy(ctx context.Context, scope access.Scope, id, version int64, picked []Picked) (done CopyDone, err error) {
	err = s.db.Write(ctx, scope, "agreement.copy", func(tx *storage.Tx) error {
		done = CopyDone{}
		d, err := draftToChange(tx, id)
		if err != nil {
			return err
		}
		source, from, err := copySource(tx, d, version)
		if err != nil {
			return err
		}
		var changes []put
		changes, done.Passed = toCopy(d, from, picked)
		if len(changes) == 0 {
			tx.Continues() // nothing is written
			return nil
		}
		done.Count = len(changes)
		if done.Act, err = putAll(tx, d, changes, map[string]any{"copied_from": map[string]any{"agreement": source.Number, "version": source.No}}); err != nil {
			return err
		}
		return noteCopies(tx, d.VersionID, version, done.Act, changes)
	})
	return done, err
}

// put is one answer with what comes in its place.
type put struct {
	had   held
	path  string
	value any
}

func toCopy(d, from Detail, picked []Picked) (changes []put, passed []Passed) {
	mine, theirs := answersOf(d), standingIn(from)
	taken := map[string]bool{}
	for _, p := range picked {
		if taken[p.Path] {
			continue
		}
		taken[p.Path] = true
		f, asked := field.Find(d.Tree.Fields, p.Path)
		had, given := mine[p.Path], theirs[p.Path]
		value, err := f.Check(given.value)
		switch {
		case asked && had.Version != p.Base:
			passed = append(passed, Passed{Path: p.Path, Label: f.Label, Why: PassedChanged, By: had.By})
		case given.Version != p.Seen:
			passed = append(passed, Passed{Path: p.Path, Label: f.Label, Why: PassedSource, By: given.By})
		case !asked || !copied(f) || err != nil || value == nil:
			passed = append(passed, Passed{Path: p.Path, Label: f.Label, Why: PassedUnfit})
		case !alike(value, had.value):
			changes = append(changes, put{had, p.Path, value})
		}
	}
	return changes, passed
}

// draftToChange loads a draft and holds its versions: nobody answers it meanwhile. It refuses
// with fault.ErrNotFound or ErrOffered.
func draftToChange(tx *storage.Tx, id int64) (Detail, error) {
	if err := tx.Lock("agreement_version where agreement_id = $1", id); err != nil {
		return Detail{}, err
	}
	d, err := load(tx, id)
	if err == nil && d.State != Draft {
		err = ErrOffered
	}
	return d, err
}

// putAll writes the answers under one version of the text and one audit row, which says why beside them.
func putAll(tx *storage.Tx, d Detail, changes []put, why map[string]any) (at int, err error) {
	if at, err = change(tx, d.VersionID); err != nil {
		return 0, err
	}
	before, after := map[string]any{}, why
	for _, c := range changes {
		if _, err := draftPlace(d.ID, d.VersionID, at).put(tx, c.path, c.had.Answer, c.value); err != nil {
			return 0, err
		}
		before[c.path], after[c.path] = c.had.value, c.value
	}
	tx.Record("agreement", d.ID, 0, before, after)
	return at, nil
}

func noteCopies(tx *storage.Tx, version, from int64, act int, changes []put) error {
	for _, c := range changes {
		before, err := json.Marshal(c.had.value)
		if err != nil {
			return err
		}
		if err := forgetCopies(tx, version, "path = $2", c.path); err != nil {
			return err
		}
		if _, err := tx.Pgx().Exec(tx.Context(), `insert into answer_copy (agreement_version_id, path, act, from_version_id, answer_version, before)
			values ($1, $2, $3, $4, $5, $6)`, version, c.path, act, from, c.had.Version+1, before); err != nil {
			return err
		}
	}
	return nil
}

func forgetCopies(tx *storage.Tx, version int64, which string, arg any) error {
	_, err := tx.Pgx().Exec(tx.Context(), "delete from answer_copy where agreement_version_id = $1 and "+which, version, arg)
	return err
}

// Copied tells which answers of the newest version stand as they were copied, and from where.
// It refuses with fault.ErrNotFound.
func (s *Service) Copied(ctx context.Context, scope access.Scope, id int64) (rows []Copied, err error) {
	err = s.db.Read(ctx, scope, func(tx *storage.Tx) error {
		d, err := load(tx, id)
		if err != nil {
			return err
		}
		rows, err = storage.All[Copied](tx, sourceCols+`, c.path, c.act, c.answer_version from answer_copy c
			join answer s on s.agreement_version_id = c.agreement_version_id and s.path = c.path and s.version = c.answer_version
			join agreement_version v on v.id = c.from_version_id join agreement a on a.id = v.agreement_id
			where c.agreement_version_id = $1 order by c.act desc, c.path`, d.VersionID)
		return err
	})
	return rows, err
}

// Uncopy undoes one copying: each answer that nobody changed since says what it said before.
// The others are kept and told. It refuses with fault.ErrNotFound, ErrOffered or ErrNothingCopied.
func (s *Service) Uncopy(ctx context.Context, scope access.Scope, id int64, act int) (done CopyDone, err error) {
	err = s.db.Write(ctx, scope, "agreement.uncopy", func(tx *storage.Tx) error {
		done = CopyDone{Act: act}
		d, err := draftToChange(tx, id)
		if err != nil {
			return err
		}
		rows, err := storage.All[noted](tx, "select path, answer_version, before from answer_copy where agreement_version_id = $1 and act = $2 order by path", d.VersionID, act)
		switch {
		case err != nil:
			return err
		case len(rows) == 0:
			return ErrNothingCopied
		}
		var changes []put
		if changes, done.Passed, err = toPutBack(d, rows); err != nil {
			return err
		}
		done.Count = len(changes)
		if err := forgetCopies(tx, d.VersionID, "act = $2", act); err != nil {
			return err
		}
		if len(changes) == 0 {
			tx.Record("agreement", id, 0, nil, nil)
			return nil
		}
		_, err = putAll(tx, d, changes, map[string]any{})
		return err
	})
	return done, err
}

// noted is what is known of an answer that was copied.
type noted struct {
	Path    string          `db:"path"`
	Version int             `db:"answer_version"`
	Before  json.RawMessage `db:"before"`
}

func toPutBack(d Detail, rows []noted) (changes []put, passed []Passed, err error) {
	mine := answersOf(d)
	for _, r := range rows {
		var before any
		if err := json.Unmarshal(r.Before, &before); err != nil {
			return nil, nil, err
		}
		f, asked := field.Find(d.Tree.Fields, r.Path)
		had := mine[r.Path]
		_, wrong := f.Check(before)
		switch {
		case had.Version != r.Version:
			passed = append(passed, Passed{Path: r.Path, Label: f.Label, Why: PassedChanged, By: had.By})
		case !asked || wrong != nil:
			passed = append(passed, Passed{Path: r.Path, Label: f.Label, Why: PassedUnfit})
		default:
			changes = append(changes, put{had, r.Path, before})
		}
	}
	return changes, passed, nil
}
