package vendor_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"klausul/server/fault"
	"klausul/server/field"
	"klausul/server/vendor"
)

func day(d string) time.Time {
	t, err := time.Parse(time.DateOnly, d)
	if err != nil {
		panic(err)
	}
	return t
}

func until(d string) *time.Time {
	t := day(d)
	return &t
}

var law = []vendor.Territory{
	{Code: "DK", Kind: "eea", Scope: "all", From: day("2018-05-25")},
	{Code: "IE", Kind: "eea", Scope: "all", From: day("2018-05-25")},
	{Code: "GB", Kind: "eea", Scope: "all", From: day("2018-05-25"), To: until("2021-06-27")},
	{Code: "GB", Kind: "adequacy", Scope: "all", From: day("2021-06-28"), To: until("2031-12-27"), Decision: "2021/1772", Unconfirmed: true},
	{Code: "US", Kind: "adequacy", Scope: "dpf", From: day("2023-07-10"), Decision: "2023/1795"},
	{Code: "CA", Kind: "adequacy", Scope: "commercial", From: day("2001-12-20")},
}

func TestTransfer(t *testing.T) {
	company, authority, certified := vendor.Recipient{Commercial: true}, vendor.Recipient{}, vendor.Recipient{Commercial: true, Certified: true}
	for name, c := range map[string]struct {
		places []string
		basis  vendor.Basis
		who    vendor.Recipient
		on     string
		want   vendor.Status
	}{
		"inside the EEA":                              {[]string{"DK", "IE"}, vendor.BasisNone, company, "2026-01-01", vendor.InEEA},
		"nobody has said where":                       {nil, vendor.BasisEEA, company, "2026-01-01", vendor.Unknown},
		"adequacy is a third country with a basis":    {[]string{"DK", "GB"}, vendor.BasisEEA, company, "2026-01-01", vendor.Adequate},
		"the same place while it was in the EEA":      {[]string{"GB"}, vendor.BasisNone, company, "2021-06-27", vendor.InEEA},
		"the day after the decision ends":             {[]string{"GB"}, vendor.BasisAdequacy, company, "2031-12-28", vendor.NoBasis},
		"the United States, certified":                {[]string{"US"}, vendor.BasisDPF, certified, "2026-01-01", vendor.Adequate},
		"the United States, saying so only":           {[]string{"US"}, vendor.BasisDPF, company, "2026-01-01", vendor.NoBasis},
		"the United States, on standard clauses":      {[]string{"US"}, vendor.BasisSCC, company, "2026-01-01", vendor.Safeguarded},
		"the United States before the decision":       {[]string{"US"}, vendor.BasisDPF, certified, "2023-07-09", vendor.NoBasis},
		"Canada, a company":                           {[]string{"CA"}, vendor.BasisAdequacy, company, "2026-01-01", vendor.Adequate},
		"Canada, an authority":                        {[]string{"CA"}, vendor.BasisAdequacy, authority, "2026-01-01", vendor.NoBasis},
		"India on nothing":                            {[]string{"IN"}, vendor.BasisNone, company, "2026-01-01", vendor.NoBasis},
		"India, where adequacy is only said":          {[]string{"IN"}, vendor.BasisAdequacy, company, "2026-01-01", vendor.NoBasis},
		"India in the EEA, as somebody wrote":         {[]string{"IN"}, vendor.BasisEEA, company, "2026-01-01", vendor.NoBasis},
		"India on binding rules":                      {[]string{"IN"}, vendor.BasisBCR, company, "2026-01-01", vendor.Safeguarded},
		"the worst place decides":                     {[]string{"DK", "GB", "IN"}, vendor.BasisNone, company, "2026-01-01", vendor.NoBasis},
		"a basis for the worst leaves it safeguarded": {[]string{"DK", "GB", "IN"}, vendor.BasisSCC, company, "2026-01-01", vendor.Safeguarded},
	} {
		t.Run(name, func(t *testing.T) {
			got, verdicts := vendor.Transfer(c.places, c.basis, c.who, law, day(c.on))
			require.Equal(t, c.want, got)
			require.Len(t, verdicts, len(c.places))
		})
	}
	_, verdicts := vendor.Transfer([]string{"GB"}, vendor.BasisNone, company, law, day("2026-01-01"))
	require.Equal(t, []vendor.Verdict{{Place: "GB", Status: vendor.Adequate, Decision: "2021/1772", Scope: "all", Unconfirmed: true}}, verdicts)
}

func TestClean(t *testing.T) {
	good := vendor.Particulars{Name: " Åhavn  A/S ", CVR: "29 18 98 46", Country: "dk"}
	p, err := good.Clean()
	require.NoError(t, err)
	require.Equal(t, vendor.Particulars{Name: "Åhavn A/S", CVR: "29189846", Country: "DK"}, p)
	for name, c := range map[string]struct {
		in      vendor.Particulars
		refusal error
		pointer string
	}{
		"no name":                    {vendor.Particulars{CVR: "29189846", Country: "DK"}, vendor.ErrIncomplete, "/name"},
		"no CVR":                     {vendor.Particulars{Name: "A", Country: "DK", ForeignNumber: "1"}, vendor.ErrIncomplete, "/cvr"},
		"wrong CVR":                  {vendor.Particulars{Name: "A", Country: "DK", CVR: "29189446"}, field.ErrCVR, "/cvr"},
		"foreign without a number":   {vendor.Particulars{Name: "A", Country: "SE", CVR: "29189846"}, vendor.ErrIncomplete, "/foreignNumber"},
		"no such country":            {vendor.Particulars{Name: "A", Country: "QQ", ForeignNumber: "1"}, vendor.ErrIncomplete, "/country"},
		"the EU is no vendor's home": {vendor.Particulars{Name: "A", Country: "EU", ForeignNumber: "1"}, vendor.ErrIncomplete, "/country"},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := c.in.Clean()
			require.ErrorIs(t, err, c.refusal)
			f, _ := fault.Of(err)
			require.Equal(t, c.pointer, f.Fields[0].Pointer)
		})
	}
}

func TestReadTable(t *testing.T) {
	today := day("2026-11-26")
	lines, err := vendor.ReadTable("Underdatabehandler\tCVR\tLand\tLagring\tGrundlag\tNiveau\tFra\tUkendt kolonne\r\n"+
		"Bølgehost ApS\t29 18 98 46\t\tDanmark og Irland\tEU/EØS\t1\t1.2.2025\tx\r\n"+
		"\r\n"+
		"Quillriver Inc.\t00-12\tUSA\tUSA; DE\tSCC\t2\t\t\r\n"+
		"Forkert\t29189446\tDK\tMars\tløfte\t2\t32.1.2025\r\n"+
		"Under den forkerte\t1\tSE\t\t\t3\t\r\n"+
		"For dybt\t2\tSE\t\t\t9", today)
	require.NoError(t, err)
	require.Len(t, lines, 5)
	require.Equal(t, "29189846", lines[0].CVR)
	require.Equal(t, []string{"DK", "IE"}, lines[0].Row.Storage)
	require.Equal(t, vendor.BasisEEA, lines[0].Row.Basis)
	require.Equal(t, day("2025-02-01"), lines[0].Row.From)
	require.Equal(t, []string{"US", "DE"}, lines[1].Row.Storage)
	require.Equal(t, today, lines[1].Row.From, "where no day is given it is today")
	require.Equal(t, 4, lines[1].Line, "the number of the line as it was pasted")
	codes := func(l vendor.Line) (all []string) {
		for _, f := range l.Faults {
			all = append(all, f.Pointer+" "+f.Code+" "+f.Message)
		}
		return all
	}
	require.Equal(t, []string{"storage field.place Mars", "basis field.basis løfte", "from field.day 32.1.2025", "number field.cvr 29189446"}, codes(lines[2]))
	for _, i := range []int{0, 1, 3} {
		require.Equal(t, []string{"tier field.tier_branch "}, codes(lines[i]), "a branch waits for its faulty line")
	}
	require.Equal(t, []string{"tier field.tier_gap 9"}, codes(lines[4]))
	require.Contains(t, lines[2].Text, "løfte", "the words are kept as they were pasted")

	bare, err := vendor.ReadTable("1\tA\t1\tSE\tDrift\tSverige\t-\tingen", today)
	require.NoError(t, err)
	require.Empty(t, bare[0].Faults, "without headings the order is that of Columns")
	require.Equal(t, []string{"SE"}, bare[0].Row.Storage)
	require.Empty(t, bare[0].Row.Processing)
}
