package member

import (
	"context"
	"encoding/json"
	"strings"
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

	"accession_answer.changed_by":    "Egne oplysninger i kommunens aftaler, som personen har skrevet",
	"accession_proposal.decided_by":  "Forslag om kommunens aftaler, som personen har afgjort",
	"accession_proposal.proposed_by": "Forslag om kommunernes aftaler, som personen har stillet",
	"accession_step.by_user":         "Trin i kommunens aftaler, som personen har taget",
	"instruction.recorded_by":        "Instrukser, som personen har skrevet ind",
	"mandate.recorded_by":            "Fuldmagter, som personen har givet",
	"mandate.revoked_by":             "Fuldmagter, som personen har taget tilbage",
	"own_agreement.created_by":       "Egne aftaler, som personen har registreret",
	"role_grant.user_id":             "Roller",
	"session.user_id":                "Sessioner og nøgler",
	"task.created_by":                "Opgaver, som personen har stillet",
	"task_ask.asked_by":              "Spørgsmål til systemejere, som personen har stillet",
	"task_ask.user_id":               "Spørgsmål til systemejere, som personen har fået",
	"task_line.done_by":              "Opgaver, som personen har afsluttet",
	"task_line.responsible_user_id":  "Opgaver, som personen er ansvarlig for",
	"template_version.added_by":      "Skabeloner, som personen har lavet",
	"usage.not_needed_by":            "Anvendelser uden aftale, som personen har begrundet",
	"usage.owner_user_id":            "Anvendelser, som personen ejer",
	"usage.responsible_user_id":      "Anvendelser, som personen er ansvarlig for",
	"mail.user_id":                   "Mails om opgaver, som personen har fået",

	"clause.changed_by":             "Bestemmelser i skabeloner, som personen har skrevet",
	"template_family.changed_by":    "Skabelonfamilier, som personen har ændret",
	"template_version.changed_by":   "Skabeloner, som personen har ændret",
	"template_version.published_by": "Skabeloner, som personen har offentliggjort",
	"template_version.reviewed_by":  "Skabeloner, som personen har gennemgået",

	"duplicate_dismissal.created_by":      "Formodede dubletter, som personen har afvist",
	"bulk_change.made_by":                 "Rettelser af mange rækker, som personen har lavet",
	"bulk_change.undone_by":               "Rettelser af mange rækker, som personen har fortrudt",
	"import.applied_by":                   "Indlæsninger, som personen har gennemført",
	"import.created_by":                   "Indlæsninger, som personen har begyndt",
	"kle_issue.imported_by":               "KLE-udgaver, som personen har indlæst",
	"policy_number.created_by":            "Regeltal, som personen har skrevet",
	"record_merge.created_by":             "Sammenlægninger, som personen har lavet",
	"record_merge.undone_by":              "Sammenlægninger, som personen har fortrudt",
	"saved_filter.user_id":                "Filtre, som personen har gemt",
	"subprocessor.created_by":             "Underdatabehandlere, som personen har skrevet",
	"system_screening.decided_by":         "Screeninger, som personen har afgjort",
	"system_vendor.recorded_by":           "Leverandørskift, som personen har skrevet",
	"template_source.created_by":          "Word-filer til skabeloner, som personen har indlæst",
	"template_source.changed_by":          "Word-filer til skabeloner, som personen har arbejdet på",
	"template_paragraph.changed_by":       "Afsnit i Word-filer, som personen har rettet",
	"agreement_comment.created_by":        "Bemærkninger til aftaleudkast, som personen har skrevet",
	"agreement_comment.resolved_by":       "Bemærkninger til aftaleudkast, som personen har afsluttet",
	"agreement_review.asked_by":           "Gennemgange af aftaleudkast, som personen har bedt om",
	"agreement_review.asked_of":           "Gennemgange af aftaleudkast, som personen er bedt om",
	"agreement_review.decided_by":         "Gennemgange af aftaleudkast, som personen har afgjort",
	"hearing.closed_by":                   "Høringer, som personen har afsluttet",
	"hearing.opened_by":                   "Høringer, som personen har sendt",
	"hearing_answer.changed_by":           "Høringssvar, som personen har skrevet",
	"hearing_party.sent_by":               "Høringssvar, som personen har sendt",
	"negotiation.changed_by":              "Forhandlinger, som personen har ændret sidst",
	"negotiation.started_by":              "Forhandlinger, som personen har begyndt",
	"negotiation_step.made_by":            "Trin i forhandlinger, som personen har taget",
	"negotiation_round.made_by":           "Runder i forhandlinger, som personen har sendt eller taget ind",
	"negotiation_verdict.decided_by":      "Ændringer i forhandlinger, som personen har afgjort",
	"negotiated_clause.decided_by":        "Aftalte formuleringer, som personen har besluttet",
	"negotiation_entry.made_by":           "Notater og mails i forhandlinger, som personen har lagt ind",
	"negotiation_entry.done_by":           "Næste skridt i forhandlinger, som personen har afsluttet",
	"negotiation_paper.made_by":           "Leverandørers egne tekster, som personen har taget ind",
	"negotiation_paper_entry.assessed_by": "Vurderinger af leverandørers egne tekster, som personen har foretaget",
	"precedent.decided_by":                "Tidligere afgørelser i forhandlinger, som personen har truffet",
	"position.changed_by":                 "Forhandlingspositioner, som personen har ændret sidst",
	"upload.user_id":                      "Filer, som personen er ved at lægge ind",
	"usage.changed_by":                    "Anvendelser, som personen har ændret sidst",
	"usage_change.made_by":                "Rettelser, som personen har lavet",
	"usage_change.undone_by":              "Rettelser, som personen har fortrudt",
	"vendor_contact.created_by":           "Kontakter, som personen har skrevet",
	"vendor_contact.email":                "Kontakter hos leverandører med personens adresse",
}

// texts are the words for tables with text in which somebody can be named.
var texts = map[string]string{
	"access_review_line":      "Linjer i adgangsgennemgange",
	"accession":               "Kommunernes aftaler",
	"accession_document":      "Kommunernes aftaledokumenter",
	"accession_answer":        "Kommunernes egne oplysninger i aftaler",
	"accession_proposal":      "Forslag til kommunerne om deres aftaler",
	"accession_step":          "Forløbet af kommunernes aftaler",
	"authorised_subprocessor": "Godkendte underdatabehandlere",
	"instruction":             "Instrukser efter indgåelsen",
	"mandate":                 "Fuldmagter til sekretariatet",
	"agreement":               "Fælles databehandleraftaler",
	"agreement_version":       "Versioner af fælles databehandleraftaler",
	"answer":                  "Svar i fælles databehandleraftaler",
	"answer_copy":             "Kopierede svar i fælles databehandleraftaler",
	"app_user":                "Brugere",
	"audit_event":             "Hændelser i sporet",
	"batch":                   "Kørsler",
	"batch_item":              "Linjer i kørsler",
	"bulk_change":             "Rettelser af mange rækker",
	"choice":                  "Valglister",
	"clause":                  "Bestemmelser i skabeloner",
	"dpf_certification":       "DPF-certificeringer",
	"duplicate_dismissal":     "Afviste dubletter",
	"duplicate_suspect":       "Formodede dubletter",
	"erasure":                 "Anonymiseringer og sletninger",
	"figure":                  "Nøgletal",
	"import":                  "Indlæsninger",
	"import_mapping":          "Kolonnevalg ved indlæsning",
	"import_row":              "Linjer i indlæste lister",
	"issuer_binding":          "Organisationernes loginudbydere",
	"it_system":               "Systemer",
	"kle":                     "KLE-emner",
	"kle_issue":               "KLE-udgaver",
	"merge_step":              "Hvad sammenlægninger har rettet",
	"organisation":            "Organisationer",
	"organisation_fact":       "Tidligere og kommende adresser",
	"organisation_setting":    "Organisationernes arbejdsgange",
	"organisation_successor":  "Efterfølgere",
	"own_agreement":           "Egne aftaler",
	"person_rule":             "Regler om personer",
	"policy_number":           "Regeltal",
	"record_merge":            "Sammenlægninger",
	"role_grant":              "Roller",
	"position":                "Forhandlingspositioner",
	"saved_filter":            "Gemte filtre",
	"session":                 "Sessioner og nøgler",
	"stored_file":             "Filer (navne og typer, ikke indhold)",
	"subprocessor":            "Underdatabehandlere",
	"system_kle":              "Systemernes KLE-emner",
	"system_profile":          "Systemernes oplysninger",
	"system_screening":        "Screeninger af systemer",
	"task":                    "Opgaver",
	"task_ask":                "Spørgsmål til systemejere og deres svar",
	"task_line":               "Organisationernes opgaver",
	"template_source":         "Word-filer til skabeloner",
	"template_paragraph":      "Afsnit i Word-filer til skabeloner",
	"template_family":         "Skabelonfamilier",
	"template_version":        "Skabeloner",
	"territory":               "Lande og afgørelser om dem",
	"upload":                  "Filer på vej ind",
	"usage":                   "Anvendelser, også lokal ejer",
	"usage_change":            "Rettelser af anvendelser",
	"vendor":                  "Leverandører",
	"vendor_contact":          "Kontakter hos leverandører",
	"vendor_name":             "Leverandørers tidligere navne",
	"mail":                    "Mails om opgaver",
	"agreement_comment":       "Bemærkninger til aftaleudkast",
	"agreement_review":        "Gennemgange af aftaleudkast",
	"hearing":                 "Høringer",
	"hearing_answer":          "Høringssvar",
	"negotiation":             "Forhandlinger",
	"negotiation_step":        "Trin i forhandlinger",
	"negotiation_round":       "Runder i forhandlinger",
	"negotiation_change":      "Ændringer i forhandlinger",
	"negotiation_verdict":     "Afgørelser i forhandlinger",
	"negotiated_clause":       "Aftalte formuleringer",
	"negotiation_entry":       "Notater og mails i forhandlinger",
	"negotiation_paper":       "Leverandørers egne tekster",
	"negotiation_paper_entry": "Vurderinger af leverandørers egne tekster",
	"precedent":               "Tidligere afgørelser i forhandlinger",
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
	User   int64     `json:"user,omitempty"`
	Email  string    `json:"email,omitempty"`
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
		if h.Places, err = gather(tx, "select place, field, held from person_holdings($1)", user); err == nil && len(h.Places) == 0 {
			err = fault.ErrNotFound
		}
		tx.Record("user", user, scope.Own(), nil, map[string]any{"places": len(h.Places), "rows": h.Rows()})
		return err
	})
	return h, err
}

// ErrNamePart is a name that would find other people too.
var ErrNamePart = fault.New(fault.Invalid, "person.name_part")

// DiscloseAny is Disclose for whoever has the address, a user or not: a contact at a
// vendor, somebody whom a municipality names in a text. A name, if one is given, finds
// also where no address stands. The trail holds how much was found, not of whom. It
// refuses with ErrNamePart or fault.ErrNotFound.
func (u *Users) DiscloseAny(ctx context.Context, scope access.Scope, email, name string) (h Held, err error) {
	email, name = strings.TrimSpace(email), strings.Join(strings.Fields(name), " ")
	if name != "" && !strings.Contains(name, " ") {
		return h, ErrNamePart.At(fault.Field{Pointer: "/name", Code: "person.name_part"})
	}
	err = u.db.Write(ctx, scope, "person.disclose_any", func(tx *storage.Tx) error {
		h = Held{Email: email, Name: name, At: tx.Now()}
		if h.Places, err = gather(tx, "select place, field, held from address_holdings($1, $2)", email, name); err == nil && len(h.Places) == 0 {
			err = fault.ErrNotFound
		}
		for i, p := range h.Places {
			if w := texts[p.Table]; w != "" && places[p.Table+"."+p.Field] == "" {
				h.Places[i].Word = w
			}
		}
		tx.Record("person", "", 0, nil, map[string]any{"places": len(h.Places), "rows": h.Rows()})
		return err
	})
	return h, err
}

// gather reads what a function of holdings returns: first a place, then its rows. A place
// may come twice, and a row that is there is not said again.
func gather(tx *storage.Tx, sql string, args ...any) ([]Place, error) {
	found, err := storage.All[struct {
		Table string          `db:"place"`
		Field string          `db:"field"`
		Row   json.RawMessage `db:"held"`
	}](tx, sql, args...)
	var all []Place
	at, said := map[string]int{}, map[string]bool{}
	for _, f := range found {
		key := f.Table + "." + f.Field
		if _, ok := at[key]; !ok {
			at[key] = len(all)
			all = append(all, Place{Table: f.Table, Field: f.Field, Word: placeWord(f.Table, f.Field), Rows: []json.RawMessage{}})
		}
		if row := key + string(f.Row); f.Row != nil && !said[row] {
			said[row] = true
			all[at[key]].Rows = append(all[at[key]].Rows, f.Row)
		}
	}
	return all, err
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

// EraseContacts takes what the audit trail keeps of vendors' contacts that were removed
// longer ago than the rule says. The vendor's trail keeps that it was done.
func (u *Users) EraseContacts(ctx context.Context) error {
	return u.db.Write(ctx, access.System("contact.erase"), "contact.erase", func(tx *storage.Tx) error {
		tx.Continues() // a day with nobody leaves no row
		gone, err := storage.All[struct {
			Vendor  string `db:"vendor_id"`
			Entries int    `db:"entries"`
		}](tx, "select vendor_id, entries from erase_contacts()")
		for _, g := range gone {
			tx.Record("vendor", g.Vendor, 0, nil, map[string]any{"erasedValues": g.Entries})
		}
		return err
	})
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
