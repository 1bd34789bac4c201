package storage

import lru "github.com/hashicorp/golang-lru/v2"

// keptMost is how many things a store keeps in memory; the one not asked for longest goes first.
const keptMost = 64

func newKept() *lru.Cache[any, any] {
	cache, err := lru.New[any, any](keptMost)
	if err != nil {
		panic(err) // only for a size below one
	}
	return cache
}

// Kept gives from memory what the database never lets change, such as a published text, and
// reads it when nobody has asked before. The key's type is the caller's own, and names the
// thing as it is: what comes to be again after a rollback needs another key. Whoever asks must
// have seen in tx that its scope may read the thing, and changes nothing in what it is given.
func Kept[K comparable, V any](tx *Tx, key K, read func() (V, error)) (V, error) {
	if v, ok := tx.kept.Get(key); ok {
		return v.(V), nil
	}
	v, err := read()
	if err == nil {
		tx.kept.Add(key, v)
	}
	return v, err
}
