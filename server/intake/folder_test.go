package intake_test

import (
	"io"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"klausul/server/access"
	"klausul/server/agreement"
	"klausul/server/document"
	"klausul/server/fault"
	"klausul/server/files"
	"klausul/server/intake"
	"klausul/server/storage/storagetest"
)

// pdf is a whole PDF that says something.
func pdf(text string) string { return "%PDF-1.7\n" + text + "\nstartxref\n9\n%%EOF\n" }

func (w *town) put(scope access.Scope, organisation int32, name, body string) document.Upload {
	w.t.Helper()
	u, err := w.documents.Receive(w.t.Context(), scope, organisation, name, strings.NewReader(body))
	require.NoError(w.t, err)
	return u
}

// folder tells for each named file whether it is here.
func (w *town) folder(scope access.Scope, i intake.Import) (here, missing []string) {
	w.t.Helper()
	all, err := w.s.Folder(w.t.Context(), scope, i.ID)
	require.NoError(w.t, err)
	for _, f := range all {
		if !f.Named || f.Refused {
			continue
		}
		if f.Received != nil {
			here = append(here, f.Name)
		} else {
			missing = append(missing, f.Name)
		}
	}
	return here, missing
}

const folderList = "Leverandør;Aftale;Systemer;Fil\n" +
	"Nordlys Data A/S;Aftale om fotos;A-plan;Aftaler 2021\\Åhavn FOTOS.PDF\n" +
	"Nordlys Data A/S;Aftale om lyd;A-plan;lyd\n" +
	"Nordlys Data A/S;Tillæg om lyd;A-plan;lyd.pdf\n" +
	"Nordlys Data A/S;Aftale om mad;A-plan;mad.pdf\n" +
	"Nordlys Data A/S;Aftale om brev;A-plan;brev.docx\n" +
	"Nordlys Data A/S;Aftale uden fil;A-plan;\n"

func TestAFolderOfAgreements(t *testing.T) {
	t.Parallel()
	w := newTown(t)
	ctx := t.Context()
	w.System(w.vendor("Nordlys Data A/S", "12345674"), "A-plan")
	i := w.send(w.contact, intake.OwnAgreements, "a.csv", folderList)
	require.Equal(t, "ready: added 5, changed 0, unchanged 0, refused 1, repeated 0", counts(i))
	require.Equal(t, "import.row_file_kind", w.lines(w.contact, i, intake.Refused)[0].Flaws[0].Code)
	here, missing := w.folder(w.contact, i)
	require.Empty(t, here)
	require.Equal(t, []string{"Åhavn FOTOS.PDF", "lyd", "mad.pdf"}, missing)

	// What is no agreement is refused file by file; the list and the others stand.
	for body, want := range map[string]error{"": files.ErrEmpty, "PK\x03\x04": document.ErrNotPDF, "%PDF-1.7 and then the line broke": document.ErrDamagedPDF} {
		_, err := w.documents.Receive(ctx, w.contact, 0, "mad.pdf", strings.NewReader(body))
		require.ErrorIs(t, err, want)
	}
	w.put(w.contact, 0, "A\u030ahavn fotos.pdf", pdf("fotos"))
	w.put(w.contact, 0, "lyd.pdf", pdf("an older one"))
	lyd := w.put(w.contact, 0, "Lyd.pdf", pdf("lyd"))
	unnamed := w.put(w.contact, 0, "nobody names this.pdf", pdf("x"))
	here, missing = w.folder(w.contact, i)
	require.Equal(t, []string{"Åhavn FOTOS.PDF", "lyd"}, here)
	require.Equal(t, []string{"mad.pdf"}, missing)

	// A colleague's import finds the files of whoever sent them only.
	_, err := w.s.Folder(ctx, w.neighbour, i.ID)
	require.ErrorIs(t, err, fault.ErrNotFound)

	_, err = w.s.Accept(ctx, w.contact, i.ID, i.Version, intake.Consent{Partial: true})
	require.ErrorIs(t, err, intake.ErrFilesMissing)
	require.Zero(t, storagetest.One[int](w.Env, "select count(*)::int from own_agreement"), "nothing was written")
	_, err = w.s.Accept(ctx, w.contact, i.ID, i.Version, intake.Consent{Partial: true, WithoutFiles: true})
	require.NoError(t, err)
	require.Equal(t, 3, storagetest.One[int](w.Env, "select count(file_id)::int from own_agreement"))
	require.Equal(t, 2, storagetest.One[int](w.Env, "select count(*)::int from own_agreement a join stored_file f on f.id = a.file_id where f.sha256 = $1", lyd.SHA256), "two agreements in one file")
	require.Equal(t, unnamed.ID.String(), storagetest.One[string](w.Env, "select string_agg(id::text, ' ') from upload where name <> 'lyd.pdf'"), "what no line names is kept")

	// The file opens as it was sent.
	agreements := agreement.New(w.Store, w.documents, nil)
	id := storagetest.One[int64](w.Env, "select id from own_agreement where title = 'Aftale om fotos'")
	name, _, body, err := agreements.OwnDownload(ctx, w.contact, id)
	require.NoError(t, err)
	got, err := io.ReadAll(body)
	require.NoError(t, err)
	require.NoError(t, body.Close())
	require.Equal(t, pdf("fotos"), string(got))
	require.Equal(t, "A\u030ahavn fotos.pdf", name)

	// Sent again only what is missing is missing; then it comes to the agreement that is there.
	again := w.send(w.contact, intake.OwnAgreements, "a.csv", folderList)
	require.Equal(t, "ready: added 0, changed 1, unchanged 4, refused 1, repeated 0", counts(again))
	w.put(w.contact, 0, "mad.pdf", pdf("mad"))
	_, err = w.s.Accept(ctx, w.contact, again.ID, again.Version, intake.Consent{Partial: true})
	require.NoError(t, err)
	require.Equal(t, "mad.pdf", storagetest.One[string](w.Env, "select file_name from own_agreement where title = 'Aftale om mad' and file_id is not null"))
	again = w.send(w.contact, intake.OwnAgreements, "a.csv", folderList)
	require.Equal(t, "ready: added 0, changed 0, unchanged 5, refused 1, repeated 0", counts(again))
}

func TestAFileThatOnlyARefusedLineNamesIsToldApart(t *testing.T) {
	t.Parallel()
	w := newTown(t)
	w.System(w.vendor("Nordlys Data A/S", "12345674"), "A-plan")
	i := w.send(w.contact, intake.OwnAgreements, "a.csv", "Leverandør;Aftale;Systemer;Fil\n"+
		"Nordlys Data A/S;Alfa;A-plan;alfa.pdf\n"+
		"Ukendt ApS;Beta;A-plan;beta.pdf\n"+
		"Ukendt ApS;Mere beta;A-plan;BETA\n"+
		"Ukendt ApS;Også alfa;A-plan;alfa.pdf\n")
	require.Equal(t, "ready: added 1, changed 0, unchanged 0, refused 3, repeated 0", counts(i))
	all, err := w.s.Folder(t.Context(), w.contact, i.ID)
	require.NoError(t, err)
	require.Len(t, all, 2)
	require.Equal(t, "alfa.pdf", all[0].Name)
	require.False(t, all[0].Refused)
	require.Equal(t, &intake.NamedFile{Name: "beta.pdf", Named: true, Key: "beta", Lines: []int{3, 4}, Organisation: all[0].Organisation, Refused: true}, all[1])

	// It holds nothing up: the good line is taken in when its own file is here.
	w.put(w.contact, 0, "alfa.pdf", pdf("alfa"))
	_, err = w.s.Accept(t.Context(), w.contact, i.ID, i.Version, intake.Consent{Partial: true})
	require.NoError(t, err)
}

func TestTheOfficesFolderIsOfMany(t *testing.T) {
	t.Parallel()
	w := newTown(t)
	w.System(w.vendor("Nordlys Data A/S", "12345674"), "A-plan")
	i := w.send(w.lawyer, intake.OwnAgreements, "a.csv", "CVR;Leverandør;Aftale;Systemer;Fil\n"+
		"29189846;Nordlys Data A/S;Viborgs;A-plan;viborg.pdf\n"+
		"29189668;Nordlys Data A/S;Randers';A-plan;randers.pdf\n"+
		"29189668;Nordlys Data A/S;Også Randers';A-plan;viborg.pdf\n")
	require.Equal(t, "import.row_file_shared", w.lines(w.lawyer, i, intake.Refused)[0].Flaws[0].Code)
	w.put(w.lawyer, w.viborg, "viborg.pdf", pdf("viborg"))
	w.put(w.lawyer, w.viborg, "randers.pdf", pdf("for the wrong one"))
	here, missing := w.folder(w.lawyer, i)
	require.Equal(t, []string{"viborg.pdf"}, here)
	require.Equal(t, []string{"randers.pdf"}, missing, "a file is its organisation's")
	w.put(w.lawyer, w.randers, "randers.pdf", pdf("randers"))
	w.accept(w.lawyer, i, true)
	require.Equal(t, 2, storagetest.One[int](w.Env, "select count(*)::int from own_agreement a join stored_file f on f.id = a.file_id and f.organisation_id = a.organisation_id where a.state = 'proposed'"))

	// The member sees its own.
	agreements := agreement.New(w.Store, w.documents, nil)
	id := storagetest.One[int64](w.Env, "select id from own_agreement where organisation_id = $1", w.randers)
	_, _, body, err := agreements.OwnDownload(t.Context(), w.neighbour, id)
	require.NoError(t, err)
	require.NoError(t, body.Close())
	_, _, _, err = agreements.OwnDownload(t.Context(), w.contact, id)
	require.ErrorIs(t, err, fault.ErrNotFound)
}

func TestAListWithoutFilesGetsItsFolderLater(t *testing.T) {
	t.Parallel()
	w := newTown(t)
	ctx := t.Context()
	w.System(w.vendor("Nordlys Data A/S", "12345674"), "A-plan")
	w.System(w.vendor("Fjord Systemer ApS", "87654338"), "B-plan")
	i := w.send(w.contact, intake.OwnAgreements, "a.csv", "Leverandør;Aftale;Systemer\n"+
		"Nordlys Data A/S;;A-plan\nNordlys Data A/S;;A-plan\nNordlys Data A/S;Aftale om lyd;A-plan\nNordlys Data A/S;;\nNordlys Data A/S;Fælles navn;\nFjord Systemer ApS;Fælles navn;\n")
	require.Equal(t, "ready: added 4, changed 0, unchanged 0, refused 1, repeated 1", counts(i), "a name is not needed, but two agreements with one vendor must be told apart")
	require.Equal(t, "import.row_unnamed", w.lines(w.contact, i, intake.Refused)[0].Flaws[0].Code)
	names := func() (all []string) {
		t.Helper()
		files, err := w.s.Folder(ctx, w.contact, i.ID)
		require.NoError(t, err)
		for _, f := range files {
			require.False(t, f.Named)
			all = append(all, f.Name)
		}
		return all
	}
	require.Equal(t, []string{"Databehandleraftale – Nordlys Data A/S", "Aftale om lyd"}, names(), "nobody could tell which of two of one name a file is of")
	_, err := w.s.Attach(ctx, w.contact, i.ID)
	require.ErrorIs(t, err, intake.ErrNotReady)

	// One comes with the list, one after it, and no line had to name either.
	w.put(w.contact, 0, "aftale om LYD.pdf", pdf("lyd"))
	w.accept(w.contact, i, true)
	require.Equal(t, "Aftale om lyd", storagetest.One[string](w.Env, "select title from own_agreement where file_id is not null"))
	require.Equal(t, []string{"Databehandleraftale – Nordlys Data A/S"}, names())
	n, err := w.s.Attach(ctx, w.contact, i.ID)
	require.NoError(t, err)
	require.Zero(t, n, "nothing was sent")
	w.put(w.contact, 0, "Databehandleraftale - Nordlys Data A_S.pdf", pdf("nordlys"))
	_, err = w.s.Attach(ctx, w.neighbour, i.ID)
	require.ErrorIs(t, err, fault.ErrNotFound)
	n, err = w.s.Attach(ctx, w.contact, i.ID)
	require.NoError(t, err)
	require.Equal(t, 1, n)
	require.Equal(t, "Databehandleraftale - Nordlys Data A_S.pdf 2", storagetest.One[string](w.Env, "select file_name || ' ' || version from own_agreement where title like 'Databehandleraftale%'"))
	require.Equal(t, 1, storagetest.One[int](w.Env, "select count(*)::int from audit_event where record = 'own_agreement' and action = 'import.files' and organisation_id = $1", w.viborg))
	require.Empty(t, names())
}

func TestNamedFilesMayComeAfterTheList(t *testing.T) {
	t.Parallel()
	w := newTown(t)
	w.System(w.vendor("Nordlys Data A/S", "12345674"), "A-plan")
	i := w.send(w.contact, intake.OwnAgreements, "a.csv", folderList)
	_, err := w.s.Accept(t.Context(), w.contact, i.ID, i.Version, intake.Consent{Partial: true, WithoutFiles: true})
	require.NoError(t, err)
	w.put(w.contact, 0, "lyd.pdf", pdf("lyd"))
	n, err := w.s.Attach(t.Context(), w.contact, i.ID)
	require.NoError(t, err)
	require.Equal(t, 2, n, "two agreements in one file")
	_, missing := w.folder(w.contact, i)
	require.Equal(t, []string{"Åhavn FOTOS.PDF", "mad.pdf"}, missing)

	// What the secretariat proposed is the organisation's to change.
	i = w.send(w.lawyer, intake.OwnAgreements, "a.csv", "CVR;Leverandør;Aftale;Fil\n29189668;Nordlys Data A/S;Randers';randers.pdf\n")
	_, err = w.s.Accept(t.Context(), w.lawyer, i.ID, i.Version, intake.Consent{WithoutFiles: true})
	require.NoError(t, err)
	_, err = w.s.Attach(t.Context(), w.lawyer, i.ID)
	require.ErrorIs(t, err, intake.ErrProposed)
}
