package message_test

import (
	"testing"

	"github.com/stretchr/testify/require"
)

// FuzzInternet and FuzzOutlook read whatever is called a mail: nothing panics or waits, what
// comes out is clean, and the same file gives the same mail.
func FuzzInternet(f *testing.F) {
	f.Add(crlf(mail))
	f.Add(simple("Subject: x\nContent-Type: text/html", "<p>K\xe6re <b>I</b><script>x</script>"))
	f.Add(simple("Content-Type: message/rfc822", "From: a@b.example\n\nx"))
	f.Fuzz(once)
}

func FuzzOutlook(f *testing.F) {
	f.Add(pack(outlook()))
	m := newFolder(32).text(0x001a, "IPM.Note").stream(0x1013, 0x102, []byte("<p>x"))
	m.put("__attach_version1.0_#00000000", 8).folders["__substg1.0_3701000D"] = newFolder(24).text(0x1000, "x")
	f.Add(pack(m))
	f.Fuzz(once)
}

func once(t *testing.T, raw []byte) {
	m, err := read(raw)
	again, err2 := read(raw)
	require.Equal(t, m, again)
	require.Equal(t, err, err2)
	if err == nil {
		sound(t, m)
	}
}
