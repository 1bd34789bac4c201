package httpapi

import (
	"os"
	"regexp"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestEveryWordOfASpreadsheetIsThereInEnglish(t *testing.T) {
	var source []byte
	for _, file := range []string{"export.go", "scope.go", "subprocessor.go", "../report/person_file.go"} {
		text, err := os.ReadFile(file)
		require.NoError(t, err)
		source = append(source, text...)
	}
	said := regexp.MustCompile(`(?:Heading: |workbook\(ctx, |agreement\.\w+: |vendor\.\w+: |system\.\w+: |access\.\w+: |"": |"(?:eea|adequacy|all|commercial|dpf)": |word\((?:ctx, )?|users (?::)?= )"([^"]+)"`).FindAllSubmatch(source, -1)
	require.Greater(t, len(said), 20)
	for _, m := range said {
		require.NotEmpty(t, sheetWords[string(m[1])], "%s has no English", m[1])
	}
}
