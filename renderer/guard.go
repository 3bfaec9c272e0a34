package main

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"regexp"
	"strings"

	"sigs.k8s.io/kustomize/kyaml/yaml"
)

var documentMark = regexp.MustCompile(`(?m)^---(?:\s|$)`)

// guardDocuments refuses content that would cost kustomize too much: too many documents, nested
// too deep, aliases that contain themselves or expand too far. Content that is not YAML passes:
// kustomize says so itself. The parser used here has bounds of its own on depth.
func guardDocuments(content []byte, limits limits) *failure {
	if bytes.Count(content, []byte("---")) > limits.documents &&
		len(documentMark.FindAllIndex(content, -1)) > limits.documents {
		return &failure{Kind: "limit", Message: fmt.Sprintf(
			"the file holds more than %d documents: split it", limits.documents)}
	}
	aliased := bytes.IndexByte(content, '&') >= 0 && bytes.IndexByte(content, '*') >= 0
	if !aliased && depthBound(content) <= limits.depth {
		return nil
	}
	decoder := yaml.NewDecoder(bytes.NewReader(content))
	measure := &measure{
		limits: limits, extents: map[*yaml.Node]extent{}, open: map[*yaml.Node]bool{},
	}
	for {
		var document yaml.Node
		err := decoder.Decode(&document)
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return tooDeepToParse(err, limits)
		}
		if _, refusal := measure.node(&document, 0); refusal != nil {
			return refusal
		}
	}
}

func tooDeepToParse(err error, limits limits) *failure {
	if strings.Contains(err.Error(), "exceeded max depth") {
		return deepFailure(0, limits)
	}
	return nil
}

func deepFailure(line int, limits limits) *failure {
	return &failure{Kind: "limit", Line: line, Message: fmt.Sprintf(
		"the document is nested more than %d levels deep: flatten it", limits.depth)}
}

// depthBound is never less than the depth to which a text can be nested: every flow collection
// needs a bracket, every block collection its own column, and a sequence may share its key's.
func depthBound(content []byte) int {
	brackets := bytes.Count(content, []byte("[")) + bytes.Count(content, []byte("{"))
	widest := 0
	for text := range bytes.Lines(content) {
		widest = max(widest, len(text)-len(bytes.TrimLeft(text, " \t-?")))
	}
	return brackets + 2*(widest+1)
}

// measure walks parsed documents and counts what aliases add.
type measure struct {
	limits  limits
	extents map[*yaml.Node]extent
	open    map[*yaml.Node]bool
	added   int
}

// extent is a node with its aliases written out: how many nodes, how many levels of collections.
type extent struct{ nodes, levels int }

func (m *measure) node(node *yaml.Node, depth int) (extent, *failure) {
	if node.Kind == yaml.AliasNode {
		return m.alias(node, depth)
	}
	if node.Anchor != "" {
		m.open[node] = true
		defer delete(m.open, node)
	}
	found := extent{nodes: 1}
	own := 0
	if node.Kind == yaml.MappingNode || node.Kind == yaml.SequenceNode {
		own = 1
	}
	if depth+own > m.limits.depth {
		return found, deepFailure(node.Line, m.limits)
	}
	for _, child := range node.Content {
		below, refusal := m.node(child, depth+own)
		if refusal != nil {
			return found, refusal
		}
		found.nodes += below.nodes
		found.levels = max(found.levels, below.levels)
	}
	found.levels += own
	if node.Anchor != "" {
		m.extents[node] = found
	}
	return found, nil
}

func (m *measure) alias(node *yaml.Node, depth int) (extent, *failure) {
	if m.open[node.Alias] {
		return extent{}, &failure{Kind: "limit", Line: node.Line, Message: fmt.Sprintf(
			"the alias *%s stands inside the anchor that it names: write the value out", node.Value)}
	}
	found := m.extents[node.Alias]
	if depth+found.levels > m.limits.depth {
		return found, deepFailure(node.Line, m.limits)
	}
	m.added += found.nodes
	if m.added > m.limits.aliasNodes {
		return found, &failure{Kind: "limit", Line: node.Line, Message: fmt.Sprintf(
			"aliases expand to more than %d nodes: write the values out", m.limits.aliasNodes)}
	}
	return found, nil
}
