package agreement

// most is how many rows a list holds that is shown whole: read with one row over it, so
// that what lies beyond is told and never left out without a word.
const most = 200

// cut keeps the first rows of such a list, and tells whether there are more.
func cut[T any](rows []T) ([]T, bool) {
	if len(rows) <= most {
		return rows, false
	}
	return rows[:most], true
}
