package main

import (
	"math/rand"
	"strings"
	"testing"

	"sigs.k8s.io/kustomize/kyaml/yaml"
)

// TestDepthBoundIsNeverTooSmall writes random nestings and compares the cheap bound with the truth.
func TestDepthBoundIsNeverTooSmall(t *testing.T) {
	random := rand.New(rand.NewSource(1))
	for range 2000 {
		text := nesting(random, 0, 1+random.Intn(12))
		var document yaml.Node
		if err := yaml.Unmarshal([]byte(text), &document); err != nil {
			t.Fatalf("not YAML: %v\n%s", err, text)
		}
		if depth, bound := depthOf(&document), depthBound([]byte(text)); depth > bound {
			t.Fatalf("depth %d, bound %d:\n%s", depth, bound, text)
		}
	}
}

func nesting(random *rand.Rand, column, levels int) string {
	indent := strings.Repeat(" ", column)
	if levels == 0 {
		return indent + "x\n"
	}
	switch random.Intn(5) {
	case 0:
		return indent + "k:\n" + nesting(random, column+1, levels-1)
	case 1:
		return indent + "- " + strings.TrimLeft(nesting(random, column+2, levels-1), " ")
	case 2:
		return indent + "k:\n" + indent + "- " +
			strings.TrimLeft(nesting(random, column+2, max(0, levels-2)), " ")
	case 3:
		return indent + "? " + strings.TrimLeft(nesting(random, column+2, levels-1), " ")
	default:
		return indent + strings.Repeat("[", levels) + strings.Repeat("]", levels) + "\n"
	}
}

func depthOf(node *yaml.Node) int {
	deepest := 0
	for _, child := range node.Content {
		deepest = max(deepest, depthOf(child))
	}
	if node.Kind == yaml.MappingNode || node.Kind == yaml.SequenceNode {
		deepest++
	}
	return deepest
}

func TestGuardAtItsLimits(t *testing.T) {
	limits := limits{depth: 3, aliasNodes: 4, documents: 2}
	for name, check := range map[string]struct {
		text    string
		refused bool
	}{
		"three levels":              {"[[[a]]]", false},
		"four levels":               {"[[[[a]]]]", true},
		"levels behind an alias":    {"[&a [b], [[*a]]]", true},
		"four nodes by aliases":     {"[&a b, *a, *a, *a, *a]", false},
		"five nodes by aliases":     {"[&a b, *a, *a, *a, *a, *a]", true},
		"a cycle":                   {"&a [*a]", true},
		"an anchor that is renewed": {"[&a b, &a [*a]]", true},
		"two documents":             {"--- a\n--- b\n", false},
		"three documents":           {"--- a\n--- b\n---\nc\n", true},
		"marks in a text":           {"a: |\n ---\n ---\n ---\n", false},
		"not YAML":                  {"a: [&*\n\tb", false},
	} {
		t.Run(name, func(t *testing.T) {
			if refused := guardDocuments([]byte(check.text), limits) != nil; refused != check.refused {
				t.Errorf("refused: %v, expected: %v", refused, check.refused)
			}
		})
	}
}
