package find

import (
	"bytes"
	"encoding/xml"
	"strings"
)

// readXML reads elements and attributes: <apiKey>...</apiKey>, and
// <add key="apiKey" value="..."/>. It stops at the first mistake.
func readXML(b []byte) []group {
	d := xml.NewDecoder(bytes.NewReader(b))
	d.Strict = false
	d.Entity = map[string]string{}
	top := newScope(nil, "")
	scopes, here, depth := []*scope{top}, top, 0
	for {
		before := int(d.InputOffset())
		token, err := d.Token()
		if err != nil {
			return groupsOf(scopes)
		}
		switch t := token.(type) {
		case xml.StartElement:
			if depth++; depth > deepest {
				return groupsOf(scopes)
			}
			here = newScope(here, t.Name.Local)
			scopes = append(scopes, here)
			tag := b[before:int(d.InputOffset())]
			for _, a := range t.Attr {
				at := max(0, bytes.Index(tag, []byte(a.Value)))
				here.put(a.Name.Local, a.Value, before+at, before+at+max(1, len(a.Value)))
			}
		case xml.EndElement:
			if here.parent != nil {
				here = here.parent
				depth--
			}
		case xml.CharData:
			text := strings.TrimSpace(string(t))
			if text == "" || here.parent == nil {
				continue
			}
			at := max(0, bytes.Index(b[before:int(d.InputOffset())], []byte(text)))
			here.parent.put(here.name, text, before+at, before+at+len(text))
		}
	}
}
