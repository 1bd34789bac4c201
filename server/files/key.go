package files

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"log/slog"
)

// DataKey encrypts one file of one owner. Destroying every wrapped copy of it
// is how a file is erased: the bytes in the store are then noise.
type DataKey [32]byte

// NewDataKey returns a random key.
func NewDataKey() DataKey {
	var k DataKey
	rand.Read(k[:]) // never fails
	return k
}

// A key never shows itself in a log or an error.
func (DataKey) String() string       { return "[data key]" }
func (DataKey) GoString() string     { return "[data key]" }
func (DataKey) LogValue() slog.Value { return slog.StringValue("[data key]") }

// Format keeps %x and the like from showing it either.
func (DataKey) Format(f fmt.State, _ rune) { fmt.Fprint(f, "[data key]") }

// id tells two keys apart without telling anything of them.
func (k DataKey) id() string {
	sum := sha256.Sum256(append([]byte("klausul data key id\x00"), k[:]...))
	return hex.EncodeToString(sum[:12])
}

// wrapForm is the first byte of a wrapped key; a later form gets the next number.
const wrapForm = 1

// newWrapper makes the cipher of the key-encryption key.
func newWrapper(key [32]byte) (cipher.AEAD, error) {
	block, err := aes.NewCipher(key[:])
	if err != nil {
		return nil, err
	}
	return cipher.NewGCMWithRandomNonce(block)
}

// Wrap encrypts a data key under the key-encryption key for storing in the
// row of the file. It is bound to that owner and hash, so that a wrapped key
// copied into another row does not open.
func (s *Store) Wrap(owner, sha256 string, k DataKey) []byte {
	return s.wrapper.Seal([]byte{wrapForm}, nil, k[:], []byte(vaultName(owner, sha256)))
}

// Unwrap is the inverse of Wrap. It refuses with ErrKey when the bytes were
// changed, belong to another file or were wrapped under another key.
func (s *Store) Unwrap(owner, sha256 string, wrapped []byte) (DataKey, error) {
	if len(wrapped) == 0 || wrapped[0] != wrapForm {
		return DataKey{}, ErrKey
	}
	plain, err := s.wrapper.Open(nil, nil, wrapped[1:], []byte(vaultName(owner, sha256)))
	if err != nil || len(plain) != len(DataKey{}) {
		return DataKey{}, ErrKey.Because(err)
	}
	return DataKey(plain), nil
}
