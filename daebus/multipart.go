package daebus

import (
	"io"
	"mime"
	"mime/multipart"
	"net/http"
	"net/url"
)

// File is a file in a multipart form. A field of type File or []File in the
// struct of a typed handler takes the parts of its name; Request.Files is for
// other handlers. In JSON, and so on the bus and over WebSocket, it is
// {"name":…,"type":…,"data":"base64"}.
//
// Files are held in memory and not on the disk: what the runtime allows a body
// to be (edge.Config.BodyLimit, 1 MiB by default) bounds all of them together.
type File struct {
	Name string `json:"name"` // as the client calls it, without directories; nothing to open a file by
	Type string `json:"type"` // the media type, as the client says; "" when it does not
	Data []byte `json:"data"` // the handler's to keep
}

// maxParts bounds what a form of many small parts costs.
const maxParts = 1000

func readMultipart(r *http.Request) (*form, error) {
	parts, err := r.MultipartReader()
	if err != nil {
		return nil, bodyError("multipart form", err)
	}
	f := &form{values: url.Values{}, files: map[string][]File{}}
	for n := 0; ; n++ {
		part, err := parts.NextPart()
		switch {
		case err == io.EOF:
			return f, nil
		case err != nil:
			return nil, bodyError("multipart form", err)
		case n == maxParts:
			return nil, Errorf(Invalid, "multipart form: more than %d parts", maxParts)
		}
		data, err := io.ReadAll(part)
		if err != nil {
			return nil, bodyError("multipart form", err)
		}
		switch name, file := part.FormName(), part.FileName(); {
		case file != "":
			f.files[name] = append(f.files[name], File{file, part.Header.Get("Content-Type"), data})
		case name != "" && !unchosen(part):
			f.values.Add(name, string(data))
		}
	}
}

// unchosen reports whether the part is what a browser sends for a file that
// nobody has chosen: one with an empty name.
func unchosen(part *multipart.Part) bool {
	_, params, _ := mime.ParseMediaType(part.Header.Get("Content-Disposition"))
	_, file := params["filename"]
	return file
}
