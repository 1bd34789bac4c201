package intake_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"klausul/server/intake"
	"klausul/server/storage/storagetest"
)

// One bad row among 60,000 is named, and holds no other up.
func TestOneBadRowAmongSixtyThousand(t *testing.T) {
	t.Parallel()
	w := newTown(t)
	const systems, periods, bad = 300, 200, 31_415
	v := w.vendor("Nordlys Data A/S", "12345674")
	numbers := make([]int32, systems)
	for i := range numbers {
		numbers[i] = storagetest.One[int32](w.Env, "select number from it_system where id = $1", w.System(v, fmt.Sprintf("Nordlys %03d", i)))
	}
	var list strings.Builder
	list.WriteString("Systemnr.;Fra;Til;Antal personer\r\n")
	for n := range systems * periods {
		from := time.Date(1990, 1, 1+10*(n/systems), 0, 0, 0, 0, time.UTC)
		day := from.Format("02-01-2006")
		if n == bad {
			day = "31-02-2001"
		}
		fmt.Fprintf(&list, "%d;%s;%s;1.250\r\n", numbers[n%systems], day, from.AddDate(0, 0, 9).Format("02-01-2006"))
	}
	i := w.send(w.contact, intake.Usages, "alle.csv", list.String())
	require.Equal(t, "ready: added 59999, changed 0, unchanged 0, refused 1, repeated 0", counts(i))
	line := w.lines(w.contact, i, intake.Refused)[0]
	require.Equal(t, bad+2, line.Line)
	require.Equal(t, []intake.Flaw{{Field: "from", Code: "import.row_date", Detail: "31-02-2001"}}, line.Flaws)
	w.accept(w.contact, i, true)
	require.Equal(t, 59_999, storagetest.One[int](w.Env, "select count(*)::int from usage"))
	again := w.send(w.contact, intake.Usages, "alle.csv", list.String())
	require.Equal(t, "ready: added 0, changed 0, unchanged 59999, refused 1, repeated 0", counts(again))
}
