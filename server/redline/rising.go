package redline

import "sort"

// Rising are the positions of the longest row of values that rises: what keeps its order
// when the rest is moved.
func Rising(values []int) []int {
	back := make([]int, len(values)) // what stands before each in the longest row that ends with it
	var tails []int                  // the last position of the longest row of each length
	for i, v := range values {
		n := sort.Search(len(tails), func(k int) bool { return values[tails[k]] >= v })
		back[i] = -1
		if n > 0 {
			back[i] = tails[n-1]
		}
		if n == len(tails) {
			tails = append(tails, i)
		} else {
			tails[n] = i
		}
	}
	for n := len(tails) - 2; n >= 0; n-- {
		tails[n] = back[tails[n+1]]
	}
	return tails
}
