package main

import (
	"bytes"
	"fmt"
	"strings"
	"testing"

	"sigs.k8s.io/kustomize/kyaml/yaml"
)

// journeys are texts whose meaning a printer and a parser could change between them; written says
// whether they are written at once or take the long way.
var journeys = []struct {
	text    string
	written bool
}{
	{"a: 1\nb: [x, -7, true, null, {c: 'd'}]", true},
	{"z: 1\na: 2\nM: 3", true},
	{"a: {}\nb: []", true},
	{"a: \"1\"\nb: 'true'\nc: \"null\"\nd: '~'\ne: \"\"", true},
	{"a: yes\nb: on\nc: No", true},
	{"a: it <b> & \"q\" \\ 'x'", true},
	{"a: 'x: y'\nb: '# no comment'\nc: '- no list'\nd: ' led '", true},
	{"a: |\n  one\n    two\n  three\n", true},
	{"a: |-\n  one\n\n  two", true},
	{"a: \"one\\ntwo\\n\"", true},
	{"# head\na: 1 # line\n# foot\nb: 2\n", true},
	{"a: !!str 2001-01-01", false},
	{"a: '2001-01-01'\nb: '0x1F'\nc: '1e3'\nd: '.inf'", true},
	{"a: 2001-01-01", false},
	{"a: 1.50", false},
	{"a: .inf", false},
	{"a: 1e3\nb: 0x1F\nc: 0o17\nd: 1_000", false},
	{"a: 012", false},
	{"a: -0", false},
	{"a: 9007199254740993123", false},
	{"a: ~\nb:\n", false},
	{"a: True", false},
	{"a: grün", false},
	{"a: \"tab\\there\"", false},
	{"a: \"bell\\a\"", false},
	{"a: \"\\u2028\"", false},
	{"a: \"one\\r\\ntwo\"", false},
	{"a: |+\n  one\n\n\n", false},
	{"a: \"\\n one\"", false},
	{"a: \" one\\n two\"", false},
	{"a: >\n  folded\n  text\n", false},
	{"a: 'one\n\n  two'", false},
	{"a: &x {b: 1}\nc: *x", false},
	{"x: &x {b: 1}\na:\n  <<: *x\n", false},
	{"'<<': 1", false},
	{"1: a\ntrue: b", false},
	{"? [a]\n: b", false},
	{"a: 1\na: 2", false},
	{"a: !!binary aGk=", false},
	{"a: !mine x", false},
	{"a: [x, # why\n  y]", false},
	{"- a", false},
	{"just text", false},
	{"null", false},
}

func TestObjectsAreWrittenAsKyamlWritesThem(t *testing.T) {
	for _, journey := range journeys {
		var document yaml.Node
		if err := yaml.Unmarshal([]byte(journey.text), &document); err != nil {
			t.Fatalf("%q: %s", journey.text, err)
		}
		compare(t, journey.text, yaml.NewRNode(&document))
		var direct bytes.Buffer
		node := document.Content[0]
		written := node.Kind == yaml.MappingNode && writeNode(&direct, node)
		if written != journey.written {
			t.Errorf("%q: written at once: %t", journey.text, written)
		}
	}
}

// Filters make nodes without tags, or give a node a tag and leave its style.
func TestNodesThatWereNeverParsed(t *testing.T) {
	values := []string{
		"", "a", "true", "True", "null", "~", "yes", "<<", "1", "-1", "0", "00", "1.5", "1e3", ".nan",
		"0x1", "2001-01-01", "a: b", "a # b", "- a", " a", "a ", "a\n", "a\n\n", "\na", " a\nb", "a\tb",
		"registry.example.org/a@sha256:1", "*a", "&a", "!a", "%a", "@a", "{a", "[a]", "a,b", "'a", "\"a",
		"ä", "\u2028", "\x00", "\xff", strings.Repeat("long ", 60),
	}
	tags := []string{"", "!!str", "!!int", "!!bool", "!!null", "!!float", "!!binary", "!!merge", "!x"}
	styles := []yaml.Style{
		0, yaml.SingleQuotedStyle, yaml.DoubleQuotedStyle, yaml.LiteralStyle, yaml.FoldedStyle,
		yaml.TaggedStyle, yaml.FlowStyle,
	}
	for _, value := range values {
		for _, tag := range tags {
			for _, style := range styles {
				scalar := yaml.Node{Kind: yaml.ScalarNode, Value: value, Tag: tag, Style: style}
				key := yaml.Node{Kind: yaml.ScalarNode, Value: "a", Tag: "!!str"}
				for _, flow := range []yaml.Style{0, yaml.FlowStyle} {
					for _, pair := range [][]*yaml.Node{{&key, &scalar}, {&scalar, &key}} {
						object := yaml.Node{Kind: yaml.MappingNode, Style: flow, Content: pair}
						compare(t, value+" "+tag, yaml.NewRNode(&object))
					}
				}
			}
		}
	}
}

func FuzzObjects(f *testing.F) {
	for _, journey := range journeys {
		f.Add(journey.text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		var document yaml.Node
		if yaml.Unmarshal([]byte(text), &document) == nil && document.Kind != 0 {
			compare(t, text, yaml.NewRNode(&document))
		}
	})
}

func compare(t *testing.T, name string, object *yaml.RNode) {
	t.Helper()
	expected, expectedError := object.MarshalJSON()
	found, foundError := objectJSON(object)
	if !bytes.Equal(found, expected) || fmt.Sprint(foundError) != fmt.Sprint(expectedError) {
		t.Errorf("%q: %s (%v), kyaml says %s (%v)", name, found, foundError, expected, expectedError)
	}
}
