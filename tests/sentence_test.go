package tests

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"klausul/frontend"
	_ "klausul/server/app" // declares every refusal there is
	"klausul/server/fault"
)

// TestEveryRefusalSaysWhatToDo holds the codes of the program and the sentences of the
// front end together, both ways.
func TestEveryRefusalSaysWhatToDo(t *testing.T) {
	var sentences map[string]struct{ Da, En string }
	require.NoError(t, json.Unmarshal(frontend.Problems, &sentences))
	declared := map[string]bool{"internal": true}
	for _, code := range fault.Codes() {
		declared[code] = true
		require.Contains(t, sentences, code, "no sentence for this refusal")
	}
	require.Greater(t, len(declared), 40)
	for code, s := range sentences {
		require.NotEmpty(t, s.Da, code)
		require.NotEmpty(t, s.En, code)
		require.NotEqual(t, s.Da, s.En, code)
		if !declared[code] {
			require.True(t, strings.HasPrefix(code, "field.") || code == "member.postal_code", "%s is said, but never refused with", code)
		}
	}
}
