package member

import (
	"context"
	"encoding/json"
	"time"

	"klausul/server/access"
	"klausul/server/fault"
	"klausul/server/storage"
)

// places are the words for where somebody can stand. The database finds the places by
// itself, from its catalogue; a test fails for one without a word, so that each new one
// is thought about: is it held of the person, and does it move when the person leaves?
var places = map[string]string{
	"access_review.done_by":             "Adgangsgennemgange, som personen har afsluttet",
	"access_review_line.decided_by":     "Roller, som personen har gennemgået",
	"agreement.created_by":              "Fælles databehandleraftaler, som personen har oprettet",
	"agreement_version.changed_by":      "Versioner, som personen har ændret",
	"agreement_version.offered_by":      "Versioner, som personen har frigivet",
	"answer.changed_by":                 "Svar, som personen har skrevet",
	"app_user.email":                    "Brugeren",
	"app_user.id":                       "Brugeren",
	"audit_event.actor_id":              "Hændelser, som personen har udført",
	"audit_event.record_id":             "Hændelser om personen",
	"audit_value.value":                 "Værdier i sporet, der nævner personen",
	"batch.created_by":                  "Kørsler, som personen har sat i gang",
	"erasure.user_id":                   "Anonymisering af personen",
	"invitation.user_id":                "Invitationer",
	"organisation.mail":                 "Hovedpostkasser med personens adresse",
	"organisation_fact.created_by":      "Adresser, som personen har skrevet",
	"organisation_fact.mail":            "Tidligere og kommende hovedpostkasser med personens adresse",
	"organisation_setting.changed_by":   "Arbejdsgange, som personen har valgt",
	"organisation_successor.created_by": "Efterfølgere, som personen har registreret",

	"organisation_setting.default_responsible": "Organisationer, hvor personen er ansvarlig som standard",

	"own_agreement.created_by":  "Egne aftaler, som personen har registreret",
	"role_grant.user_id":        "Roller",
	"session.user_id":           "Sessioner og nøgler",
	"stored_file.created_by":    "Filer, som personen har lagt ind",
	"template_version.added_by": "Skabeloner, som personen har indlæst",
	"usage.not_needed_by":       "Anvendelser uden aftale, som personen har begrundet",
	"usage.owner_user_id":       "Anvendelser, som personen ejer",
	"usage.responsible_user_id": "Anvendelser, som personen er ansvarlig for",

	"duplicate_dismissal.created_by": "Formodede dubletter, som personen har afvist",
	"import.applied_by":              "Indlæsninger, som personen har gennemført",
	"import.created_by":              "Indlæsninger, som personen har begyndt",
	"import_mapping.changed_by":      "Kolonnevalg, som personen har gemt",
	"kle_issue.imported_by":          "KLE-udgaver, som personen har indlæst",
	"policy_number.created_by":       "Regeltal, som personen har skrevet",
	"record_merge.created_by":        "Sammenlægninger, som personen har lavet",
	"record_merge.undone_by":         "Sammenlægninger, som personen har fortrudt",
	"saved_filter.user_id":           "Filtre, som personen har gemt",
	"subprocessor.created_by":        "Underdatabehandlere, som personen har skrevet",
	"system_screening.decided_by":    "Screeninger, som personen har afgjort",
	"system_vendor.recorded_by":      "Leverandørskift, som personen har skrevet",
	"upload.user_id":                 "Filer, som personen er ved at lægge ind",
	"usage.changed_by":               "Anvendelser, som personen har ændret sidst",
	"usage_change.made_by":           "Rettelser, som personen har lavet",
	"usage_change.undone_by":         "Rettelser, som personen har fortrudt",
	"vendor_contact.created_by":      "Kontakter, som personen har skrevet",
	"vendor_contact.email":           "Kontakter hos leverandører med personens adresse",
}

// Place is somewhere a person can stand, and what was found there.
type Place struct {
	Table string            `json:"table"`
	Field string            `json:"field"`
	Word  string            `json:"place"`
	Rows  []json.RawMessage `json:"rows"`
}

// Held is everything held about a person, place by place, also those with nothing.
type Held struct {
	User   int64     `json:"user"`
	Name   string    `json:"name"`
	At     time.Time `json:"at"`
	Places []Place   `json:"places"`
}

// Rows counts what was found.
func (h Held) Rows() (n int) {
	for _, p := range h.Places {
		n += len(p.Rows)
	}
	return n
}

// Disclose gathers everything held about a person, for the right of access (GDPR article
// 15), and leaves that it was done. A contact person gets what the own organisation
// holds of somebody who has or had a role there. It refuses with fault.ErrNotFound.
func (u *Users) Disclose(ctx context.Context, scope access.Scope, user int64) (h Held, err error) {
	person, err := u.Get(ctx, scope, user)
	if err != nil {
		return h, err
	}
	err = u.db.Write(ctx, scope, "person.disclose", func(tx *storage.Tx) error {
		h = Held{User: user, Name: person.Name, At: tx.Now()}
		found, err := storage.All[struct {
			Table string          `db:"place"`
			Field string          `db:"field"`
			Row   json.RawMessage `db:"held"`
		}](tx, "select place, field, held from person_holdings($1)", user)
		if err == nil && len(found) == 0 {
			err = fault.ErrNotFound
		}
		for _, f := range found {
			if f.Row == nil {
				h.Places = append(h.Places, Place{Table: f.Table, Field: f.Field, Word: placeWord(f.Table, f.Field), Rows: []json.RawMessage{}})
				continue
			}
			last := &h.Places[len(h.Places)-1]
			last.Rows = append(last.Rows, f.Row)
		}
		tx.Record("user", user, scope.Own(), nil, map[string]any{"places": len(h.Places), "rows": h.Rows()})
		return err
	})
	return h, err
}

func placeWord(table, field string) string {
	if w, ok := places[table+"."+field]; ok {
		return w
	}
	return table + "." + field
}

// Rule is a number that erasing and reviewing stand on, from a day on, with its source.
type Rule struct {
	Key         string    `db:"key"`
	From        time.Time `db:"from_date"`
	Amount      int       `db:"amount"`
	Unit        string    `db:"unit"`
	Source      string    `db:"source"`
	Unconfirmed bool      `db:"unconfirmed"`
}

// Rules lists the numbers, newest first within each.
func (u *Users) Rules(ctx context.Context, scope access.Scope) ([]Rule, error) {
	return storage.Select[Rule](ctx, u.db, scope, storage.List("select key, from_date, amount, unit, source, unconfirmed from person_rule").Last("order by key, from_date desc"))
}

// Erasure is one entry of the log: what a rule erased, when.
type Erasure struct {
	ID       int64     `db:"id"`
	Rule     string    `db:"rule"`
	RuleFrom time.Time `db:"rule_from"`
	User     *int64    `db:"user_id"`
	What     string    `db:"what"`
	Entries  int       `db:"entries"`
	At       time.Time `db:"at"`
}

// Erasures is the log, newest first; erasure_pkey serves it.
func (u *Users) Erasures(ctx context.Context, scope access.Scope, p storage.Page) ([]Erasure, string, error) {
	p.Sort = "-number"
	rows, err := storage.Select[Erasure](ctx, u.db, scope, storage.List("select id, rule, rule_from, user_id, what, entries, at from erasure").
		Page(map[string]storage.Order{"number": {By: "id", Type: "bigint", ID: "id"}}, p))
	if err != nil {
		return nil, "", err
	}
	rows, next := storage.Cut(rows, p, func(e Erasure) (string, int64) { return storage.Key(p, map[string]any{"number": e.ID}), e.ID })
	return rows, next, nil
}

// Anonymise takes name, mail and identity from everybody who left longer ago than the
// rule says. The audit trail keeps the number; the values apart from it go.
func (u *Users) Anonymise(ctx context.Context) error {
	return u.db.Write(ctx, access.System("person.anonymise"), "person.anonymise", func(tx *storage.Tx) error {
		tx.Continues() // a day with nobody leaves no row
		gone, err := storage.All[struct {
			User    int64 `db:"user_id"`
			Entries int   `db:"entries"`
		}](tx, "select user_id, entries from anonymise_people()")
		for _, g := range gone {
			tx.Record("user", g.User, 0, nil, map[string]any{"erasedValues": g.Entries})
		}
		return err
	})
}
