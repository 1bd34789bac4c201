package render_test

import (
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"testing"

	"klausul/server/render"
)

// Both builds run this: with the tag unipdf the library is asked, without it the
// constructor refuses by itself. Neither hands back an engine.
func TestNewUniPDF_refuses_without_a_good_licence(t *testing.T) {
	const secret = "-----BEGIN UNIDOC LICENSE KEY-----\nsecret\n"
	for name, l := range map[string]render.UniPDFLicence{
		"none":            {},
		"garbage":         {Key: secret, Customer: "Sekretariatet"},
		"no customer":     {Key: secret},
		"two kinds":       {Key: secret, Customer: "Sekretariatet", APIKey: secret},
		"customer only":   {Customer: "Sekretariatet"},
		"truncated block": {Key: "-----BEGIN UNIDOC LICENSE KEY-----", Customer: "Sekretariatet"},
	} {
		t.Run(name, func(t *testing.T) {
			e, err := render.NewUniPDF(l)
			var refusal *render.LicenceError
			if !errors.As(err, &refusal) || e != nil {
				t.Fatalf("engine %v, error %v", e, err)
			}
			if refusal.Engine != "unipdf" || refusal.Reason == "" || strings.Contains(err.Error(), "secret") {
				t.Errorf("%q", err)
			}
		})
	}
}

func TestUniPDFLicence_does_not_show_its_key(t *testing.T) {
	l := render.UniPDFLicence{Key: "secret", Customer: "c", APIKey: "secret"}
	var log strings.Builder
	slog.New(slog.NewJSONHandler(&log, nil)).Info("x", "licence", l)
	for _, s := range []string{log.String(), fmt.Sprint(l), fmt.Sprintf("%+v %#v", l, l)} {
		if strings.Contains(s, "secret") {
			t.Error(s)
		}
	}
}
