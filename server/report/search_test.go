package report_test

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"

	"klausul/server/access"
	"klausul/server/report"
	"klausul/server/storage/storagetest"
	"klausul/server/task"
)

func TestSearchBox(t *testing.T) {
	t.Parallel()
	e := storagetest.New(t)
	s := report.New(e.Store, task.New(e.Store))
	viborg, randers := e.Member("Viborg Kommune"), e.Member("Randers Kommune")
	care, before, pay := e.Vendor("Omsorg A/S"), e.Vendor("Ældrepleje Data ApS"), e.Vendor("Lønsystemer og omsorg A/S")
	e.Exec("update vendor set merged_into = $1, cvr = '29189846' where id = $2", care, before)
	journal := e.System(care, "Omsorgsjournalen")
	e.Exec("update it_system set kitos_uuid = 'a1b2c3d4-0000-4000-8000-000000000001', number = 4711 where id = $1", journal)
	e.Exec("update vendor set number = 1777 where id = $1", pay)
	e.Offered(care, "Databehandleraftale om journal", "", journal)
	e.Usage(viborg, journal)
	e.Exec("update usage set local_name = 'Sundhedsbogen'")
	e.Exec("insert into own_agreement (organisation_id, vendor_id, title, case_number) values ($1, $2, 'Vores egen aftale', '23-0042')", viborg, pay)
	e.User("Uden Rolle")
	e.Exec("insert into vendor_name (vendor_id, name, to_date) values ($1, 'Sparegrisen Løn ApS', '2023-12-31')", pay)
	member, neighbour, office := e.Scope(access.ContactPerson, viborg), e.Scope(access.ContactPerson, randers), e.Scope(access.Lawyer, 0)

	for name, c := range map[string]struct {
		scope access.Scope
		typed string
		want  []string
	}{
		"the name itself, then its beginning, then from the inside": {office, "omsorg", []string{"vendor Omsorg A/S", "vendor Lønsystemer og omsorg A/S", "system Omsorgsjournalen", "agreement Databehandleraftale om journal", "own_agreement Vores egen aftale"}},

		"a compound from the inside":                {member, "aftale", []string{"agreement Databehandleraftale om journal", "own_agreement Vores egen aftale"}},
		"a CVR with blanks, of one that was merged": {office, "29 18 98 46", []string{"vendor Omsorg A/S (Ældrepleje Data ApS)"}},
		"the name of one that was merged":           {member, "ældrepleje", []string{"vendor Omsorg A/S (Ældrepleje Data ApS)"}},
		"a legal name of before":                    {member, "sparegris", []string{"vendor Lønsystemer og omsorg A/S (Sparegrisen Løn ApS)"}},
		"a member's own agreement, for the office":  {office, "vores egen", []string{"own_agreement Vores egen aftale"}},
		"our number of a vendor":                    {member, "1777", []string{"vendor Lønsystemer og omsorg A/S"}},
		"our number of a system":                    {member, "4711", []string{"system Omsorgsjournalen"}},
		"a KITOS uuid":                              {member, "A1B2C3D4-0000-4000-8000-000000000001", []string{"system Omsorgsjournalen"}},
		"what we call it ourselves":                 {member, "sundhedsb", []string{"system Omsorgsjournalen (Sundhedsbogen)"}},
		"not what the neighbour calls it":           {neighbour, "sundhedsb", nil},
		"our own agreement by its case number":      {member, "23-0042", []string{"own_agreement Vores egen aftale"}},
		"not the neighbour's":                       {neighbour, "23-0042", nil},
		"an agreement by its number":                {member, "dba-0001", []string{"agreement Databehandleraftale om journal"}},
		"a municipality, for the office":            {office, "viborg", []string{"organisation Viborg Kommune"}},
		"what is typed is meant literally":          {office, "%%", nil},
		"a colleague":                               {member, member.Actor().Name, []string{"person " + member.Actor().Name}},
		"not the neighbour's people":                {neighbour, member.Actor().Name, nil},
		"nor who has no role here":                  {member, "Uden Rolle", nil},
	} {
		t.Run(name, func(t *testing.T) {
			hits, err := s.Search(t.Context(), c.scope, c.typed, true)
			require.NoError(t, err)
			var got []string
			for _, h := range hits {
				line := h.Kind + " " + h.Title
				if h.Was != "" {
					line += fmt.Sprintf(" (%s)", h.Was)
				}
				require.False(t, h.Similar())
				got = append(got, line)
			}
			require.Equal(t, c.want, got)
		})
	}
	hits, err := s.Search(t.Context(), member, "omsorgsjurnalen", true)
	require.NoError(t, err)
	require.NotEmpty(t, hits, "a slip of the finger")
	require.True(t, hits[0].Similar())
	require.Contains(t, hits, report.Hit{Kind: "system", ID: 4711, Title: "Omsorgsjournalen", Hint: "Omsorg A/S", Rank: 3})
	hits, err = s.Search(t.Context(), member, member.Actor().Name, false)
	require.NoError(t, err)
	require.Empty(t, hits, "people are for roles that may see them")
}
