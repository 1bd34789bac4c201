package files

import (
	"bufio"
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"net"
	"strings"
	"time"
)

// Gate looks for malware in a file before a person may place it.
type Gate interface {
	// Clean reads r to its end and returns nil only when a scanner looked at
	// all of it and found nothing. It refuses with ErrInfected, with
	// ErrNotScanned when the scanner gave no verdict (away, over its limit) and
	// with ErrNoScanner when there is none: then the file may be kept, marked
	// as not scanned. An error of r itself comes back as it is.
	Clean(ctx context.Context, r io.Reader) error
}

// NewGate returns the gate for KLAUSUL_CLAMD: "unix:/path/to/clamd.ctl",
// "tcp:host:port", or empty for none.
func NewGate(address string) (Gate, error) {
	if address == "" {
		return NoGate{}, nil
	}
	network, at, ok := strings.Cut(address, ":")
	if !ok || at == "" || network != "unix" && network != "tcp" {
		return nil, &Refused{Setting: "KLAUSUL_CLAMD", Reason: "the address of clamd must look like unix:/path or tcp:host:port, not " + address}
	}
	return &Clamd{Network: network, Address: at}, nil
}

// NoGate is the gate when no scanner is configured: it never calls a file clean.
type NoGate struct{}

// Clean refuses with ErrNoScanner.
func (NoGate) Clean(context.Context, io.Reader) error { return ErrNoScanner }

// Clamd asks a ClamAV daemon over its INSTREAM command.
type Clamd struct{ Network, Address string }

// scanLimit is how long one scan may take when the caller sets no limit.
const scanLimit = 2 * time.Minute

// Clean sends the file to clamd. See Gate.
func (c *Clamd) Clean(ctx context.Context, r io.Reader) error {
	ctx, cancel := context.WithTimeout(ctx, scanLimit)
	defer cancel()
	conn, err := (&net.Dialer{}).DialContext(ctx, c.Network, c.Address)
	if err != nil {
		return ErrNotScanned.Because(fmt.Errorf("reach clamd: %w", err))
	}
	defer conn.Close()
	defer context.AfterFunc(ctx, func() { conn.Close() })()

	in := &source{r: r, sum: nothing{}}
	sent := instream(conn, in)
	if in.err != nil {
		return fmt.Errorf("read the file to scan: %w", in.err)
	}
	// clamd closes its side when the file is over its limit, so a failed write
	// is followed by an answer that says why.
	answer, err := bufio.NewReader(conn).ReadString(0)
	answer = strings.TrimRight(strings.TrimSpace(answer), "\x00")
	if sent != nil || err != nil && !(errors.Is(err, io.EOF) && answer != "") {
		return ErrNotScanned.Because(fmt.Errorf("clamd said %q: %w", answer, errors.Join(sent, err)))
	}
	return verdict(answer)
}

// instream sends the command and the file in chunks, each after its length.
func instream(w io.Writer, r io.Reader) error {
	if _, err := io.WriteString(w, "zINSTREAM\x00"); err != nil {
		return err
	}
	chunk := make([]byte, 4+64<<10)
	for {
		n, err := io.ReadFull(r, chunk[4:])
		if n > 0 {
			binary.BigEndian.PutUint32(chunk, uint32(n))
			if _, err := w.Write(chunk[:4+n]); err != nil {
				return err
			}
		}
		if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
			_, err := w.Write(make([]byte, 4)) // length 0: the end
			return err
		}
		if err != nil {
			return err
		}
	}
}

// verdict reads "stream: OK" and "stream: <name> FOUND"; anything else is none.
func verdict(answer string) error {
	if answer == "stream: OK" {
		return nil
	}
	if name, found := strings.CutSuffix(answer, " FOUND"); found {
		return ErrInfected.With("name", strings.TrimPrefix(name, "stream: "))
	}
	return ErrNotScanned.Because(fmt.Errorf("clamd said %q", answer))
}

// nothing is a hash for when none is wanted.
type nothing struct{}

func (nothing) Write(p []byte) (int, error) { return len(p), nil }
func (nothing) Sum(b []byte) []byte         { return b }
func (nothing) Reset()                      {}
func (nothing) Size() int                   { return 0 }
func (nothing) BlockSize() int              { return 1 }
