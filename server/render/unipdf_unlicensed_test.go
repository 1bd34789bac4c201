//go:build unipdf

package render

import (
	"errors"
	"testing"
)

// An engine that slipped past the constructor still writes nothing: the library
// refuses, and the refusal comes out as one.
func TestUniEngine_writes_no_file_without_a_licence(t *testing.T) {
	d := Document{
		Title: "Aftale om æbler", Language: "da", Draft: true, TextHash: "0123456789abcdef", Marks: []string{"Adresse mangler"},
		Sections: []Section{{Number: "1", Heading: "Emne", Blocks: []Block{
			{Kind: Clause, Number: "1.1", Runs: []Run{{Text: "Pris: "}, {Text: "Pris", Missing: true}, {Text: "ål", Filled: true, Italic: true}}},
			{Kind: TableBlock, Table: &Table{Head: []string{"A"}, Rows: [][][]Run{{Text("B")}}}},
		}}},
	}
	b, err := uniEngine{}.PDF(t.Context(), d)
	var refusal *LicenceError
	if !errors.As(err, &refusal) || len(b) != 0 {
		t.Fatalf("%d bytes, error %v", len(b), err)
	}
	if refusal.Unwrap() == nil {
		t.Error("the library's own error is lost: the refusal came from somewhere else")
	}
}
