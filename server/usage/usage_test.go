package usage

import (
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"klausul/server/agreement"
	"klausul/server/fault"
)

func TestClean(t *testing.T) {
	for name, c := range map[string]struct {
		field       Field
		value, want string
		err         *fault.Error
	}{
		"a text keeps its inside":          {LocalName, "  Æblehaven\u00a0 drift ", "Æblehaven drift", nil},
		"a long text":                      {CaseNumber, strings.Repeat("å", 201), "", ErrTooLong},
		"a text of the longest length":     {CaseNumber, strings.Repeat("å", 200), strings.Repeat("å", 200), nil},
		"Danish thousands":                 {Persons, "12.345", "12345", nil},
		"thousands with a space":           {Persons, "1 234 567", "1234567", nil},
		"no number of persons":             {Persons, "", "", nil},
		"leading zeroes":                   {Persons, "007", "7", nil},
		"a decimal":                        {Persons, "1,5", "", ErrPersons},
		"a misplaced point":                {Persons, "12.34", "", ErrPersons},
		"a negative number":                {Persons, "-1", "", ErrPersons},
		"more than there are people":       {Persons, "999999999999", "", ErrPersons},
		"a day":                            {To, "2026-11-26", "2026-11-26", nil},
		"no last day":                      {To, "", "", nil},
		"no first day":                     {From, "", "", ErrDate},
		"a day that does not exist":        {To, "2026-02-30", "", ErrDate},
		"a state":                          {Agreement, "own", "own", nil},
		"a state nobody knows":             {Agreement, "måske", "", ErrState},
		"a person by name where an id is":  {Owner, "Sara", "", ErrPerson},
		"nobody":                           {Responsible, "", "", nil},
		"a reason that is longer than 500": {Reason, strings.Repeat("x", 501), "", ErrTooLong},
	} {
		t.Run(name, func(t *testing.T) {
			got, err := c.field.clean(c.value)
			if c.err != nil {
				require.ErrorIs(t, err, c.err)
				return
			}
			require.Nil(t, err)
			require.Equal(t, c.want, got)
		})
	}
}

func TestCellAndSetAgree(t *testing.T) {
	for f, value := range map[Field]string{Agreement: "kl_kombit", Reason: "ingen persondata", LocalName: "x", LocalOwner: "y", Owner: "7",
		Responsible: "8", Persons: "9", CaseNumber: "26/1", From: "2024-01-02", To: "2026-01-02"} {
		u := Usage{State: NotNeeded}
		u.set(f, value)
		require.Equal(t, value, u.Cell(f), f)
		if f != From && f != Agreement {
			u.set(f, "")
			require.Empty(t, u.Cell(f), f)
		}
	}
	require.Len(t, Fields, 10, "a new field is written, compared and shown")
}

func ptr[T any](v T) *T { return &v }

func TestPlan(t *testing.T) {
	day := time.Date(2024, 5, 1, 0, 0, 0, 0, time.UTC)
	missing := stored{Usage: Usage{ID: 1, State: Missing, From: day, LocalName: "gammelt"}, ChangedByName: ptr("Rita")}
	notNeeded := missing
	notNeeded.State, notNeeded.Reason, notNeeded.ReasonBy, notNeeded.ReasonAt = NotNeeded, ptr("ingen data"), ptr(int64(7)), &day
	joint := missing
	joint.State = Joint
	offered := missing
	offered.State, offered.Offer = Offered, ptr(int64(3))
	noted := missing
	noted.State, noted.OwnID, noted.Plain = Own, ptr(int64(5)), true
	besides := noted
	besides.Offer = ptr(int64(3))
	registered := noted
	registered.Plain = false
	change := func(f Field, base, value string) Change { return Change{Usage: 1, Field: f, Base: base, Value: value} }
	for name, c := range map[string]struct {
		row       stored
		changes   []Change
		cells     string // "field: before > after", by "; "
		errors    string
		conflicts string
		unchanged int
	}{
		"a text":                           {missing, []Change{change(LocalName, "gammelt", "nyt")}, "localName: gammelt > nyt", "", "", 0},
		"the same text":                    {missing, []Change{change(LocalName, "noget", " gammelt ")}, "", "", "", 1},
		"a text that somebody changed":     {missing, []Change{change(LocalName, "ældre", "nyt")}, "", "", "localName: nyt | gammelt | Rita", 0},
		"one cell fails, the other stands": {missing, []Change{change(Persons, "", "mange"), change(CaseNumber, "", "26/1")}, "caseNumber:  > 26/1", "persons usage.persons", "", 0},
		"an own agreement":                 {missing, []Change{change(Agreement, "missing", "own")}, "agreement: missing > own", "", "", 0},
		"not needed without a reason":      {missing, []Change{change(Agreement, "missing", "not_needed")}, "", "agreement usage.reason_needed", "", 0},
		"not needed with a reason": {missing, []Change{change(Agreement, "missing", "not_needed"), change(Reason, "", "ingen data")},
			"agreement: missing > not_needed; reason:  > ingen data", "", "", 0},
		"a reason alone":                  {missing, []Change{change(Reason, "", "ingen data")}, "", "reason usage.reason_without", "", 0},
		"another reason":                  {notNeeded, []Change{change(Reason, "ingen data", "udfaset")}, "reason: ingen data > udfaset", "", "", 0},
		"a reason goes with its state":    {notNeeded, []Change{change(Agreement, "not_needed", "own")}, "agreement: not_needed > own; reason: ingen data > ", "", "", 0},
		"a reason does not go alone":      {notNeeded, []Change{change(Reason, "ingen data", "")}, "", "reason usage.reason_needed", "", 0},
		"the joint agreement decides":     {joint, []Change{change(Agreement, "joint", "own")}, "", "agreement usage.joint", "", 0},
		"nobody makes a joint agreement":  {missing, []Change{change(Agreement, "missing", "joint")}, "", "agreement usage.joint", "", 0},
		"an own one beside an offer":      {offered, []Change{change(Agreement, "offered", "own")}, "agreement: offered > own", "", "", 0},
		"an offer does not go away":       {offered, []Change{change(Agreement, "offered", "missing")}, "", "agreement usage.offered", "", 0},
		"nobody makes an offer":           {missing, []Change{change(Agreement, "missing", "offered")}, "", "agreement usage.offered", "", 0},
		"nor in place of an own one":      {noted, []Change{change(Agreement, "own", "offered")}, "", "agreement usage.offered", "", 0},
		"an own one leaves the offer":     {besides, []Change{change(Agreement, "own", "missing")}, "agreement: own > offered", "", "", 0},
		"an undo takes what holds":        {noted, []Change{{Usage: 1, Field: Agreement, Base: "own", Value: "offered", undo: true}}, "agreement: own > missing", "", "", 0},
		"a noted agreement is taken back": {noted, []Change{change(Agreement, "own", "missing")}, "agreement: own > missing", "", "", 0},
		"a registered one is not":         {registered, []Change{change(Agreement, "own", "missing")}, "", "agreement agreement.standing_registered", "", 0},
		"a person of the organisation":    {missing, []Change{change(Responsible, "", "7")}, "responsible:  > 7", "", "", 0},
		"a person of another":             {missing, []Change{change(Responsible, "", "9")}, "", "responsible usage.person_unknown", "", 0},
		"the end before the beginning":    {missing, []Change{change(To, "", "2024-04-30")}, "", "to usage.dates_order", "", 0},
		"the end on the first day":        {missing, []Change{change(To, "", "2024-05-01")}, "to:  > 2024-05-01", "", "", 0},
	} {
		t.Run(name, func(t *testing.T) {
			var out Outcome
			p := writer{people: map[int64]bool{7: true}}.plan(c.row, c.changes, &out)
			var cells, errs, conflicts []string
			for _, x := range p.cells {
				cells = append(cells, string(x.Field)+": "+x.Before+" > "+x.After)
			}
			for _, x := range out.Errors {
				errs = append(errs, string(x.Field)+" "+x.Code)
			}
			for _, x := range out.Conflicts {
				conflicts = append(conflicts, string(x.Field)+": "+x.Yours+" | "+x.Theirs+" | "+x.By)
			}
			require.Equal(t, c.cells, strings.Join(cells, "; "))
			require.Equal(t, c.errors, strings.Join(errs, "; "))
			require.Equal(t, c.conflicts, strings.Join(conflicts, "; "))
			require.Equal(t, c.unchanged, out.Unchanged)
		})
	}
	t.Run("a system owner gives no system away", func(t *testing.T) {
		var out Outcome
		p := writer{people: map[int64]bool{7: true}, keepsOwn: true}.plan(missing, []Change{change(Owner, "", "7"), change(CaseNumber, "", "x")}, &out)
		require.Len(t, p.cells, 1)
		require.Equal(t, ErrOwner.Code, out.Errors[0].Code)
	})
	require.Equal(t, "agreement.standing_registered", agreement.ErrStandingRegistered.Code)
}
