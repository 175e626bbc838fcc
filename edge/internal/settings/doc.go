// Package settings reads a program's settings from a TOML file, the environment
// and the command line.
//
// The program states each setting once, in a table of [Setting] that points into
// a struct of its own: the key, the [Kind] that reads, checks and writes the
// field, the default and a line of help. [Load] gives every field the value of
// its highest origin, [Complete] checks what was set, by Load or in Go, and fills
// in the rest. Flags the program has defined itself become settings too. Every
// mistake is found in one go, and no error or printing shows a secret.
//
// A setting has one name in three spellings: state_dir in the file,
// DAEBUS_STATE_DIR in the environment, --state-dir on the command line.
package settings
