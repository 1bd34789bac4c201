package word

import (
	"bytes"
	"errors"
	"fmt"
	"io"

	"klausul/server/fault"
)

// Refusals of a file. Each tells a person what to do instead.
var (
	ErrNotWord   = fault.New(fault.Invalid, "word.not_word")          // nothing that Word writes
	ErrOldWord   = fault.New(fault.Invalid, "word.old_format")        // .doc
	ErrODT       = fault.New(fault.Invalid, "word.odt")               // OpenDocument
	ErrPDF       = fault.New(fault.Invalid, "word.pdf")               //
	ErrRTF       = fault.New(fault.Invalid, "word.rtf")               //
	ErrEncrypted = fault.New(fault.Invalid, "word.encrypted")         // a password is asked for
	ErrMacros    = fault.New(fault.Invalid, "word.macros")            // a file is kept and handed on: it carries no program
	ErrEntities  = fault.New(fault.Invalid, "word.external_entities") // a DOCTYPE; Word never writes one
	ErrTooLarge  = fault.New(fault.TooLarge, "word.too_large")        // as sent
	ErrBomb      = fault.New(fault.TooLarge, "word.bomb")             // unpacked
	ErrComplex   = fault.New(fault.Invalid, "word.too_complex")       // nested too deep, or too many paragraphs
	ErrDamaged   = fault.New(fault.Invalid, "word.damaged")           // Word itself would offer to repair it
)

// Limits of a file. A hundred pages are a few hundred kilobytes unpacked, and pictures.
const (
	MaxSize       = 25 << 20  // bytes, as sent
	maxUnpacked   = 200 << 20 // all parts together, pictures among them
	maxPart       = 48 << 20  // one part that is read
	maxParts      = 3000
	maxDepth      = 256       // of elements inside each other
	maxElements   = 1_500_000 // of one part
	maxParagraphs = 20_000
)

// foreign tells by its first bytes what a file is that is no zip archive.
func foreign(r io.ReaderAt, size int64) error {
	head := make([]byte, min(size, 1024))
	if _, err := r.ReadAt(head, 0); err != nil && !errors.Is(err, io.EOF) {
		return fmt.Errorf("read the head of the file: %w", err)
	}
	start := bytes.TrimLeft(bytes.TrimPrefix(head, []byte("\xef\xbb\xbf")), " \t\r\n")
	switch {
	case bytes.HasPrefix(head, []byte("\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1")):
		return compound(io.NewSectionReader(r, 0, size))
	case bytes.Contains(head, []byte("%PDF-")):
		return ErrPDF
	case bytes.HasPrefix(start, []byte(`{\rtf`)):
		return ErrRTF
	case !bytes.HasPrefix(head, []byte("PK")):
		return ErrNotWord
	}
	return nil
}

// compound tells a locked .docx from a .doc: both lie in the container of old Office.
func compound(r io.Reader) error {
	raw, err := io.ReadAll(r)
	if err != nil {
		return fmt.Errorf("read the file: %w", err)
	}
	wide := func(s string) []byte {
		var b []byte
		for _, c := range []byte(s) {
			b = append(b, c, 0)
		}
		return b
	}
	switch {
	case bytes.Contains(raw, wide("EncryptedPackage")):
		return ErrEncrypted
	case bytes.Contains(raw, wide("WordDocument")):
		return ErrOldWord
	}
	return ErrNotWord
}
