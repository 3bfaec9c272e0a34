package main

import (
	"encoding/json"
	"fmt"
	"os"
	"path"
	"path/filepath"
	"strings"

	"sigs.k8s.io/kustomize/api/krusty"
	"sigs.k8s.io/kustomize/api/resmap"
	"sigs.k8s.io/kustomize/kyaml/openapi"
)

// renderer runs kustomize for one overlay after the other; kustomize keeps global state, so there
// is never more than one at a time in a process.
type renderer struct {
	root     string
	handle   *os.Root
	limits   limits
	memory   *memory
	warnings *warnings
}

func newRenderer(root string, limits limits, warnings *warnings) (*renderer, error) {
	handle, err := os.OpenRoot(root)
	if err != nil {
		return nil, err
	}
	return &renderer{root, handle, limits, newMemory(), warnings}, nil
}

// render answers one request; whatever goes wrong with an overlay is part of its answer.
func (r *renderer) render(session *session) *answer {
	r.warnings.take()
	objects, origins, failed := r.build(session)
	given := session.answer()
	given.Objects = append(given.Objects, objects...)
	given.Origins = append(given.Origins, origins...)
	given.Warnings = append(given.Warnings, r.warnings.take()...)
	given.Error = failed
	return given
}

func (r *renderer) build(session *session) ([]json.RawMessage, []origin, *failure) {
	top := session.directory()
	if !session.inside(top) {
		return nil, nil, &failure{Kind: "kustomize", Message: fmt.Sprintf(
			"%s lies outside the repository", session.request.Path)}
	}
	session.top = top
	if resolved := session.resolve(top); resolved.err == nil {
		session.top = resolved.path
	}
	found, failed := r.run(session)
	if failed != nil && failed.Kind == "restart" {
		// kustomize merges a custom schema into a global one: neither may this overlay see what
		// earlier ones left there, nor later ones what this one leaves.
		openapi.ResetOpenAPI()
		defer openapi.ResetOpenAPI()
		found, failed = r.run(session)
	}
	if failed != nil {
		return nil, nil, failed
	}
	objects, failed := r.asJSON(session, found)
	if failed != nil || !session.request.Origins {
		return objects, nil, failed
	}
	return objects, r.origins(session, found), nil
}

// run is one build; a panic inside kustomize becomes a failure of this overlay.
func (r *renderer) run(session *session) (found resmap.ResMap, failed *failure) {
	session.refusal, session.mentions = nil, nil
	takeRefusedAddress()
	defer func() {
		if reason := recover(); reason != nil {
			openapi.ResetOpenAPI()
			found, failed = nil, crash(session, reason)
		}
	}()
	files := &confined{r.handle, session, r}
	options := krusty.MakeDefaultOptions()
	options.Reorder = krusty.ReorderOptionUnspecified
	found, err := krusty.MakeKustomizer(options).Run(files, session.directory())
	if err != nil || session.refusal != nil {
		return nil, explain(session, err)
	}
	return found, nil
}

func crash(session *session, reason any) *failure {
	text, _, _ := strings.Cut(fmt.Sprint(reason), "\n")
	return place(session, &failure{Kind: "crash", Message: fmt.Sprintf(
		"kustomize crashed: %s", clean(session, text))})
}

func (r *renderer) asJSON(session *session, found resmap.ResMap) ([]json.RawMessage, *failure) {
	objects := make([]json.RawMessage, 0, found.Size())
	for index, each := range found.Resources() {
		text, err := objectJSON(&each.RNode)
		if err != nil {
			// Lines in this error count from the object's start, so only the file is told.
			id := each.CurId()
			message := fmt.Sprintf("%s %s cannot be written as JSON: %s", id.Kind, id.Name, err)
			from := r.origins(session, found)[index]
			failed := &failure{Kind: "kustomize", Message: clean(session, message), File: from.File}
			return nil, place(session, failed)
		}
		objects = append(objects, text)
	}
	return objects, nil
}

// origins builds once more with origin annotations and reads them off. The objects of the first
// build stand: an annotation can change what a patch of annotations does.
func (r *renderer) origins(session *session, plain resmap.ResMap) []origin {
	session.withOrigins = true
	defer func() { session.withOrigins = false }()
	if session.openapi {
		openapi.ResetOpenAPI()
	}
	found := make([]origin, plain.Size())
	annotated, failed := r.run(session)
	if failed != nil {
		return found
	}
	for index, each := range plain.Resources() {
		other, err := annotated.GetByCurrentId(each.CurId())
		if err != nil {
			continue
		}
		known, err := other.GetOrigin()
		if err != nil || known == nil {
			continue
		}
		found[index] = origin{
			File:         fromRoot(session, known.Path),
			ConfiguredIn: fromRoot(session, known.ConfiguredIn),
		}
	}
	return found
}

func fromRoot(session *session, name string) string {
	if name == "" {
		return ""
	}
	return path.Join(session.name(session.top), filepath.ToSlash(name))
}
