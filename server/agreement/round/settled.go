package round

import "klausul/server/word"

// remark is what a comment says, and in whose name.
type remark struct{ author, text string }

// settled is a file in which what its sender proposed with tracked changes counts as agreed.
func (s *Sent) settled(d word.Document) word.Document {
	for _, hand := range s.hands {
		d = d.Settled(hand)
	}
	return d
}

// returned is a file that came back, with the changes and comments taken out that it went
// out with. A change that somebody else made in our name counts as made without tracking,
// for it was not sent; a comment in our name that was not sent stays.
func (s *Sent) returned(d word.Document) word.Document {
	if len(s.hands) == 0 {
		return d
	}
	ours := map[remark]int{}
	for r, n := range s.remarks {
		ours[r] = n
	}
	const strange = "\x00" // no author's name begins so: XML has no such sign
	comments := make([]word.Comment, len(d.Comments))
	for i, c := range d.Comments {
		r := remark{c.Author, c.Text}
		if ours[r]--; ours[r] < 0 {
			c.Author = strange + c.Author
		}
		comments[i] = c
	}
	d.Comments = comments
	d = s.settled(d)
	kept := make([]word.Comment, len(d.Comments))
	for i, c := range d.Comments {
		c.Author = c.Author[len(strange):]
		kept[i] = c
	}
	d.Comments = kept
	return d
}
