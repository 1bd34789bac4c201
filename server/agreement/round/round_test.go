package round_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"klausul/server/agreement/round"
	"klausul/server/clause"
)

func TestWhatWasSentComesBackUnchanged(t *testing.T) {
	t.Parallel()
	raw, s := sent(t)
	r := round.Compare(s, open(t, raw))
	require.Equal(t, "file: unchanged", told(r))
	require.Equal(t, 1.0, r.Nearness)
	nothingDropped(t, open(t, raw), r)
	var keys []string
	for _, c := range r.Clauses {
		keys = append(keys, string(c.Part)+" "+c.Number+" "+c.Key)
	}
	require.Equal(t, []string{"front  ", "contents  ", "section 1 instruction", "clause 1.1 instructed", "clause 1.2 unlawful", "clause 1.3 persons", "section 2 subprocessing",
		"clause 2.1 authorised", "clause 2.2 objection", "clause 2.3 list", "section 3 breach", "clause 3.1 notice", "clause 3.2 content", "clause 3.3 cost",
		"section Bilag A annex", "clause A.1 aim", "clause A.2 kinds", "clause A.3 citizens", "clause A.4 staff", "back  ", "header  ", "footer  "}, keys)
}

func TestTheSampleComesBackUnchanged(t *testing.T) {
	t.Parallel()
	v, err := clause.SampleVersion()
	require.NoError(t, err)
	raw, filled := made(t, v.Clauses, 9)
	require.Equal(t, "file: unchanged", told(round.Compare(round.New(open(t, raw), filled), open(t, raw))))
}
