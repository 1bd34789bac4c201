package files

import "time"

// Lock is how long a new or renewed lock holds. Locks are short and renewed while
// the retention rule holds, so that a rule that ends does not leave a lock behind.
func (s *Store) Lock() time.Duration { return s.lock }
