package main

import (
	"bytes"
	"encoding/json"
	"slices"
	"strings"

	"sigs.k8s.io/kustomize/kyaml/yaml"
)

// longestInteger keeps whole numbers within what every reader holds exactly.
const longestInteger = 16

// objectJSON gives an object's JSON, the same bytes as kyaml's MarshalJSON. That one prints YAML
// and parses it again; nearly all objects hold nothing that such a journey could change, and those
// are written at once.
func objectJSON(object *yaml.RNode) ([]byte, error) {
	var direct bytes.Buffer
	node := object.YNode()
	if node != nil && node.Kind == yaml.MappingNode && writeNode(&direct, node) {
		return direct.Bytes(), nil
	}
	return object.MarshalJSON()
}

// writeNode writes a node, or says that it cannot vouch for its meaning.
func writeNode(out *bytes.Buffer, node *yaml.Node) bool {
	if node.Anchor != "" || (node.Style&yaml.FlowStyle != 0 && hasComment(node)) {
		return false
	}
	switch node.Kind {
	case yaml.MappingNode:
		return (node.Tag == "" || node.Tag == yaml.NodeTagMap) && writeMapping(out, node)
	case yaml.SequenceNode:
		return (node.Tag == "" || node.Tag == yaml.NodeTagSeq) && writeSequence(out, node)
	case yaml.ScalarNode:
		return writeScalar(out, node)
	}
	return false
}

// hasComment looks into flow collections, where a comment may swallow what follows it.
func hasComment(node *yaml.Node) bool {
	return node.HeadComment+node.LineComment+node.FootComment != "" ||
		slices.ContainsFunc(node.Content, hasComment)
}

type field struct {
	name  string
	value *yaml.Node
}

// writeMapping sorts by key, as the standard library's encoder does with maps.
func writeMapping(out *bytes.Buffer, node *yaml.Node) bool {
	fields := make([]field, 0, len(node.Content)/2)
	for index := 0; index+1 < len(node.Content); index += 2 {
		key := node.Content[index]
		text, ok := textOf(key)
		if !ok || key.Anchor != "" || text == "<<" || strings.Contains(text, "\n") {
			return false
		}
		fields = append(fields, field{text, node.Content[index+1]})
	}
	slices.SortFunc(fields, func(a, b field) int { return strings.Compare(a.name, b.name) })
	out.WriteByte('{')
	for index, each := range fields {
		if index > 0 {
			if each.name == fields[index-1].name {
				return false
			}
			out.WriteByte(',')
		}
		writeText(out, each.name)
		out.WriteByte(':')
		if !writeNode(out, each.value) {
			return false
		}
	}
	out.WriteByte('}')
	return true
}

func writeSequence(out *bytes.Buffer, node *yaml.Node) bool {
	out.WriteByte('[')
	for index, each := range node.Content {
		if index > 0 {
			out.WriteByte(',')
		}
		if !writeNode(out, each) {
			return false
		}
	}
	out.WriteByte(']')
	return true
}

func writeScalar(out *bytes.Buffer, node *yaml.Node) bool {
	if text, ok := textOf(node); ok {
		writeText(out, text)
		return true
	}
	bare := false
	switch node.Tag {
	case yaml.NodeTagInt:
		bare = isInteger(node.Value)
	case yaml.NodeTagBool:
		bare = node.Value == "true" || node.Value == "false"
	case yaml.NodeTagNull:
		bare = node.Value == "null"
	}
	if bare && node.Style == 0 {
		out.WriteString(node.Value)
	}
	return bare && node.Style == 0
}

func isInteger(text string) bool {
	digits := strings.TrimPrefix(text, "-")
	if digits == "" || len(digits) > longestInteger || (digits[0] == '0' && text != "0") {
		return false
	}
	return strings.Trim(digits, "0123456789") == ""
}

// textOf gives a scalar that is a text whatever its words, in a style that loses nothing: printable
// ASCII, and lines only where a literal block begins with a letter and ends with one line break.
func textOf(node *yaml.Node) (string, bool) {
	text := node.Value
	if node.Kind != yaml.ScalarNode || !isText(node) {
		return "", false
	}
	switch node.Style {
	case 0, yaml.DoubleQuotedStyle:
	case yaml.SingleQuotedStyle:
		if strings.Contains(text, "\n") {
			return "", false
		}
	case yaml.LiteralStyle:
		if text == "" || text[0] == ' ' {
			return "", false
		}
	default:
		return "", false
	}
	if strings.HasPrefix(text, "\n") || strings.HasPrefix(text, " ") && strings.Contains(text, "\n") {
		return "", false
	}
	if strings.HasSuffix(text, "\n\n") {
		return "", false
	}
	return text, strings.IndexFunc(text, isSpecial) < 0
}

// isText says whether a scalar is a text: by its tag, or, as nodes of kustomize's own making have
// none, by its quotes or by a first letter with which only a few words are anything else.
func isText(node *yaml.Node) bool {
	if node.Tag != "" || node.Value == "" {
		return node.Tag == yaml.NodeTagString
	}
	first := node.Value[0] | 0x20
	return node.Style != 0 || (first >= 'a' && first <= 'z' && !otherWords[strings.ToLower(node.Value)])
}

var otherWords = map[string]bool{"true": true, "false": true, "null": true}

func isSpecial(letter rune) bool { return (letter < ' ' || letter > '~') && letter != '\n' }

// writeText escapes as the standard library's encoder does.
func writeText(out *bytes.Buffer, text string) {
	if !strings.ContainsAny(text, "\"\\<>&\n") {
		out.WriteByte('"')
		out.WriteString(text)
		out.WriteByte('"')
		return
	}
	quoted, _ := json.Marshal(text)
	out.Write(quoted)
}
