package agreement

import (
	"encoding/json"
	"testing"

	"github.com/stretchr/testify/require"

	"klausul/server/clause"
	"klausul/server/field"
)

// resting is a draft of one clause that was agreed in words of its own, with its answers as
// they are now, and what is told of it when it rested on others.
func resting(t *testing.T, language string, of clause.Block, was map[string]any, is map[string]any, systems ...SystemRef) []Outdated {
	t.Helper()
	fields := []field.Field{{Path: "a", Type: field.YesNo, Label: "Spørgsmål A"}, {Path: "b", Type: field.YesNo, Label: "Spørgsmål B"}}
	agreed := clause.Clause{Key: "s1-1", Number: "1.1", Level: 2, Blocks: []clause.Block{{Kind: clause.Paragraph, Spans: []clause.Span{{Kind: clause.Supplementary, Text: "Aftalt"}}}}}
	d := Detail{Tree: clause.Version{Language: language, Fields: fields}, Systems: systems,
		Negotiated: []Negotiated{{Key: "s1-1", Kind: NegotiatedChanged, Clause: agreed}},
		plain:      []clause.Clause{{Key: "s1-1", Number: "1.1", Level: 2, Blocks: []clause.Block{of}}}}
	for path, value := range is {
		raw, err := json.Marshal(value)
		require.NoError(t, err)
		d.Answers = append(d.Answers, Answer{Path: path, Value: raw})
	}
	late, err := d.outdated(bases{"s1-1": was})
	require.NoError(t, err)
	return late
}

// Answers that change the words only together are all told.
func TestAnswersThatChangeAClauseOnlyTogetherAreTold(t *testing.T) {
	t.Parallel()
	both := clause.Block{Kind: clause.Paragraph, Spans: []clause.Span{{Kind: clause.Normative, Text: "Begge dele."}},
		When: &field.Condition{All: []field.Condition{{Path: "a", Equals: true}, {Path: "b", Equals: true}}}}
	no, yes := map[string]any{"a": false, "b": false}, map[string]any{"a": true, "b": true}
	late := resting(t, "da", both, no, yes)
	require.Len(t, late, 1)
	require.Equal(t, "1.1 (Spørgsmål A, Spørgsmål B)", late[0].told())
	late = resting(t, "da", both, map[string]any{"a": true, "b": false}, yes)
	require.Len(t, late, 1)
	require.Equal(t, "1.1 (Spørgsmål B)", late[0].told())
}

// What the register holds is told by a word, as what is asked for is.
func TestTheSystemsHaveAWord(t *testing.T) {
	t.Parallel()
	table := clause.Block{Kind: clause.TableRows, Table: &clause.Table{Head: []string{"System"}, Collection: "systems", Columns: []string{"name"}}}
	was := map[string]any{"systems": []any{map[string]any{"number": "1001", "name": "Omsorg"}}}
	for language, want := range map[string]Rested{
		"da": {"systems", "Systemer", "Omsorg", "Omsorg og Skole"},
		"en": {"systems", "Systems", "Omsorg", "Omsorg and Skole"},
	} {
		late := resting(t, language, table, was, nil, SystemRef{Number: 1001, Name: "Omsorg"}, SystemRef{Number: 1002, Name: "Skole"})
		require.Len(t, late, 1)
		require.Equal(t, []Rested{want}, late[0].Moved)
	}
}
