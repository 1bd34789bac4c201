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

// New clauses behind a clause are another question than its words: however many were talked
// about since, what was said of the words is found.
func TestNewClausesDoNotPushTheClausesOwnOut(t *testing.T) {
	w := setup(t)
	add := func(kind, wording string) {
		w.Exec(`insert into precedent (family, clause_key, kind, before, wording, outcome, touched, vendor_id, bands, decided_at) values ($1, 's10-2', $2, '', $3, 'refused', false, $4, $5, now())`,
			w.draft.Tree.Key, kind, wording, w.vendor, negotiation.Bands(w.draft.Tree.Key, wording))
	}
	const own = "når natten er forbi"
	add("wording", own)
	for i := range 25 {
		add("new", fmt.Sprintf("Punkt %d handler om fakturaer", i))
	}
	d := w.send(w.start())
	w.receive(d, edited(t, w.file(d, 1), hours, ">48</w:t>"))
	aids, err := w.negotiations.Aids(t.Context(), w.lawyer, d.ID, 2, 1)
	require.NoError(t, err)
	require.Equal(t, 1, aids.Refused)
	require.Len(t, aids.Precedents, 1)
	require.Equal(t, own, aids.Precedents[0].Wording)
}
