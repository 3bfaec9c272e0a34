package main

import (
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"syscall"
)

// resolution is what a path leads to once links are followed.
type resolution struct {
	path      string
	directory bool
	err       error
}

// resolve follows the links of a clean path. A request sees each path as it was when it was first
// looked at, so that nothing is asked of the disk twice: kustomize asks for the same directories
// again for every file that it loads.
func (s *session) resolve(path string) resolution {
	if path == s.root {
		return resolution{path: path, directory: true}
	}
	if found, ok := s.resolved[path]; ok {
		return found
	}
	found := s.step(path)
	s.resolved[path] = found
	return found
}

// step goes on from the directory, which is known; a link is left to the standard library,
// and so is what lies outside the root or where names are more than their bytes.
func (s *session) step(path string) resolution {
	if runtime.GOOS == "windows" || !s.inside(path) {
		return followAll(path)
	}
	parent := s.resolve(filepath.Dir(path))
	if parent.err != nil {
		return parent
	}
	if !parent.directory {
		return resolution{err: syscall.ENOTDIR}
	}
	next := filepath.Join(parent.path, filepath.Base(path))
	info, err := os.Lstat(next)
	if err != nil {
		return resolution{err: err}
	}
	if info.Mode()&fs.ModeSymlink != 0 {
		return followAll(next)
	}
	return resolution{path: next, directory: info.IsDir()}
}

func followAll(path string) resolution {
	resolved, err := filepath.EvalSymlinks(path)
	if err != nil {
		return resolution{err: err}
	}
	info, err := os.Stat(resolved)
	if err != nil {
		return resolution{err: err}
	}
	return resolution{path: resolved, directory: info.IsDir()}
}

// resolveParent follows the links of a path's directory as far as it exists.
func (s *session) resolveParent(path string) string {
	if parent := s.resolve(filepath.Dir(path)); parent.err == nil {
		return filepath.Join(parent.path, filepath.Base(path))
	}
	return path
}
