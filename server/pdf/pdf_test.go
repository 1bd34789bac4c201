package pdf

import (
	"bytes"
	"compress/zlib"
	"context"
	"fmt"
	"image"
	"image/png"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"codeberg.org/go-pdf/fpdf"
	"github.com/stretchr/testify/require"

	"klausul/server/fault"
)

// kept is where PDFium is kept for all tests.
var kept string

func TestMain(m *testing.M) {
	folder, err := os.MkdirTemp("", "pdfium")
	if err != nil {
		panic(err)
	}
	kept = filepath.Join(folder, "made", "when needed")
	code := m.Run()
	_ = os.RemoveAll(folder)
	os.Exit(code)
}

var shared = sync.OnceValue(func() *Reader { return NewReader(kept) })

// printed is a PDF whose pages the function fills.
func printed(t testing.TB, fill func(f *fpdf.Fpdf)) []byte {
	t.Helper()
	f := fpdf.New("P", "mm", "A4", "")
	f.AddUTF8Font("plex", "", filepath.Join("..", "..", "templates", "fonts", "IBMPlexSans-Regular.ttf"))
	f.SetFont("plex", "", 11)
	fill(f)
	var out bytes.Buffer
	require.NoError(t, f.Output(&out))
	return out.Bytes()
}

func write(f *fpdf.Fpdf, lines ...string) {
	for _, l := range lines {
		f.Cell(0, 5, l)
		f.Ln(5)
	}
}

// written is a PDF of these objects, numbered from 1; the first is its catalogue.
func written(objects ...string) []byte {
	var b bytes.Buffer
	b.WriteString("%PDF-1.7\n")
	var at []int
	for i, o := range objects {
		at = append(at, b.Len())
		fmt.Fprintf(&b, "%d 0 obj\n%s\nendobj\n", i+1, o)
	}
	xref := b.Len()
	fmt.Fprintf(&b, "xref\n0 %d\n0000000000 65535 f \n", len(objects)+1)
	for _, a := range at {
		fmt.Fprintf(&b, "%010d 00000 n \n", a)
	}
	fmt.Fprintf(&b, "trailer << /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n", len(objects)+1, xref)
	return b.Bytes()
}

func stream(dict, content string) string {
	return fmt.Sprintf("<< %s /Length %d >>\nstream\n%s\nendstream", dict, len(content), content)
}

// packed is a stream that unpacks to the content so many times over.
func packed(t testing.TB, content string, times int) string {
	t.Helper()
	var b bytes.Buffer
	w := zlib.NewWriter(&b)
	for range times {
		_, err := w.Write([]byte(content))
		require.NoError(t, err)
	}
	require.NoError(t, w.Close())
	return stream("/Filter /FlateDecode", b.String())
}

const font = "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>"

// onePage is a PDF of one page with this content; more objects come from number 6.
func onePage(content, resources string, more ...string) []byte {
	return written(append([]string{
		"<< /Type /Catalog /Pages 2 0 R >>",
		"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
		"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R /Resources << /Font << /F 5 0 R >> " + resources + " >> >>",
		content, font,
	}, more...)...)
}

// pagesOf is a PDF of pages that share one content.
func pagesOf(content string, n int) []byte {
	kids, page := "3 0 R", "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R /Resources << /Font << /F 5 0 R >> >> >>"
	objects := []string{"<< /Type /Catalog /Pages 2 0 R >>", "", page, content, font}
	for i := range n - 1 {
		kids += fmt.Sprintf(" %d 0 R", 6+i)
		objects = append(objects, page)
	}
	objects[1] = fmt.Sprintf("<< /Type /Pages /Kids [%s] /Count %d >>", kids, n)
	return written(objects...)
}

// What is printed comes back line by line: gaps are told, words cut at the end of a line are
// marked, and a page without text keeps its place.
func TestPages(t *testing.T) {
	raw := printed(t, func(f *fpdf.Fpdf) {
		f.AddPage()
		write(f, "1\u00a0Brud på sikkerheden", "Databehandleren under-", "retter kommunen om ethvert brud på sikkerheden, så snart det er op-", "daget.")
		f.Ln(4)
		write(f, "Æbler, øl og \ufb01sk.")
		f.SetFontSize(16)
		write(f, "Bilag A")
		f.AddPage()
		f.AddPage()
		write(f, "Side tre")
	})
	pages, err := shared().Pages(t.Context(), raw)
	require.NoError(t, err)
	require.Equal(t, []string{
		"1 Brud på sikkerheden\nDatabehandleren under-\nretter kommunen om ethvert brud på sikkerheden, så snart det er op-\ndaget.\n\nÆbler, øl og fisk.\n\nBilag A\n",
		"", "Side tre\n",
	}, pages)
}

func TestRefused(t *testing.T) {
	text := func(n int) func(f *fpdf.Fpdf) {
		return func(f *fpdf.Fpdf) {
			for range n {
				f.AddPage()
				write(f, "Aftale")
			}
		}
	}
	whole := printed(t, text(3))
	var dot bytes.Buffer
	require.NoError(t, png.Encode(&dot, image.NewGray(image.Rect(0, 0, 40, 40))))
	for name, c := range map[string]struct {
		raw  []byte
		want *fault.Error
	}{
		"a password": {printed(t, func(f *fpdf.Fpdf) {
			f.SetProtection(fpdf.CnProtectPrint, "hemmelig", "ejer")
			text(1)(f)
		}), ErrEncrypted},
		"nothing":             {nil, ErrDamaged},
		"only a head and end": {[]byte("%PDF-1.7\nstartxref\n0\n%%EOF"), ErrDamaged},
		"another file":        {[]byte("PK\x03\x04"), ErrDamaged},
		"half of a file":      {whole[:len(whole)/4], ErrDamaged},
		"no pages":            {written("<< /Type /Catalog /Pages 2 0 R >>", "<< /Type /Pages /Kids [] /Count 0 >>"), ErrDamaged},
		"pages in a ring":     {written("<< /Type /Catalog /Pages 2 0 R >>", "<< /Type /Pages /Kids [2 0 R] /Count 3 >>"), ErrDamaged},
		"a page that is none": {written("<< /Type /Catalog /Pages 2 0 R >>", "<< /Type /Pages /Kids [9 0 R] /Count 1 >>"), ErrDamaged},
		"too many pages":      {printed(t, text(MaxPages+1)), ErrPages},
		"it says it has a million pages": {written("<< /Type /Catalog /Pages 2 0 R >>", "<< /Type /Pages /Kids [3 0 R] /Count 1000000 >>",
			"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] >>"), ErrPages},
		"pictures of pages": {printed(t, func(f *fpdf.Fpdf) {
			f.RegisterImageOptionsReader("dot", fpdf.ImageOptions{ImageType: "png"}, bytes.NewReader(dot.Bytes()))
			f.AddPage()
			f.Image("dot", 10, 10, 100, 100, false, "", 0, "")
		}), ErrNoText},
		"empty pages":               {printed(t, func(f *fpdf.Fpdf) { f.AddPage() }), ErrNoText},
		"a page with too much text": {onePage(packed(t, "BT /F 1 Tf 1 0 0 1 10 10 Tm ("+strings.Repeat("aftale ", 4000)+") Tj 0 9 Td ("+strings.Repeat("bilag ", 4000)+") Tj 0 9 Td ("+strings.Repeat("ord ", 4000)+") Tj 0 9 Td ("+strings.Repeat("data ", 5000)+") Tj 0 9 Td ("+strings.Repeat("land ", 5000)+") Tj ET\n", 1), ""), ErrText},
		"too many lines":            {pagesOf(packed(t, "BT /F 1 Tf 1 0 0 1 10 830 Tm "+strings.Repeat("(a) Tj 0 -2 Td ", 400)+"ET\n", 20), 4), ErrText},
	} {
		t.Run(name, func(t *testing.T) {
			pages, err := shared().Pages(t.Context(), c.raw)
			require.ErrorIs(t, err, c.want)
			require.Nil(t, pages)
		})
	}
}

// Who may not print it may still read it: only the password to open it counts.
func TestProtectedButOpen(t *testing.T) {
	pages, err := shared().Pages(t.Context(), printed(t, func(f *fpdf.Fpdf) {
		f.SetProtection(0, "", "ejer")
		f.AddPage()
		write(f, "Aftale")
	}))
	require.NoError(t, err)
	require.Equal(t, []string{"Aftale\n"}, pages)
}

// A file made to fill the memory or to take for ever is stopped, and the next one is read.
func TestHostile(t *testing.T) {
	laughs := []string{}
	for level := range 30 { // each form shows the next one twice
		next := "<< /XObject << /X " + fmt.Sprint(level+7) + " 0 R >> /Font << /F 5 0 R >> >>"
		laughs = append(laughs, stream("/Type /XObject /Subtype /Form /BBox [0 0 595 842] /Resources "+next, "/X Do /X Do"))
	}
	laughs = append(laughs, stream("/Type /XObject /Subtype /Form /BBox [0 0 595 842]", "BT ET"))
	forms := onePage(stream("", "/X Do"), "/XObject << /X 6 0 R >>", laughs...)
	slow := NewReader(kept)
	slow.time = 500 * time.Millisecond
	for name, c := range map[string]struct {
		reader *Reader
		raw    []byte
		want   *fault.Error
	}{
		"a stream that unpacks to 600 MB": {shared(), onePage(packed(t, strings.Repeat("q Q ", 1<<18), 600), ""), ErrDamaged},
		"forms in forms":                  {shared(), forms, ErrDamaged},
		"and the time is up":              {slow, forms, ErrSlow},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := c.reader.Pages(t.Context(), c.raw)
			require.ErrorIs(t, err, c.want)
			_, err = c.reader.Pages(t.Context(), onePage(stream("", "BT /F 9 Tf 10 10 Td (Aftale) Tj ET"), ""))
			require.NoError(t, err)
		})
	}
}

// Whatever is changed in a file, it is read or refused, and the reader goes on.
func TestDamagedAnywhere(t *testing.T) {
	whole := printed(t, func(f *fpdf.Fpdf) {
		f.SetCompression(false)
		f.AddPage()
		write(f, "Aftale om behandling", "af personoplysninger")
	})
	for i := range 24 {
		raw := bytes.Clone(whole)
		at := len(raw) * i / 24
		copy(raw[at:], strings.Repeat("\xff<<9 0 R", 1+i%3))
		_, err := shared().Pages(t.Context(), raw)
		if err != nil {
			var refused *fault.Error
			require.ErrorAs(t, err, &refused, "changed at %d", at)
		}
	}
}

func TestCancelled(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	_, err := shared().Pages(ctx, printed(t, func(f *fpdf.Fpdf) { f.AddPage() }))
	require.ErrorIs(t, err, context.Canceled)
}

// PDFium is kept in the folder, and where nothing can be written it is made anew.
func TestCache(t *testing.T) {
	raw := printed(t, func(f *fpdf.Fpdf) { f.AddPage(); write(f, "Aftale") })
	for range 2 {
		pages, err := NewReader(kept).Pages(t.Context(), raw)
		require.NoError(t, err)
		require.Equal(t, []string{"Aftale\n"}, pages)
	}
	files, err := os.ReadDir(kept)
	require.NoError(t, err)
	require.NotEmpty(t, files)
	require.False(t, writable(filepath.Join(os.DevNull, "kept")))
	none := NewReader(filepath.Join(os.DevNull, "kept"))
	for range 2 {
		pages, err := none.Pages(t.Context(), raw)
		require.NoError(t, err)
		require.Equal(t, []string{"Aftale\n"}, pages)
	}
}

// What waits longer than a file may take is refused, and can be tried again.
func TestBusy(t *testing.T) {
	r := NewReader(kept)
	r.time = 20 * time.Millisecond
	r.turn <- struct{}{}
	_, err := r.Pages(t.Context(), nil)
	require.ErrorIs(t, err, ErrBusy)
	<-r.turn
	r.time = 30 * time.Second
	_, err = r.Pages(t.Context(), printed(t, func(f *fpdf.Fpdf) { f.AddPage(); write(f, "Aftale") }))
	require.NoError(t, err)
}

// A memory that the system does not give is a refusal, not a crash.
func TestNoMemory(t *testing.T) {
	r := NewReader(kept)
	r.pages = 1 << 30 // 64 TB
	_, err := r.Pages(t.Context(), nil)
	require.ErrorIs(t, err, ErrBusy)
}
