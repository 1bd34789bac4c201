package seed

import "time"

// peopleTables are the succession of the former member and what Viborg has decided about
// its own work.
func (r *register) peopleTables() []table {
	viborg, lawyer := r.organisation("Viborg Kommune").id, r.person("jurist")
	former, joint := r.organisations[len(r.organisations)-2], r.organisations[len(r.organisations)-1]
	successors := table{name: "organisation_successor", columns: []string{"organisation_id", "successor_id", "from_date", "kind", "organisation_name", "successor_name", "created_at", "created_by"},
		rows: [][]any{{former.id, joint.id, day(2025, 1, 1), "merger", former.name, joint.name, day(2024, 12, 2).Add(9 * time.Hour), lawyer}}}
	settings := table{name: "organisation_setting", columns: []string{"organisation_id", "default_responsible", "deciders", "changed_at", "changed_by"},
		rows: [][]any{{viborg, r.person("kontakt-viborg"), "owner_too", day(2025, 3, 12).Add(10 * time.Hour), r.person("kontakt-viborg")}}}
	return append([]table{successors, settings}, r.reviewTables()...)
}

// reviewTables are the last access reviews: Viborg's is late, Randers' and the secretariat's are done.
func (r *register) reviewTables() []table {
	viborg, randers := r.organisation("Viborg Kommune").id, r.organisation("Randers Kommune").id
	reviews := table{name: "access_review", columns: []string{"id", "organisation_id", "opened_on", "due_on", "done_at", "done_by", "created_at"}}
	lines := table{name: "access_review_line", columns: []string{"review_id", "grant_id", "organisation_id", "verdict", "decided_at", "decided_by"}}
	for i, v := range []struct {
		organisation int32 // 0: the secretariat
		opened       time.Time
		by           string // empty: nobody yet
	}{{viborg, day(2026, 10, 20), ""}, {randers, day(2026, 3, 2), "kontakt-randers"}, {0, day(2026, 2, 2), "admin"}} {
		var of *int32
		var done, by, verdict any
		if v.organisation != 0 {
			of = &v.organisation
		}
		if v.by != "" {
			done, by, verdict = v.opened.AddDate(0, 0, 7).Add(9*time.Hour), r.person(v.by), "keep"
		}
		reviews.rows = append(reviews.rows, []any{int64(i + 1), of, v.opened, v.opened.AddDate(0, 0, 30), done, by, v.opened.Add(time.Hour)})
		for _, p := range r.people {
			for _, g := range p.grants {
				if g.organisation == nil && of == nil || g.organisation != nil && of != nil && *g.organisation == *of {
					lines.rows = append(lines.rows, []any{int64(i + 1), g.id, of, verdict, done, by})
				}
			}
		}
	}
	return []table{reviews, lines}
}
