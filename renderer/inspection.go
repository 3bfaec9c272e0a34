package main

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"path/filepath"
	"strings"

	"sigs.k8s.io/kustomize/api/types"
	"sigs.k8s.io/kustomize/kyaml/yaml"
)

// role says how kustomize treats an entry.
type role int

const (
	// asResource is tried as a file, then as a directory or a git repository.
	asResource role = iota
	// asDirectory is a directory or a git repository.
	asDirectory
	// asPlugin is a resource that configures a generator, transformer or validator.
	asPlugin
	// asDocument is a file that kustomize parses.
	asDocument
	// asData is a file whose bytes are copied.
	asData
)

// entry is what a kustomization says about a file or directory.
type entry struct {
	role  role
	value string
	line  int
}

// inspection is what one kustomization file asks for, known before kustomize acts on it.
type inspection struct {
	entries []entry
	openapi bool
	origins bool
	refusal *failure
}

// inspect reads a kustomization with kustomize's own types, so that nothing is understood
// differently here; a file that does not parse is left for kustomize to report.
func inspect(content []byte, limits limits) *inspection {
	var asked types.Kustomization
	if err := asked.Unmarshal(content); err != nil {
		return &inspection{}
	}
	var document yaml.Node
	if err := yaml.Unmarshal(content, &document); err != nil {
		document = yaml.Node{}
	}
	found := &inspection{openapi: len(asked.OpenAPI) > 0}
	for _, option := range asked.BuildMetadata {
		found.origins = found.origins || option == types.OriginAnnotations
	}
	lookup := func(role role, values ...string) {
		for _, value := range values {
			found.entries = append(found.entries, entry{role, value, lineOf(&document, value)})
		}
	}
	lookup(asResource, asked.Resources...)
	lookup(asResource, asked.Bases...)
	lookup(asDirectory, asked.Components...)
	lookup(asDocument, asked.Crds...)
	lookup(asDocument, asked.Configurations...)
	lookup(asDocument, documentsOf(&asked)...)
	lookup(asData, dataOf(&asked)...)
	found.refusal = firstOf(
		refuseCharts(&asked, &document),
		guardTexts(&document, limits),
		found.plugins(&asked, &document),
	)
	return found
}

func firstOf(refusals ...*failure) *failure {
	for _, refusal := range refusals {
		if refusal != nil {
			return refusal
		}
	}
	return nil
}

func documentsOf(asked *types.Kustomization) []string {
	var found []string
	for _, patch := range asked.Patches {
		found = append(found, patch.Path)
	}
	for _, patch := range asked.PatchesJson6902 {
		found = append(found, patch.Path)
	}
	for _, patch := range asked.PatchesStrategicMerge {
		found = append(found, string(patch))
	}
	for _, replacement := range asked.Replacements {
		found = append(found, replacement.Path)
	}
	return withoutTexts(append(found, asked.OpenAPI["path"]))
}

func dataOf(asked *types.Kustomization) []string {
	var sources []types.KvPairSources
	for _, generator := range asked.ConfigMapGenerator {
		sources = append(sources, generator.KvPairSources)
	}
	for _, generator := range asked.SecretGenerator {
		sources = append(sources, generator.KvPairSources)
	}
	var found []string
	for _, source := range sources {
		found = append(found, append(source.EnvSources, source.EnvSource)...)
		for _, file := range source.FileSources {
			_, path, keyed := strings.Cut(file, "=")
			if !keyed {
				path = file
			}
			found = append(found, path)
		}
	}
	return withoutTexts(found)
}

// withoutTexts leaves out what is empty and what is an inline document.
func withoutTexts(values []string) []string {
	var found []string
	for _, value := range values {
		if value != "" && !strings.Contains(value, "\n") {
			found = append(found, value)
		}
	}
	return found
}

func refuseCharts(asked *types.Kustomization, document *yaml.Node) *failure {
	for _, field := range []struct {
		name string
		used bool
	}{
		{"helmCharts", len(asked.HelmCharts) > 0},
		{"helmChartInflationGenerator", len(asked.HelmChartInflationGenerator) > 0},
	} {
		if field.used {
			return chartFailure(field.name, keyLine(document, field.name))
		}
	}
	return nil
}

func chartFailure(name string, line int) *failure {
	return &failure{Kind: "refused", Line: line, Message: fmt.Sprintf(
		"%s is not allowed, it runs helm: commit the rendered chart as a resource", name)}
}

// plugins notes the plugin configurations that are files and judges those that are written inline.
func (i *inspection) plugins(asked *types.Kustomization, document *yaml.Node) *failure {
	for _, list := range [][]string{asked.Generators, asked.Transformers, asked.Validators} {
		for _, value := range list {
			line := lineOf(document, value)
			if !strings.Contains(value, "\n") && !strings.Contains(value, ": ") {
				i.entries = append(i.entries, entry{asPlugin, value, line})
				continue
			}
			if refusal := refusePlugins([]byte(value)); refusal != nil {
				refusal.Line += line
				return refusal
			}
		}
	}
	return nil
}

// refusePlugins allows kustomize's built-in plugins only, and of those not the one that runs helm.
func refusePlugins(content []byte) *failure {
	decoder := yaml.NewDecoder(bytes.NewReader(content))
	for {
		var document yaml.Node
		if err := decoder.Decode(&document); errors.Is(err, io.EOF) || err != nil {
			return nil
		}
		var meta struct {
			APIVersion string `yaml:"apiVersion"`
			Kind       string `yaml:"kind"`
		}
		if err := document.Decode(&meta); err != nil || meta.Kind == "" {
			continue
		}
		line := keyLine(&document, "kind")
		if meta.APIVersion != "builtin" {
			return &failure{Kind: "refused", Line: line, Message: fmt.Sprintf(
				"the plugin %s %s is not allowed, only those built into kustomize are: "+
					"commit what it makes as a resource", meta.APIVersion, meta.Kind)}
		}
		if meta.Kind == "HelmChartInflationGenerator" {
			return chartFailure(meta.Kind, line)
		}
	}
}

// guardTexts applies the limits to the documents inside a kustomization, such as inline patches.
func guardTexts(node *yaml.Node, limits limits) *failure {
	if node.Kind == yaml.ScalarNode && (len(node.Value) > limits.depth || strings.Contains(node.Value, "*")) {
		if refusal := guardDocuments([]byte(node.Value), limits); refusal != nil {
			refusal.Line = node.Line
			return refusal
		}
	}
	for _, child := range node.Content {
		if refusal := guardTexts(child, limits); refusal != nil {
			return refusal
		}
	}
	return nil
}

func lineOf(node *yaml.Node, value string) int {
	if node.Kind == yaml.ScalarNode {
		if node.Value == value || strings.HasSuffix(node.Value, "="+value) {
			return node.Line
		}
		return 0
	}
	for _, child := range node.Content {
		if line := lineOf(child, value); line > 0 {
			return line
		}
	}
	return 0
}

func keyLine(document *yaml.Node, name string) int {
	for _, root := range document.Content {
		for index := 0; index+1 < len(root.Content); index += 2 {
			if strings.EqualFold(root.Content[index].Value, name) {
				return root.Content[index].Line
			}
		}
	}
	return 0
}

func targetOf(kustomization, value string) string {
	if filepath.IsAbs(value) {
		return filepath.Clean(value)
	}
	return filepath.Join(filepath.Dir(kustomization), filepath.FromSlash(value))
}
