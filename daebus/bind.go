package daebus

import (
	"encoding/json"
	"fmt"
	"reflect"
	"strconv"
	"strings"
)

// bind stores what the form says in the value v points to. The fields of a
// struct take text by the type they have; anything else gets the payload, in
// which values are text.
func (f *form) bind(payload []byte, v any) error {
	target := reflect.ValueOf(v)
	if target.Kind() != reflect.Pointer || target.Elem().Kind() != reflect.Struct {
		return JSON.Unmarshal(payload, v)
	}
	if f.body != nil {
		if err := JSON.Unmarshal(f.body, v); err != nil {
			return err
		}
	}
	for _, field := range reflect.VisibleFields(target.Elem().Type()) {
		name := jsonName(field)
		if !field.IsExported() || name == "" {
			continue
		}
		into, err := target.Elem().FieldByIndexErr(field.Index)
		if err != nil {
			continue // inside an embedded nil pointer
		}
		if files := f.files[called(name, f.files)]; len(files) > 0 && takeFiles(into, files) {
			continue
		}
		texts, ok := f.values[called(name, f.values)]
		if !ok {
			continue
		}
		if err := json.Unmarshal(literal(field.Type, texts), into.Addr().Interface()); err != nil {
			return fmt.Errorf("%s: got %q; want %s", name, strings.Join(texts, ","), jsonKind(field.Type))
		}
	}
	return nil
}

// called is the name under which m holds what is for the field of that name: one
// that differs in case will do where there is no other, as it does in JSON.
func called[V any](name string, m map[string]V) string {
	if _, ok := m[name]; ok {
		return name
	}
	found := name
	for other := range m {
		if strings.EqualFold(other, name) && (found == name || other < found) {
			found = other
		}
	}
	return found
}

// takeFiles reports whether the field is one that takes files.
func takeFiles(field reflect.Value, files []File) bool {
	switch field := field.Addr().Interface().(type) {
	case *File:
		*field = files[len(files)-1]
	case *[]File:
		*field = files
	default:
		return false
	}
	return true
}

// jsonName is the name that encoding/json gives a field, "" for none.
func jsonName(field reflect.StructField) string {
	tag := field.Tag.Get("json")
	if tag == "-" || field.Anonymous && tag == "" {
		return ""
	}
	name, _, _ := strings.Cut(tag, ",")
	if name == "" {
		return field.Name
	}
	return name
}

// literal is texts as the JSON that a field of type t takes.
func literal(t reflect.Type, texts []string) []byte {
	for t.Kind() == reflect.Pointer {
		t = t.Elem()
	}
	if t.Kind() == reflect.Slice && t.Elem().Kind() != reflect.Uint8 {
		list := []byte{'['}
		for i, text := range texts {
			if i > 0 {
				list = append(list, ',')
			}
			list = append(list, literal(t.Elem(), []string{text})...)
		}
		return append(list, ']')
	}
	text := texts[len(texts)-1]
	switch t.Kind() {
	case reflect.Bool:
		if text == "on" { // an HTML check box
			return []byte("true")
		}
		if b, err := strconv.ParseBool(text); err == nil {
			return strconv.AppendBool(nil, b)
		}
	case reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64,
		reflect.Uint, reflect.Uint8, reflect.Uint16, reflect.Uint32, reflect.Uint64, reflect.Uintptr,
		reflect.Float32, reflect.Float64:
		if text != "null" && json.Valid([]byte(text)) {
			return []byte(text)
		}
	}
	quoted, _ := json.Marshal(text)
	return quoted
}
