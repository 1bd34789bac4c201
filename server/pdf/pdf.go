// Package pdf reads what stands on the pages of a PDF that anybody may have made.
//
// PDFium does the reading, as WebAssembly: it has a memory of its own with an upper limit,
// neither files nor network, and a time after which it is stopped. Whatever a file makes of
// it ends with the reading, which has an instance of its own.
package pdf

import (
	"context"
	"errors"
	"io"
	"os"
	"strings"
	"sync"
	"time"
	"unicode"

	"github.com/klippa-app/go-pdfium"
	broken "github.com/klippa-app/go-pdfium/errors"
	"github.com/klippa-app/go-pdfium/references"
	"github.com/klippa-app/go-pdfium/requests"
	"github.com/klippa-app/go-pdfium/webassembly"
	"github.com/tetratelabs/wazero"
	"github.com/tetratelabs/wazero/api"
	"github.com/tetratelabs/wazero/experimental"
)

// Reader reads PDFs, one at a time.
type Reader struct {
	cache func() wazero.CompilationCache
	turn  chan struct{}
	time  time.Duration // for one file
	pages uint32        // of its memory, 64 kB each
}

// NewReader returns a reader that keeps PDFium in the folder as this machine runs it: to
// make that takes seconds, once. Without a folder that can be written it is made at every start.
func NewReader(folder string) *Reader {
	return &Reader{turn: make(chan struct{}, 1), time: 30 * time.Second, pages: 2048, cache: sync.OnceValue(func() wazero.CompilationCache {
		if writable(folder) {
			if kept, err := wazero.NewCompilationCacheWithDir(folder); err == nil {
				return kept
			}
		}
		return wazero.NewCompilationCache()
	})}
}

// writable makes a folder, and tells whether files can be made in it.
func writable(folder string) bool {
	if folder == "" || os.MkdirAll(folder, 0o700) != nil {
		return false
	}
	probe, err := os.CreateTemp(folder, "probe")
	if err != nil {
		return false
	}
	return errors.Join(probe.Close(), os.Remove(probe.Name())) == nil
}

// Pages returns the text of every page, line by line as it is printed, with an empty line
// where a gap is. A page without any text is empty. It refuses with ErrEncrypted, ErrDamaged,
// ErrPages, ErrText, ErrSlow, ErrNoText, or ErrBusy when its turn does not come in the time
// that one file has.
func (r *Reader) Pages(ctx context.Context, raw []byte) ([]string, error) {
	select {
	case r.turn <- struct{}{}:
		defer func() { <-r.turn }()
	case <-time.After(r.time):
		return nil, ErrBusy
	case <-ctx.Done():
		return nil, context.Cause(ctx)
	}
	ctx, stop := context.WithCancelCause(ctx)
	defer stop(nil)
	own, err := take(int(r.pages) << 16)
	if err != nil {
		return nil, ErrBusy.Because(err)
	}
	defer own.close()
	// An instance has no file system (the empty configuration mounts nothing) and no network.
	pool, err := webassembly.Init(webassembly.Config{Context: experimental.WithMemoryAllocator(ctx, own), MaxTotal: 1, FSConfig: wazero.NewFSConfig(), Stdout: io.Discard, Stderr: io.Discard,
		RuntimeConfig: wazero.NewRuntimeConfig().WithCoreFeatures(api.CoreFeaturesV2 | experimental.CoreFeaturesExceptionHandling).
			WithCompilationCache(r.cache()).WithCloseOnContextDone(true).WithMemoryLimitPages(r.pages)})
	if err != nil {
		return nil, err
	}
	defer func() { _ = pool.Close() }() // what is left of a stopped instance is gone already
	instance, err := pool.GetInstanceWithContext(ctx)
	if err != nil {
		return nil, err
	}
	defer func() { _ = instance.Close() }()
	defer time.AfterFunc(r.time, func() { stop(ErrSlow) }).Stop()
	pages, err := read(instance, raw)
	if stopped := context.Cause(ctx); stopped != nil {
		return nil, stopped
	}
	return pages, err
}

func read(p pdfium.Pdfium, raw []byte) ([]string, error) {
	opened, err := p.OpenDocument(&requests.OpenDocument{File: &raw})
	switch {
	case errors.Is(err, broken.ErrPassword), errors.Is(err, broken.ErrSecurity):
		return nil, ErrEncrypted
	case err != nil:
		return nil, ErrDamaged.Because(err)
	}
	count, err := p.FPDF_GetPageCount(&requests.FPDF_GetPageCount{Document: opened.Document})
	switch {
	case err != nil:
		return nil, ErrDamaged.Because(err)
	case count.PageCount == 0:
		return nil, ErrDamaged
	case count.PageCount > MaxPages:
		return nil, ErrPages.With("limit", MaxPages).With("pages", count.PageCount)
	}
	pages, all, printed, letters := make([][]line, count.PageCount), 0, 0, false
	for i := range pages {
		n := 0
		if pages[i], n, err = readPage(p, opened.Document, i); err != nil {
			return nil, err
		}
		all, printed = all+n, printed+len(pages[i])
		switch {
		case all > maxText:
			return nil, ErrText.With("limit", maxText)
		case printed > maxLines:
			return nil, ErrText.With("lines", maxLines)
		}
		letters = letters || legible(pages[i])
	}
	if !letters {
		return nil, ErrNoText.With("pages", len(pages))
	}
	return spaced(pages), nil
}

// readPage returns the lines of a page and how many characters stand on it.
func readPage(p pdfium.Pdfium, doc references.FPDF_DOCUMENT, at int) (lines []line, chars int, err error) {
	defer func() {
		if err != nil && !errors.Is(err, ErrText) {
			err = ErrDamaged.With("page", at+1).Because(err)
		}
	}()
	loaded, err := p.FPDFText_LoadPage(&requests.FPDFText_LoadPage{Page: requests.Page{ByIndex: &requests.PageByIndex{Document: doc, Index: at}}})
	if err != nil {
		return nil, 0, err
	}
	text := loaded.TextPage
	counted, err := p.FPDFText_CountChars(&requests.FPDFText_CountChars{TextPage: text})
	switch {
	case err != nil:
		return nil, 0, err
	case counted.Count > maxPage:
		return nil, 0, ErrText.With("page", at+1).With("limit", maxPage)
	}
	var open strings.Builder
	now := line{}
	for i := range counted.Count {
		got, err := p.FPDFText_GetUnicode(&requests.FPDFText_GetUnicode{TextPage: text, Index: i})
		if err != nil {
			return nil, 0, err
		}
		char := rune(min(got.Unicode, unicode.MaxRune+1))
		if now.size == 0 && !unicode.IsSpace(char) {
			if now, err = place(p, text, i); err != nil {
				return nil, 0, err
			}
		}
		switch {
		case char == cutWord:
			open.WriteByte('-')
		case unicode.IsSpace(char): // those that keep a line together, too
			open.WriteByte(' ')
		case char == 0: // the font does not say which letter it is
			open.WriteRune(unicode.ReplacementChar)
		default:
			open.WriteRune(char)
		}
		if last := i == counted.Count-1; (last || char == '\n' || char == cutWord) && now.size > 0 {
			now.text = strings.TrimSpace(open.String())
			lines, now = append(lines, now), line{}
			open.Reset()
		}
	}
	_, err = p.FPDFText_ClosePage(&requests.FPDFText_ClosePage{TextPage: text})
	return lines, counted.Count, err
}

// cutWord is what PDFium writes in place of a hyphen at the end of a line and of the line's end.
const cutWord = '\x02'

// place is where a character stands, and how large.
func place(p pdfium.Pdfium, text references.FPDF_TEXTPAGE, at int) (line, error) {
	origin, err := p.FPDFText_GetCharOrigin(&requests.FPDFText_GetCharOrigin{TextPage: text, Index: at})
	if err != nil {
		return line{}, err
	}
	size, err := p.FPDFText_GetFontSize(&requests.FPDFText_GetFontSize{TextPage: text, Index: at})
	if err != nil {
		return line{}, err
	}
	return line{height: origin.Y, size: max(1, size.FontSize)}, nil
}
