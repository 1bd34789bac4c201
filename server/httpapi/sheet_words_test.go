package httpapi

import (
	"os"
	"regexp"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestEveryWordOfASpreadsheetIsThereInEnglish(t *testing.T) {
	source, err := os.ReadFile("export.go")
	require.NoError(t, err)
	said := regexp.MustCompile(`(?:Heading: |workbook\(ctx, |agreement\.\w+: |word\(ctx, |users (?::)?= )"([^"]+)"`).FindAllSubmatch(source, -1)
	require.Greater(t, len(said), 20)
	for _, m := range said {
		require.NotEmpty(t, sheetWords[string(m[1])], "%s has no English", m[1])
	}
}
