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
	return []table{successors, settings}
}
