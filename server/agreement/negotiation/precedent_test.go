package negotiation_test

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"

	"klausul/server/agreement/negotiation"
	"klausul/server/storage"
)

// A memory is full of sentences that share their turns of phrase: the near one is found among
// many later ones that are somewhat alike, and other families have none of it.
func TestTheNearestIsFoundAmongManyAlike(t *testing.T) {
	w := setup(t)
	const near = "Leverandøren varsler nye underdatabehandlere i kundeportalen senest 14 dage før ændringen træder i kraft, medmindre forholdet skyldes den dataansvarliges egne systemer"
	add := func(family, wording string) {
		w.Exec(`insert into precedent (family, clause_key, kind, before, wording, outcome, touched, vendor_id, bands, decided_at) values ($1, 's7-3', 'wording', '', $2, 'refused', true, $3, $4, now())`,
			family, wording, w.vendor, negotiation.Bands(family, wording))
	}
	add("ours", near)
	for i := range 300 {
		add("ours", fmt.Sprintf("Parterne drøfter punkt %d og emne %d på møde %d senest 14 dage før ændringen træder i kraft, medmindre forholdet skyldes den dataansvarliges egne systemer", i, i+1, i+2))
	}
	add("another", near)
	const asked = near + " og drift"
	require.NoError(t, w.Store.Read(t.Context(), w.lawyer, func(tx *storage.Tx) error {
		got, err := storage.All[negotiation.Precedent](tx, negotiation.NearestSQL, "ours", negotiation.Bands("ours", asked), asked, "s7-3", 0, []int{})
		require.NoError(t, err)
		require.NotEmpty(t, got)
		require.Equal(t, near, got[0].Wording)
		for _, p := range got[1:] {
			require.NotEqual(t, near, p.Wording, "the other family's")
		}
		return nil
	}))
}
