package agreement

// most is how many rows a list holds that is shown whole with what it belongs to: the steps,
// instructions and reviews of one agreement, and what one draft can copy from. None has come
// near it; they are read with one row over, so that what lies beyond is told and never left
// out without a word. What grows with the register is paged: comments, hearings, mandates.
const most = 200

// cut keeps the first rows of such a list, and tells whether there are more.
func cut[T any](rows []T) ([]T, bool) {
	if len(rows) <= most {
		return rows, false
	}
	return rows[:most], true
}
