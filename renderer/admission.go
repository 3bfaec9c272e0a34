package main

import (
	"crypto/sha256"
	"encoding/json"
	"errors"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"strings"

	"sigs.k8s.io/kustomize/api/resource"
	"sigs.k8s.io/kustomize/api/types"
)

// errFreshSchema ends a run that turned out to bring its own schema: it is begun again with
// kustomize's global schema emptied.
var errFreshSchema = errors.New("the overlay brings its own schema")

// maxMemory is how many files' verdicts are kept.
const maxMemory = 20_000

type memoKey [sha256.Size]byte

// memory keeps verdicts by content, because bases are read again for every overlay.
type memory struct {
	documents      map[memoKey]*failure
	plugins        map[memoKey]*failure
	kustomizations map[memoKey]*inspection
}

func newMemory() *memory {
	return &memory{map[memoKey]*failure{}, map[memoKey]*failure{}, map[memoKey]*inspection{}}
}

func remember[V any](known map[memoKey]V, key memoKey, find func() V) V {
	if found, ok := known[key]; ok {
		return found
	}
	if len(known) >= maxMemory {
		clear(known)
	}
	known[key] = find()
	return known[key]
}

// admit judges a file's content before kustomize parses it and gives what kustomize may see.
func (c *confined) admit(path string, content []byte, digest memoKey) ([]byte, error) {
	session, known := c.session, c.renderer.memory
	kustomization := isKustomizationName(filepath.Base(path))
	if !kustomization && session.data[path] && !session.documents[path] {
		return content, nil
	}
	verdict := remember(known.documents, digest, func() *failure {
		return guardDocuments(content, session.limits)
	})
	if verdict != nil {
		return nil, c.refuseIn(path, verdict)
	}
	if session.plugins[path] {
		verdict = remember(known.plugins, digest, func() *failure { return refusePlugins(content) })
		if verdict != nil {
			return nil, c.refuseIn(path, verdict)
		}
	}
	if !kustomization {
		return content, nil
	}
	inspected := remember(known.kustomizations, digest, func() *inspection {
		return inspect(content, session.limits)
	})
	if err := c.follow(path, inspected); err != nil {
		return nil, err
	}
	if filepath.Dir(path) == session.top && session.withOrigins {
		return askForOrigins(content), nil
	}
	return content, nil
}

// refuseIn gives a remembered verdict its place.
func (c *confined) refuseIn(path string, verdict *failure) error {
	placed := *verdict
	placed.File = c.session.name(path)
	return c.session.refuse(&placed)
}

// follow takes a kustomization's entries to heart: remote ones end the run, local ones say how the
// files are to be read.
func (c *confined) follow(path string, inspected *inspection) error {
	session := c.session
	if inspected.refusal != nil {
		return c.refuseIn(path, inspected.refusal)
	}
	if inspected.openapi && !session.openapi {
		session.openapi = true
		return c.session.refuse(&failure{Kind: "restart", Message: errFreshSchema.Error()})
	}
	if filepath.Dir(path) == session.top {
		session.asksOrigins = inspected.origins
	}
	for _, each := range inspected.entries {
		target := targetOf(path, each.value)
		if c.isRemote(each, target) {
			return c.session.refuse(&failure{
				Kind: "remote", File: session.name(path), Line: each.line,
				Message: remoteMessage(each.value),
			})
		}
		session.mentions = append(session.mentions, mention{path, each.line, each.value, target})
		switch each.role {
		case asData:
			session.data[target] = true
		case asPlugin:
			session.plugins[target], session.documents[target] = true, true
		case asResource, asDirectory, asDocument:
			session.documents[target] = true
		}
	}
	return nil
}

func remoteMessage(value string) string {
	return fmt.Sprintf("remote input %s is not allowed: vendor it into the repository", value)
}

// isRemote says whether kustomize would fetch an entry: an http address always, a git address
// where it may be a directory and no file of that name lies there.
func (c *confined) isRemote(each entry, target string) bool {
	if address, err := url.Parse(each.value); err == nil {
		if address.Scheme == "http" || address.Scheme == "https" {
			return true
		}
	}
	if each.role == asDocument || each.role == asData {
		return false
	}
	// kustomize's own parser of git addresses is internal; an origin remembers what it found.
	if (&resource.Origin{}).Append(each.value).Repo == "" {
		return false
	}
	info, err := os.Stat(target)
	return each.role == asDirectory || err != nil || info.IsDir()
}

// askForOrigins adds the request for origin annotations to a kustomization, in memory.
func askForOrigins(content []byte) []byte {
	var asked types.Kustomization
	if err := asked.Unmarshal(content); err != nil {
		return content
	}
	asked.BuildMetadata = append(asked.BuildMetadata, types.OriginAnnotations)
	written, err := json.Marshal(asked)
	if err != nil {
		return content
	}
	return []byte(strings.TrimSpace(string(written)))
}
