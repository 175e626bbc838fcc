// Package state keeps topics with state: the newest value of each, and how long
// ago which part of it changed. It is for runtimes; who writes a service shows a
// value with daebus.Topic's Show.
//
// A reader is sent the whole value once and from then on what it has not got
// yet, as a JSON Merge Patch (RFC 7396). How far it has come is a Cursor, and
// nothing else is kept of it: one that falls behind costs nothing, and gets all
// that it missed in one patch. That patch holds each member that changed since,
// at any depth, with its newest value.
//
//	{"topic":"readings","epoch":"7K2QX4ZB","seq":42,"age":1200,"value":{…}}
//	{"topic":"readings","epoch":"7K2QX4ZB","seq":44,"from":42,"age":0,"patch":{…}}
//
// A patch is exact or it is not sent: where one cannot say what has happened
// the whole value is sent. That is so when the value is no object; when a member
// became null, which in a patch means that it is no more; when what changed is
// nested deeper than eight objects; and for a reader that is so far behind that
// names which have gone since are forgotten. Members that are left out rather
// than null (omitempty) keep patches small.
//
// The package opens nothing and knows the time only from its callers.
package state
