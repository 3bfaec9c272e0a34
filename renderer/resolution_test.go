package main

import (
	"fmt"
	"os"
	"path/filepath"
	"testing"
)

// Every path is resolved as the standard library does it, with the same words in errors.
func TestPathsAreResolvedAsTheStandardLibraryDoes(t *testing.T) {
	root, err := filepath.EvalSymlinks(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	for _, directory := range []string{"real/below", "other"} {
		if err := os.MkdirAll(filepath.Join(root, directory), 0o755); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.WriteFile(filepath.Join(root, "real/file"), nil, 0o644); err != nil {
		t.Fatal(err)
	}
	for name, target := range map[string]string{
		"link": "real", "real/file-link": "file", "other/up": "../link/below", "dangling": "nowhere",
		"loop": "loop", "outside": filepath.Dir(root), "other/absolute": filepath.Join(root, "real"),
	} {
		if err := os.Symlink(target, filepath.Join(root, name)); err != nil {
			t.Skip(err)
		}
	}
	session := newSession(root, limits{}, request{})
	for _, name := range []string{
		".", "real", "real/below", "real/file", "real/file/more", "real/missing", "missing/below",
		"link", "link/file", "link/below/missing", "link/file-link", "link/file-link/more",
		"other/up", "other/up/missing", "dangling", "dangling/x", "loop", "loop/x", "outside",
		"outside/" + filepath.Base(root) + "/real", "outside/missing", "other/absolute/file",
		"with\nlines", "with\x00nul",
	} {
		path := filepath.Join(root, name)
		for range 2 { // the second time from memory
			expected, expectedError := filepath.EvalSymlinks(path)
			found := session.resolve(path)
			if found.path != expected || fmt.Sprint(found.err) != fmt.Sprint(expectedError) {
				t.Errorf("%q: %q (%v), expected %q (%v)",
					name, found.path, found.err, expected, expectedError)
			}
			if info, err := os.Stat(path); err == nil && info.IsDir() != found.directory {
				t.Errorf("%q: directory: %t", name, found.directory)
			}
		}
	}
}
