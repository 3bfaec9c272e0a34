package main

import (
	"encoding/json"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"

	"sigs.k8s.io/kustomize/api/konfig"
)

// What stands in the place of a digest: a directory, a file that was not opened, a link to a path,
// a link that leads nowhere.
const (
	markDirectory = "directory"
	markFile      = "file"
	markLink      = "-> "
	markNowhere   = "-> ?"
)

// session is what one request touches: the files read, the paths missed, the first refusal.
type session struct {
	root    string
	limits  limits
	request request

	lock       sync.Mutex
	overrides  map[string][]byte
	reads      map[string]string
	lastRead   string
	lastAbsent string
	absent     map[string]struct{}
	links      map[string]string
	marks      map[string]string
	refusal    *failure
	mentions   []mention
	data       map[string]bool
	documents  map[string]bool
	plugins    map[string]bool
	// resolved is only touched by the one goroutine that renders.
	resolved map[string]resolution

	// openapi: a kustomization of this closure brings its own schema.
	openapi bool
	// withOrigins: the top kustomization is read as if it asked for origin annotations.
	withOrigins bool
	// top is the overlay's directory with links followed.
	top         string
	asksOrigins bool
}

// mention is an entry of a kustomization that names a file or directory.
type mention struct {
	kustomization string
	line          int
	entry         string
	target        string
}

func newSession(root string, limits limits, asked request) *session {
	found := &session{
		root: root, limits: limits, request: asked,
		reads: map[string]string{}, absent: map[string]struct{}{}, links: map[string]string{},
		marks:     map[string]string{},
		overrides: map[string][]byte{}, data: map[string]bool{},
		documents: map[string]bool{}, plugins: map[string]bool{}, resolved: map[string]resolution{},
	}
	for name, text := range asked.Overrides {
		path := filepath.Join(root, filepath.FromSlash(name))
		found.overrides[found.resolveParent(path)] = []byte(text)
	}
	return found
}

// directory is the overlay's own, absolute.
func (s *session) directory() string {
	return filepath.Join(s.root, filepath.FromSlash(s.request.Path))
}

func (s *session) inside(path string) bool {
	return path == s.root || strings.HasPrefix(path, strings.TrimSuffix(s.root, "/")+"/") ||
		strings.HasPrefix(path, s.root+string(filepath.Separator))
}

// name is a path as reports show it: POSIX, from the root.
func (s *session) name(path string) string {
	relative, err := filepath.Rel(s.root, path)
	if err != nil {
		return filepath.ToSlash(path)
	}
	return filepath.ToSlash(relative)
}

// refuse records the first refusal; everything after it fails with it.
func (s *session) refuse(refusal *failure) error {
	s.lock.Lock()
	defer s.lock.Unlock()
	if s.refusal == nil {
		s.refusal = refusal
	}
	return s.refusal
}

func (s *session) refused() error {
	s.lock.Lock()
	defer s.lock.Unlock()
	if s.refusal == nil {
		return nil
	}
	return s.refusal
}

func (s *session) noteRead(path, digest string) {
	s.lock.Lock()
	defer s.lock.Unlock()
	s.reads[path] = digest
	s.lastRead = path
	s.lastAbsent = ""
}

func (s *session) noteAbsent(path string) {
	// Inline patches are tried as paths first: they are not paths that anyone looked for.
	if strings.ContainsAny(path, "\n\x00") || strings.Contains(path, ": ") {
		return
	}
	s.lock.Lock()
	defer s.lock.Unlock()
	s.absent[path] = struct{}{}
	if !isKustomizationName(filepath.Base(path)) {
		s.lastAbsent = path
	}
}

func (s *session) noteLink(path, resolved string) {
	s.lock.Lock()
	defer s.lock.Unlock()
	if path != resolved {
		s.links[path] = resolved
	}
}

// noteMark keeps what stands at a path that was not read as a file: a cache must see it change.
func (s *session) noteMark(path, mark string) {
	if strings.ContainsAny(path, "\n\x00") {
		return
	}
	s.lock.Lock()
	defer s.lock.Unlock()
	s.marks[path] = mark
}

// answer is what is known so far, without objects.
func (s *session) answer() *answer {
	s.lock.Lock()
	defer s.lock.Unlock()
	reads, absent := maps.Clone(s.reads), maps.Clone(s.absent)
	// A link that is pointed elsewhere changes what is read, so its own path counts as read too.
	for link, resolved := range s.links {
		for path, digest := range s.reads {
			if rest, below := cutDirectory(path, resolved); below {
				reads[link+rest] = digest
			}
		}
		for path := range s.absent {
			if rest, below := cutDirectory(path, resolved); below {
				absent[link+rest] = struct{}{}
			}
		}
	}
	given := &answer{
		Tag: s.request.Tag, Path: s.request.Path, Reads: map[string]string{},
		Objects: []json.RawMessage{}, Origins: []origin{}, Warnings: []string{}, Absent: []string{},
	}
	for path, digest := range reads {
		given.Reads[s.name(path)] = digest
	}
	for link, resolved := range s.links {
		given.Reads[s.name(link)] = markLink + s.name(resolved)
	}
	for path, mark := range s.marks {
		_, read := s.reads[path]
		if (mark == markFile && read) || (mark == markDirectory && s.isBase(path)) {
			continue // known by what was read there
		}
		given.Reads[s.name(path)] = mark
	}
	for path := range absent {
		given.Absent = append(given.Absent, s.name(path))
	}
	slices.Sort(given.Absent)
	return given
}

// isBase: a kustomization was read there, which says that it is a directory.
func (s *session) isBase(directory string) bool {
	for _, name := range konfig.RecognizedKustomizationFileNames() {
		if _, found := s.reads[filepath.Join(directory, name)]; found {
			return true
		}
	}
	return directory == s.root
}

func cutDirectory(path, directory string) (string, bool) {
	rest, found := strings.CutPrefix(path, directory)
	return rest, found && (rest == "" || os.IsPathSeparator(rest[0]))
}

// mentionOf finds the entry that named a path.
func (s *session) mentionOf(path string) (mention, bool) {
	s.lock.Lock()
	defer s.lock.Unlock()
	for _, each := range slices.Backward(s.mentions) {
		if each.target == path {
			return each, true
		}
	}
	return mention{}, false
}
