package agreement

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"time"

	"klausul/server/access"
	"klausul/server/clause"
	"klausul/server/fault"
	"klausul/server/field"
	"klausul/server/storage"
)

// ErrAgreed refuses to write in a text that the parties have agreed on.
var ErrAgreed = fault.New(fault.Conflict, "agreement.agreed")

// ErrNegotiating refuses to release a text that goes back and forth with the vendor, or to
// put it on another template.
var ErrNegotiating = fault.New(fault.Conflict, "agreement.negotiating")

// negotiating refuses with ErrNegotiating.
func negotiating(tx *storage.Tx, version int64) error {
	_, found, err := storage.Find[struct {
		ID int64 `db:"id"`
	}](tx, "select id from negotiation where agreement_version_id = $1 and stage in ('running', 'paused')", version)
	if err == nil && found {
		err = ErrNegotiating
	}
	return err
}

// NegotiatedKind is what became of a clause.
type NegotiatedKind string

// The kinds. A clause that is gone keeps its number and says so.
const (
	NegotiatedChanged NegotiatedKind = "changed"
	NegotiatedNew     NegotiatedKind = "new"
	NegotiatedGone    NegotiatedKind = "gone"
)

// Negotiated is a clause whose wording was agreed otherwise than the template has it: a
// deviation (fravigelse) when it touches standard text (design §1.3).
type Negotiated struct {
	Key       string          `db:"clause_key"`
	After     string          `db:"after_key"` // the clause that one of no place in the template follows
	Raw       json.RawMessage `db:"clause"`
	Clause    clause.Clause   `db:"-"`
	Heading   string          `db:"-"` // what it stands under, as Deviations tells
	Kind      NegotiatedKind  `db:"kind"`
	Was       string          `db:"before"`
	Is        string          `db:"after"`
	Touched   bool            `db:"touched"`
	Reason    string          `db:"reason"`
	Round     *int64          `db:"round_id"`
	DecidedAt time.Time       `db:"decided_at"`
	DecidedBy string          `db:"decided_by"`
}

// negotiated gives reasons, and who decided, to the secretariat alone: no other login may read them.
func negotiated(tx *storage.Tx, version int64) ([]Negotiated, error) {
	why := "'' as reason, '' as decided_by from negotiated_clause c"
	if tx.Scope().Login() == access.LoginOffice {
		why = "c.reason, coalesce(u.name, '') as decided_by from negotiated_clause c left join app_user u on u.id = c.decided_by"
	}
	rows, err := storage.All[Negotiated](tx, `select c.clause_key, c.after_key, c.clause, c.kind, c.before, c.after, c.touched, c.round_id, c.decided_at, `+why+` where c.agreement_version_id = $1`, version)
	slices.SortFunc(rows, func(a, b Negotiated) int { return strings.Compare(a.Key, b.Key) })
	for i := range rows {
		if err := json.Unmarshal(rows[i].Raw, &rows[i].Clause); err != nil {
			return nil, fmt.Errorf("read the negotiated clause %s of version %d: %w", rows[i].Key, version, err)
		}
	}
	return rows, err
}

// WithNegotiated puts what was agreed in the place of what the template has: clauses that
// have their place first, then those that follow another. The tree that is given stays as it
// is: it is shared by all readers of the template.
func WithNegotiated(tree []clause.Clause, rows []Negotiated) []clause.Clause {
	tree, _ = placed(tree, rows)
	return tree
}

// placed also gives the keys of those whose place is not in the tree: they stand last.
func placed(tree []clause.Clause, rows []Negotiated) (_ []clause.Clause, adrift []string) {
	if len(rows) == 0 {
		return tree, nil
	}
	tree = slices.Clone(tree)
	find := func(key string) int {
		return slices.IndexFunc(tree, func(c clause.Clause) bool { return c.Key == key })
	}
	var follow []Negotiated
	for _, n := range rows {
		if at := find(n.Key); at >= 0 && n.After == "" {
			tree[at] = n.Clause
			continue
		}
		follow = append(follow, n)
	}
	for len(follow) > 0 {
		waits := func(key string) bool {
			return slices.ContainsFunc(follow, func(n Negotiated) bool { return n.Key == key })
		}
		i := slices.IndexFunc(follow, func(n Negotiated) bool { return find(n.After) >= 0 && !waits(n.After) })
		if i < 0 { // two that follow each other: one of them goes first
			i = slices.IndexFunc(follow, func(n Negotiated) bool { return find(n.After) >= 0 && n.After != n.Key })
		}
		if i < 0 { // what it followed is not there any more: lost it must not be
			for _, n := range follow {
				tree = append(slices.DeleteFunc(tree, func(c clause.Clause) bool { return c.Key == n.Key }), n.Clause)
				adrift = append(adrift, n.Key)
			}
			break
		}
		n := follow[i]
		follow = slices.Delete(follow, i, i+1)
		tree = slices.DeleteFunc(tree, func(c clause.Clause) bool { return c.Key == n.Key })
		tree = slices.Insert(tree, find(n.After)+1, n.Clause)
	}
	return tree, adrift
}

// LoadDraft reads an agreement with its text, for a negotiation. It refuses with fault.ErrNotFound.
func LoadDraft(tx *storage.Tx, id int64) (Detail, error) { return load(tx, id) }

// LoadVersion reads one version, whatever came after it. It refuses with fault.ErrNotFound.
func LoadVersion(tx *storage.Tx, version int64) (Detail, error) { return versionDetail(tx, version) }

// Negotiate writes what a round decided into a draft: answers by path, and clauses that read
// otherwise than the template. One whose wording is the template's again is passed with an
// empty kind. It refuses with ErrOffered, ErrAgreed, field.ErrUnknown or field.ErrValue.
func Negotiate(tx *storage.Tx, d Detail, answers field.Values, clauses []Negotiated) error {
	if len(answers) == 0 && len(clauses) == 0 {
		return nil
	}
	at, err := change(tx, d.VersionID)
	if err != nil {
		return err
	}
	place := draftPlace(d.ID, d.VersionID, at)
	for path, value := range answers {
		f, asked := field.Find(d.Tree.Fields, path)
		if !asked || f.Local {
			return field.ErrUnknown.At(fault.Field{Pointer: "/answers/" + path, Code: "field.unknown"})
		}
		i := slices.IndexFunc(d.Answers, func(a Answer) bool { return a.Path == path })
		base := 0
		if i >= 0 {
			base = d.Answers[i].Version
		}
		if _, err := place.save(tx, f, base, value); err != nil {
			return err
		}
	}
	for _, n := range clauses {
		if err := putNegotiated(tx, d.VersionID, n); err != nil {
			return err
		}
		tx.Record("agreement", d.ID, 0, map[string]any{"clause": n.Key, "text": n.Was}, map[string]any{"clause": n.Key, "text": n.Is, "reason": n.Reason})
	}
	return nil
}

func putNegotiated(tx *storage.Tx, version int64, n Negotiated) error {
	if n.Kind == "" {
		_, err := tx.Pgx().Exec(tx.Context(), "delete from negotiated_clause where agreement_version_id = $1 and clause_key = $2", version, n.Key)
		return err
	}
	raw, err := json.Marshal(n.Clause)
	if err != nil {
		return err
	}
	_, err = tx.Pgx().Exec(tx.Context(), `insert into negotiated_clause (agreement_version_id, clause_key, after_key, clause, kind, before, after, touched, reason, round_id, decided_at, decided_by)
		values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12) on conflict (agreement_version_id, clause_key) do update set after_key = excluded.after_key, clause = excluded.clause,
		kind = excluded.kind, after = excluded.after, touched = excluded.touched, reason = excluded.reason, round_id = excluded.round_id, decided_at = excluded.decided_at, decided_by = excluded.decided_by`,
		version, n.Key, n.After, raw, n.Kind, n.Was, n.Is, n.Touched, n.Reason, n.Round, tx.Now(), tx.Scope().Actor().User)
	return err
}
