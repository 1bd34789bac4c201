package negotiation

import (
	"testing"

	"github.com/stretchr/testify/require"

	"klausul/server/clause"
	"klausul/server/field"
)

func branch(path, value, text string) clause.Block {
	return clause.Block{Kind: clause.Paragraph, When: &field.Condition{Path: path, Equals: value}, Spans: []clause.Span{{Kind: clause.Normative, Text: text}}}
}

func TestChoicesAreReadOutOfAChange(t *testing.T) {
	t.Parallel()
	authorisation := field.Field{Path: "authorisation", Type: field.OneOf, Choices: []field.Choice{{Value: "general", Label: "forudgående generel godkendelse"}, {Value: "specific", Label: "forudgående specifik godkendelse"}}}
	cost := field.Field{Path: "cost", Type: field.OneOf, Choices: []field.Choice{{Value: "processor", Label: "leverandøren"}, {Value: "controller", Label: "kommunen"}}}
	blocks := []clause.Block{
		branch("authorisation", "general", "Nye underdatabehandlere varsles skriftligt i forvejen, så den dataansvarlige kan gøre indsigelse."),
		branch("authorisation", "specific", "Nye underdatabehandlere tages først i brug, når den dataansvarlige har sagt ja til dem hver for sig."),
	}
	for name, c := range map[string]struct {
		of    field.Field
		c     Change
		value string
	}{
		"the other choice's own word":    {authorisation, Change{Before: "generel", After: "specifik"}, "specific"},
		"who pays":                       {cost, Change{Before: "Leverandøren betaler selv.", After: "Kommunen betaler efter regning."}, "controller"},
		"the same choice in other words": {cost, Change{Before: "Leverandøren betaler selv.", After: "Leverandøren bærer udgiften."}, ""},
		"both at once":                   {authorisation, Change{After: "generel eller specifik"}, ""},
		"the wording of another branch":  {authorisation, Change{Before: "Nye underdatabehandlere varsles", After: "Nye underdatabehandlere tages først i brug, når den dataansvarlige har sagt ja til dem."}, "specific"},
		"words of neither":               {authorisation, Change{After: "Databehandleren vælger frit, hvem der udfører arbejdet."}, ""},
		"too few words":                  {authorisation, Change{After: "tages i brug"}, ""},
		"no choice":                      {field.Field{Path: "n", Type: field.Integer}, Change{After: "generel"}, ""},
	} {
		value, found := chosen(c.of, c.c, blocks)
		require.Equal(t, c.value != "", found, name)
		if found {
			require.Equal(t, c.value, value, name)
		}
	}
}

func TestBandsOfNearWordings(t *testing.T) {
	t.Parallel()
	one := Bands("x", "Databehandleren underretter den dataansvarlige uden unødig forsinkelse og senest 24 timer efter, at bruddet er opdaget.")
	near := Bands("x", "Databehandleren underretter den dataansvarlige uden unødig forsinkelse og senest 48 timer efter, at bruddet er opdaget.")
	far := Bands("x", "Leverandørens ansvar er begrænset til et års vederlag, medmindre andet følger af loven.")
	common := func(a, b []int64) (n int) {
		for i := range a {
			if a[i] == b[i] {
				n++
			}
		}
		return n
	}
	require.Len(t, one, bands)
	require.Positive(t, common(one, near))
	require.Zero(t, common(one, far))
	require.Equal(t, one, Bands("x", "databehandleren underretter den dataansvarlige uden unødig forsinkelse, og senest 24 timer efter at bruddet er opdaget"), "signs and capitals do not count")
	require.NotPanics(t, func() { Bands("x", ""); Bands("x", "48") })
}
