package member

import (
	"testing"

	"github.com/stretchr/testify/require"

	"klausul/server/storage/storagetest"
)

// Every place and every table that has a word is there.
func TestPlacesAreThere(t *testing.T) {
	t.Parallel()
	e := storagetest.New(t)
	there := map[string]bool{}
	for _, place := range storagetest.One[[]string](e, `select array_agg(x) from (
		select c.relname || '.' || a.attname from pg_class c join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
		 where c.relnamespace = 'public'::regnamespace and c.relkind = 'r'
		union select c.relname from pg_class c where c.relnamespace = 'public'::regnamespace and c.relkind = 'r') t(x)`) {
		there[place] = true
	}
	var gone []string
	for _, words := range []map[string]string{places, texts} {
		for place := range words {
			if !there[place] {
				gone = append(gone, place)
			}
		}
	}
	require.Empty(t, gone)
}

// Whoever reads English is told in English where somebody stands, and nothing is half.
func TestPlacesAreNamedInEnglishToo(t *testing.T) {
	t.Parallel()
	for _, words := range []map[string]string{places, texts} {
		for place, word := range words {
			require.NotEmpty(t, english[word], "%s (%s) has no English", word, place)
		}
	}
	h := Held{Places: []Place{{Table: "usage", Field: "owner_user_id", Word: "Anvendelser, som personen ejer"}, {Word: "ny.kolonne"}}}
	require.Equal(t, []string{"Usages that the person owns", "ny.kolonne"}, []string{h.In("en").Places[0].Word, h.In("en").Places[1].Word})
	require.Equal(t, h, h.In("da"))
	require.Equal(t, "Anvendelser, som personen ejer", h.Places[0].Word, "what was asked in Danish is left as it is")
}
