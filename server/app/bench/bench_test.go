package bench

import (
	"errors"
	"math"
	"net/http"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

func TestShort(t *testing.T) {
	t.Parallel()
	least, most := row{name: "l", target: 0.5}, row{name: "m", target: 4, atMost: true}
	for name, c := range map[string]struct {
		row         row
		ours, other float64
		want        bool
	}{
		"at least, met":                       {least, 50, 100, false},
		"at least, missed by less than 0.1":   {least, 46, 100, false},
		"at least, missed":                    {least, 44, 100, true},
		"at most, met":                        {most, 399, 100, false},
		"at most, missed by less than 0.1":    {most, 440, 100, false},
		"at most, missed":                     {most, 450, 100, true},
		"at least, nothing was measured":      {least, 0, 0, true},
		"at most, nothing was measured":       {most, math.NaN(), 1, true},
		"at least, the yardstick stood still": {least, 1, 0, false},
	} {
		require.Equal(t, c.want, c.row.short(result{c.ours, c.other}), name)
	}
	require.Equal(t, "l\t44.0\t100\t0.440\t>=0.5\tSHORT\n", least.line(result{44, 100}))
	require.Equal(t, "m\t399\t100\t3.990\t<=4\tok\n", most.line(result{399, 100}))
}

func TestMedianIsOneRound(t *testing.T) {
	t.Parallel()
	got := median([]result{{10, 100}, {90, 100}, {5, 10}, {1, 1}, {2, 10}})
	require.Equal(t, result{5, 10}, got)
}

func TestUnknownRowIsRefused(t *testing.T) {
	t.Parallel()
	err := Run(t.Context(), Options{Row: "nothing", Dir: t.TempDir()})
	require.ErrorContains(t, err, "list_office")
	require.False(t, errors.Is(err, ErrShort))
}

func TestLoadCountsOnlyTheExpectedAnswer(t *testing.T) {
	t.Parallel()
	body := "exactly this"
	address, closing, err := listen(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Header.Get("Cookie") != "a=b" {
			w.WriteHeader(http.StatusUnauthorized)
		}
		_, _ = w.Write([]byte(body))
	}))
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, closing()) })

	r, got, err := newRequest(address+"/x?y=1", "a=b")
	require.NoError(t, err)
	require.Equal(t, body, string(got))
	perSecond, err := r.load(t.Context(), 2, 100*time.Millisecond)
	require.NoError(t, err)
	require.Greater(t, perSecond, 10.0)

	r.length++
	_, err = r.load(t.Context(), 2, time.Second)
	require.ErrorContains(t, err, "12 bytes, not 200 and 13")
	_, _, err = newRequest(address, "")
	require.ErrorContains(t, err, "401")
}
