package negotiation_test

import (
	"archive/zip"
	"bytes"
	"io"
	"os/exec"
	"slices"
	"strings"
	"testing"

	"github.com/jackc/pgx/v5"
	"github.com/stretchr/testify/require"

	"klausul/server/access"
	"klausul/server/agreement"
	"klausul/server/agreement/negotiation"
	"klausul/server/clause"
	"klausul/server/document"
	"klausul/server/files/filestest"
	"klausul/server/pdf"
	"klausul/server/render"
	"klausul/server/storage/storagetest"
	"klausul/server/word"
)

// world is a registry with a draft on the sample, Viborg that uses its system and Randers that does not.
type world struct {
	*storagetest.Env
	t               *testing.T
	agreements      *agreement.Service
	negotiations    *negotiation.Service
	viborg, randers int32
	vendor          int32
	draft           agreement.Detail
	lawyer          access.Scope
}

func setup(t *testing.T) *world {
	t.Parallel()
	w := &world{Env: storagetest.New(t), t: t}
	documents := document.New(w.Store, filestest.New(t).Store)
	w.agreements = agreement.New(w.Store, documents, render.NewPDF())
	w.negotiations = negotiation.New(w.Store, documents, w.agreements, pdf.NewReader(""))
	w.viborg, w.randers = w.Member("Viborg Kommune"), w.Member("Randers Kommune")
	w.vendor = w.Vendor("Åhavn A/S")
	system := w.System(w.vendor, "Åhavn Omsorg")
	w.Usage(w.viborg, system)
	var template int64
	require.NoError(t, pgx.BeginFunc(t.Context(), w.Conn("klausul_admin"), func(tx pgx.Tx) (err error) {
		template, err = clause.LoadSample(t.Context(), tx)
		return err
	}))
	w.lawyer = w.Scope(access.Lawyer, 0)
	number := storagetest.One[int32](w.Env, "select number from vendor where id = $1", w.vendor)
	d, err := w.agreements.Create(t.Context(), w.lawyer, number, []int32{storagetest.One[int32](w.Env, "select number from it_system where id = $1", system)}, template, "")
	require.NoError(t, err)
	for path, value := range map[string]any{"service.purpose": "Drift af omsorgsjournalen", "data.kind": "special", "security.level": "high", "transfer.allowed": "no", "deletion.choice": "delete"} {
		_, err := w.agreements.Answer(t.Context(), w.lawyer, d.ID, path, 0, value)
		require.NoError(t, err, path)
	}
	w.draft, err = w.agreements.Get(t.Context(), w.lawyer, d.ID)
	require.NoError(t, err)
	return w
}

func (w *world) start() negotiation.Detail {
	w.t.Helper()
	d, err := w.negotiations.Start(w.t.Context(), w.lawyer, w.draft.ID)
	require.NoError(w.t, err)
	return d
}

func (w *world) send(d negotiation.Detail) negotiation.Detail {
	w.t.Helper()
	d, err := w.negotiations.Send(w.t.Context(), w.lawyer, d.ID, d.Version, "Kære leverandør\n\n1. Se varslet.\n2. Se listen.")
	require.NoError(w.t, err)
	return d
}

func (w *world) file(d negotiation.Detail, no int) []byte {
	w.t.Helper()
	_, _, body, err := w.negotiations.Download(w.t.Context(), w.lawyer, d.ID, no)
	require.NoError(w.t, err)
	raw, err := io.ReadAll(body)
	require.NoError(w.t, err)
	require.NoError(w.t, body.Close())
	return raw
}

// edited is a Word file with words replaced, as by somebody who switched tracking off.
func edited(t *testing.T, raw []byte, pairs ...string) []byte {
	t.Helper()
	in, err := zip.NewReader(bytes.NewReader(raw), int64(len(raw)))
	require.NoError(t, err)
	var out bytes.Buffer
	w := zip.NewWriter(&out)
	for _, f := range in.File {
		r, err := f.Open()
		require.NoError(t, err)
		body, err := io.ReadAll(r)
		require.NoError(t, err)
		if f.Name == "word/document.xml" {
			text := string(body)
			for i := 0; i < len(pairs); i += 2 {
				require.Equal(t, 1, strings.Count(text, pairs[i]), pairs[i])
				text = strings.Replace(text, pairs[i], pairs[i+1], 1)
			}
			body = []byte(text)
		}
		part, err := w.Create(f.Name)
		require.NoError(t, err)
		_, err = part.Write(body)
		require.NoError(t, err)
	}
	require.NoError(t, w.Close())
	return out.Bytes()
}

func (w *world) receive(d negotiation.Detail, raw []byte) negotiation.Round {
	w.t.Helper()
	r, err := w.negotiations.Receive(w.t.Context(), w.lawyer, d.ID, "retur.docx", bytes.NewReader(raw), false)
	require.NoError(w.t, err)
	return r
}

func (w *world) get(d negotiation.Detail) negotiation.Detail {
	w.t.Helper()
	d, err := w.negotiations.Get(w.t.Context(), w.lawyer, d.ID)
	require.NoError(w.t, err)
	return d
}

func (w *world) word(raw []byte) word.Document {
	w.t.Helper()
	d, err := word.Read(bytes.NewReader(raw), int64(len(raw)))
	require.NoError(w.t, err)
	return d
}

// pdfText reads a PDF as a person would, line ends as blanks.
func pdfText(t *testing.T, raw []byte) string {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), "pdftotext", "-", "-")
	cmd.Stdin = bytes.NewReader(raw)
	out, err := cmd.Output()
	require.NoError(t, err)
	return strings.Join(strings.Fields(string(out)), " ")
}

func say(c negotiation.Change, d negotiation.Decision, wording, reason string) negotiation.Verdict {
	return negotiation.Verdict{No: c.No, Base: c.Version, Decision: &d, Wording: wording, Reason: reason}
}

func (w *world) decide(d negotiation.Detail, no int, v ...negotiation.Verdict) []negotiation.Change {
	w.t.Helper()
	changed, err := w.negotiations.Decide(w.t.Context(), w.lawyer, d.ID, no, v)
	require.NoError(w.t, err)
	return changed
}

func change(t *testing.T, r negotiation.Round, after string) negotiation.Change {
	t.Helper()
	i := slices.IndexFunc(r.Changes, func(c negotiation.Change) bool { return c.After == after })
	require.GreaterOrEqual(t, i, 0, "%q among %+v", after, r.Changes)
	return r.Changes[i]
}

// The words of the sample that the vendor of these tests does not like.
const (
	standard = "Underretningen sker så vidt muligt senest "
	hours    = `>24</w:t>`
)
