package main

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"syscall"

	"sigs.k8s.io/kustomize/api/konfig"
	"sigs.k8s.io/kustomize/kyaml/filesys"
)

var errReadOnly = errors.New("the renderer only reads")

// confined is the repository as kustomize sees it for one request: read-only, nothing outside the
// root, overrides in place of what lies on disk. Every read and every miss is noted.
type confined struct {
	handle   *os.Root
	session  *session
	renderer *renderer
}

func isKustomizationName(name string) bool {
	for _, known := range konfig.RecognizedKustomizationFileNames() {
		if name == known {
			return true
		}
	}
	return false
}

// CleanedAbs resolves links and splits a path into directory and file; kustomize asks this before
// it reads anything, so this is where paths outside the root end.
func (c *confined) CleanedAbs(path string) (filesys.ConfirmedDir, string, error) {
	if err := c.session.refused(); err != nil {
		return "", "", err
	}
	clean := filepath.Clean(path)
	if !c.session.inside(clean) {
		return "", "", c.outside(clean)
	}
	target := c.session.resolveParent(clean)
	if _, found := c.session.overrides[target]; found {
		return filesys.ConfirmedDir(filepath.Dir(target)), filepath.Base(target), nil
	}
	resolved := c.session.resolve(clean)
	if resolved.err != nil {
		return c.unresolved(clean, resolved.err)
	}
	if !c.session.inside(resolved.path) {
		c.session.noteMark(clean, markNowhere)
		return "", "", c.outside(clean)
	}
	c.session.noteLink(clean, resolved.path)
	if resolved.directory {
		if clean == resolved.path {
			c.session.noteMark(clean, markDirectory)
		}
		return filesys.ConfirmedDir(resolved.path), "", nil
	}
	if clean == resolved.path {
		c.session.noteMark(clean, markFile)
	}
	return filesys.ConfirmedDir(filepath.Dir(resolved.path)), filepath.Base(resolved.path), nil
}

func (c *confined) unresolved(path string, err error) (filesys.ConfirmedDir, string, error) {
	for name := range c.session.overrides {
		if strings.HasPrefix(name, path+string(filepath.Separator)) {
			return filesys.ConfirmedDir(path), "", nil
		}
	}
	if isMissing(err) {
		c.session.noteAbsent(path)
	} else {
		c.session.noteMark(path, markNowhere)
	}
	return "", "", fmt.Errorf("evalsymlink failure on '%s' : %w", path, err)
}

func isMissing(err error) bool {
	return errors.Is(err, fs.ErrNotExist) || errors.Is(err, syscall.ENOTDIR)
}

func (c *confined) outside(path string) error {
	if strings.ContainsAny(path, "\n\x00") {
		return fs.ErrNotExist
	}
	refusal := &failure{Kind: "kustomize"}
	entry := path
	if found, ok := c.session.mentionOf(path); ok {
		entry, refusal.File, refusal.Line = found.entry, c.session.name(found.kustomization), found.line
	} else if c.session.lastRead != "" {
		refusal.File = c.session.name(c.session.lastRead)
	}
	refusal.Message = fmt.Sprintf("%s lies outside the repository: copy it into the repository", entry)
	return c.session.refuse(refusal)
}

// ReadFile gives a file's content after the guard has looked at it.
func (c *confined) ReadFile(path string) ([]byte, error) {
	if err := c.session.refused(); err != nil {
		return nil, err
	}
	clean := filepath.Clean(path)
	content, found := c.session.overrides[clean]
	if !found {
		var err error
		if content, err = c.fromDisk(clean); err != nil {
			return nil, err
		}
	}
	if int64(len(content)) > c.session.limits.fileBytes {
		return nil, c.tooLong(clean, int64(len(content)))
	}
	digest := sha256.Sum256(content)
	c.session.noteRead(clean, hex.EncodeToString(digest[:]))
	return c.admit(clean, content, digest)
}

func (c *confined) fromDisk(path string) ([]byte, error) {
	if !c.session.inside(path) {
		return nil, c.outside(path)
	}
	file, err := c.handle.Open(c.session.name(path))
	if err != nil {
		return nil, c.unreadable(path, err)
	}
	defer file.Close()
	info, err := file.Stat()
	if err != nil {
		return nil, c.unreadable(path, err)
	}
	if !info.Mode().IsRegular() {
		c.session.noteMark(path, markDirectory)
		return nil, fmt.Errorf("read %s: not a regular file", path)
	}
	if info.Size() > c.session.limits.fileBytes {
		c.noteLongFile(path, file)
		return nil, c.tooLong(path, info.Size())
	}
	content, err := io.ReadAll(io.LimitReader(file, c.session.limits.fileBytes+1))
	if err != nil {
		return nil, c.unreadable(path, err)
	}
	return content, nil
}

// noteLongFile hashes without keeping, so that a cache notices when the file has become shorter.
func (c *confined) noteLongFile(path string, file io.Reader) {
	hash := sha256.New()
	if _, err := io.Copy(hash, file); err == nil {
		c.session.noteRead(path, hex.EncodeToString(hash.Sum(nil)))
	}
}

func (c *confined) tooLong(path string, size int64) error {
	return c.session.refuse(&failure{
		Kind: "limit", File: c.session.name(path),
		Message: fmt.Sprintf(
			"the file has %d bytes, the limit is %d: split it", size, c.session.limits.fileBytes),
	})
}

// unreadable refuses a file that is there but cannot be read: kustomize would call it missing.
func (c *confined) unreadable(path string, err error) error {
	if isMissing(err) {
		c.session.noteAbsent(path)
		return err
	}
	return c.session.refuse(&failure{
		Kind: "kustomize", File: c.session.name(path),
		Message: fmt.Sprintf("the file cannot be read: %s", errors.Unwrap(err)),
	})
}

// Exists reports whether there is a file or directory at a path.
func (c *confined) Exists(path string) bool {
	_, _, err := c.CleanedAbs(path)
	return err == nil
}

// IsDir reports whether there is a directory at a path.
func (c *confined) IsDir(path string) bool {
	_, file, err := c.CleanedAbs(path)
	return err == nil && file == ""
}

// ReadDir is not needed to build, so it is not offered.
func (c *confined) ReadDir(string) ([]string, error) { return nil, errReadOnly }

// Glob is not needed to build, so it is not offered.
func (c *confined) Glob(string) ([]string, error) { return nil, errReadOnly }

// Walk is not needed to build, so it is not offered.
func (c *confined) Walk(string, filepath.WalkFunc) error { return errReadOnly }

// Open is not needed to build, so it is not offered.
func (c *confined) Open(string) (filesys.File, error) { return nil, errReadOnly }

// Create refuses: the renderer only reads.
func (c *confined) Create(string) (filesys.File, error) { return nil, errReadOnly }

// Mkdir refuses: the renderer only reads.
func (c *confined) Mkdir(string) error { return errReadOnly }

// MkdirAll refuses: the renderer only reads.
func (c *confined) MkdirAll(string) error { return errReadOnly }

// RemoveAll refuses: the renderer only reads.
func (c *confined) RemoveAll(string) error { return errReadOnly }

// WriteFile refuses: the renderer only reads.
func (c *confined) WriteFile(string, []byte) error { return errReadOnly }
